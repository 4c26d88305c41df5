"""Options of the commands that read a text: in which font it was set, how large and how wide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import click

from asciiart.options import Background

# fmt: off
_SETTING: tuple[Callable[[Any], Any], ...] = (
    click.option("--font", metavar="NAME|FILE",
        help="Font of the text.  [default: the one in a JSON art, else DejaVu Sans Mono]"),
    click.option("--font-size", type=int, metavar="PX",
        help="Pixels per em; those at which the text of a proportional font is set.  "
        "[default: what a JSON art says, else 16 if proportional, 20 for pictures if not]"),
    click.option("--line-height", type=int, metavar="PX",
        help="Of a proportional font.  [default: the font's own, at least 9/8 of its size]"),
    click.option("--width", type=int, metavar="N",
        help="Of the page, in columns, or in pixels of a proportional font, where no row is as "
        "long.  [default: what a JSON art says, else the longest row's]"),
    click.option("--background", type=click.Choice(get_args(Background)),
        help="What the text stands on.  [default: what a JSON art says, else dark]"),
    click.option("--encoding", metavar="NAME",
        help="Of the text: utf-8, cp932, cp437, latin-1 or any other that Python knows.  [default: "
        "UTF-8, or UTF-16 with a byte order mark; else cp437 in .nfo, .ans, .asc, .diz and files "
        "with a SAUCE record, cp932 in others]"),
)
# fmt: on


def typesetting_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say how a text was set."""
    for option in reversed(_SETTING):
        command = option(command)
    return command
