"""A folder of `models/` -> a `Model`: its card and its encoders, every file checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args

from asciiart.errors import ModelError
from asciiart.io.files.assets import find_model
from asciiart.io.files.limited_reading import read_toml
from asciiart.io.model_files import read_checked
from asciiart.matching.encoder import CodeSpec, Encoder
from asciiart.matching.scores import SCORES, MatchScore
from asciiart.options import Mode
from asciiart.page.strokes import ROW_HEIGHT

CARD = "card.toml"
PAGE_NETWORK = "{mode}.onnx"
GLYPH_NETWORK = "{mode}-glyphs.onnx"
WEIGHTS = "{mode}.safetensors"
_MAX_CODE_SIZE = 1024
"""Most numbers per position; more would be no compression."""
_MAX_MARGIN = 256
"""Largest receptive margin in pixels: several characters."""
_MAX_WEIGHT = 10.0
"""Largest weight in a score."""
_MAX_NAME = 100
"""Most characters of a model's name."""


@dataclass(frozen=True)
class ModeCard:
    """One mode's part of a model's card, checked."""

    code: CodeSpec
    """The geometry of the encoder's code."""
    score: MatchScore
    """The score that the encoder was trained to approximate."""
    digests: Mapping[str, str]
    """The SHA-256 of each file, in hexadecimal, by the file's name."""


@dataclass(frozen=True)
class Model:
    """A trained model: one encoder for each mode that it was trained for."""

    folder: Path
    """The folder of the card and its networks."""
    name: str
    """The name on the card."""
    card: dict[str, Any]
    """The whole card, as in its file."""
    mode_cards: Mapping[Mode, ModeCard]
    """The checked parts of the card, for each mode that the model was trained for."""

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes that the model was trained for."""
        return tuple(self.mode_cards)

    def digest(self, mode: Mode) -> str:
        """Return the SHA-256 of the mode's glyph network, on which cached indexes depend.

        Raises
        ------
        ModelError
            If the model has no such mode.
        """
        return self._mode_card(mode).digests.get(GLYPH_NETWORK.format(mode=mode), "")

    def score(self, mode: Mode) -> MatchScore:
        """Return the score that the encoder of a mode was trained to approximate.

        Raises
        ------
        ModelError
            If the model has no such mode.
        """
        return self._mode_card(mode).score

    def load_encoder(self, mode: Mode) -> Encoder:
        """Return the encoder of a mode.

        Raises
        ------
        ModelError
            If the model has no such mode, or a file is missing or not the one on the card.
        """
        card = self._mode_card(mode)
        page, glyphs = (self.folder / n.format(mode=mode) for n in (PAGE_NETWORK, GLYPH_NETWORK))
        for path in (page, glyphs):
            read_checked(path, card.digests.get(path.name, ""))
        return Encoder(page, glyphs, card.code)

    def read_weights(self, mode: Mode) -> bytes:
        """Return the safetensors file from which training of a mode can start.

        Raises
        ------
        ModelError
            If the model has no such mode, or the file is missing or not the one on the card.
        """
        path = self.folder / WEIGHTS.format(mode=mode)
        digest = self._mode_card(mode).digests.get(path.name)
        if digest is None:
            raise ModelError(f"{self.folder / CARD}: damaged card (it lacks {path.name})")
        return read_checked(path, digest)

    def _mode_card(self, mode: Mode) -> ModeCard:
        if mode not in self.mode_cards:
            raise ModelError(f"{self.folder}: this model was not trained for mode {mode}", "mode")
        return self.mode_cards[mode]


def load_model(name: str | Path) -> Model:
    """Return the model with a name, or in a folder; its networks are opened when needed.

    Raises
    ------
    ModelError
        If there is no such model or its card is damaged.
    """
    folder = find_model(name)
    path = folder / CARD
    try:
        card = read_toml(path)
        modes = {mode: _parse_mode(mode, card[mode]) for mode in get_args(Mode) if mode in card}
        return Model(folder, _parse_name(card.get("name")), card, modes)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ModelError(f"{path}: damaged card ({error})") from error


# The card's parts. Each function raises ValueError with a description of what is wrong.


def _parse_name(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_NAME or not value.isprintable():
        raise ValueError("name is not a short text")
    return value


def _parse_mode(mode: Mode, value: object) -> ModeCard:
    section = _table(value, mode)
    where = f"{mode}.code"
    code = _table(section.get("code"), where)
    stride = code.get("step")
    if not isinstance(stride, list) or len(stride) != 2:
        raise ValueError(f"{where}.step is not two whole numbers")
    spec = CodeSpec(
        cell_height=_whole(code.get("cell_height"), f"{where}.cell_height", 2, ROW_HEIGHT),
        stride=(
            _whole(stride[0], f"{where}.step", 1, ROW_HEIGHT),
            _whole(stride[1], f"{where}.step", 1, ROW_HEIGHT),
        ),
        size=_whole(code.get("size"), f"{where}.size", 1, _MAX_CODE_SIZE),
        receptive_margin=_whole(code.get("reach"), f"{where}.reach", 0, _MAX_MARGIN),
    )
    down, right = spec.stride
    maps = SCORES[mode].row_height
    fits = not (ROW_HEIGHT % spec.cell_height or spec.cell_height % down)
    if (
        not fits
        or spec.cell_height // 2 % right
        or any(maps * n % spec.cell_height for n in spec.stride)
    ):
        raise ValueError(f"{where}.step does not divide a cell")
    digests = _table(section.get("sha256"), f"{mode}.sha256")
    if not all(isinstance(digest, str) for digest in digests.values()):
        raise ValueError(f"{mode}.sha256 holds more than texts")
    return ModeCard(spec, _parse_score(mode, section.get("score")), digests)


def _parse_score(mode: Mode, value: object) -> MatchScore:
    known = {field.name for field in fields(SCORES[mode])}
    weights = _table(value, f"{mode}.score")
    if unknown := weights.keys() - known:
        raise ValueError(f"{mode}.score has no {min(unknown)}")
    return SCORES[mode](
        **{name: _weight(each, f"{mode}.score.{name}") for name, each in weights.items()}
    )


def _table(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"[{name}] is no table")
    return value


def _whole(value: object, name: str, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"{name} is not a whole number from {least} to {most}")
    return value


def _weight(value: object, name: str) -> float:
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if not 0 < number <= _MAX_WEIGHT:
        raise ValueError(f"{name} is not a number above 0, at most {_MAX_WEIGHT:g}")
    return float(number)
