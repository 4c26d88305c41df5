"""The size of a convolution's output, and the number of its weights."""

from __future__ import annotations

from typing import NamedTuple

from asciiart.core.layers import convolved_size


class Convolved(NamedTuple):
    """The result of a convolution, before any number is computed."""

    channels: int
    """One for each filter."""
    height: int
    """In pixels."""
    width: int
    """In pixels."""
    parameters: int
    """Weights and biases."""


def convolve(
    shape: tuple[int, int, int], filters: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> Convolved:
    """Return what ``filters`` square filters make of a picture of ``shape`` (C, H, W).

    Each side becomes (size + 2 padding - kernel_size) / stride + 1; each filter has kernel_size²
    weights for each channel, and a bias.

    Raises
    ------
    ValueError
        If a number is too small to make sense, or the filter does not fit: its last step would
        leave pixels over, or it is larger than the padded picture. (torch leaves the pixels over,
        and says nothing.)
    """
    channels, height, width = shape
    if min(channels, filters, kernel_size, stride) < 1 or padding < 0:
        raise ValueError("channels, filters, kernel and stride are 1 or more, padding 0 or more")
    for side in (height, width):
        over = side + 2 * padding - kernel_size
        if over < 0 or over % stride:
            raise ValueError(
                f"a kernel of {kernel_size} at stride {stride} does not fit {side} pixels "
                f"with padding {padding}"
            )
    return Convolved(
        filters,
        convolved_size(height, kernel_size, stride, padding),
        convolved_size(width, kernel_size, stride, padding),
        filters * (channels * kernel_size**2 + 1),
    )
