"""Tests of video_pixels: size, proportions, direction, alpha and colors of frames."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
import pytest
from films import bright, film
from paths import FILMS

from asciiart.io.pictures.arrays import Pixels
from asciiart.motion.decoding.opening import open_frames


def test_frames_are_made_no_smaller_than_the_target() -> None:
    frames = open_frames(film("mp4"))
    assert {frame.pixels.shape for frame in frames.read(lambda: (12, 24))} == {(18, 24, 3)}
    assert {frame.pixels.shape for frame in frames.read(lambda: (480, 640))} == {(48, 64, 3)}


def test_frames_made_smaller_keep_their_proportions() -> None:
    """Or arts of 43 columns would have 12 rows at first and then 13."""
    frames = open_frames(film("avi", bright(1, 720, 1280)))
    [frame] = frames.read(lambda: (192, 344))
    height, width = frame.pixels.shape[:2]
    assert height / width == 720 / 1280
    assert (height, width) >= (192, 344)


def test_pixels_that_are_no_squares() -> None:
    """The case that was reported: 240 x 200 pixels, each twice as wide as high."""
    frames = open_frames(FILMS / "vsar.mp4")
    assert {frame.pixels.shape for frame in frames} == {(200, 480, 3)}


@pytest.mark.parametrize("container", ["mp4", "matroska", "mpegts", "mov"])
@pytest.mark.parametrize(
    ("aspect", "shape"), [(Fraction(4, 3), (48, 85, 3)), (Fraction(1, 2), (96, 64, 3))]
)
def test_aspects(container: str, aspect: Fraction, shape: tuple[int, int, int]) -> None:
    frames = open_frames(film(container, sample_aspect_ratio=aspect))
    assert {frame.pixels.shape for frame in frames} == {shape}


def test_absurd_aspect_is_not_believed() -> None:
    frames = open_frames(film("mov", sample_aspect_ratio=Fraction(1000, 1)))
    assert {frame.pixels.shape for frame in frames} == {(48, 64, 3)}


CORNER = np.zeros((48, 64, 3), np.uint8)
CORNER[:24, :32] = 255


@pytest.mark.parametrize(
    ("turn", "corner"),
    [
        ({"degrees": 90}, "bottom left"),
        ({"degrees": -90}, "top right"),
        ({"degrees": 180}, "bottom right"),
        ({"degrees": 0, "hflip": True}, "top right"),
        ({"degrees": 0, "vflip": True}, "bottom left"),
        ({"degrees": 90, "hflip": True}, "bottom right"),
        ({"degrees": 90, "vflip": True}, "top left"),
    ],
)
def test_turned_and_mirrored(turn: dict[str, int], corner: str) -> None:
    frames = open_frames(film("mp4", [CORNER] * 3, turn=turn))
    shape = (64, 48, 3) if turn["degrees"] in (90, -90) else (48, 64, 3)
    for frame in frames:
        assert frame.pixels.shape == shape
        halves = {
            f"{down} {across}": frame.pixels[rows, columns].mean()
            for down, rows in (("top", slice(20)), ("bottom", slice(-20, None)))
            for across, columns in (("left", slice(20)), ("right", slice(-20, None)))
        }
        assert max(halves, key=lambda name: halves[name]) == corner
    wanted = (32, 20) if shape[0] == 64 else (20, 32)
    for frame in frames.read(lambda: wanted):
        assert wanted <= frame.pixels.shape[:2] < shape[:2]


@pytest.mark.parametrize(
    ("container", "codec", "pix_fmt"),
    [
        ("webm", "libvpx-vp9", "yuva420p"),
        ("matroska", "libvpx-vp9", "yuva420p"),
        ("mov", "prores_ks", "yuva444p10le"),
        ("mov", "qtrle", "argb"),
        ("mov", "png", "rgba"),
    ],
)
def test_transparency(container: str, codec: str, pix_fmt: str) -> None:
    pictures: list[Pixels] = []
    for picture in bright(4):
        alpha = np.full(picture.shape[:2], 60, np.uint8)
        alpha[:, 32:] = 255
        pictures.append(np.dstack([picture, alpha]))
    shown = list(open_frames(film(container, pictures, codec=codec, pix_fmt=pix_fmt)))
    assert [frame.pixels.shape for frame in shown] == [(48, 64, 4)] * 4
    for frame in shown:
        assert frame.pixels[:, :28, 3].mean() == pytest.approx(60, abs=3)
        assert frame.pixels[:, 36:, 3].mean() == pytest.approx(255, abs=3)
        assert frame.pixels[:, :28, 0].mean() > 200


def test_colors_of_high_definition() -> None:
    """Where a film does not say so, they are those of BT.709, as players take them."""
    green = np.zeros((720, 128, 3), np.uint8)
    green[..., 1] = 200
    frame = av.VideoFrame.from_ndarray(green, "rgb24").reformat(
        format="yuv420p", dst_colorspace="itu709"
    )
    planes = frame.to_ndarray()
    luma = int(planes[0, 0])
    with av.open(io.BytesIO(film("mp4", [green]))) as container:
        [usual] = container.decode(video=0)
        assert abs(int(usual.to_ndarray()[0, 0]) - luma) > 5  # which was encoded as BT.601
    [shown] = open_frames(film("mp4", [green]))
    assert abs(int(shown.pixels[100, 60, 1]) - 200) > 5
