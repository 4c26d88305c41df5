"""Prints how good and how fast Japanese text art is: python tests/benchmarks/japanese.py [--quick]

The eight drawings on a light page: in Mona at 640 px, rows 16 + 2 px, and in M PLUS 1 Code at 80
columns. "exact" is the same row solver fed with the exact score of the same lines, in place of
codes; it draws every glyph at every pixel, which takes minutes (--quick leaves it out).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from pictures import DRAWINGS
from quality import gray_of
from speed import whole_process
from torch.nn import functional

from asciiart.art.art import Art
from asciiart.glyphs.charsets import parse_charset
from asciiart.glyphs.font import load_font
from asciiart.glyphs.grid import Placement, fit_grid
from asciiart.glyphs.rasterize import Ink, rasterize_row
from asciiart.glyphs.typesetting import Typeset
from asciiart.io.pictures.image import load_image
from asciiart.matching.arrays import Ids
from asciiart.matching.glyph_index import GlyphIndex
from asciiart.matching.index_building import build_index
from asciiart.matching.index_cache import pack_index, unpack_index
from asciiart.matching.metrics import score_characters
from asciiart.matching.model import load_model
from asciiart.matching.row_solver import RowStep, solve_rows
from asciiart.matching.scores import StructureScore
from asciiart.options import Options
from asciiart.page.ink_page import to_page
from asciiart.page.strokes import direction_maps, find_strokes, tolerance_maps
from asciiart.pipeline import Artist

SMALL, LARGE = "ascii+kana+symbols", "ascii+jis"
MONA = Options(mode="structure", width=640, background="light")
CELLS = Options(mode="structure", columns=80, background="light")
TYPESET = Typeset(16, 18)
_WEIGHT = 0.87
"""Of a glyph's length in the exact score, as in the program: about the F that rows reach."""


def f_of(art: Art, path: Path) -> float:
    """Return an art's oriented F for its drawing."""
    return score_characters(
        gray_of(path), art.characters, art.font, art.typeset, "light", placement=art.placement
    ).structure.f


def draw_all(artist: Artist, options: Options) -> tuple[float, float]:
    """Return the mean F over the drawings, and the median seconds of a drawing."""
    artist.draw_with(DRAWINGS[0], options)
    scores, times = [], []
    for path in DRAWINGS:
        start = time.perf_counter()
        art = artist.draw_with(path, options)
        times.append(time.perf_counter() - start)
        scores.append(f_of(art, path))
    return float(np.mean(scores)), statistics.median(times)


# --- the exact score ----------------------------------------------------------------------------


