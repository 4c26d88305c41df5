"""GIF and animated PNG: each frame is what its specification says, and so is a still drawing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from moving_files import MadeFrame, apng, gif, premultiplied, reference
from paths import CASES

from asciiart.cli.main import main
from asciiart.errors import ImageError, ImageWarning
from asciiart.io.pictures.arrays import Pixels
from asciiart.io.pictures.image import load_image
from asciiart.motion.decoding.opening import open_frames

HEIGHT, WIDTH = 6, 9


def plain(color: tuple[int, ...], height: int = HEIGHT, width: int = WIDTH) -> Pixels:
    return np.full((height, width, 4), [*color, 255][:4], np.uint8)


@st.composite
def frames_of(draw: st.DrawFn, *, half_clear: bool, clipped: bool) -> list[MadeFrame]:
    numbers = np.random.default_rng(draw(st.integers(0, 2**32)))
    made = []
    for number in range(draw(st.integers(2, 5))):
        top, left = draw(st.integers(0, HEIGHT - 1)), draw(st.integers(0, WIDTH - 1))
        height, width = (
            draw(st.integers(1, side + 3 if clipped else side))
            for side in (HEIGHT - top, WIDTH - left)
        )
        if number == 0 and not clipped:
            top, left, height, width = 0, 0, HEIGHT, WIDTH
        pixels = numbers.integers(0, 256, (height, width, 4)).astype(np.uint8)
        if not half_clear:
            pixels[..., 3] = np.where(pixels[..., 3] < 100, 0, 255)
        disposal = draw(st.sampled_from(["keep", "clear", "restore"]))
        blends = draw(st.booleans()) if half_clear else True
        made.append(MadeFrame(pixels, left, top, disposal, blends))
    return made


def assert_shown(content: bytes, made: list[MadeFrame]) -> None:
    frames = list(open_frames(content))
    expected = reference(made, HEIGHT, WIDTH)
    assert len(frames) == len(made)
    for frame, right in zip(frames, expected, strict=True):
        shown = premultiplied(frame.pixels)
        np.testing.assert_allclose(shown[..., 3], right[..., 3], atol=len(made) / 255)
        np.testing.assert_allclose(shown[..., :3], right[..., :3], atol=1.5 * len(made))


@given(made=frames_of(half_clear=False, clipped=True))
@settings(max_examples=40, deadline=None)
def test_gif(made: list[MadeFrame]) -> None:
    assert_shown(gif(made, HEIGHT, WIDTH), made)


@given(made=frames_of(half_clear=True, clipped=False))
@settings(max_examples=40, deadline=None)
def test_animated_png(made: list[MadeFrame]) -> None:
    assert_shown(apng(made, HEIGHT, WIDTH), made)


def test_blending_over_half_clear_pixels() -> None:
    half_red, half_blue = plain((200, 0, 0, 128)), plain((0, 0, 200, 128))
    made = [MadeFrame(half_red, blends=False), MadeFrame(half_blue)]
    _, over = open_frames(apng(made, HEIGHT, WIDTH))
    # alpha = 0.502 + 0.502 · 0.498; blue is seen by 0.502 of that, red by 0.25
    np.testing.assert_allclose(over.pixels[0, 0], (66, 0, 134, 192), atol=2)


# --- what is clear ----------------------------------------------------------------------------


def test_what_no_frame_covers_is_clear() -> None:
    picture = load_image(CASES / "screen.gif")
    assert picture.alpha is not None
    seen = picture.alpha > 0
    assert 0.05 < seen.mean() < 0.5
    rows, columns = np.nonzero(seen)
    assert seen[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].all()


def test_command_draws_nothing_around_the_square() -> None:
    result = CliRunner().invoke(
        main, [str(CASES / "screen.gif"), "--background", "light", "-c", "32"]
    )
    rows = result.stdout.split("\n")
    assert result.exit_code == 0
    assert rows[0].strip() == rows[-2].strip() == ""
    assert all(row[:2].strip() == "" for row in rows)
    assert any(row.strip() for row in rows)


@pytest.mark.parametrize("background", [0, 1])
def test_first_frame_smaller_than_the_screen(background: int) -> None:
    made = [MadeFrame(plain((255, 0, 0), 2, 3), 4, 1)]
    for count in (1, 2):
        content = gif(made * count, HEIGHT, WIDTH, background=background)
        picture = load_image(content)
        assert picture.alpha is not None
        assert int((picture.alpha > 0).sum()) == 6
        assert picture.rgb[1, 4].tolist() == [255, 0, 0]
        assert_shown(content, made * count)


def test_screen_without_a_size_is_that_of_its_first_frame() -> None:
    content = gif([MadeFrame(plain((255, 0, 0), 2, 3))], 0, 0)
    assert load_image(content).rgb.shape == (2, 3, 3)


def test_frame_beside_the_screen() -> None:
    made = [MadeFrame(plain((255, 0, 0))), MadeFrame(plain((0, 255, 0)), WIDTH + 5, HEIGHT)]
    assert_shown(gif(made, HEIGHT, WIDTH), made)


# --- default pictures -------------------------------------------------------------------------


def test_default_picture_outside_the_animation_is_no_frame() -> None:
    blue, white = open_frames(CASES / "apng_hidden_default.png")
    assert blue.pixels[0, 0].tolist() == [0, 0, 255]
    assert (white.pixels == 255).all(axis=2).any()
    assert load_image(CASES / "apng_hidden_default.png").rgb[0, 0].tolist() == [255, 0, 0]


def test_default_picture_beside_a_single_frame() -> None:
    content = apng([MadeFrame(plain((0, 0, 255)))], HEIGHT, WIDTH, default=plain((255, 0, 0)))
    frames = open_frames(content)
    assert (frames.is_still, frames.count) == (True, 1)
    assert [frame.pixels[0, 0].tolist() for frame in frames] == [[0, 0, 255]]


def test_png_that_states_no_frames_is_a_still_picture() -> None:
    content = apng([MadeFrame(plain((0, 0, 255)))] * 2, HEIGHT, WIDTH, stated=0)
    frames = open_frames(content)
    assert (frames.is_still, len(list(frames))) == (True, 1)


@pytest.mark.parametrize(("loop", "plays"), [(None, 1), (0, 0), (2, 3)])
def test_plays(loop: int | None, plays: int) -> None:
    made = [MadeFrame(plain((255, 0, 0)), hundredths=25)] * 2
    frames = open_frames(gif(made, HEIGHT, WIDTH, loop=loop))
    assert (frames.plays, [frame.seconds for frame in frames]) == (plays, [0.25] * 2)


# --- damage -----------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [gif, apng])
def test_last_frame_that_is_cut_off(make: object) -> None:
    assert callable(make)
    made = [MadeFrame(plain((255, 0, 0))), MadeFrame(plain((0, 255, 0)))]
    content = make(made, HEIGHT, WIDTH)
    shown: list[Any] = []
    with pytest.raises(ImageError, match="damaged or cut short"):
        shown.extend(frame.pixels[0, 0].tolist() for frame in open_frames(content[:-30]))
    assert shown == [[255, 0, 0]]


@pytest.mark.parametrize(("make", "end"), [(gif, 1), (apng, 12)])
def test_animation_without_its_end(make: object, end: int) -> None:
    assert callable(make)
    content = make([MadeFrame(plain((255, 0, 0)))] * 2, HEIGHT, WIDTH)[:-end]
    with pytest.warns(ImageWarning, match="cut short; its end is missing"):
        frames = open_frames(content)
    assert len(list(frames)) == 2
    with pytest.raises(ImageError, match="which strict refuses"):
        open_frames(content, strict=True)


def test_frame_with_a_wrong_checksum() -> None:
    content = bytearray(apng([MadeFrame(plain((255, 0, 0)))] * 3, HEIGHT, WIDTH))
    content[content.rindex(b"fdAT") + 10] ^= 1
    shown: list[Any] = []
    with pytest.raises(ImageError, match="checksum"):
        shown.extend(open_frames(bytes(content)))
    assert len(shown) == 2
