"""Arrays of any real type become 8 bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from asciiart.errors import ImageError
from asciiart.io.pictures import pixel_arrays
from asciiart.io.pictures.pixel_arrays import scale_16_bits, scale_gray, to_eight_bits


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[False, True]]), [0, 255]),
        (np.array([[7, 200]], np.uint8), [7, 200]),
        (np.array([[7, 200]], np.uint8)[:, :, np.newaxis], [7, 200]),
        (np.array([[128, 129, 65406, 65407, 65535]], np.uint16), [0, 1, 254, 255, 255]),
        (np.array([[128, 129, 65535]], ">u2"), [0, 1, 255]),
        (np.array([[0.0, 0.5, 1.0]], np.float16), [0, 128, 255]),
        (np.array([[0.0, 0.5, 1.0]], np.float32), [0, 128, 255]),
        (np.array([[0.0, 0.2, 1.0]]), [0, 51, 255]),
        (np.array([[0.0, 0.2, 1.0]], np.longdouble), [0, 51, 255]),
        (np.array([[0.0, 0.5, 1.0]], ">f4"), [0, 128, 255]),
        (np.array([[0, 100, 127]], np.int8), [0, 100, 127]),
        (np.array([[0, 100, 255]], np.int16), [0, 100, 255]),
        (np.array([[0, 300, 32767]], np.int16), [0, 2, 255]),
        (np.array([[0, 200, 255]]), [0, 200, 255]),
        (np.array([[0, 200, 255]], ">i8"), [0, 200, 255]),
        (np.array([[0, 257, 65535]], np.int32), [0, 1, 255]),
        (np.array([[0, 2**31 - 1]], np.int32), [0, 255]),
        (np.array([[0, 2**31, 2**32 - 1]], np.uint32), [0, 128, 255]),
        (np.array([[0, 2**64 - 1]], np.uint64), [0, 255]),
        (np.array([[7, 8, 200, 9]], np.uint8)[:, ::-2], [9, 8]),
    ],
)
def test_gray_of_every_type(values: NDArray[Any], expected: list[int]) -> None:
    pixels = to_eight_bits(values, "array")
    assert pixels.dtype == np.uint8
    assert pixels.tolist() == [[[value] * 3 for value in expected]]


def test_gray_with_alpha() -> None:
    pixels = to_eight_bits(np.array([[[7, 255], [8, 9]]], np.uint8), "array")
    assert pixels.tolist() == [[[7, 7, 7, 255], [8, 8, 8, 9]]]


@pytest.mark.parametrize("channels", [3, 4])
def test_colors_of_8_bits_are_not_copied(channels: int) -> None:
    array = np.arange(6 * channels, dtype=np.uint8).reshape(2, 3, channels)
    pixels = to_eight_bits(array, "array")
    assert np.shares_memory(pixels, array)
    np.testing.assert_array_equal(pixels, array)


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.zeros((0, 3), np.uint8), "has no pixels (3 x 0)"),
        (np.zeros((3, 0, 3), np.uint8), "has no pixels (0 x 3)"),
        (np.array([[-1, 5]]), "integers must not be negative"),
        (np.array([[-1, 5]], np.int8), "integers must not be negative"),
        (np.array([[0.0, 1.5]]), "floating-point values must be numbers from 0 to 1"),
        (np.array([[-0.1, 1.0]]), "floating-point values must be numbers from 0 to 1"),
        (np.array([[0.0, np.nan]]), "floating-point values must be numbers from 0 to 1"),
        (np.array([[0.0, np.inf]]), "floating-point values must be numbers from 0 to 1"),
    ],
)
def test_values_that_no_picture_has(array: NDArray[Any], reason: str) -> None:
    with pytest.raises(ImageError) as caught:
        to_eight_bits(array, "array")
    assert str(caught.value).startswith(f"array: {reason}")


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.zeros(3, np.uint8), r"shape \(3,\) is none of \(H, W\), .* and \(H, W, 4\)$"),
        (np.zeros((3, 3, 5), np.uint8), r"shape \(3, 3, 5\) is none of "),
        (np.zeros((3, 200, 300), np.uint8), r"shape \(3, 200, 300\) is none of "),
        (np.zeros((1, 3, 3, 3), np.uint8), r"shape \(1, 3, 3, 3\) is none of "),
        (np.array(7), r"shape \(\) is none of "),
        (np.zeros((3, 3), complex), "complex128 is no real number"),
        (np.full((3, 3), "a"), "<U1 is no real number"),
        (np.full((3, 3), None), "object is no real number"),
        (np.zeros((3, 3), "datetime64[s]"), "is no real number"),
    ],
)
def test_arrays_that_hold_no_picture(array: NDArray[Any], reason: str) -> None:
    with pytest.raises(TypeError, match=f"^array: .*{reason}"):
        to_eight_bits(array, "array")


def test_16_bits_are_rounded() -> None:
    values = np.arange(65536, dtype=np.uint16)
    np.testing.assert_array_equal(scale_16_bits(values), np.rint(values / 257))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0, 257, 65535]], np.int32), [0, 1, 255]),
        (np.array([[-100, 0, 100]], np.int32), [0, 128, 255]),
        (np.array([[0, 0, 2**20]], np.int32), [0, 0, 255]),
        (np.array([[0.0, 0.5, 1.0]], np.float32), [0, 128, 255]),
        (np.array([[0.25, 0.75]], np.float32), [64, 191]),
        (np.array([[-1.0, 0.0, 3.0]], np.float32), [0, 64, 255]),
        (np.array([[np.nan, 10.0, 20.0]], np.float32), [0, 0, 255]),
        (np.array([[-np.inf, 10.0, 20.0, np.inf]], np.float32), [0, 0, 255, 255]),
        (np.array([[np.nan, np.nan]], np.float32), [0, 0]),
        (np.array([[70000, 70000]], np.int32), [0, 0]),
    ],
)
def test_deep_gray_is_scaled_or_stretched(values: NDArray[Any], expected: list[int]) -> None:
    assert scale_gray(values).tolist() == [expected]


def test_one_band_beyond_0_to_1_stretches_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixel_arrays, "_BAND", 1)
    for values in ([[3.0], [0.5]], [[0.5], [3.0]]):
        gray = scale_gray(np.array(values, np.float32))
        assert gray.tolist() == [[255 if value == 3 else 0] for [value] in values]


@given(st.integers(1, 40), st.integers(1, 9), st.integers(0, 2**32))
def test_bands_do_not_show(height: int, width: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(height, width)).astype(np.float32)
    whole = scale_gray(values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pixel_arrays, "_BAND", 10)
        np.testing.assert_array_equal(scale_gray(values), whole)
