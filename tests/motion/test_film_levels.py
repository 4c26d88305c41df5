"""One range of gray levels for a whole film."""

import numpy as np
import pytest

from asciiart.motion.animation import animate
from asciiart.motion.decoding.opening import open_frames
from asciiart.motion.film_levels import FilmLevels, measure_film
from asciiart.options import Options
from asciiart.page.levels import LevelRange
from asciiart.pipeline import Artist


def fade(values=(200, 150, 100, 50)):
    """Return frames (40, 64, 3), half black, half ever darker."""
    frames = []
    for value in values:
        frame = np.zeros((40, 64, 3), np.uint8)
        frame[:, 32:] = value
        frames.append(frame)
    return frames


def sums(source, **wishes):
    """Return the ink of each frame's art, in shades of which four are known."""
    shades = {" ": 0, "░": 1, "▒": 2, "▓": 3, "█": 4}
    artist = Artist(charset="chars: ░▒▓█")
    arts = animate(source, Options(columns=16, **wishes), artist=artist, steady=False)
    return [sum(shades[c] for row in art.rows for c in row.ljust(16)) for art in arts]


def test_a_film_that_fades_gets_darker():
    inks = sums(fade())
    assert inks == sorted(inks, reverse=True)
    assert len(set(inks)) > 2


def test_a_film_that_brightens_gets_brighter_from_its_first_frame_on():
    inks = sums(fade()[::-1])
    assert inks == sorted(inks)
    assert len(set(inks)) > 2


def test_frames_that_can_be_read_but_once_get_no_brighter_in_a_fade():
    inks = sums(iter(fade()))
    assert inks == sorted(inks, reverse=True)
    assert len(set(inks)) > 2


def test_without_levels_gray_stays_gray():
    dark = [np.full((40, 64, 3), value, np.uint8) for value in (60, 90)]
    dark[0][:, :32] = 30
    assert max(sums(dark, levels="none")) < max(sums(dark))


@pytest.mark.parametrize("choice", ["auto", "film"])
def test_the_first_pass_does_not_take_frames_away(choice):
    assert len(sums(fade(), levels=choice)) == 4


def test_a_film_is_measured_whole_or_as_far_as_is_asked():
    frames = open_frames(fade((50, 100, 200)))
    for most, high in ((None, 200), (2, 100)):
        found = measure_film(frames, "dark", max_frames=most)
        assert found.see(np.zeros((40, 64, 3), np.uint8)).tone == LevelRange(0, high)


def test_a_still_picture_has_no_film():
    assert measure_film(open_frames(fade()[0]), "dark") is None


def test_a_webcams_levels_follow_the_light_slowly():
    levels = FilmLevels("dark", follows=True)
    bright, dim = fade((200, 100))
    assert levels.see(bright).tone.high == 200
    highs = [levels.see(dim).tone.high for _ in range(500)]
    assert 195 < highs[0] < 200
    assert highs == sorted(highs, reverse=True)
    assert highs[-1] < 120
    assert highs[-1] < levels.see(bright).tone.high < 150


def test_what_is_clear_counts_as_the_page():
    frame = np.full((40, 64, 4), 200, np.uint8)
    frame[:, :32, 3], frame[:, 32:, 3] = 0, 255
    assert FilmLevels("dark").see(frame).tone == LevelRange(0, 200)
    assert FilmLevels("light").see(frame).tone == LevelRange(200, 255)
