"""The two scores against their formulas, computed pixel by pixel."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from asciiart.glyphs.charsets import CHARSETS
from asciiart.glyphs.font import Font
from asciiart.glyphs.rasterize import Ink, rasterize
from asciiart.matching.scores import GlyphFeatures, StructureScore, ToneScore
from asciiart.page.strokes import find_strokes
from asciiart.train.encoder.synthetic_pages import dead_leaves

HEIGHT, WIDTH = 32, 16
Maps = NDArray[np.float64]


def brute_maps(ink: Ink, widest: int | None = None) -> tuple[Maps, Maps]:
    """Return B and T (8, H, W), written down as DESIGN.md says them."""
    strokes = find_strokes(ink, widest)
    height, width = ink.shape
    on, near = np.zeros((8, height, width)), np.zeros((8, height, width))
    half_widths = {dy: round((16 - dy * dy) ** 0.5) for dy in range(-4, 5)}
    for y, x in zip(*np.nonzero(strokes.skeleton), strict=True):
        turns = float(strokes.angle[y, x]) / (np.pi / 8)  # in bins
        for direction in range(8):
            off = min(abs(turns - direction - 8 * k) for k in (-1, 0, 1))
            on[direction, y, x] = off <= 0.5
            if off > 1:
                continue
            for dy, half in half_widths.items():
                for dx in range(-half, half + 1):
                    if 0 <= y + dy < height and 0 <= x + dx < width:
                        near[direction, y + dy, x + dx] = 1
    return on, near


def draw_lines(random: np.random.Generator, height: int, width: int) -> Ink:
    page = np.zeros((height, width), np.uint8)
    for _ in range(3 + height * width // 500):
        start, end = (random.integers(0, (width, height)).tolist() for _ in range(2))
        cv2.line(page, start, end, 255, int(random.integers(1, 4)), cv2.LINE_AA)
    return page.astype(np.float32) / np.float32(255)


def flat(known: GlyphFeatures) -> Ink:
    """Return the features in the order of `Score.cells`."""
    return known.maps.reshape(len(known.maps), -1)


def page_and_glyphs(seed: int) -> tuple[Ink, Ink]:
    random = np.random.default_rng(seed)
    page = draw_lines(random, 64, 64)
    return page, np.stack([draw_lines(random, HEIGHT, WIDTH) for _ in range(3)])


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("weight", [0.75, 0.4])
def test_structure_score_is_its_formula(seed: int, weight: float) -> None:
    page, glyphs = page_and_glyphs(seed)
    score = StructureScore(weight)
    known = score.glyphs(glyphs)
    found = score.cells(page, HEIGHT, WIDTH) @ flat(known).T + known.biases
    page_on, page_near = brute_maps(page)
    expected = np.zeros_like(found)
    for g, glyph in enumerate(glyphs):
        on, near = (maps[:, 8:-8, 8:-8] for maps in brute_maps(np.pad(glyph, 8), widest=9))
        for cell in range(len(found)):
            y, x = cell // (64 // WIDTH) * HEIGHT, cell % (64 // WIDTH) * WIDTH
            here = (slice(None), slice(y, y + HEIGHT), slice(x, x + WIDTH))
            hits = 0.0
            for d, v, u in np.ndindex(8, HEIGHT, WIDTH):
                hits += page_near[here][d, v, u] * on[d, v, u]  # type: ignore[assignment]
                hits += page_on[here][d, v, u] * near[d, v, u]  # type: ignore[assignment]
            expected[cell, g] = hits - weight * on.sum()
    assert np.abs(expected).max() > 10
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_best_glyph_for_its_own_strokes_is_itself(font: Font) -> None:
    characters = CHARSETS["ascii"][1:]
    inks = rasterize(font, characters, HEIGHT, WIDTH)
    score = StructureScore()
    known = score.glyphs(inks)
    places = []
    for g, ink in enumerate(inks):
        page = np.zeros((3 * HEIGHT, 3 * WIDTH), np.float32)
        page[HEIGHT : 2 * HEIGHT, WIDTH : 2 * WIDTH] = ink
        cell = score.cells(page, HEIGHT, WIDTH)[4]
        scores = flat(known) @ cell + known.biases
        assert scores[g] > 0, characters[g]  # the space has 0
        assert scores[g] > 0.7 * scores.max(), characters[g]
        places.append(int((scores > scores[g]).sum()))
    assert max(places) <= 2
    assert np.mean(np.array(places) == 0) > 0.7


def test_blank_paper_is_best_left_blank(font: Font) -> None:
    known = StructureScore().glyphs(rasterize(font, CHARSETS["ascii"][1:], HEIGHT, WIDTH))
    assert (known.biases < 0).all()
    assert not StructureScore().cells(np.zeros((64, 64), np.float32), HEIGHT, WIDTH).any()


def test_a_filled_glyph_counts_by_its_outline(font: Font) -> None:
    block, stroke = StructureScore(1.0).glyphs(rasterize(font, "\u2588|", HEIGHT, WIDTH)).biases
    assert -block == pytest.approx(2 * (HEIGHT + WIDTH), rel=0.2)
    assert -stroke == pytest.approx(HEIGHT, rel=0.2)


def halve(ink: Ink) -> Maps:
    height, width = ink.shape
    small = np.zeros((height // 2, width // 2))
    for y, x in np.ndindex(small.shape):
        small[y, x] = sum(float(ink[2 * y + i, 2 * x + j]) for i in (0, 1) for j in (0, 1)) / 4
    return small


def blur_matrix(size: int, sigma: float) -> Maps:
    """Return the matrix of a Gaussian blur of ``size`` numbers with blank paper around."""
    radius = round(4 * sigma)
    weights = {d: np.exp(-d * d / (2 * sigma * sigma)) for d in range(-radius, radius + 1)}
    total = sum(weights.values())
    return np.array([[weights.get(i - j, 0) / total for j in range(size)] for i in range(size)])


@pytest.mark.parametrize(("sigma", "mean"), [(0.25, 0.25), (0.5, 0.0), (0.25, 2.0)])
def test_tone_score_is_its_formula(sigma: float, mean: float) -> None:
    random = np.random.default_rng(3)
    page = dead_leaves(random, 64)
    glyphs = random.random((4, HEIGHT, WIDTH), np.float32)
    score = ToneScore(sigma, mean)
    known = score.glyphs(glyphs)
    found = score.cells(page, HEIGHT, WIDTH) @ flat(known).T + known.biases
    h, w = HEIGHT // 2, WIDTH // 2
    blur = np.kron(blur_matrix(h, sigma * w), blur_matrix(w, sigma * w))
    metric = blur @ blur + mean * np.ones((h * w, h * w)) / (h * w)
    cells = [
        halve(page[y : y + HEIGHT, x : x + WIDTH]).ravel()
        for y in range(0, 64, HEIGHT)
        for x in range(0, 64, WIDTH)
    ]
    small = [halve(glyph).ravel() for glyph in glyphs]
    expected = [[c @ metric @ c - (c - g) @ metric @ (c - g) for g in small] for c in cells]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
    assert np.linalg.eigvalsh(metric).min() > -1e-9  # a distance, so equal ink is best


def test_tone_of_a_glyphs_own_ink_is_best_matched_by_itself(font: Font) -> None:
    inks = rasterize(font, CHARSETS["ascii"], HEIGHT, WIDTH)
    score = ToneScore()
    known = score.glyphs(inks)
    cells = score.cells(np.concatenate(list(inks), axis=1), HEIGHT, WIDTH)
    scores = cells @ flat(known).T + known.biases
    assert (scores.argmax(1) == np.arange(len(inks))).all()
