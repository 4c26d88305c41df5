"""One subject for a whole film."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from asciiart.io.pictures.arrays import Pixels
from asciiart.motion.animation import animate
from asciiart.motion.decoding.opening import open_frames
from asciiart.motion.film_subject import FilmSubject, find_film_subject
from asciiart.motion.frame_drawer import FrameDrawer
from asciiart.options import Options
from asciiart.page.subject import CropBox
from asciiart.pipeline import Artist

PAPER, BLANK = (230, 225, 220), np.full((120, 160, 3), 128, np.uint8)


def frame(x: int) -> Pixels:
    """Return a frame (120, 160, 3) on which a disc lies on paper."""
    rgb = np.full((120, 160, 3), PAPER, np.uint8)
    return np.asarray(cv2.circle(rgb, (x, 60), 15, (30, 60, 200), -1), np.uint8)


def clip(positions: tuple[int, ...] = (40, 60, 80, 100, 120)) -> list[Pixels]:
    return [frame(x) for x in positions]


def box_of(found: FilmSubject) -> CropBox | None:
    return found.known(BLANK).box


def test_the_box_holds_the_subject_in_all_frames() -> None:
    box = box_of(find_film_subject(open_frames(clip())))
    assert box is not None
    rows, columns = box.slices(120, 160)
    assert (rows.start, rows.stop) == (43, 78)
    assert (columns.start, columns.stop) == (23, 138)


def test_a_film_is_looked_at_as_far_as_is_asked() -> None:
    box = box_of(find_film_subject(open_frames(clip()), max_frames=1))
    assert box is not None
    assert box.slices(120, 160)[1] == slice(23, 58)


def test_without_time_only_the_first_frame_is_looked_at() -> None:
    box = box_of(find_film_subject(open_frames(clip()), seconds=0))
    assert box is not None
    assert box.slices(120, 160)[1] == slice(23, 58)


def test_a_film_whose_subject_is_mostly_unclear_has_none() -> None:
    found = FilmSubject()
    for each in (frame(40), BLANK, BLANK):
        found.look(each)
    assert box_of(found) is None
    for each in (frame(40), frame(60)):
        found.look(each)
    assert box_of(found) is not None


@pytest.mark.parametrize("source", [iter(clip()), clip()[0]], ids=["read once", "still"])
def test_frames_that_do_not_come_again_are_not_read(source: Any) -> None:
    frames = open_frames(source)
    found = find_film_subject(frames)
    assert box_of(found) is None  # that of the blank frame
    assert len(list(frames)) == (5 if frames.is_read_once else 1)


def test_all_frames_are_cropped_alike() -> None:
    arts = list(animate(clip(), columns=23, crop="subject", steady=False))
    assert {art.characters.shape for art in arts} == {(4, 23)}
    assert len({str(art) for art in arts}) == 5


def test_what_is_read_once_is_cropped_to_the_first_frame_s_subject() -> None:
    arts = list(animate(iter(clip((80, 85, 90))), columns=14, crop="subject", steady=False))
    assert {art.characters.shape for art in arts} == {(7, 14)}


def test_the_background_of_each_frame_is_blanked() -> None:
    for art in animate(clip((40, 120)), columns=20, background_removal=True, steady=False):
        ink = np.array([[bool(c.strip()) for c in row.ljust(20)] for row in art.rows])
        assert 0 < ink.mean() < 0.2
    for art in animate(clip((40, 120)), columns=20, steady=False):
        assert np.mean([bool(c.strip()) for row in art.rows for c in row.ljust(20)]) > 0.5


def test_a_cropped_frame_is_asked_for_so_large_that_its_part_suffices() -> None:
    options = Options(columns=20, crop="subject")
    drawer = FrameDrawer(Artist(), options)
    art = drawer.draw(frame(80))
    height, width = art.grid.page_shape
    wanted = drawer.wanted_size(fine=False)
    assert wanted is not None
    assert wanted[0] * 35 >= height * 120
    assert wanted[1] * 35 >= width * 160
    assert wanted[0] < 1.2 * height * 120 / 35
    alone = FrameDrawer(Artist(), Options(columns=20, background_removal=True))
    assert alone.draw(frame(80)).grid.page_shape == alone.wanted_size(fine=False)
