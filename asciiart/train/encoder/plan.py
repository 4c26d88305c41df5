"""A user's options and TOML file -> a checked `TrainConfig`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, NamedTuple, get_args

from asciiart.core.autoencoders.convolutional import ConvStage
from asciiart.errors import ModelError, OptionError
from asciiart.io.files.limited_reading import read_toml
from asciiart.matching.model import CARD, Model, load_model
from asciiart.options import Mode
from asciiart.train.encoder.config import (
    DEFAULT_START,
    FINE_TUNING,
    RECIPES,
    TRAINING_FONTS,
    ModeConfig,
)

SCRATCH = "scratch"
"""Value of ``start`` for random initial weights instead of a model."""
_ALIASES = {"from": "start"}
"""Names of fields in files and options where they differ from the field's."""
_ARCHITECTURE = ("stages", "code_channels", "key_reach", "cell_height")
"""Fields that the weights of a model determine."""


@dataclass(frozen=True)
class TrainConfig:
    """One training: the modes to train, one after the other."""

    modes: tuple[ModeConfig, ...]
    """The checked settings of each mode."""

    @classmethod
    def plan(
        cls,
        options: Mapping[str, Any],
        file: Path | None = None,
        modes: Sequence[Mode] = tuple(RECIPES),
        defaults: Mapping[str, Any] | None = None,
    ) -> TrainConfig:
        """Return the training that options, a file and defaults ask for, in order of precedence.

        ``options`` and ``defaults`` are values of `ModeConfig`'s fields by name. The file has the
        same keys, for both modes at the top level or for one in the table [structure] or [tone],
        which takes precedence; ``from`` means ``start``. Without fonts, charset and start the
        shipped recipe is trained from scratch; otherwise training starts from the shipped model,
        with the recipe of fine-tuning.

        Raises
        ------
        OptionError
            If the file cannot be read, or a key or a value is invalid.
        ModelError
            If there is no such model to start from.
        """
        asked = _read(file) if file else _Asked({}, {})
        return cls(tuple(_plan_mode(mode, asked, options, file, defaults or {}) for mode in modes))


def _plan_mode(
    mode: Mode,
    asked: _Asked,
    options: Mapping[str, Any],
    file: Path | None,
    defaults: Mapping[str, Any],
) -> ModeConfig:
    in_file = {**asked.common, **asked.own.get(mode, {})}
    both = {**defaults, **in_file, **options}
    own_glyphs = not both.keys().isdisjoint({"fonts", "charset"})
    start = both.get("start", DEFAULT_START if own_glyphs else SCRATCH)
    start = "" if start == SCRATCH else start
    # Of the defaults only what holds is checked.
    kept = {name: value for name, value in defaults.items() if name not in {**in_file, **options}}
    config = replace(_base(mode, start, own_glyphs=own_glyphs), **{**kept, "start": start})
    try:
        config = replace(config, **{**in_file, "start": start})
    except OptionError as error:
        raise (OptionError(f"{file}: {error}") if file else error) from error
    return replace(config, **{**options, "start": start})


def _base(mode: Mode, start: str, *, own_glyphs: bool) -> ModeConfig:
    if not start:
        return RECIPES[mode]
    model = load_model(start)
    model.read_weights(mode)  # says what is wrong with them before anything is drawn
    changes = _architecture(model, mode)
    if not own_glyphs:
        changes |= {"fonts": TRAINING_FONTS, "charset": ""}
    return replace(FINE_TUNING[mode], **changes)


def _architecture(model: Model, mode: Mode) -> dict[str, Any]:
    try:
        recipe = model.card[mode]["recipe"]
        return {name: _parse(name, recipe[name]) for name in _ARCHITECTURE}
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{model.folder / CARD}: damaged card ({error})") from error


class _Asked(NamedTuple):
    """The contents of a file, for both modes and for each."""

    common: dict[str, Any]
    own: dict[str, dict[str, Any]]


def _read(path: Path) -> _Asked:
    try:
        tables = read_toml(path)
    except OSError as error:
        raise OptionError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise OptionError(f"{path}: not a TOML file ({error})") from error
    own = {mode: tables.pop(mode) for mode in get_args(Mode) if mode in tables}
    for mode, table in own.items():
        if not isinstance(table, dict):
            raise OptionError(f"{path}: [{mode}] is no table")
    return _Asked(
        _parse_table(path, "", tables),
        {mode: _parse_table(path, f"[{mode}] ", table) for mode, table in own.items()},
    )


def _parse_table(path: Path, where: str, table: Mapping[str, Any]) -> dict[str, Any]:
    try:
        named = {_ALIASES.get(name, name): value for name, value in table.items()}
        return {name: _parse(name, value) for name, value in named.items()}
    except OptionError as error:
        raise OptionError(f"{path}: {where}{error}") from error


class _Kind(NamedTuple):
    """The type of a field's values in TOML, with its description and conversion."""

    words: str
    fits: Callable[[Any], bool]
    convert: Callable[[Any], Any]


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_stage(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 4 and all(_is_whole(v) for v in value)


_KINDS = {
    "int": _Kind("a whole number", _is_whole, int),
    "float": _Kind("a number", lambda v: _is_whole(v) or isinstance(v, float), float),
    "str": _Kind("a string", lambda v: isinstance(v, str), str),
    "tuple[str, ...]": _Kind(
        "a list of strings",
        lambda v: isinstance(v, list) and all(isinstance(name, str) for name in v),
        tuple,
    ),
    "tuple[ConvStage, ...]": _Kind(
        "a list of [channels, kernel, step down, step right]",
        lambda v: isinstance(v, list) and bool(v) and all(_is_stage(stage) for stage in v),
        lambda v: tuple(ConvStage(stage[0], stage[1], (stage[2], stage[3])) for stage in v),
    ),
}
_FIELDS = {field.name: str(field.type) for field in fields(ModeConfig) if field.name != "mode"}


def _parse(name: str, value: Any) -> Any:
    """Return the value of a field from its value in TOML.

    Raises
    ------
    OptionError
        If the field is unknown or the value has another type.
    """
    if name not in _FIELDS:
        raise OptionError(f"there is no key {name!r} (there are: {', '.join(_FIELDS)})")
    kind = _KINDS[_FIELDS[name]]
    if not kind.fits(value):
        raise OptionError(f"{name} must be {kind.words}, not {value!r}")
    return kind.convert(value)
