"""The command line, art that was drawn before: score and render."""

# ruff: noqa: D301, PLR0917 - click keeps the lines after \b as they are, and names every option

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import click

from asciiart.cli import click_options as shared
from asciiart.cli.defaults import Defaulted
from asciiart.cli.messages import INPUT, OUTPUT, echo
from asciiart.cli.quiet import muted_libraries
from asciiart.errors import OptionError
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


def _setting(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say how a text was set."""
    for option in reversed(_SETTING):
        command = option(command)
    return command


@click.command(cls=Defaulted)
@click.argument("picture", type=INPUT)
@click.argument("art", type=INPUT)
@_setting
@shared.STRICT
def score(
    picture: str,
    art: str,
    font: str | None,
    font_size: int | None,
    line_height: int | None,
    width: int | None,
    background: Background | None,
    encoding: str | None,
    strict: bool,
) -> None:
    """Say how faithful ART, a text or JSON file, is to PICTURE.

    Oriented F compares strokes (for line drawings), tone r and detail r brightness; 1 is perfect,
    a blank page scores 0. One of the two may be - for standard input.

    A JSON art knows where PICTURE lies on its page. A text's page is taken to be filled by it:
    that costs a text in a proportional font, whose rows begin where they fit best, much of its F.

    \b
    Examples:
      asciiart photo.jpg -o photo.json && asciiart score photo.jpg photo.json
      asciiart score logo.png logo.txt --background light --font "Spleen 8x16"
      asciiart score logo.png post.txt --background light --font Mona --width 640
      asciiart photo.jpg --format json | asciiart score photo.jpg -
    """
    from asciiart.cli.comparison.score_file import score_file  # noqa: PLC0415

    with muted_libraries(picture):
        result = score_file(
            picture,
            art,
            font,
            background,
            font_size=font_size,
            line_height=line_height,
            width=width,
            encoding=encoding,
            strict=strict,
        )
    echo(
        f"oriented F  {result.structure.f:.3f}",
        f"precision   {result.structure.precision:.3f}",
        f"recall      {result.structure.recall:.3f}",
        f"tone r      {result.tone.r:.3f}",
        f"detail r    {result.tone.detail:.3f}",
    )


# fmt: off
@click.command(cls=Defaulted)
@click.argument("art", type=INPUT)
@click.option("-o", "--output", type=OUTPUT, required=True, metavar="FILE",
    help="A PNG file. - is standard output.")
@click.option("--scale", type=float, metavar="X",
    help="How many times as large as set.  [default: 2 for proportional fonts, else 1]")
@_setting
def render(
    art: str,
    output: str,
    scale: float | None,
    font: str | None,
    font_size: int | None,
    line_height: int | None,
    width: int | None,
    background: Background | None,
    encoding: str | None,
) -> None:
    """Draw ART, a text or JSON file, as a picture in a font ("-" reads standard input).

    Texts with a terminal's color codes, which --format ansi writes, are drawn in their colors, and
    so is the ANSI art of the BBS scene.

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
    refuse_overwriting([output], [art, *([font] if font else [])])
    picture = render_file(
        art,
        font,
        background,
        scale,
        font_size=font_size,
        line_height=line_height,
        width=width,
        encoding=encoding,
    )
    if output == "-":
        write_bytes(sys.stdout, picture)
    else:
        write_atomically(output, picture)
# fmt: on
