"""The command `asciiart presets`: a picture in every preset, side by side."""

# ruff: noqa: D301 - click keeps the lines after \b as they are

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from asciiart.cli.defaults import Defaulted
from asciiart.cli.messages import INPUT
from asciiart.cli.presets import PRESETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asciiart.io.pictures.sources import Source
    from asciiart.io.terminal.terminal import Terminal

_ABREAST = 3
_GAP = 2
_NARROWEST = 10
"""Columns of a picture in a narrow window."""


@click.command(cls=Defaulted)
@click.argument("picture", type=INPUT)
def presets(picture: str) -> None:
    """Show PICTURE in every look that --preset names, side by side.

    \b
    Examples:
      asciiart presets photo.jpg
      asciiart photo.jpg --preset photo
    """
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from asciiart.io.addresses import FetchLimits  # noqa: PLC0415
    from asciiart.io.pictures.picture_search import PictureSource, open_picture  # noqa: PLC0415
    from asciiart.io.pictures.sources import rereadable  # noqa: PLC0415
    from asciiart.io.terminal.terminal import Terminal  # noqa: PLC0415 - not for `--help`

    terminal = Terminal.detect(os.environ, sys.stdout)
    named = PictureSource(picture)
    source = rereadable(open_picture(named, FetchLimits()))
    table = Table.grid(padding=(0, _GAP, 1, 0))
    cells = [
        Text(f"{name}\n", style="bold")
        + Text.from_ansi(_draw(source, named.title, preset.options, terminal))
        for name, preset in PRESETS.items()
    ]
    for first in range(0, len(cells), _ABREAST):
        table.add_row(*cells[first : first + _ABREAST])
    Console(width=terminal.columns, highlight=False).print(table)


def _draw(source: Source, title: str, preset: Mapping[str, Any], terminal: Terminal) -> str:
    """Return a picture in the options of a preset, as lines of text."""
    from asciiart.cli.click_options import chosen, drawing_options  # noqa: PLC0415
    from asciiart.options import ArtistOptions  # noqa: PLC0415
    from asciiart.pipeline import Artist  # noqa: PLC0415 - not for `--help`

    color = preset.get("color", "auto")
    color = terminal.color.value if color == "auto" else color
    wishes = {"background": None, "fill": False, **preset}
    options = drawing_options(wishes, color, terminal, None)
    columns = max(_NARROWEST, terminal.columns // _ABREAST - _GAP)
    artist = Artist(**vars(chosen(ArtistOptions, wishes)))
    art = artist.draw_with(source, options.sized(columns, None), name=title)
    return str(art.render("ansi", color=color))
