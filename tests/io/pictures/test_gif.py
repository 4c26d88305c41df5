"""GIF files read block by block, whole and cut short."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moving_files import MadeFrame, gif
from PIL import Image

from asciiart.errors import ImageError
from asciiart.io.pictures.arrays import Pixels
from asciiart.io.pictures.gif import Gif, read_gif

HEIGHT, WIDTH = 64, 50
# All 256 levels occur, so that Pillow keeps them as indexes.
NOISE = np.random.default_rng(5).integers(0, 256, (HEIGHT, WIDTH)).astype(np.uint8)


def encoded(*, interlaced: bool) -> bytes:
    file = io.BytesIO()
    Image.fromarray(NOISE).save(file, "GIF", interlace=int(interlaced))
    return file.getvalue()


GRAY, INTERLACED = encoded(interlaced=False), encoded(interlaced=True)
FRAMES = [
    MadeFrame(np.full((4, 6, 4), [level, 9, 9, 255], np.uint8), hundredths=7)
    for level in (10, 20, 30)
]
FILM = gif(FRAMES, 4, 6)


def shown(image: Image.Image) -> Pixels:
    return np.asarray(image)


def test_blocks_are_read_but_no_pixels() -> None:
    read = read_gif(FILM, "a", None)
    assert (read.count, read.size, read.is_whole, read.faults) == (3, (6, 4), True, ())


def test_frames() -> None:
    frames = list(read_gif(FILM, "a", None).frames())
    assert [frame.milliseconds for frame in frames] == [70.0] * 3
    for frame, made in zip(frames, FRAMES, strict=True):
        np.testing.assert_array_equal(shown(frame.image), made.pixels)


@pytest.mark.parametrize(("loop", "plays"), [(None, 1), (0, 0), (1, 2), (65535, 65536)])
def test_it_asks_to_be_played_so_often(loop: int | None, plays: int) -> None:
    assert read_gif(gif(FRAMES, 4, 6, loop=loop), "a", None).plays == plays


def test_a_missing_end_is_told_and_nothing_else_is_missing() -> None:
    read = read_gif(FILM[:-1], "a", None)
    assert read.faults == ("cut short; its end is missing",)
    assert len(list(read.frames())) == 3


def test_a_frame_that_is_cut_comes_after_the_whole_ones() -> None:
    read = read_gif(FILM[:-4], "a", None)
    assert (read.count, read.is_whole, read.faults) == (3, False, ())
    frames = read.frames()
    assert len([next(frames), next(frames)]) == 2
    with pytest.raises(ValueError, match=r"^the data end too early$"):
        next(frames)


@pytest.mark.parametrize("content", [GRAY, INTERLACED], ids=["rows", "interlaced"])
def test_a_whole_first_frame(content: bytes) -> None:
    image, missing = read_gif(content, "a", None).first_frame()
    assert missing == 0
    np.testing.assert_array_equal(shown(image)[..., 0], NOISE)
    assert (shown(image)[..., 3] == 255).all()


@given(st.integers(len(GRAY) - 2500, len(GRAY) - 3))
def test_of_a_first_frame_that_is_cut_the_pixels_before_the_cut_are_shown(end: int) -> None:
    image, missing = read_gif(GRAY[:end], "a", None).first_frame()
    pixels = shown(image).reshape(-1, 4)
    there = pixels[:, 3] == 255
    assert missing == pytest.approx(1 - there.mean())
    assert there.tolist() == sorted(there.tolist(), reverse=True)
    np.testing.assert_array_equal(pixels[there, 0], NOISE.ravel()[there])


def test_less_of_the_file_is_less_of_the_picture() -> None:
    ends = range(len(GRAY) - 2500, len(GRAY) - 3, 100)
    missing = [read_gif(GRAY[:end], "a", None).first_frame()[1] for end in ends]
    assert missing == sorted(missing, reverse=True)
    assert 0 < missing[-1] < 0.1 < missing[0]


def test_a_missing_row_of_an_interlaced_frame_repeats_the_one_above() -> None:
    image, missing = read_gif(INTERLACED[: len(INTERLACED) * 3 // 4], "a", None).first_frame()
    assert 0.1 < missing < 0.9
    rows = shown(image)[..., 0]
    for row in range(HEIGHT):
        known = [above for above in range(row + 1) if (rows[row] == NOISE[above]).all()]
        assert known, row
        assert row % 8 or known == [row]  # the rows of the first pass


def test_of_a_frame_whose_data_do_not_begin_nothing_can_be_shown() -> None:
    start = GRAY.index(b",", 13 + 768)
    with pytest.raises(ValueError, match=r"^the data end too early$"):
        read_gif(GRAY[: start + 12], "a", None).first_frame()


def test_bytes_between_blocks_are_skipped() -> None:
    at = FILM.index(b"!")
    read = read_gif(FILM[:at] + b"\0\x55" + FILM[at:], "a", None)
    assert (read.count, read.is_whole) == (3, True)


def test_a_file_without_images_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^there is no image in it$"):
        read_gif(FILM[: FILM.index(b"!")] + b";", "a", None)


def test_a_screen_without_a_size_is_as_large_as_its_first_image() -> None:
    read = read_gif(FILM[:6] + bytes(4) + FILM[10:], "a", None)
    assert read.size == (6, 4)


def test_colors_beyond_the_palette_are_black() -> None:
    content = bytearray(GRAY)
    content[10] = content[10] & 0xF8  # two colors
    del content[13 + 6 : 13 + 768]
    first, _ = read_gif(bytes(content), "a", None).first_frame()
    beyond = NOISE > 1
    assert (shown(first)[beyond] == [0, 0, 0, 255]).all()


def test_without_any_palette_indexes_are_grays() -> None:
    content = bytearray(GRAY)
    content[10] &= 0x7F
    del content[13 : 13 + 768]
    first, _ = read_gif(bytes(content), "a", None).first_frame()
    np.testing.assert_array_equal(shown(first)[..., 0], NOISE)


def limited(content: bytes, max_pixels: int) -> Gif:
    return read_gif(content, "a", max_pixels)


def test_the_screen_has_a_limit_of_pixels() -> None:
    assert limited(FILM, 24).count == 3
    with pytest.raises(ImageError, match=r"^a: 6 x 4 pixels are more than max_pixels 23"):
        limited(FILM, 23)


def test_an_image_larger_than_its_screen_has_a_limit_of_pixels() -> None:
    content = FILM[:6] + b"\1\0\1\0" + FILM[10:]
    with pytest.raises(ImageError, match=r"^a: 6 x 4 pixels are more than max_pixels 23"):
        next(limited(content, 23).frames())