class ExactGlyphs:
    """Mona's glyphs by what the exact score knows of them, at twice their size."""

    def __init__(self, artist: Artist, index: GlyphIndex) -> None:
        self.index = index
        self.filters = {}
        for span in index.keys:
            ids = [i for i in index.ids_of(span) if index.inks[i] > 0]
            if ids:
                characters = "".join(index.characters[i] for i in ids)
                inks = rasterize_row(artist.font, characters, 16, 18, span, scale=2)
                known = StructureScore(_WEIGHT).glyphs(inks)
                keys = torch.from_numpy(known.maps).view(len(ids), 16 * 36, 2 * span)
                self.filters[span] = (np.array(ids), keys, torch.from_numpy(known.biases))

    def steps(self, lines: Ink, cost: float) -> Iterator[tuple[RowStep, Ids]]:
        """Yield what the best glyph of each width scores from every pixel on, and which it is."""
        strokes = find_strokes(lines)
        maps = np.concatenate([tolerance_maps(strokes), direction_maps(strokes)])  # (16, H, W)
        count, height, width = maps.shape
        by_row = maps.reshape(count, height // 36, 36, width).swapaxes(0, 1)
        shape = (height // 36, width // 2)
        for span, (ids, keys, biases) in self.filters.items():
            scores = np.full(shape, -np.inf, np.float32)
            best = np.zeros(shape, np.int64)
            for row in range(shape[0]):
                page = torch.from_numpy(
                    by_row[row].reshape(1, count * 36, width).astype(np.float32)
                )
                if page.any():
                    found = functional.conv1d(page, keys, stride=2)[0] + biases[:, None]
                    values, chosen = found.max(dim=0)
                    inked = by_row[row].any(axis=(0, 1)).reshape(-1, 2).any(axis=1)
                    ends = np.pad(np.cumsum(inked), (1, 0))
                    near = ends[span:] > ends[:-span]
                    scores[row, : len(values)][near] = values.numpy()[near] - cost
                    best[row, : len(values)] = ids[chosen.numpy()]
            yield RowStep(span, scores), best
        for blank in self.index.blanks.tolist():
            scores = np.full(shape, -1e-3, np.float32)
            yield RowStep(int(self.index.spans[blank]), scores), np.full(shape, blank)


def exact_f(artist: Artist) -> float:
    """Return the mean F of rows solved by the exact score, at the offsets that the codes chose."""
    encoder = load_model("standard").load_encoder("structure")
    cell = TYPESET.cell(encoder.spec.stride[0])
    characters = parse_charset(SMALL)
    score = StructureScore(_WEIGHT)
    index = build_index(artist.font, characters, encoder, score, cell=cell, typeset=TYPESET)
    glyphs = ExactGlyphs(artist, index)
    names = np.array([*glyphs.index.characters, ""])
    scores = []
    for path in DRAWINGS:
        offset = round(artist.draw_with(path, MONA).placement.top)
        picture = load_image(path)
        grid = fit_grid(*picture.rgb.shape[:2], cell, columns=640)
        page = to_page(picture, grid, "structure", MONA, 1.0).ink
        moved = np.pad(page, ((offset, 18 - offset), (0, 0))) if offset else page
        lines = cv2.resize(moved, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
        steps, ids = zip(*glyphs.steps(lines, cost=0.3), strict=True)
        path_of_rows = solve_rows(steps)
        stacked = np.stack([*ids, np.full_like(ids[0], -1)])
        chosen = np.take_along_axis(stacked, path_of_rows[None].astype(np.int64), axis=0)[0]
        placement = Placement(0, offset, 640, page.shape[0])
        scores.append(
            score_characters(
                gray_of(path), names[chosen], artist.font, TYPESET, "light", placement=placement
            ).structure.f
        )
    return float(np.mean(scores))


# --- speed --------------------------------------------------------------------------------------


def index_times() -> tuple[int, float, float]:
    """Return the glyphs of the largest set in Mona and the seconds to build and to read them."""
    encoder = load_model("standard").load_encoder("structure")
    characters = parse_charset(LARGE)
    start = time.perf_counter()
    score, cell = StructureScore(_WEIGHT), TYPESET.cell(encoder.spec.stride[0])
    index = build_index(load_font("Mona"), characters, encoder, score, cell=cell, typeset=TYPESET)
    built = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        path.write_bytes(pack_index(index))
        start = time.perf_counter()
        unpack_index(path.read_bytes())
        return len(index.characters), built, time.perf_counter() - start


def main() -> None:
    """Measure and print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave the exact score out")
    arguments = parser.parse_args()
    count, built, read = index_times()
    print(f"index    Mona, {LARGE} ({count}): {built:.2f} s first, {read:.2f} s cached")
    for charset in (SMALL, LARGE):
        f, seconds = draw_all(Artist(font="Mona", charset=charset), MONA)
        print(f"Mona     {charset}: F {f:.4f}, {seconds:.2f} s warm")
        command = [sys.executable, "-m", "asciiart", str(DRAWINGS[-1]), "--mode", "structure"]
        command += ["--font", "Mona", "--width", "640", "--charset", charset]
        cold, megabytes = whole_process([*command, "--background", "light"], runs=3)
        print(f"Mona     {charset}: {cold:.2f} s cold, {megabytes:.0f} MB")
    f, _ = draw_all(Artist(target="sjis"), MONA)
    print(f"Mona     --target sjis: F {f:.4f}")
    for charset in ("ascii", f"{SMALL}+kanji"):
        f, seconds = draw_all(Artist(font="M PLUS 1 Code", charset=charset), CELLS)
        print(f"M PLUS   {charset}: F {f:.4f}, {seconds:.2f} s warm")
    if not arguments.quick:
        artist = Artist(font="Mona", charset=SMALL)
        f, _ = draw_all(artist, MONA)
        best = exact_f(artist)
        print(f"Mona     {SMALL}, exact score: F {best:.4f}; the codes reach {f / best:.1%}")


if __name__ == "__main__":
    main()
