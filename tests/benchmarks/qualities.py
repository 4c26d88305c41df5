"""Prints what --quality gains and costs: python tests/benchmarks/qualities.py

80 columns, DejaVu Sans Mono, ASCII: mean oriented F over the eight drawings (light page), mean r
and detail r over the eight photographs (dark and light pages), and the seconds of a warm drawing.
Then the same, in brief, for characters of two widths and for a proportional font.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import numpy as np
from pictures import DRAWINGS, PHOTOGRAPHS
from quality import gray_of

from asciiart.art.art import Art
from asciiart.matching.metrics import score_characters
from asciiart.options import Options, Quality
from asciiart.pipeline import Artist

_RUNS = 3


def draw_warm(artist: Artist, path: Path, options: Options) -> tuple[Art, float]:
    """Return the art of a picture and the seconds of the fastest of three warm drawings."""
    art, seconds = artist.draw_with(path, options), []
    for _ in range(_RUNS):
        start = time.perf_counter()
        artist.draw_with(path, options)
        seconds.append(time.perf_counter() - start)
    return art, min(seconds)


def measure(artist: Artist, paths: Sequence[Path], options: Options) -> tuple[list[float], float]:
    """Return F, or r and detail r, and the seconds, all of them means over pictures."""
    figures, seconds = [], []
    for path in paths:
        art, taken = draw_warm(artist, path, options)
        fidelity = score_characters(
            gray_of(path),
            art.characters,
            art.font,
            art.typeset,
            options.background,
            placement=art.placement,
        )
        lines = options.mode == "structure"
        figures.append([fidelity.structure.f] if lines else list(fidelity.tone[:2]))
        seconds.append(taken)
    return np.mean(figures, axis=0).tolist(), float(np.mean(seconds))


def compare(what: str, artist: Artist, paths: Sequence[Path], **wishes: object) -> None:
    """Print a line for each quality."""
    fast = 0.0
    for quality in get_args(Quality):
        options = Options(quality=quality, columns=80, **wishes)
        figures, seconds = measure(artist, paths, options)
        fast = fast or seconds
        words = " ".join(f"{figure:.4f}" for figure in figures)
        cost = f"{1000 * seconds:6.0f} ms {seconds / fast:5.1f} x"
        print(f"{what:<44} {quality:<5} {words:<14} {cost}", flush=True)


def main() -> None:
    """Measure and print everything."""
    usual = Artist()
    structure = {"mode": "structure", "background": "light"}
    compare("structure, drawings: F", usual, DRAWINGS, **structure)
    for background in ("dark", "light"):
        compare(f"tone, {background}: r, detail r", usual, PHOTOGRAPHS, background=background)
    for font in ("M PLUS 1 Code", "Mona"):
        artist = Artist(font=font, charset="ascii+kana+symbols")
        compare(f"structure, drawings, {font}, kana: F", artist, DRAWINGS, **structure)
        compare(f"tone, dark, {font}, kana: r, detail r", artist, PHOTOGRAPHS, background="dark")


if __name__ == "__main__":
    main()
