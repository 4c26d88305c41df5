"""The command `asciiart score`: how faithful text art is to a picture."""

# ruff: noqa: D301, PLR0917 - click keeps the lines after \b as they are, and names every option

from __future__ import annotations

import click

from asciiart.cli import click_options as shared
from asciiart.cli.defaults import Defaulted
from asciiart.cli.messages import INPUT, echo
from asciiart.cli.quiet import muted_libraries
from asciiart.cli.typesetting_options import typesetting_options
from asciiart.options import Background


@click.command(cls=Defaulted)
@click.argument("picture", type=INPUT)
@click.argument("art", type=INPUT)
@typesetting_options
@shared.make_option("strict")
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
    """Measure how faithful ART, a text or JSON file, is to PICTURE.

    Oriented F compares strokes and suits line drawings; tone r and detail r compare brightness. 1
    is perfect, and a blank page scores 0. One of the two files may be - for standard input.

    JSON art records where PICTURE lies on its page. Plain text is assumed to cover its page, which
    lowers the F of text in a proportional font, whose rows may be shifted.

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
