"""Pages that are drawn in bands are those that are drawn as a whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skimage
from paths import PICTURES

from asciiart.matching import dot_patterns, large_matching
from asciiart.matching.refinement import refiner, stroke_term
from asciiart.page import bands, contour_network, drawing_lines, large_pages
from asciiart.pipeline import Artist

PHOTOGRAPH = Path(skimage.__file__).parent / "data" / "astronaut.png"
DRAWING = sorted((PICTURES / "drawings").glob("*.png"))[1]


@pytest.fixture
def in_bands(monkeypatch):
    """Return a function that makes bands small."""

    def make(pixels):
        for module in (bands, dot_patterns, large_matching, large_pages, drawing_lines, refiner):
            monkeypatch.setattr(module, "BAND_PIXELS", pixels)
        monkeypatch.setattr(contour_network, "_BAND_PIXELS", pixels // 16)
        monkeypatch.setattr(large_matching, "_OFFSET_PIXELS", pixels // 8)
        monkeypatch.setattr(stroke_term, "_BAND_PIXELS", pixels)
        monkeypatch.setattr(refiner, "_TILE_ROWS", 16)
        monkeypatch.setattr(refiner, "_TILE_COLUMNS", 40)

    return make


@pytest.mark.parametrize(
    ("picture", "artist", "wishes"),
    [
        (PHOTOGRAPH, {}, {"mode": "tone"}),
        (PHOTOGRAPH, {}, {"mode": "tone", "contrast": 1.5, "background": "light"}),
        (PHOTOGRAPH, {}, {"mode": "tone", "quality": "good"}),
        (PHOTOGRAPH, {}, {"mode": "structure"}),
        (PHOTOGRAPH, {}, {"outline_share": 0.5}),
        (DRAWING, {}, {"mode": "structure"}),
        (DRAWING, {}, {"mode": "structure", "quality": "good"}),
        (PHOTOGRAPH, {"charset": "braille"}, {"dither": "diffusion"}),
    ],
    ids=lambda value: value.stem if isinstance(value, Path) else str(value),
)
def test_bands_leave_no_trace_in_the_text(in_bands, picture, artist, wishes):
    artist = Artist(**artist)
    whole = artist.draw(picture, columns=70, **wishes)
    for pixels in (150_000, 40_000):
        in_bands(pixels)
        banded = artist.draw(picture, columns=70, **wishes)
        assert str(banded) == str(whole)
        np.testing.assert_allclose(banded.scores, whole.scores, atol=0.02)


def test_no_stage_reads_more_of_a_page_than_a_band(in_bands, monkeypatch):
    pixels, reads = 40_000, []
    in_bands(pixels)
    ink_rows = large_pages._TonePage.ink_rows

    def watched(page, top, bottom):
        reads.append((bottom - top) * page.shape[1])
        return ink_rows(page, top, bottom)

    monkeypatch.setattr(large_pages._TonePage, "ink_rows", watched)
    art = Artist().draw(PHOTOGRAPH, columns=70, quality="good")
    height, width = art.grid.cell.size
    row = height * width * art.grid.columns
    assert max(reads) <= pixels + 2 * row  # the rows above and below are seen, too
    assert sum(reads) < 30 * art.grid.rows * row


@pytest.mark.parametrize("wishes", [{"mode": "structure"}, {"mode": "tone"}])
@pytest.mark.parametrize("font", ["Mona", "M PLUS 1 Code"])
def test_rows_of_any_characters_hardly_depend_on_the_bands(in_bands, font, wishes):
    artist = Artist(font=font, charset="ascii+kana")
    arts = []
    for pixels in (90_000, 30_000):
        in_bands(pixels)
        arts.append(artist.draw(DRAWING, columns=40, **wishes).characters)
    assert (arts[0] != arts[1]).mean() < 0.01  # paths that are equally good but for rounding
