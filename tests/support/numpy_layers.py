"""Layers written down in NumPy, by their definitions, for networks to be compared with.

Maps are (B, C, H, W); every function takes and returns arrays.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from torch import nn

Array = npt.NDArray[np.float64]


def array(tensor: object) -> Array:
    """Return a tensor of a network as an array."""
    return np.asarray(tensor.detach().double().numpy())  # type: ignore[attr-defined]


def convolve(x: Array, layer: nn.Conv2d, *, stride: int = 1, padding: int = 0) -> Array:
    weight = array(layer.weight)  # (O, I, k, k)
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    sides = weight.shape[2:]
    windows = np.lib.stride_tricks.sliding_window_view(padded, sides, axis=(2, 3))
    out = np.einsum("bihwyx,oiyx->bohw", windows[:, :, ::stride, ::stride], weight)
    return out if layer.bias is None else out + array(layer.bias)[:, None, None]


def deconvolve(x: Array, layer: nn.ConvTranspose2d, *, stride: int, padding: int) -> Array:
    """Each value adds its kernel to the result, from which the padding is cut off."""
    weight = array(layer.weight)  # (I, O, k, k)
    side = weight.shape[2]
    height, width = ((size - 1) * stride + side for size in x.shape[2:])
    out = np.zeros((len(x), weight.shape[1], height, width))
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            top, left = row * stride, column * stride
            patch = np.einsum("bi,iohw->bohw", x[:, :, row, column], weight)
            out[:, :, top : top + side, left : left + side] += patch
    out = out[:, :, padding : height - padding, padding : width - padding]
    return out if layer.bias is None else out + array(layer.bias)[:, None, None]


def normalize(x: Array, layer: nn.BatchNorm2d) -> Array:
    """Batch normalization in evaluation."""
    mean, var, weight, bias = (
        array(part)[:, None, None]
        for part in (layer.running_mean, layer.running_var, layer.weight, layer.bias)
    )
    return np.asarray((x - mean) / np.sqrt(var + layer.eps) * weight + bias)


def rectify(x: Array) -> Array:
    return np.maximum(x, 0)


def block(x: Array, layer: nn.Module, *, stride: int = 1) -> Array:
    """A `ConvBlock` of odd kernel: convolution, normalization if there is one, ReLU."""
    conv, norm = layer.conv, layer.norm
    assert isinstance(conv, nn.Conv2d)
    out = convolve(x, conv, stride=stride, padding=conv.kernel_size[0] // 2)
    return rectify(normalize(out, norm) if isinstance(norm, nn.BatchNorm2d) else out)


def pool(x: Array, side: int, stride: int) -> Array:
    """Max pooling that rounds sizes up, as Caffe does."""
    height, width = (-(-(size - side) // stride) * stride + side for size in x.shape[2:])
    fill = ((0, 0), (0, 0), (0, height - x.shape[2]), (0, width - x.shape[3]))
    padded = np.pad(x, fill, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side), axis=(2, 3))
    return np.asarray(windows[:, :, ::stride, ::stride].max((4, 5)))


def response_normalize(x: Array, size: int, alpha: float, beta: float, k: float) -> Array:
    """Krizhevsky et al. 2012, section 3.3, with Caffe's alpha: divided by the size."""
    out = np.empty_like(x)
    for channel in range(x.shape[1]):
        low, high = max(0, channel - size // 2), channel + size // 2 + 1
        squares = (x[:, low:high] ** 2).sum(1)
        out[:, channel] = x[:, channel] / (k + alpha / size * squares) ** beta
    return out


def linear(x: Array, layer: nn.Linear) -> Array:
    return np.asarray(x @ array(layer.weight).T + array(layer.bias))


def sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def lstm(x: Array, h: Array, c: Array, cell: nn.LSTMCell) -> tuple[Array, Array]:
    """Hochreiter and Schmidhuber 1997, with a forget gate; torch's order of the gates."""
    gates = x @ array(cell.weight_ih).T + array(cell.bias_ih)
    gates = gates + h @ array(cell.weight_hh).T + array(cell.bias_hh)
    i, f, g, o = np.split(gates, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c
