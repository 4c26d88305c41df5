"""Tests of picture_frames: the frames of GIF, APNG, WebP and single pictures."""

from __future__ import annotations

import io

import numpy as np
import pytest
from gray_films import GRAYS, pictures, saved
from PIL import Image

from asciiart.errors import ImageError
from asciiart.motion.decoding.opening import open_frames
from asciiart.motion.frames import FOREVER, Frame


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_frames_of_animated_pictures(kind: str) -> None:
    lossless = {"lossless": True} if kind == "WEBP" else {}
    frames = open_frames(saved(kind, duration=[100, 250, 60], loop=0, **lossless))
    for _ in range(2):  # again from the first
        read = list(frames)
        assert [int(frame.pixels[5, 5, 0]) for frame in read] == list(GRAYS)
        assert [frame.seconds for frame in read] == pytest.approx([0.1, 0.25, 0.06])
    assert (frames.plays, frames.is_still, frames.is_live) == (FOREVER, False, False)
    assert frames.count == 3


def test_disposal_and_partial_frames() -> None:
    base = Image.new("RGB", (20, 10), "black")
    spot = base.copy()
    spot.putpixel((3, 4), (255, 0, 0))
    file = io.BytesIO()
    base.save(file, "GIF", save_all=True, append_images=[spot, base], duration=50, disposal=1)
    counts = [int((frame.pixels[..., 0] > 200).sum()) for frame in open_frames(file.getvalue())]
    assert counts == [0, 1, 0]


@pytest.mark.parametrize(
    ("kind", "loop", "plays"), [("GIF", None, 1), ("GIF", 2, 3), ("PNG", 2, 2), ("WEBP", 3, 3)]
)
def test_plays(kind: str, loop: int | None, plays: int) -> None:
    options = {} if loop is None else {"loop": loop}
    assert open_frames(saved(kind, duration=50, **options)).plays == plays


def test_frames_in_too_much_hurry_are_slowed_down() -> None:
    assert [frame.seconds for frame in open_frames(saved("GIF", duration=10))] == [0.1] * 3


def test_transparent_frames() -> None:
    file = io.BytesIO()
    clear = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    clear.save(file, "PNG", save_all=True, append_images=[Image.new("RGBA", (8, 8), "red")])
    clear_frame, red_frame = open_frames(file.getvalue())
    assert clear_frame.pixels[0, 0, 3] == 0
    assert red_frame.pixels[0, 0].tolist() == [255, 0, 0]


def test_pages_of_a_tiff_are_no_frames() -> None:
    frames = open_frames(saved("TIFF"))
    assert frames.is_still
    assert len(list(frames)) == 1


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_frames_before_a_fault_are_kept(kind: str) -> None:
    numbers = np.random.default_rng(0)
    noise = [
        Image.fromarray(numbers.integers(0, 256, (64, 64, 3), np.uint8)).quantize(64).convert("RGB")
        for _ in range(4)
    ]
    file = io.BytesIO()
    noise[0].save(file, kind, save_all=True, append_images=noise[1:], duration=50)
    data = file.getvalue()
    read: list[Frame] = []
    with pytest.raises(ImageError):
        read.extend(open_frames(data[: len(data) * 5 // 8]))
    assert len(read) == 2
    whole = list(open_frames(data))
    assert all((a.pixels == b.pixels).all() for a, b in zip(read, whole, strict=False))


def test_alpha_of_animated_webp() -> None:
    """Pillow composes its frames; they may be half clear."""
    file = io.BytesIO()
    first, *others = (Image.new("RGBA", (16, 16), (200, 0, 0, alpha)) for alpha in (255, 100, 0))
    first.save(file, "WEBP", save_all=True, append_images=others, lossless=True)
    frames = [frame.pixels[0, 0].tolist() for frame in open_frames(file.getvalue())]
    assert frames[:2] == [[200, 0, 0], [200, 0, 0, 100]]
    assert frames[2][3] == 0


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_frames_are_as_small_as_is_wanted(kind: str) -> None:
    frames = open_frames(saved(kind, duration=50))
    assert {frame.pixels.shape for frame in frames.read(lambda: (5, 5))} == {(5, 10, 3)}
    assert {frame.pixels.shape for frame in frames} == {(10, 20, 3)}


def test_a_single_picture_is_as_small_as_is_wanted() -> None:
    file = io.BytesIO()
    pictures((80, 60))[0].save(file, "PNG")
    [frame] = open_frames(file.getvalue()).read(lambda: (15, 20))
    assert frame.pixels.shape == (15, 20, 3)
