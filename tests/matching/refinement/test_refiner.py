"""A refined page is better as a whole, in tiles as in one piece."""

from __future__ import annotations

import numpy as np
import pytest

from asciiart.glyphs.rasterize import Ink
from asciiart.matching.glyph_index import Neighbors
from asciiart.matching.large_matching import LargeMatch, MovedPage
from asciiart.matching.match import match_page
from asciiart.matching.matcher import Matcher
from asciiart.matching.offsets import Offset
from asciiart.matching.refinement import refiner
from asciiart.matching.refinement.refiner import Refiner
from asciiart.matching.refinement.tone_term import visibility_filter
from asciiart.matching.row_steps import RowRules
from asciiart.page.ink_page import WholePage
from asciiart.pipeline import Artist

NOWHERE = Offset(0, 0, 0.0)
EVEN = slice(10, 13)


@pytest.fixture(scope="module")
def artist() -> Artist:
    return Artist()


@pytest.fixture(scope="module")
def matcher(artist: Artist) -> Matcher:
    return artist._matchers.matcher({"tone": 1.0}, None)


def gradient(matcher: Matcher, rows: int = 12, columns: int = 30) -> WholePage:
    """Return a page that becomes denser to the right and downward, but for some even cells."""
    height, width = matcher.cell.size
    right = np.linspace(0.02, 0.3, columns * width, dtype=np.float32)
    down = np.linspace(0.4, 1, rows * height, dtype=np.float32)
    ink = np.outer(down, right)
    grays = np.random.default_rng(0).uniform(0.03, 0.3, (rows, 3)).astype(np.float32)
    even = grays.repeat(height, axis=0).repeat(width, axis=1)
    ink[:, EVEN.start * width : EVEN.stop * width] = even
    return WholePage(ink, None)


def matched(matcher: Matcher, page: WholePage) -> Neighbors:
    return match_page([page.ink], matcher, 8, RowRules())


def visible_error(matcher: Matcher, page: WholePage, nearest: Neighbors, glyphs: Ink) -> float:
    """Return d' K d for the page's ink and that of the best glyphs."""
    inks = glyphs[nearest.glyph_ids[..., 0]]
    text = inks.transpose(0, 2, 1, 3).reshape(page.ink.shape)
    difference = text - page.ink
    return float((difference * visibility_filter(difference, matcher.cell.width)).sum())


def test_refining_lessens_the_visible_error(artist: Artist, matcher: Matcher) -> None:
    page = gradient(matcher)
    nearest = matched(matcher, page)
    before = nearest.glyph_ids.copy()
    own = Refiner(matcher, artist.font, None)
    refined = own.refine(
        nearest, [MovedPage(page, NOWHERE, matcher.cell)], matcher.even_parts([page.ink])
    )
    np.testing.assert_array_equal(nearest.glyph_ids, before)  # what was given stays as it was
    errors = [visible_error(matcher, page, one, own._draw(1)[1]) for one in (nearest, refined)]
    assert errors[1] < 0.95 * errors[0]
    assert (refined.glyph_ids[..., 0] != before[..., 0]).any()


def test_even_grays_keep_their_glyphs(artist: Artist, matcher: Matcher) -> None:
    page = gradient(matcher)
    nearest = matched(matcher, page)
    pages = [MovedPage(page, NOWHERE, matcher.cell)]
    refined = Refiner(matcher, artist.font, None).refine(
        nearest, pages, matcher.even_parts([page.ink])
    )
    even = (slice(None), EVEN, 0)
    np.testing.assert_array_equal(refined.glyph_ids[even], nearest.glyph_ids[even])


def test_tiles_are_refined_as_the_whole_page_is(
    artist: Artist, matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = gradient(matcher, rows=20, columns=40)
    pages = [MovedPage(page, NOWHERE, matcher.cell)]
    own = Refiner(matcher, artist.font, None)
    whole = own.refine(matched(matcher, page), pages, matcher.even_parts([page.ink])).first(2)
    monkeypatch.setattr(refiner, "_TILE_ROWS", 8)
    monkeypatch.setattr(refiner, "_TILE_COLUMNS", 16)
    monkeypatch.setattr(refiner, "_AROUND", {"tone": 12})
    monkeypatch.setattr(refiner, "_ACROSS", {"tone": 24})
    tiled = own.refine_large(LargeMatch(pages, matcher, 8, RowRules()), 2)
    assert tiled.glyph_ids.shape == whole.glyph_ids.shape
    assert (tiled.glyph_ids[..., 0] == whole.glyph_ids[..., 0]).mean() > 0.99
