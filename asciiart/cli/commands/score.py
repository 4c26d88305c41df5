"""The command `asciiart score`: how faithful text art is to a picture."""

# ruff: noqa: D301 - click keeps the lines after \b as they are

from __future__ import annotations

from typing import Any

import click

from asciiart.cli import click_options as shared
from asciiart.cli.defaults import Defaulted
from asciiart.cli.messages import INPUT, echo
from asciiart.cli.quiet import muted_libraries
from asciiart.options import ScoreFileOptions


@click.command(cls=Defaulted)
@click.argument("picture", type=INPUT)
@click.argument("art", type=INPUT)
@shared.options_of(ScoreFileOptions)
def score(picture: str, art: str, **wishes: Any) -> None:
    """Measure how faithful ART, a text or JSON file, is to PICTURE.

    Oriented F compares strokes and suits line drawings; tone r and detail r compare brightness.
    Range is how much brighter the art is where the picture is brightest than where it is darkest,
    as a share of what its characters allow; monotony is how well steps of brightness keep their
    order. 1 is perfect, and a blank page scores 0. One of the two files may be - for standard
    input.

    JSON art records where PICTURE lies on its page. Plain text is assumed to cover its page. That
    is wrong, and F too low, for outlines of a line drawing, which are moved in their cells, and for
    text in a proportional font, whose rows may be shifted: measure their JSON art.

    \b
    Examples:
      asciiart photo.jpg -o photo.json && asciiart score photo.jpg photo.json
      asciiart score logo.png logo.txt --background light --font "Spleen 8x16"
      asciiart score logo.png post.txt --background light --font Mona --width 640
      asciiart photo.jpg --format json | asciiart score photo.jpg -
    """
    from asciiart.cli.comparison.score_file import score_file  # noqa: PLC0415

    with muted_libraries(picture):
        result = score_file(picture, art, **wishes)
    echo(
        f"oriented F  {result.structure.f:.3f}",
        f"precision   {result.structure.precision:.3f}",
        f"recall      {result.structure.recall:.3f}",
        f"tone r      {result.tone.r:.3f}",
        f"detail r    {result.tone.detail:.3f}",
        f"range       {result.tone.range:.3f}",
        f"monotony    {result.tone.monotony:.3f}",
    )
