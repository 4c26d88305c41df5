"""Options for reading saved art: the font, size, width and encoding of its text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import click

from asciiart.options import Background

# fmt: off
_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--font", metavar="NAME|FILE",
        help="Font of the text.  [default: the one named in JSON art, otherwise DejaVu Sans Mono]"),
    click.option("--font-size", type=int, metavar="PX",
        help="Font size in pixels per em; a proportional font's text is laid out at this size.  "
        "[default: the size in JSON art, otherwise 16 if proportional, 20 for pictures if not]"),
    click.option("--line-height", type=int, metavar="PX",
        help="Distance of lines in a proportional font.  "
        "[default: the font's own, at least 9/8 of its size]"),
    click.option("--width", type=int, metavar="N",
        help="Page width in columns (pixels in a proportional font), if wider than the longest "
        "row.  [default: the width in JSON art, otherwise the longest row's]"),
    click.option("--background", type=click.Choice(get_args(Background)),
        help="Page behind the text.  [default: the one in JSON art, otherwise dark]"),
    click.option("--encoding", metavar="NAME",
        help="Encoding of the text: utf-8, cp932, cp437, latin-1 or any other that Python knows.  "
        "[default: UTF-8, or UTF-16 with a byte order mark; otherwise cp437 in .nfo, .ans, .asc, "
        ".diz and files with a SAUCE record, cp932 elsewhere]"),
)
# fmt: on


def typesetting_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that describe how saved text was laid out."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
