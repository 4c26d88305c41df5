"""Prints how faithful the art is: python tests/benchmarks/quality.py [--card] [--quick]

Structure: mean oriented F over the eight drawings, 80 columns, light page, each cell where it is
for all matchers (a drawing is moved to a better place; see qualities.py). Tone: mean r, detail r,
range and monotony over the eight photographs, 80 columns, dark and light page; and the monotony of
a gray ramp of 64 steps, with the number of steps that go backwards. The comparison table's
autoencoders are trained here, with the shipped encoder's convolutions and data, in about two
minutes.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, get_args

import cv2
import numpy as np
import tomli_w
from pictures import DRAWINGS, PHOTOGRAPHS

from asciiart.core.autoencoders.convolutional import ConvAutoencoder
from asciiart.glyphs.font import Font, load_font
from asciiart.glyphs.grid import Grid, fit_grid
from asciiart.glyphs.rasterize import Ink, rasterize
from asciiart.io.files.assets import find_model
from asciiart.io.pictures.arrays import Mask
from asciiart.io.pictures.image import load_image
from asciiart.matching.arrays import Ids
from asciiart.matching.cell_codes import inked_cells
from asciiart.matching.metrics import ToneFidelity, draw_text, drawing_ink, score
from asciiart.matching.scores import StructureScore
from asciiart.options import Background, Options
from asciiart.page.ink_page import to_page
from asciiart.page.strokes import ROW_HEIGHT
from asciiart.pipeline import Artist
from asciiart.train.encoder.config import STRUCTURE
from asciiart.train.encoder.dataset import Dataset
from asciiart.train.encoder.report.baselines import (
    closeness,
    encode_cells,
    learned_glyphs,
    train_autoencoder,
)

OPTIONS = Options(mode="structure", columns=80, background="light")


def gray_of(path: Path) -> Ink:
    """Return a picture's brightness (H, W) in [0, 1]."""
    return cv2.imread(str(path), cv2.IMREAD_GRAYSCALE).astype(np.float32) / np.float32(255)


# --- the shipped program ------------------------------------------------------------------------


def structure_of(font: str, charset: str) -> tuple[int, float]:
    """Return the number of characters and the mean oriented F over the drawings."""
    artist = Artist(font=font, charset=charset)
    scores = []
    for path in DRAWINGS:
        art = artist.draw_with(path, OPTIONS, still=True)
        scores.append(score(gray_of(path), art.rows, artist.font, "light").structure.f)
    return len(art.glyphs), float(np.mean(scores))


def tone_of(background: Background) -> ToneFidelity:
    """Return the means over the photographs."""
    artist = Artist()
    results = []
    for path in PHOTOGRAPHS:
        art = artist.draw(path, columns=80, background=background)
        results.append(score(gray_of(path), art.rows, artist.font, background).tone)
    return ToneFidelity(*np.mean(results, axis=0).tolist())


def figures_of(tone: ToneFidelity) -> dict[str, float]:
    """Return the figures with their names."""
    return {name.replace("detail", "detail r"): value for name, value in tone._asdict().items()}


def ramp_of(background: Background) -> tuple[float, int]:
    """Return the monotony of a ramp of 64 even grays, and how many steps go backwards."""
    artist = Artist()
    steps = np.rint(np.linspace(0, 255, 64)).astype(np.uint8)
    picture = np.tile(steps.repeat(16), (128, 1))
    art = artist.draw(picture, columns=128, background=background)
    found = score(picture / np.float32(255), art.rows, artist.font, background).tone.monotony
    ink = draw_text(art.rows, artist.font, 16, 8).reshape(-1, 64, 16).mean(axis=(0, 2))
    bright = ink if background == "dark" else -ink
    return found, int((np.diff(bright) < -1e-6).sum())


# --- other ways to choose a glyph, for comparison -----------------------------------------------


class LinePage(NamedTuple):
    """A drawing as the encoder sees it."""

    gray: Ink
    ink: Ink
    grid: Grid
    where: Mask


def page_of(path: Path, font: Font) -> LinePage:
    """Return a drawing's line page."""
    picture = load_image(path)
    grid = fit_grid(*picture.rgb.shape[:2], font.cell(16, 2), columns=80)
    ink = to_page(picture, grid, "structure", OPTIONS, density=1.0).ink
    return LinePage(gray_of(path), ink, grid, inked_cells(ink, grid.rows, grid.columns))


def cells_of(ink: Ink, grid: Grid, height: int, width: int) -> Ink:
    """Cut a page into cells (N, h, w)."""
    cells = ink.reshape(grid.rows, height, grid.columns, width).swapaxes(1, 2)
    return cells.reshape(-1, height, width)


def mean_f(
    font: Font,
    glyphs: str,
    pages: list[LinePage],
    choose: Callable[[LinePage], Ids],
    everywhere: bool,
) -> float:
    """Return the mean F of pages whose cells ``choose`` gives glyph ids (N,)."""
    scores = []
    for page in pages:
        ids = choose(page).reshape(page.grid.rows, page.grid.columns)
        ids = ids if everywhere else np.where(page.where, ids, 0)
        rows = ["".join(glyphs[i] for i in row) for row in ids]
        scores.append(score(page.gray, rows, font, "light").structure.f)
    return float(np.mean(scores))


def nearest(queries: Ink, keys: Ink) -> Ids:
    """Return the index of the key nearest to each query (Euclidean)."""
    return np.argmax(closeness(queries, keys), axis=1)


