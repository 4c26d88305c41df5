"""Tests of asciiart.motion.deflicker: what does not move keeps its pixels and characters."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from made_arts import MakeArt

from asciiart.art.art import Art
from asciiart.io.pictures.arrays import Pixels
from asciiart.io.pictures.image import load_image
from asciiart.motion.animation import animate
from asciiart.motion.deflicker import TemporalDenoiser, apply_hysteresis, count_changes
from asciiart.options import Mode, Options
from asciiart.pipeline import Artist


def noisy(sigma: float, count: int, move: int = 0) -> list[Pixels]:
    """Return pictures of a disc and a slope, the disc moved by so many pixels each time."""
    numbers = np.random.default_rng(0)
    y, x = np.mgrid[:240, :320]
    arrays = []
    for i in range(count):
        disc = (x - 100 - move * i) ** 2 + (y - 120) ** 2 < 50**2
        gray = np.where(disc, 220, 40 + x / 4)[..., None] + numbers.normal(0, sigma, (240, 320, 3))
        arrays.append(np.clip(gray, 0, 255).astype(np.uint8))
    return arrays


@pytest.mark.parametrize("mode", ["tone", "structure"])
@pytest.mark.parametrize("sigma", [2, 8])
def test_still_and_noisy_clip(mode: Mode, sigma: float) -> None:
    """The bar is 1 % of the cells a frame."""
    artist, options = Artist(), Options(mode=mode, columns=60)
    arts = list(animate(noisy(sigma, 6), options, artist=artist))
    changes = [count_changes(a, b) for a, b in pairwise(arts)]
    assert np.mean(changes) <= 0.01 * arts[0].characters.size
    plain = list(animate(noisy(sigma, 3), options, artist=artist, steady=False))
    assert count_changes(plain[0], plain[1]) > max(changes)


def test_what_moves_is_shown() -> None:
    """Steady arts of a moving clip are nearly those of each frame alone."""
    artist, options = Artist(), Options(columns=60)
    clip = noisy(1.5, 5, move=12)
    for art, alone in zip(
        animate(clip, options, artist=artist),
        animate(clip, options, artist=artist, steady=False),
        strict=True,
    ):
        assert count_changes(art, alone) < 0.12 * art.characters.size
        assert np.abs(art.colors.astype(int) - alone.colors).max() <= 8


def test_nothing_moves() -> None:
    denoiser = TemporalDenoiser()
    first, second = noisy(3, 2)
    assert np.array_equal(denoiser.apply(first, 20, 40), first)  # type: ignore[arg-type]
    assert denoiser.apply(second, 20, 40) is None


def test_only_what_moves_is_taken() -> None:
    denoiser = TemporalDenoiser()
    first, second = noisy(3, 2)
    second[100:140, 200:260] = 250
    denoiser.apply(first, 20, 40)
    shown = denoiser.apply(second, 20, 40)
    assert shown is not None
    assert np.array_equal(shown[100:140, 200:260], second[100:140, 200:260])
    assert np.array_equal(shown[:60], first[:60])


def test_what_moves_at_the_margin_is_taken() -> None:
    """Also in what is left over beside the last whole block."""
    first = np.zeros((101, 203, 3), np.uint8)
    second = first.copy()
    second[80:, 180:] = 255
    denoiser = TemporalDenoiser()
    denoiser.apply(first, 7, 13)
    shown = denoiser.apply(second, 7, 13)
    assert shown is not None
    assert np.array_equal(shown[90:, 190:], second[90:, 190:])


def test_slow_changes_are_followed() -> None:
    """A fade of a level a frame never lags behind by more than noise is allowed to."""
    denoiser = TemporalDenoiser()
    shown = None
    for level in range(60):
        new = denoiser.apply(np.full((48, 64, 3), level, np.uint8), 6, 16)
        shown = new.copy() if new is not None else shown
        assert shown is not None
        assert level - int(shown.min()) <= 4


def test_other_size_begins_again() -> None:
    denoiser = TemporalDenoiser()
    denoiser.apply(np.zeros((48, 64, 3), np.uint8), 6, 16)
    other = np.zeros((40, 64, 3), np.uint8)
    assert denoiser.apply(other, 6, 16) is not None
    assert denoiser.apply(other, 9, 30) is None


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (5, 300)])
def test_tiny_pictures(size: tuple[int, int]) -> None:
    denoiser = TemporalDenoiser()
    for level in (0, 255):
        pixels = np.full((*size, 3), level, np.uint8)
        assert np.array_equal(denoiser.apply(pixels, 1, 1), pixels)  # type: ignore[arg-type]


def with_scores(art: Art, scores: list[float], best: int) -> Art:
    """Return an art of one cell with glyphs 0, 1, 2, ..., of which ``best`` is moved to front."""
    ids = [best, *(i for i in range(len(scores)) if i != best)]
    return replace(
        art,
        characters=np.array([[art.glyphs[best]]]),
        glyph_ids=np.array([[ids]], np.int32),
        scores=np.array([[scores]], np.float32),
    )


def test_nearly_best_is_kept(make_art: MakeArt) -> None:
    art = make_art(["abcde"])
    before = with_scores(art, [9, 8, 7, 6, 5], best=2)
    now = with_scores(art, [9, 8.9, 8, 6, 5], best=0)
    kept = apply_hysteresis(now, before)
    assert kept.characters.tolist() == [[art.glyphs[2]]]
    assert kept.glyph_ids.tolist() == [[[2, 0, 1, 3, 4]]]
    assert kept.scores.tolist() == [[pytest.approx([8, 9, 8.9, 6, 5])]]


def test_worse_is_not_kept(make_art: MakeArt) -> None:
    art = make_art(["abcde"])
    before = with_scores(art, [9, 8, 7, 6, 5], best=3)
    now = with_scores(art, [9, 8, 7.5, 6, 5], best=0)
    assert apply_hysteresis(now, before) is now


def test_other_glyphs_have_nothing_in_common(make_art: MakeArt) -> None:
    now, before = make_art(["abc"]), make_art(["xbc"])
    assert apply_hysteresis(now, before) is now
    assert apply_hysteresis(now, make_art(["abcabc"])) is now


@pytest.mark.parametrize(
    ("font", "charset"), [("Mona", "ascii"), ("M PLUS 1 Code", "ascii+kana+kanji")]
)
def test_characters_of_different_widths_begin_where_they_did(font: str, charset: str) -> None:
    artist = Artist(font=font, charset=charset)
    before, art = (
        artist.draw(pixels, columns=40, mode="structure") for pixels in noisy(2, 2, move=12)
    )
    kept = apply_hysteresis(art, before)
    np.testing.assert_array_equal(kept.characters != "", art.characters != "")


def test_arts_of_a_clip_are_drawn_from_what_is_shown() -> None:
    """The last art itself comes back where nothing has moved."""
    clip = noisy(0, 1) * 3
    arts = list(animate(clip, Options(columns=40, levels="none")))
    assert arts[0] is arts[1] is arts[2]
    assert str(arts[0]) == str(Artist().draw(load_image(clip[0]).rgb, columns=40, levels="none"))


def test_a_filled_cell_keeps_the_character_of_its_colors() -> None:
    random = np.random.default_rng(0)
    artist, options = Artist(charset="blocks"), Options(columns=30, fill=True)
    arts = []
    for _ in range(2):
        noisy = np.clip(random.normal(90, 30, (60, 80, 3)), 0, 255).astype(np.uint8)
        arts.append(artist.draw_with(noisy, options))
    assert count_changes(*arts) > 0
    assert apply_hysteresis(arts[1], arts[0]) is arts[1]
