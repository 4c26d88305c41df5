"""Prints what fine-tuning gains: python tests/benchmarks/training.py [--font NAME]... [--out DIR]

For each font both modes are fine-tuned as `asciiart train --font NAME --charset ascii` does, and
drawn with before and after: mean oriented F over the eight drawings (80 columns, light page), mean
r and detail r over the eight photographs (80 columns, dark page). About three minutes a font.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from pictures import DRAWINGS, PHOTOGRAPHS
from quality import OPTIONS, gray_of

from asciiart.metrics import score
from asciiart.pipeline import Artist
from asciiart.train.run import train_modes
from asciiart.train.settings import TrainConfig

FONTS = ("DejaVu Sans Mono", "JetBrains Mono", "Spleen 8x16", "M PLUS 1 Code")
"""None of them is among the shipped encoder's."""


def structure_of(artist: Artist) -> float:
    """Return the mean oriented F over the drawings."""
    arts = [(gray_of(path), artist.draw_with(path, OPTIONS).rows) for path in DRAWINGS]
    return float(
        np.mean([score(gray, rows, artist.font, "light").structure.f for gray, rows in arts])
    )


def tone_of(artist: Artist) -> tuple[float, float]:
    """Return mean r and mean detail r over the photographs."""
    arts = [(gray_of(path), artist.draw(path, columns=80).rows) for path in PHOTOGRAPHS]
    r, detail = np.mean(
        [score(gray, rows, artist.font, "dark").tone for gray, rows in arts], axis=0
    )
    return float(r), float(detail)


def figures_of(font: str, charset: str, model: str) -> tuple[float, float, float]:
    """Return F, r and detail r of a font with a model."""
    artist = Artist(font=font, charset=charset, model=model)
    return structure_of(artist), *tone_of(artist)


def fine_tune(font: str, charset: str, folder: Path) -> float:
    """Fine-tune both modes into a folder; return the minutes that it took."""
    start = time.perf_counter()
    plan = TrainConfig.plan({"fonts": (font,), "charset": charset})
    train_modes(plan.modes, folder, resume=False, command=f"asciiart train --font {font!r}")
    return (time.perf_counter() - start) / 60


def main() -> None:
    """Fine-tune for each font and print both models' figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--font", action="append", help="instead of the four")
    parser.add_argument("--charset", default="ascii")
    parser.add_argument("--out", type=Path, help="keep the models here")
    arguments = parser.parse_args()
    print(
        f"{'':<18} {'F shipped':>9} {'tuned':>7} {'r':>7} {'tuned':>7} {'detail':>7} {'tuned':>7}"
    )
    with tempfile.TemporaryDirectory() as temporary:
        for font in arguments.font or FONTS:
            folder = (arguments.out or Path(temporary)) / font.replace(" ", "-")
            minutes = fine_tune(font, arguments.charset, folder)
            before = figures_of(font, arguments.charset, "standard")
            after = figures_of(font, arguments.charset, str(folder))
            pairs = zip(before, after, strict=True)
            cells = [f"{value:>7.4f}" for pair in pairs for value in pair]
            print(f"{font:<18}  ", *cells, f" {minutes:.1f} minutes", flush=True)


if __name__ == "__main__":
    main()