def choose_by_pixels(inks: Ink) -> Callable[[LinePage], Ids]:
    """Nearest raw pixels at the encoder's size."""
    height, width = inks.shape[1:]

    def choose(page: LinePage) -> Ids:
        cells = cells_of(page.ink, page.grid, height, width)
        return nearest(cells.reshape(len(cells), -1), inks.reshape(len(inks), -1))

    return choose


def choose_by_score(font: Font, glyphs: str, own_lines: bool) -> Callable[[LinePage], Ids]:
    """The exact score, for every glyph and cell: what the encoder approximates.

    Of the lines that the program extracts (its outlines of filled areas among them), or of those
    that the metric compares with.
    """
    cell = font.cell(ROW_HEIGHT, 4)
    exact = StructureScore()
    known = exact.glyphs(rasterize(font, glyphs, cell.height, cell.width))
    known.maps[0], known.biases[0] = 0, 0

    def choose(page: LinePage) -> Ids:
        size = (page.grid.columns * cell.width, page.grid.rows * cell.height)
        if own_lines:
            lines = cv2.resize(page.ink, size, interpolation=cv2.INTER_LINEAR)
        else:
            large = cv2.resize(page.gray, size, interpolation=cv2.INTER_CUBIC)
            lines = drawing_ink(np.clip(large, 0, 1))
        queries = exact.cells(lines, cell.height, cell.width)
        return np.argmax(queries @ known.maps.reshape(len(glyphs), -1).T + known.biases, axis=1)

    return choose


def choose_by_autoencoder(network: ConvAutoencoder, inks: Ink) -> Callable[[LinePage], Ids]:
    """Nearest code of a plain autoencoder."""
    height, width = inks.shape[1:]

    keys = encode_cells(network, inks)

    def choose(page: LinePage) -> Ids:
        cells = cells_of(page.ink, page.grid, height, width)
        return nearest(encode_cells(network, cells), keys)

    return choose


def compare(steps: int) -> dict[str, float]:
    """Return each matcher's mean F in DejaVu Sans Mono, printable ASCII."""
    artist = Artist()
    glyphs = "".join(map(chr, range(0x20, 0x7F)))
    inks = rasterize(artist.font, glyphs, 16, 8)
    pages = [page_of(path, artist.font) for path in DRAWINGS]
    dataset = Dataset(replace(STRUCTURE, pages=100))
    learned = learned_glyphs(STRUCTURE)
    plain = train_autoencoder(dataset, learned, steps, noisy=False)
    denoising = train_autoencoder(dataset, learned, steps, noisy=True)
    ways = {
        "nearest raw pixels": choose_by_pixels(inks),
        "plain autoencoder, L2": choose_by_autoencoder(plain, inks),
        "denoising autoencoder, L2": choose_by_autoencoder(denoising, inks),
    }
    table = {
        name: mean_f(artist.font, glyphs, pages, choose, False) for name, choose in ways.items()
    }
    table["structure-aware autoencoder (shipped)"] = structure_of("DejaVu Sans Mono", "ascii")[1]
    table["best glyph per cell by the exact score"] = exact_of("DejaVu Sans Mono", "ascii")
    return table


def exact_of(font_name: str, charset: str, own_lines: bool = False) -> float:
    """Return the mean F of the best glyph per cell by the exact score."""
    artist = Artist(font=font_name, charset=charset)
    glyphs = artist.draw(DRAWINGS[0], mode="structure", columns=8).glyphs
    font = load_font(font_name)
    pages = [page_of(path, font) for path in DRAWINGS]
    return mean_f(font, glyphs, pages, choose_by_score(font, glyphs, own_lines), True)


def write_card(figures: dict[str, float]) -> None:
    """Replace the figures in the shipped model's card."""
    path = find_model("standard") / "card.toml"
    card = tomllib.loads(path.read_text(encoding="utf-8"))
    card["scores"] = {"command": "python tests/benchmarks/quality.py --card", **figures}
    path.write_text(tomli_w.dumps(card), encoding="utf-8")


def main() -> None:
    """Measure and print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--card", action="store_true", help="write them into the model's card")
    parser.add_argument("--steps", type=int, default=1500, help="of the compared autoencoders")
    parser.add_argument("--quick", action="store_true", help="leave the comparison out")
    arguments = parser.parse_args()
    figures: dict[str, float] = {}
    for font, charset in (
        ("DejaVu Sans Mono", "ascii"),
        ("JetBrains Mono", "ascii"),
        ("DejaVu Sans Mono", "ascii+latin+box"),
    ):
        count, f = structure_of(font, charset)
        print(f"structure  {font}, {charset} ({count}): F {f:.4f}")
        figures[f"structure F, {font}, {charset}"] = f
        for own_lines in (True, False):
            best = exact_of(font, charset, own_lines)
            whose = "the same lines" if own_lines else "the metric's lines"
            print(f"  best per cell by the exact score of {whose}: {best:.4f}, {f / best:.1%}")
            figures[f"structure F by the exact score of {whose}, {font}, {charset}"] = best
    for background in get_args(Background):
        tone, (monotony, backwards) = tone_of(background), ramp_of(background)
        words = ", ".join(f"{name} {figure:.4f}" for name, figure in figures_of(tone).items())
        print(f"tone       DejaVu Sans Mono, ascii, {background}: {words}")
        print(f"  a ramp of 64 steps: monotony {monotony:.4f}, {backwards} steps backwards")
        for name, figure in figures_of(tone).items():
            figures[f"tone {name}, {background}"] = figure
    if not arguments.quick:
        for name, f in compare(arguments.steps).items():
            print(f"matcher    {name}: F {f:.4f}")
            figures[f"matcher: {name}"] = f
    if arguments.card:
        write_card({name: round(figure, 4) for name, figure in figures.items()})


if __name__ == "__main__":
    main()
