"""Looks that people mean: options that go together, for --preset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import click

_APPLIED = f"{__name__}.applied"
"""Key under which click's context knows the preset and what it set."""
_Command = TypeVar("_Command", bound=Callable[..., Any])


class Preset(NamedTuple):
    """Options that together make a look."""

    look: str
    """The look in a few words."""
    options: Mapping[str, Any]
    """The parameters of `asciiart draw` that differ from their defaults."""


PRESETS = {
    "text": Preset("letters and signs, no color", {"mode": "tone", "color": "none"}),
    "lines": Preset("outlines", {"mode": "structure"}),
    "color": Preset("letters and signs in color", {"mode": "tone", "color": "auto"}),
    "blocks": Preset("two pixels a character", {"charset": "half", "fill": True, "color": "auto"}),
    "braille": Preset(
        "eight dots a character",
        {"mode": "tone", "charset": "braille", "dither": "diffusion", "color": "none"},
    ),
    "photo": Preset(
        "blocks of all shapes in two colors each",
        {"charset": "blocks", "fill": True, "color": "auto"},
    ),
}
"""Name -> what it sets; other options of the command line go before it."""


def preset_option(command: _Command) -> _Command:
    """Add --preset to a command."""
    looks = "; ".join(f"{name}: {preset.look}" for name, preset in PRESETS.items())
    return click.option(
        "--preset",
        type=click.Choice(tuple(PRESETS)),
        is_eager=True,
        expose_value=False,
        callback=_apply,
        help=f"A look that sets several options, each of which may be set otherwise. {looks}.",
    )(command)


def _apply(context: click.Context, option: click.Parameter, name: str | None) -> None:
    """Let the options of a preset be defaults, which go before those of the user's file."""
    del option
    if name is None:
        return
    options = PRESETS[name].options
    context.default_map = {**(context.default_map or {}), **options}
    context.meta[_APPLIED] = (f"--preset {name}", options.keys())


def origin_in_preset(context: click.Context, name: str) -> str | None:
    """Return where the default of a parameter comes from if that is a preset."""
    preset, names = context.meta.get(_APPLIED, ("", ()))
    return preset if name in names else None
