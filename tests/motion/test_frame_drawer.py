"""Tests of frame_drawer: two frames at once give the arts of one after the other."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from paths import ANTENNA, CAT

from asciiart.io.pictures.arrays import Pixels
from asciiart.io.pictures.image import load_image
from asciiart.motion.frame_drawer import FrameDrawer
from asciiart.motion.prefetch import lookahead
from asciiart.options import Mode, Options, Quality
from asciiart.pipeline import Artist


def clip(count: int, *, still: bool = False) -> list[Pixels]:
    """A blob that wanders over noise, or the noise alone."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[:120, :160]
    frames = []
    for i in range(count):
        picture = np.full((120, 160, 3), 90.0)
        if not still:
            picture[(x - 30 - 10 * i) ** 2 + (y - 60) ** 2 < 500] = 230
        noisy = picture + random.normal(0, 3, picture.shape)
        frames.append(np.clip(noisy, 0, 255).astype(np.uint8))
    return frames


@pytest.fixture(scope="module")
def artist() -> Artist:
    return Artist()


@pytest.mark.parametrize("mode", ["tone", "structure"])
@pytest.mark.parametrize("steady", [True, False])
def test_two_at_once_are_as_one_by_one(artist: Artist, mode: Mode, steady: bool) -> None:
    frames, options = clip(6), Options(mode=mode, columns=40)
    alone = FrameDrawer(artist, options, steady=steady)
    ahead = FrameDrawer(artist, options, steady=steady)
    expected = [str(alone.draw(frame)) for frame in frames]
    drawings = lookahead(ahead.begin(frame) for frame in frames)
    assert [str(drawing.art()) for drawing in drawings] == expected
    assert len(set(expected)) > 3


def test_where_nothing_moves_the_last_art_itself_is_shown(artist: Artist) -> None:
    drawer = FrameDrawer(artist, Options(columns=40))
    arts = [drawer.draw(frame) for frame in clip(4, still=True)]
    assert arts[0] is arts[-1]


@pytest.mark.parametrize("font", ["DejaVu Sans Mono", "Mona"])
@pytest.mark.parametrize("quality", ["fast", "good", "best"])
def test_frames_keep_their_place_whatever_they_show(font: str, quality: Quality) -> None:
    options = Options(mode="structure", columns=40, quality=quality)
    drawer = FrameDrawer(Artist(font=font), options)
    arts = []
    for y in range(50, 62, 3):
        frame = np.full((120, 160, 3), 255, np.uint8)
        frame[y : y + 2, 30:130] = 0
        arts.append(drawer.draw(frame))
    assert len({art.placement for art in arts}) == 1
    assert len({str(art) for art in arts}) > 1


def test_frames_are_not_changed_or_kept(artist: Artist) -> None:
    """Who begins the next frame may use the array of the one before again."""
    frames, drawer = clip(3), FrameDrawer(artist, Options(columns=40))
    buffer = frames[0].copy()
    drawings = []
    for frame in frames:
        buffer[:] = frame
        drawings.append(drawer.begin(buffer))
        assert np.array_equal(buffer, frame)
        buffer[:] = 0
    alone = FrameDrawer(artist, Options(columns=40))
    expected = [str(alone.draw(frame)) for frame in frames]
    assert [str(drawing.art()) for drawing in drawings] == expected


def test_new_options_begin_anew(artist: Artist) -> None:
    drawer = FrameDrawer(artist, Options(columns=40))
    frame = clip(1)[0]
    assert drawer.wanted_size(fine=False) is None
    shape = drawer.draw(frame).grid.page_shape
    assert drawer.wanted_size(fine=False) == shape
    drawer.begin_anew(Options(mode="structure", columns=20))
    assert drawer.wanted_size(fine=True) is None
    grid = drawer.draw(frame).grid
    assert grid.columns == 20
    assert drawer.wanted_size(fine=True) == (2 * grid.page_shape[0], 2 * grid.page_shape[1])


def test_the_wanted_size_may_be_asked_for_while_options_change(artist: Artist) -> None:
    """A reading thread sees a whole answer at every moment, and no error."""
    drawer, frame = FrameDrawer(artist, Options(columns=8)), clip(1)[0]
    size = drawer.draw(frame).grid.page_shape
    answers: set[tuple[int, int] | None] = set()
    faults: list[Exception] = []
    over = threading.Event()

    def ask() -> None:
        try:
            while not over.is_set():
                answers.add(drawer.wanted_size(fine=False))
        except Exception as error:
            faults.append(error)

    reader = threading.Thread(target=ask)
    reader.start()
    for _ in range(20):
        drawer.begin_anew(Options(columns=8))
        drawer.draw(frame)
    over.set()
    reader.join()
    assert (faults, answers) == ([], {None, size})


def test_a_magnified_frame_is_wanted_in_full_size(artist: Artist) -> None:
    drawer = FrameDrawer(artist, Options(magnify=0.5))
    drawer.draw(clip(1)[0])
    assert drawer.wanted_size(fine=True) is None


@pytest.mark.parametrize(("first", "mode"), [("drawing", "structure"), ("photograph", "tone")])
def test_the_first_frame_settles_a_film_s_mode(artist: Artist, first: str, mode: Mode) -> None:
    frames = {"drawing": load_image(ANTENNA).rgb, "photograph": load_image(CAT).rgb}
    other = frames["photograph" if first == "drawing" else "drawing"]
    drawer = FrameDrawer(artist, Options(mode="auto", columns=40))
    assert drawer.draw(frames[first]).mode == mode
    size = drawer.wanted_size(fine=False)
    assert size is not None
    scale = 2 if mode == "structure" else 1
    assert drawer.wanted_size(fine=True) == (scale * size[0], scale * size[1])
    assert drawer.draw(other).mode == mode
    drawer.begin_anew(Options(mode="auto", columns=20))
    assert drawer.draw(other).mode == mode
    drawer.begin_anew(Options(mode="tone", columns=20))
    assert drawer.draw(other).mode == "tone"
