"""The command `asciiart compare`: fonts and character sets ranked."""

# ruff: noqa: D301 - click keeps the lines after \b as they are

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from asciiart.cli import click_options as shared
from asciiart.cli.defaults import Defaulted
from asciiart.cli.messages import INPUT, OUTPUT, echo, report
from asciiart.cli.quiet import muted_libraries
from asciiart.errors import OptionError
from asciiart.options import Mode, Options

if TYPE_CHECKING:
    from asciiart.cli.comparison.ranking import Comparison, Entry


# fmt: off
@click.command(cls=Defaulted)
@click.argument("pictures", nargs=-1, required=True, type=INPUT, metavar="PICTURE...")
@click.option("--font", "fonts", multiple=True, metavar="NAME|FILE",
    help="A font to compare; repeatable.  [default: the bundled fonts that have the charset]")
@click.option("--charset", "charsets", multiple=True, metavar="NAMES",
    help="A charset to compare, such as ascii+box or chars:...; repeatable.  "
    "[default: ascii]")
@shared.make_option("mode", type=click.Choice(get_args(Mode)),
    help="Draw brightness (tone) or outlines (structure).")
@shared.make_option("columns", default=80,
    note="Proportional fonts are set 16 pixels large: 80 columns are 640 pixels.")
@shared.make_option("background", note="Structure scores the same on both.")
@shared.make_option("detail")
@shared.make_option("subject")
@shared.make_option("crop", note="All drawings of a picture show the same part of it.")
@shared.make_option("model")
@shared.make_option("strict")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE",
    help="PNG file to write: each picture beside its drawings, best first.")
def compare(
    pictures: tuple[str, ...],
    fonts: tuple[str, ...],
    charsets: tuple[str, ...],
    *,
    model: str,
    output: str | None,
    **wishes: Any,
) -> None:
    """Rank fonts and character sets by how well they draw PICTURES.

    PICTURE is a file, an http or https address, or - for standard input. Each font is tried with
    each charset; the best come first. In structure they are ranked by mean oriented F: how well
    strokes match, in place and direction, those of the line drawing or, for a photograph, the lines
    found in it. In tone they are ranked by the mean of tone r and detail r. 1 is perfect. `asciiart
    score` gives the same figures, except for photographs in structure.

    The column "characters" counts those used and those that font and charset have in common;
    "seconds" is the mean time of a drawing. All drawings are equally wide; a font with lower
    characters needs more rows.

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

    if output is not None and (output == "-" or Path(output).suffix.lower() not in ("", ".png")):
        raise OptionError(f"{output}: asciiart compare writes PNG files only")
    if output is not None:
        refuse_overwriting([output], [*pictures, *fonts])
    options = shared.chosen(Options, wishes, neighbors=1)
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
    """Return the entries as a table of aligned columns with their names in the first line."""
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
    tone = len(entry.fidelity) == 4
    figures = [entry.score, *entry.fidelity[:2]] if tone else entry.fidelity
    return (
        str(rank),
        entry.font,
        entry.charset,
        *(f"{figure:.3f}" for figure in figures),
        f"{entry.used} of {entry.available}",
        f"{entry.seconds:.2f}",
    )


def _align(cells: Sequence[str], *, left: bool) -> list[str]:
    """Return the cells of a column padded to the same width in a terminal."""
    from wcwidth import wcswidth  # noqa: PLC0415 - slow to import

    shown = [cell if cell.isprintable() else ascii(cell)[1:-1] for cell in cells]
    widths = [max(0, wcswidth(cell)) for cell in shown]
    blanks = [" " * (max(widths) - width) for width in widths]
    pairs = zip(shown, blanks, strict=True)
    return [cell + blank if left else blank + cell for cell, blank in pairs]
