"""Prints how much memory drawing takes: python tests/benchmarks/memory.py [CASE...]

Each case draws a square photograph in two sizes, each in a process of its own. The difference of
their peaks, divided by that of their cells, is what a cell takes beyond what any drawing does.
"""

from __future__ import annotations

import subprocess
import sys
from typing import NamedTuple

COLUMNS = (400, 1000)

PROGRAM = """
import resource, sys
import numpy as np
from asciiart import Artist
from asciiart.art.formats.registry import render

picture, columns, wishes, artist, form = {picture!r}, {columns}, {wishes!r}, {artist!r}, {form!r}
y, x = np.mgrid[:600, :600]
if picture == "photograph":
    noise = np.random.default_rng(0).integers(0, 60, (600, 600))
    array = (96 + 60 * np.sin(x / 31) * np.cos(y / 23 + x / 90) + noise).astype(np.uint8)
else:
    import cv2
    array = np.full((600, 600), 255, np.uint8)
    for radius in range(20, 290, 30):
        cv2.circle(array, (300, 300), radius, 0, 3)
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
art = Artist(**artist).draw(array, columns=columns, **wishes)
drawn = peak()
shown = 0
if form:
    shown = len(render(art, form, color="none" if form in ("text", "json") else "truecolor"))
print(art.characters.size, drawn, peak(), shown)
"""


class Case(NamedTuple):
    """What is drawn."""

    name: str
    picture: str = "photograph"
    wishes: dict[str, object] = {}  # noqa: RUF012 - never written into
    artist: dict[str, object] = {}  # noqa: RUF012
    form: str = ""
    columns: tuple[int, int] = COLUMNS


CASES = (
    Case("tone"),
    Case("structure, photograph", wishes={"mode": "structure"}),
    Case("structure, drawing", "drawing", {"mode": "structure"}),
    Case("outline share 0.5", wishes={"outline_share": 0.5}),
    Case("tone, good", wishes={"quality": "good"}),
    Case("tone, best", wishes={"quality": "best"}),
    Case("structure, good", wishes={"mode": "structure", "quality": "good"}),
    Case("structure, best", wishes={"mode": "structure", "quality": "best"}),
    Case("drawing, best", "drawing", {"mode": "structure", "quality": "best"}),
    Case("fill", wishes={"fill": True}, artist={"charset": "blocks"}),
    Case(
        "fill, 16 colors, diffusion", wishes={"fill": True, "palette": "16", "dither": "diffusion"}
    ),
    Case("braille, diffusion", wishes={"dither": "diffusion"}, artist={"charset": "braille"}),
    Case("Mona, tone", artist={"font": "Mona"}, columns=(200, 500)),
    Case(
        "Mona, structure",
        wishes={"mode": "structure"},
        artist={"font": "Mona"},
        columns=(200, 500),
    ),
    *(Case(form, form=form) for form in ("text", "ansi", "html", "svg", "json")),
    Case("png", form="png"),
)


class Measured(NamedTuple):
    """One drawing."""

    cells: int
    drawn: int
    """Bytes, the peak of drawing."""
    rendered: int
    """Bytes, the peak of all."""
    shown: int
    """Characters or bytes of the result."""


def measure(case: Case, columns: int) -> Measured:
    """Return what a process of its own takes."""
    program = PROGRAM.format(
        picture=case.picture,
        columns=columns,
        wishes=case.wishes,
        artist=case.artist,
        form=case.form,
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Measured(*map(int, done.stdout.split()))


def main() -> None:
    """Print a line for each case whose name holds one of the arguments, or for all."""
    for case in CASES:
        if sys.argv[1:] and not any(word in case.name for word in sys.argv[1:]):
            continue
        small, large = (measure(case, columns) for columns in case.columns)
        cells = large.cells - small.cells
        line = f"{case.name:<28} {(large.drawn - small.drawn) / cells:7.0f} bytes a cell"
        line += f", {large.cells} cells {large.rendered / 1e6:7.0f} MB"
        if case.form:
            line += f"; shown as {(large.shown - small.shown) / cells:.0f} a cell,"
            line += f" with {(large.rendered - small.rendered) / cells:.0f}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
