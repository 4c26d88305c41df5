"""Precedence: the command line overrides the environment, which overrides the user's file.

A default from further away is discarded if a nearer option excludes it, or if it has no meaning
here. Options of the command line are never discarded: a wrong one is an error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from asciiart.art.formats.suffixes import ENCODABLE, PICTURES, SUFFIXES
from asciiart.art.targets import TARGETS
from asciiart.errors import AsciiArtError
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.io.terminal.terminal import Terminal
from asciiart.options import PROPORTIONAL, REPLACEMENTS, SIZES, broken_exclusions

_TARGETED = ("font", "charset", *SIZES, "format_", "color")
"""Parameters that a target gives values to, unless a nearer place does."""
_SETTING = ("font", "font_size", "line_height", "width", "background", "encoding")
"""Options that a JSON art records about itself."""
_NEAREST_FIRST = (
    ParameterSource.COMMANDLINE,
    ParameterSource.ENVIRONMENT,
    ParameterSource.DEFAULT_MAP,
)


def is_weaker(context: click.Context, name: str, other: str) -> bool:
    """Return whether one parameter's value comes from further away than another's."""
    rank, other_rank = _rank(context, name), _rank(context, other)
    return rank is not None and other_rank is not None and rank > other_rank


def _rank(context: click.Context, name: str) -> int | None:
    source = context.get_parameter_source(name)
    return _NEAREST_FIRST.index(source) if source in _NEAREST_FIRST else None


def resolve_precedence(context: click.Context) -> None:
    """Discard a command's defaults that a closer option overrides."""
    params = context.params
    for one, other in REPLACEMENTS.items():
        _drop_weaker(context, (one,), other)
        _drop_weaker(context, (other,), one)
    _drop_weaker(context, _TARGETED, "target")
    # -o art.png asks for a PNG, whatever format is usual.
    if Path(params.get("output") or "").suffix:
        _drop_weaker(context, ("format_",), "output")
    if Path(params.get("art") or "").suffix.lower() == ".json":
        _drop(context, _SETTING)
    _settle_color(params)
    if params.get("color") == "none":
        _drop(context, ("fill",))
    _settle_exclusions(context)
    if "format_" in params:
        _settle_drawing(context)
        _settle_color(params)  # that of the user's file may have been discarded


def _settle_color(params: dict[str, Any]) -> None:
    """Choose whether text is colored where nobody said so."""
    if "color" in params and params["color"] is None:
        params["color"] = "auto" if _prints_in_color(params) else "none"


def _prints_in_color(params: Mapping[str, Any]) -> bool:
    """Tell whether text goes to a terminal that shows colors, rather than to be kept or pasted."""
    elsewhere = params["output"] not in (None, "-") or params["copy"] or params["target"]
    if elsewhere or params["format_"] not in (None, "ansi"):
        return False
    return Terminal.detect(os.environ, sys.stdout).color is not ColorMode.NONE


def _settle_exclusions(context: click.Context) -> None:
    """Keep the nearer of two options that exclude each other."""
    for exclusion in broken_exclusions(context.params):
        _drop_weaker(context, (exclusion.option,), exclusion.other)
    for exclusion in broken_exclusions(context.params):
        _drop_weaker(context, (exclusion.other,), exclusion.option)
        if exclusion.is_moot:
            _drop(context, (exclusion.other,))


def _settle_drawing(context: click.Context) -> None:
    params = context.params
    if _format(params) in PICTURES and params["copy"]:
        _drop_weaker(context, ("format_",), "copy")
    format_ = _format(params)
    if format_ in PICTURES:
        _drop(context, ("copy",))
    if format_ not in (None, *ENCODABLE):
        _drop(context, ("encoding", "numeric_references"))
    elif format_ is None and params["copy"]:  # colors are for terminals, not to be pasted
        _drop_weaker(context, ("color",), "copy")
    if any(params[name] is not None for name in _given_elsewhere(context, PROPORTIONAL)):
        target = TARGETS.get(params["target"])
        if _is_monospaced(params["font"] or (target.font if target else None)):
            _drop(context, PROPORTIONAL)


def _format(params: dict[str, Any]) -> str | None:
    suffix = Path(params["output"] or "").suffix.lower()
    named = (name for name, suffixes in SUFFIXES.items() if suffix in suffixes)
    return params["format_"] or next(named, None)


def _is_monospaced(font: str | None) -> bool:
    if font is None:
        return True  # as are both that are drawn with then
    from asciiart.glyphs.font import load_font  # noqa: PLC0415 - slow to load

    try:
        return not load_font(font).proportional
    except AsciiArtError:
        return False  # whoever draws with it says what is wrong


def _given_elsewhere(context: click.Context, names: Sequence[str]) -> list[str]:
    """Return the ``names`` whose values come from a variable or the file."""
    elsewhere = _NEAREST_FIRST[1:]
    return [name for name in names if context.get_parameter_source(name) in elsewhere]


def _drop_weaker(context: click.Context, names: Sequence[str], other: str) -> None:
    """Discard the ``names`` whose values come from further away than another's."""
    _drop(context, [name for name in names if is_weaker(context, name, other)])


def _drop(context: click.Context, names: Sequence[str]) -> None:
    """Reset parameters whose values come from a variable or the file to their own defaults."""
    options = {option.name: option for option in context.command.params}
    for name in _given_elsewhere(context, names):
        default = options[name].to_info_dict()["default"]
        is_flag = getattr(options[name], "is_flag", False)
        context.params[name] = bool(default) if is_flag else default
        context.set_parameter_source(name, ParameterSource.DEFAULT)
