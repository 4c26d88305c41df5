"""Every option of reading saved art, and of what is then done with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from asciiart.options.declaration import Option
from asciiart.options.drawing import MAX_COLUMNS, Background, CheckedOptions, Strict
from asciiart.options.keywords import option_class

_MAX_FONT_SIZE = 1000
"""Largest font size in pixels per em; more is taken for a mistake."""


@option_class
@dataclass(frozen=True, kw_only=True)
class ReadArtOptions(CheckedOptions):
    """How the text of saved art was laid out. Options override what JSON art says of itself.

    Raises
    ------
    OptionError
        If a value is out of its range.
    """

    # fmt: off
    font: Annotated[str | Path | None, Option(
        "Font of the text.",
        metavar="NAME|FILE",
        none_means="the one named in JSON art, otherwise DejaVu Sans Mono")] = None
    font_size: Annotated[int | None, Option(
        "Font size in pixels per em; a proportional font's text is laid out at this size.",
        metavar="PX", low=1, high=_MAX_FONT_SIZE,
        none_means="the size in JSON art, otherwise 16 if proportional, 20 for pictures if "
        "not")] = None
    line_height: Annotated[int | None, Option(
        "Distance of lines in a proportional font.",
        metavar="PX", none_means="the font's own, at least 9/8 of its size")] = None
    width: Annotated[int | None, Option(
        "Page width in columns (pixels in a proportional font), if wider than the longest row.",
        metavar="N", low=1, high=MAX_COLUMNS,
        none_means="the width in JSON art, otherwise the longest row's")] = None
    background: Annotated[Background | None, Option(
        "Page behind the text.",
        none_means="the one in JSON art, otherwise dark")] = None
    encoding: Annotated[str | None, Option(
        "Encoding of the text: utf-8, cp932, cp437, latin-1 or any other that Python knows.",
        metavar="NAME",
        none_means="UTF-8, or UTF-16 with a byte order mark; otherwise cp437 in .nfo, .ans, "
        ".asc, .diz and files with a SAUCE record, cp932 elsewhere")] = None
    # fmt: on


@option_class
@dataclass(frozen=True, kw_only=True)
class RenderFileOptions(ReadArtOptions):
    """Options of drawing saved art as a picture.

    Raises
    ------
    OptionError
        If a value is out of its range.
    """

    # fmt: off
    scale: Annotated[float | None, Option(
        "Enlargement of the picture.",
        metavar="X", above=0, none_means="2 for proportional fonts, otherwise 1")] = None
    # fmt: on


@option_class
@dataclass(frozen=True, kw_only=True)
class ScoreFileOptions(ReadArtOptions):
    """Options of comparing saved art with a picture.

    Raises
    ------
    OptionError
        If a value is out of its range.
    """

    strict: Strict = False
