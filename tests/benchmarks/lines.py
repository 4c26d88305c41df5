"""Prints how well photographs' lines are found: python tests/benchmarks/lines.py [--card]

Precision, recall and F on rendered scenes with known lines, whose textures the network has not
seen: a pixel is right when a line's is at most 4 px away. Each extractor is shown at the detail
with its best F and at the default, 0.5; the time is for a page of 80 columns by 41 rows.

--sheet FILE.png draws ten photographs and a face, their lines and the art made of them, to be
looked at: scenes do not say everything. The network alone has the best F, but its thinned opinion
draws webs in dense places, and loses eyes and mouths.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import tomli_w
from line_extractors import EXTRACTORS, Extractor
from pictures import MORE_PHOTOGRAPHS, PHOTOGRAPHS
from speed import PHOTOGRAPH, median_time

from asciiart.glyphs.font import DEFAULT_FONT, load_font
from asciiart.glyphs.grid import fit_grid
from asciiart.io.files.assets import find_lines
from asciiart.io.pictures.arrays import Gray, Mask
from asciiart.matching.metrics import draw_text
from asciiart.page.contour_network import CARD
from asciiart.page.strokes import widen
from asciiart.pipeline import Artist
from asciiart.train.contours.scenes import HELD_OUT_TEXTURES, SCENE_UNIT, Scene, make_scene

TOLERANCE = 4
DEFAULT = 0.5
"""Of ``--detail``."""
DETAILS = (0.0, 0.125, 0.25, 0.375, DEFAULT, 0.625, 0.75)
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
    page = cv2.resize(picture, grid.page_shape[::-1], interpolation=cv2.INTER_AREA)
    low, high = np.percentile(page, (0.5, 99.5))
    return np.clip((page - low) / (high - low), 0, 1).astype(np.float32)


def gray_of(path: Path) -> Gray:
    """Return a picture's brightness (H, W) in [0, 1]."""
    return cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) / np.float32(255)


def measure(count: int) -> dict[str, float]:
    """Print the table; return its F by extractor and detail."""
    scenes = [make_scene((SEED, i), 512, HELD_OUT_TEXTURES) for i in range(count)]
    page = page_of(gray_of(PHOTOGRAPH), 80)
    figures = {}
    print("extractor   detail      F  precision  recall  ms a page")
    for name, extract in EXTRACTORS.items():
        scores = {detail: boundary_f(scenes, extract, detail) for detail in DETAILS}
        best = max(scores, key=lambda detail: scores[detail])
        seconds = median_time(partial(extract, page, DEFAULT, SCENE_UNIT), 20)
        for detail in dict.fromkeys((best, DEFAULT)):
            f, precision, recall = scores[detail]
            print(f"{name:<11} {detail:6.3f}  {f:.3f}      {precision:.3f}   {recall:.3f}", end="")
            print(f"  {1000 * seconds:9.1f}")
            figures[f"{name}, detail {detail}: F"] = round(f, 4)
    return figures


def write_card(figures: dict[str, float]) -> None:
    """Replace the figures in the shipped network's card."""
    path = find_lines() / CARD
    card = tomllib.loads(path.read_text(encoding="utf-8"))
    card["scores"] = {"command": "python tests/benchmarks/lines.py --card", **figures}
    path.write_text(tomli_w.dumps(card), encoding="utf-8")


def drawn(lines: Mask, columns: int) -> Gray:
    """Return the art of lines, drawn as black text on white in the page's size."""
    drawing = (255 * (1 - cv2.resize(widen(lines), None, fx=2, fy=2))).astype(np.uint8)
    art = ARTIST.draw(drawing, mode="structure", columns=columns, background="light")
    ink = draw_text(art.rows, load_font(DEFAULT_FONT), 16, SCENE_UNIT)
    return 1 - cv2.resize(ink, lines.shape[::-1])


def draw_sheet(
    path: Path, pictures: list[Gray], extractors: list[Extractor], columns: int, detail: float
) -> None:
    """Write a sheet: a row for each picture, its lines above its art."""
    rows = []
    for picture in pictures:
        page = page_of(picture, columns)
        tiles = [np.vstack([page, np.ones_like(page)])]
        for extract in extractors:
            lines = extract(page, detail, SCENE_UNIT)
            tiles.append(np.vstack([1 - widen(lines), drawn(lines, columns)]))
        rows.append(np.hstack([np.pad(t, 4, constant_values=0.5) for t in tiles]))
    sheet = (255 * np.vstack(rows)).astype(np.uint8)
    cv2.imwrite(str(path), sheet, [cv2.IMWRITE_PNG_COMPRESSION, 9])


def main() -> None:
    """Measure, or draw the sheet."""
    named = {path.stem: gray_of(path) for path in (*PHOTOGRAPHS, *MORE_PHOTOGRAPHS)}
    named["face"] = named["astronaut"][FACE]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=60)
    parser.add_argument("--card", action="store_true", help="write F into the network's card")
    parser.add_argument("--sheet", type=Path, help="draw a sheet instead of measuring")
    parser.add_argument("--columns", type=int, default=80, help="of the sheet's art")
    parser.add_argument("--detail", type=float, default=DEFAULT, help="of the sheet's lines")
    parser.add_argument("--only", nargs="+", choices=named, default=list(named))
    parser.add_argument("--by", nargs="+", choices=EXTRACTORS, default=list(EXTRACTORS))
    options = parser.parse_args()
    if options.sheet is None:
        figures = measure(options.scenes)
        if options.card:
            write_card(figures)
        return
    pictures = [named[name] for name in options.only]
    extractors = [EXTRACTORS[name] for name in options.by]
    draw_sheet(options.sheet, pictures, extractors, options.columns, options.detail)


if __name__ == "__main__":
    main()
