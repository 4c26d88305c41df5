"""Prints what fine-tuning gains: python tests/benchmarks/training.py [--font NAME]... [--out DIR]

For each font both modes are fine-tuned as `asciiart train --font NAME --charset ascii` does, and
drawn with before and after: mean oriented F over the eight drawings (light page), mean r and detail
r over the eight photographs (dark page), 80 columns or, in a proportional font, 640 pixels. About
three minutes a font.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import get_args

import numpy as np
from pictures import DRAWINGS, PHOTOGRAPHS
from quality import gray_of

from asciiart.matching.metrics import Fidelity, score_characters
from asciiart.options import Background, Mode, Options
from asciiart.pipeline import Artist
from asciiart.train.encoder.plan import TrainConfig
from asciiart.train.encoder.run import train_modes

FONTS = ("DejaVu Sans Mono", "JetBrains Mono", "Spleen 8x16", "M PLUS 1 Code", "Mona")
"""None of them is among the shipped encoder's."""


def fidelity_of(artist: Artist, path: Path, mode: Mode, background: Background) -> Fidelity:
    """Return how faithful a drawn picture is."""
    wide = {"width": 640} if artist.font.proportional else {"columns": 80}
    options = Options(mode=mode, background=background, **wide)
    # In cells a drawing keeps its place, so that models are compared and not places.
    art = artist.draw_with(path, options, still=not artist.font.proportional)
    return score_characters(
        gray_of(path), art.characters, art.font, art.typeset, background, placement=art.placement
    )


def figures_of(font: str, charset: str, model: str, modes: list[Mode]) -> list[float]:
    """Return F, r and detail r of a font with a model; NaN for a mode that was not asked for."""
    artist = Artist(font=font, charset=charset, model=model)
    drawn = DRAWINGS if "structure" in modes else []
    shown = PHOTOGRAPHS if "tone" in modes else []
    lines = [fidelity_of(artist, path, "structure", "light").structure.f for path in drawn]
    tones = [fidelity_of(artist, path, "tone", "dark").tone[:2] for path in shown]
    return [
        float(np.mean(values))
        for values in (lines or [np.nan], *np.transpose(tones or [[np.nan] * 2]))
    ]


def fine_tune(arguments: argparse.Namespace, font: str, folder: Path) -> float:
    """Fine-tune into a folder as the command line does; return the minutes that it took."""
    start = time.perf_counter()
    options = {"fonts": (font,), "charset": arguments.charset}
    plan = TrainConfig.plan(options, arguments.config, arguments.mode)
    command = f"asciiart train --font {font!r} --charset {arguments.charset}"
    train_modes(plan.modes, folder, resume=False, command=command)
    return (time.perf_counter() - start) / 60


def main() -> None:
    """Fine-tune for each font and print both models' figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--font", action="append", help="instead of the five")
    parser.add_argument("--charset", default="ascii")
    parser.add_argument("--mode", action="append", choices=get_args(Mode), help="instead of both")
    parser.add_argument("--config", type=Path, help="TOML file with other settings")
    parser.add_argument("--out", type=Path, help="keep the models here")
    arguments = parser.parse_args()
    arguments.mode = arguments.mode or ["structure", "tone"]
    print(
        f"{'':<18} {'F shipped':>9} {'tuned':>7} {'r':>7} {'tuned':>7} {'detail':>7} {'tuned':>7}"
    )
    with tempfile.TemporaryDirectory() as temporary:
        for font in arguments.font or FONTS:
            folder = (arguments.out or Path(temporary)) / font.replace(" ", "-")
            minutes = fine_tune(arguments, font, folder)
            before = figures_of(font, arguments.charset, "standard", arguments.mode)
            after = figures_of(font, arguments.charset, str(folder), arguments.mode)
            pairs = zip(before, after, strict=True)
            cells = [f"{value:>7.4f}" for pair in pairs for value in pair]
            print(f"{font:<18}  ", *cells, f" {minutes:.1f} minutes", flush=True)


if __name__ == "__main__":
    main()
