"""The command `asciiart render`: text art drawn as a picture."""

# ruff: noqa: D301 - click keeps the lines after \b as they are

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from asciiart.cli import click_options as shared
from asciiart.cli.defaults import Defaulted
from asciiart.cli.messages import INPUT, OUTPUT
from asciiart.errors import OptionError
from asciiart.options import RenderFileOptions


# fmt: off
@click.command(cls=Defaulted)
@click.argument("art", type=INPUT)
@click.option("-o", "--output", type=OUTPUT, required=True, metavar="FILE",
    help="PNG file to write; - is standard output.")
@shared.options_of(RenderFileOptions)
def render(art: str, output: str, **wishes: Any) -> None:
    """Draw ART, a text or JSON file, as a picture in a font.

    ART may be - for standard input. Text with a terminal's color codes, as --format ansi writes it,
    is drawn in its colors; so is the ANSI art of bulletin boards.

    \b
    Examples:
      asciiart render photo.txt -o photo.png
      asciiart render photo.json -o photo.png --font-size 32
      asciiart render photo.ans -o photo.png
      asciiart render group.nfo -o group.png --font Mona
      asciiart render post.txt -o post.png --font Mona --background light
      asciiart photo.jpg | asciiart render - -o photo.png --font "JetBrains Mono"
    """
    from asciiart.art.reading.saved_art import render_file  # noqa: PLC0415
    from asciiart.cli.batch.output_names import refuse_overwriting  # noqa: PLC0415
    from asciiart.io.files.atomic_files import write_atomically  # noqa: PLC0415
    from asciiart.io.terminal.terminal import write_bytes  # noqa: PLC0415

    if Path(output).suffix.lower() not in ("", ".png"):
        raise OptionError(f"{output}: asciiart render writes PNG files only")
    font = wishes["font"]
    refuse_overwriting([output], [art, *([font] if font else [])])
    picture = render_file(art, **wishes)
    if output == "-":
        write_bytes(sys.stdout, picture)
    else:
        write_atomically(output, picture)
# fmt: on
