"""Prints how well photographs' lines are found: python tests/benchmarks/lines.py

Precision, recall and F on rendered scenes with known lines, whose textures the network has not
seen: a pixel is right when a line's is at most 4 px away. Each extractor is shown at the detail
with its best F and at the default, 0.5; the time is for a page of 80 columns by 34 rows.
--sheet FILE.png draws the photographs, their lines and the art made of them, to be looked at.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from line_extractors import EXTRACTORS, Extractor, Gray, Mask
from pictures import MORE_PHOTOGRAPHS, PHOTOGRAPHS
from speed import PHOTOGRAPH, median_time

from asciiart.glyphs import load_font
from asciiart.grid import fit_grid
from asciiart.metrics import draw_text
from asciiart.pipeline import DEFAULT_FONT, Artist
from asciiart.strokes import widen
from asciiart.train.scenes import HELD_OUT_TEXTURES, SCENE_UNIT, Scene, make_scene

TOLERANCE = 4
DETAILS = (0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75)
SEED = 2_000_000
"""Training scenes are numbered from 0."""
FACE = (slice(0, 260), slice(100, 340))
"""The astronaut's, in pixels of her photograph."""
ARTIST = Artist()


def near(lines: Mask) -> Mask:
    """Return what lies at most 4 px from a line."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * TOLERANCE + 1,) * 2)
    return cv2.dilate(lines.astype(np.uint8), disc) > 0


def boundary_f(scenes: Sequence[Scene], extract: Extractor, detail: float) -> tuple[float, ...]:
    """Return F, precision and recall over all scenes' pixels (Martin, Fowlkes and Malik 2004)."""
    right = found = hit = true = 0
    for scene in scenes:
        lines = extract(scene.gray, detail, SCENE_UNIT)
        right += np.count_nonzero(lines & near(scene.lines))
        hit += np.count_nonzero(scene.lines & near(lines))
        found += np.count_nonzero(lines)
        true += np.count_nonzero(scene.lines)
    precision, recall = right / max(found, 1), hit / max(true, 1)
    return 2 * precision * recall / max(precision + recall, 1e-9), precision, recall


def page_of(picture: Gray, columns: int) -> Gray:
    """Return a photograph's brightness at the size of its page."""
    grid = fit_grid(*picture.shape, ARTIST.font.cell(16, 2), columns=columns)
    page = cv2.resize(picture, grid.page_shape[::-1], interpolation=cv2.INTER_CUBIC)
    low, high = np.percentile(page, (0.5, 99.5))
    return np.clip((page - low) / (high - low), 0, 1).astype(np.float32)


def gray_of(path: Path) -> Gray:
    """Return a picture's brightness (H, W) in [0, 1]."""
    return cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) / np.float32(255)


def measure(count: int) -> None:
    """Print the table."""
    scenes = [make_scene((SEED, i), 512, HELD_OUT_TEXTURES) for i in range(count)]
    page = page_of(gray_of(PHOTOGRAPH), 80)
    for name, extract in EXTRACTORS.items():
        scores = {detail: boundary_f(scenes, extract, detail) for detail in DETAILS}
        best = max(scores, key=lambda detail: scores[detail])
        seconds = median_time(partial(extract, page, 0.5, SCENE_UNIT), 20)
        for detail in dict.fromkeys((best, 0.5)):
            f, precision, recall = scores[detail]
            print(
                f"{name:<11} detail {detail:.3f}: F {f:.3f}, precision {precision:.3f}, "
                f"recall {recall:.3f}, {1000 * seconds:.1f} ms a page"
            )


def drawn(lines: Mask, columns: int) -> Gray:
    """Return the art of lines, drawn as black text on white in the page's size."""
    drawing = (255 * (1 - cv2.resize(widen(lines), None, fx=2, fy=2))).astype(np.uint8)
    art = ARTIST.draw(drawing, mode="structure", columns=columns, background="light")
    ink = draw_text(art.rows, load_font(DEFAULT_FONT), 16, SCENE_UNIT)
    return 1 - cv2.resize(ink, lines.shape[::-1])


def draw_sheet(path: Path, columns: int, detail: float, pictures: list[Gray]) -> None:
    """Write a sheet: a row for each picture, its lines above its art."""
    rows = []
    for picture in pictures:
        page = page_of(picture, columns)
        tiles = [np.vstack([page, np.ones_like(page)])]
        for extract in EXTRACTORS.values():
            lines = extract(page, detail, SCENE_UNIT)
            tiles.append(np.vstack([1 - widen(lines), drawn(lines, columns)]))
        rows.append(np.hstack([np.pad(t, 4, constant_values=0.5) for t in tiles]))
    cv2.imwrite(str(path), (255 * np.vstack(rows)).astype(np.uint8))


def main() -> None:
    """Measure, or draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=60)
    parser.add_argument("--sheet", type=Path, help="draw a sheet instead of measuring")
    parser.add_argument("--columns", type=int, default=80, help="of the sheet's art")
    parser.add_argument("--detail", type=float, default=0.5, help="of the sheet's lines")
    parser.add_argument("--only", nargs="*", default=[], help="names of the sheet's photographs")
    options = parser.parse_args()
    if options.sheet is None:
        measure(options.scenes)
        return
    named = {path.stem: gray_of(path) for path in (*PHOTOGRAPHS, *MORE_PHOTOGRAPHS)}
    named["face"] = named["astronaut"][FACE]
    chosen = options.only or list(named)
    draw_sheet(options.sheet, options.columns, options.detail, [named[name] for name in chosen])


if __name__ == "__main__":
    main()
