"""Sizes and parameter counts against torch's convolution."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from asciiart.core.course.sizes import Convolved, convolve


@pytest.mark.parametrize(
    ("stride", "padding", "size"), [(1, 0, 5), (2, 0, 3), (1, 1, 7), (2, 1, 4)]
)
def test_a_filter_of_3_on_7_pixels(stride: int, padding: int, size: int) -> None:
    assert convolve((1, 7, 7), 1, 3, stride, padding) == Convolved(1, size, size, 10)


def test_six_filters_of_5_on_a_color_picture_of_32() -> None:
    assert convolve((3, 32, 32), 6, 5) == Convolved(6, 28, 28, 456)


def test_a_filter_as_large_as_the_picture_leaves_one_pixel() -> None:
    assert convolve((2, 7, 7), 4, 7) == Convolved(4, 1, 1, 4 * 99)


@pytest.mark.parametrize("kernel_size", [1, 3, 4, 5])
@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (1, 2), (2, 0), (2, 1), (3, 1)])
def test_the_result_is_torchs(kernel_size: int, stride: int, padding: int) -> None:
    height = kernel_size - 2 * padding + 4 * stride
    width = height + 2 * stride
    layer = nn.Conv2d(3, 6, kernel_size, stride, padding)
    _, channels, rows, columns = layer(torch.zeros(1, 3, height, width)).shape
    parameters = sum(parameter.numel() for parameter in layer.parameters())
    found = convolve((3, height, width), 6, kernel_size, stride, padding)
    assert found == Convolved(channels, rows, columns, parameters)


@pytest.mark.parametrize(
    ("shape", "kernel_size", "stride", "refused"),
    [((1, 7, 7), 3, 3, 7), ((1, 5, 6), 3, 2, 6), ((1, 6, 5), 3, 2, 6), ((1, 9, 2), 3, 1, 2)],
)
def test_a_filter_that_does_not_fit_is_refused(
    shape: tuple[int, int, int], kernel_size: int, stride: int, refused: int
) -> None:
    with pytest.raises(ValueError, match=f"does not fit {refused} pixels with padding 0"):
        convolve(shape, 1, kernel_size, stride)


@pytest.mark.parametrize(
    ("channels", "filters", "kernel_size", "stride", "padding"),
    [(0, 1, 3, 1, 0), (1, 0, 3, 1, 0), (1, 1, 0, 1, 0), (1, 1, 3, 0, 0), (1, 1, 3, 1, -1)],
)
def test_numbers_too_small_to_make_sense_are_refused(
    channels: int, filters: int, kernel_size: int, stride: int, padding: int
) -> None:
    with pytest.raises(ValueError, match="1 or more, padding 0 or more"):
        convolve((channels, 7, 7), filters, kernel_size, stride, padding)
