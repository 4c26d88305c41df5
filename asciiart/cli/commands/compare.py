"""The command line: fonts and characters compared."""

# ruff: noqa: D301, PLR0917 - click keeps the lines after \b as they are, and names every option

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from asciiart.cli import click_options as shared
from asciiart.cli.defaults import Defaulted
from asciiart.cli.messages import INPUT, OUTPUT, echo, report
from asciiart.cli.quiet import muted_libraries
from asciiart.errors import OptionError
from asciiart.options import Background, Mode

if TYPE_CHECKING:
    from asciiart.cli.comparison.ranking import Comparison, Entry


# fmt: off
@click.command(cls=Defaulted)
@click.argument("pictures", nargs=-1, required=True, type=INPUT, metavar="PICTURE...")
@click.option("--font", "fonts", multiple=True, metavar="NAME|FILE",
    help="A font to compare; repeat for more.  [default: the bundled ones that have the charset]")
@click.option("--charset", "charsets", multiple=True, metavar="NAMES",
    help="A charset to compare, such as ascii+box or chars:...; repeat for more.  "
    "[default: ascii]")
@shared.MODE
@click.option("-c", "--columns", type=int, default=80, show_default=True, metavar="N",
    help="Half-width characters in a line; half ems in proportional fonts, which are set 16 "
    "pixels large: 80 are 640 pixels.")
@click.option("--background", type=click.Choice(get_args(Background)), default="dark",
    show_default=True, help="What the text will stand on. Structure scores the same on both.")
@shared.DETAIL
@shared.MODEL
@shared.STRICT
@click.option("-o", "--output", type=OUTPUT, metavar="FILE",
    help="A PNG file: each picture beside its drawings, best first.")
def compare(
    pictures: tuple[str, ...],
    fonts: tuple[str, ...],
    charsets: tuple[str, ...],
    mode: Mode,
    columns: int,
    background: Background,
    detail: float,
    model: str,
    strict: bool,
    output: str | None,
) -> None:
    """Say which font and characters draw PICTURES best ("-" reads standard input).

    Every font draws with every charset, and the best come first. In structure that is by the mean
    oriented F over the pictures: strokes that lie and run as those of a line drawing do or, where
    the picture is none, as the lines found in it. In tone it is by the mean of tone r and detail r.
    `asciiart score` gives the same figures but for photographs in structure; 1 is perfect.
    Characters are how many were used, of how many in both font and charset; seconds are the mean
    time of a drawing.

    Drawings are equally wide; a font whose characters are less high needs more rows.

    \b
    Examples:
      asciiart compare photo.jpg
      asciiart compare photo.jpg --charset ascii --charset ascii+box+blocks -o sheet.png
      asciiart compare *.png --mode structure --font Mona --font MyFont.ttf --background light
    """
    from asciiart.cli.batch.output_names import refuse_overwriting  # noqa: PLC0415
    from asciiart.cli.comparison import ranking as comparing  # noqa: PLC0415 - `--help` needs none of these
    from asciiart.cli.comparison.sheet import draw_sheet  # noqa: PLC0415
    from asciiart.io.files.atomic_files import write_atomically  # noqa: PLC0415
    from asciiart.options import Options  # noqa: PLC0415

    if output is not None and (output == "-" or Path(output).suffix.lower() not in ("", ".png")):
        raise OptionError(f"{output}: asciiart compare writes PNG files only")
    if output is not None:
        refuse_overwriting([output], [*pictures, *fonts])
    options = Options(
        mode=mode,
        columns=columns,
        background=background,
        detail=detail,
        neighbors=1,
        strict=strict,
    )
    comparison = comparing.compare(
        pictures, fonts, charsets, options, model=model, guard=muted_libraries
    )
    code = 0
    for failure in comparison.failures:
        code = report(failure, 1)
    if comparison.entries:
        echo(*_table(comparison))
        if output is not None:
            write_atomically(output, draw_sheet(comparison))
    sys.exit(code)
# fmt: on


def _table(comparison: Comparison) -> list[str]:
    """Return the entries as lines of aligned columns, below the columns' names."""
    figures = {
        "structure": ("oriented F", "precision", "recall"),
        "tone": ("score", "tone r", "detail r"),
    }
    names = ("", "font", "charset", *figures[comparison.mode], "characters", "seconds")
    rows = [_cells(rank, entry) for rank, entry in enumerate(comparison.entries, start=1)]
    columns = zip(names, *rows, strict=True)
    aligned = (_align(column, left=i in (1, 2)) for i, column in enumerate(columns))
    return ["  ".join(row) for row in zip(*aligned, strict=True)]


def _cells(rank: int, entry: Entry) -> tuple[str, ...]:
    figures = [entry.score, *entry.fidelity] if len(entry.fidelity) == 2 else entry.fidelity
    return (
        str(rank),
        entry.font,
        entry.charset,
        *(f"{figure:.3f}" for figure in figures),
        f"{entry.used} of {entry.available}",
        f"{entry.seconds:.2f}",
    )


def _align(cells: Sequence[str], *, left: bool) -> list[str]:
    """Return a column's cells filled up with blanks, equally wide in a terminal."""
    from wcwidth import wcswidth  # noqa: PLC0415 - slow to import

    shown = [cell if cell.isprintable() else ascii(cell)[1:-1] for cell in cells]
    widths = [max(0, wcswidth(cell)) for cell in shown]
    blanks = [" " * (max(widths) - width) for width in widths]
    pairs = zip(shown, blanks, strict=True)
    return [cell + blank if left else blank + cell for cell, blank in pairs]
