"""Animated WebP that was cut off."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from asciiart.motion.decoding.truncated_webp import recover_complete_frames

COUNT = 4


def saved(count: int = COUNT) -> bytes:
    numbers = np.random.default_rng(0)
    noise = [Image.fromarray(numbers.integers(0, 256, (9, 9, 3), np.uint8)) for _ in range(count)]
    file = io.BytesIO()
    noise[0].save(file, "WEBP", save_all=True, append_images=noise[1:], lossless=True)
    return file.getvalue()


DATA = saved()


def test_what_is_whole_is_left_alone() -> None:
    assert recover_complete_frames(io.BytesIO(DATA)) is None


@given(length=st.integers(0, len(DATA) - 1))
def test_a_whole_part_has_the_frames_before_the_cut(length: int) -> None:
    whole = recover_complete_frames(io.BytesIO(DATA[:length]))
    if whole is None:
        assert DATA[:length].count(b"ANMF") <= 1  # none, or the first is not whole
        return
    with Image.open(io.BytesIO(whole)) as image, Image.open(io.BytesIO(DATA)) as uncut:
        assert image.n_frames in range(DATA[:length].count(b"ANMF") - 1, COUNT)  # type: ignore[attr-defined]
        for number in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(number)
            uncut.seek(number)
            assert image.convert("RGB").tobytes() == uncut.convert("RGB").tobytes()


def test_a_cut_between_frames_is_none() -> None:
    at = DATA.rindex(b"ANMF")
    whole = recover_complete_frames(io.BytesIO(DATA[:at]))
    assert whole is not None
    with Image.open(io.BytesIO(whole)) as image:
        assert image.n_frames == COUNT - 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\0\0\0\0WAVE", bytes(20), saved(1)])
def test_what_is_no_animation(data: bytes) -> None:
    assert recover_complete_frames(io.BytesIO(data)) is None
    assert recover_complete_frames(io.BytesIO(data[:-5])) is None
