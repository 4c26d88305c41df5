"""The network that finds contours, run by ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.errors import ModelError
from asciiart.io.files.assets import find_lines
from asciiart.io.files.limited_reading import read_toml
from asciiart.io.model_files import read_checked
from asciiart.io.onnx_session import OnnxNetwork
from asciiart.io.pictures.arrays import Gray, Pixels, Samples
from asciiart.page.bands import BAND_PIXELS, Resized, split

CARD = "lines.toml"
NETWORK = "lines.onnx"
HEADS = ("border", "line", "subject", "face")
"""The network's answers for each pixel, in this order."""
COARSE_SCALES = {0.5: 0.4, 0.25: 0.2}
"""Size, as a share of the picture's, at which the network looks again -> the weight of what it says
there. From afar texture disappears and outlines close."""
_FINE_WEIGHT = np.float32(0.4)
"""Weight of what it says at full size."""
_LINE, _SUBJECT, _FACE = (HEADS.index(name) for name in ("line", "subject", "face"))
_CENTER = np.array([128, 128, 128], np.float32)
_SPREAD = np.array([64, 32, 32], np.float32)
_BAND_PIXELS = BAND_PIXELS // 16
"""Pixels that are processed at once; for each the network holds some eighty numbers."""
_STRIDE = 16
"""Pixels down from one position of the network's coarsest maps to the next."""
_RECEPTIVE_MARGIN = 112
"""Largest distance, in pixels, at which one pixel changes the logits of another."""


class ContourMaps(NamedTuple):
    """The network's answers for each pixel, as logits: above 0 is more likely than not."""

    border: Gray
    """(H, W): an object, or a region behind it, ends here."""
    line: Gray
    """(H, W): there is a border or a line within an object, such as an eye's or a fold's."""
    subject: Gray
    """(H, W): this belongs to an object, and not to what lies behind."""
    face: Gray
    """(H, W): this belongs to a face."""
    fine_line: Gray
    """(H, W): there is such a line, seen at full size alone, where small features are clearest."""


def to_input(rgb: Pixels) -> NDArray[np.float32]:
    """Return a picture (H, W, 3) as the network takes it: CIE Lab, (1, 3, H, W)."""
    lab = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab), np.float32)
    scaled = (lab - _CENTER) / _SPREAD
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[np.newaxis])


class LineNetwork:
    """A trained network that tells, for each pixel, whether it is on a contour."""

    def __init__(self, folder: Path) -> None:
        """Open the network in a folder.

        Raises
        ------
        ModelError
            If a file is missing or damaged.
        """
        card, network = folder / CARD, folder / NETWORK
        try:
            digest = read_toml(card)["sha256"]
        except OSError as error:
            raise ModelError(f"{card}: cannot be read ({error.strerror})") from error
        except (ValueError, KeyError) as error:
            raise ModelError(f"{card}: damaged card ({error})") from error
        read_checked(network, digest)
        self._network = OnnxNetwork(network)

    def look(self, rgb: Pixels) -> SeenPicture:
        """Return what the network says of a picture (H, W, 3), which is computed as it is read.

        A half-width character of the page is `contours.WORKING_UNIT` pixels wide.
        """
        height, width = rgb.shape[:2]
        coarse = []
        for scale in COARSE_SCALES:
            size = [max(1, round(scale * side)) for side in (width, height)]
            seen = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
            coarse.append(self._read(seen, 0, len(seen)))
        return SeenPicture(partial(self._read, rgb), tuple(coarse), (height, width))

    def _read(self, rgb: Pixels, top: int, bottom: int) -> Samples:
        """Return some rows of the logits (bottom - top, W, K) at one size."""
        height, width = rgb.shape[:2]
        logits = np.empty((bottom - top, width, len(HEADS)), np.float32)
        for band in split(bottom - top, _BAND_PIXELS // width, 0, _STRIDE):
            first, last = top + band.top, top + band.bottom
            # The maps' grids begin at row 0, whatever is read.
            above = max(0, (first - _RECEPTIVE_MARGIN) // _STRIDE * _STRIDE)
            below = min(height, last + _RECEPTIVE_MARGIN)
            around = self._logits(rgb[above:below])
            logits[band.top : band.bottom] = around[first - above : last - above]
        return logits

    def _logits(self, rgb: Pixels) -> Samples:
        (result,) = self._network.run("lab", to_input(rgb))
        return np.asarray(result[0].transpose(1, 2, 0), np.float32)


@dataclass(frozen=True, eq=False)
class SeenPicture:
    """A picture as the network sees it, at several sizes; rows are computed when they are read."""

    read: Callable[[int, int], Samples]
    """Returns rows of the logits (N, W, K) at full size, from one up to another."""
    coarse: tuple[Samples, ...]
    """The logits (h, w, K) at each of `COARSE_SCALES`."""
    shape: tuple[int, int]
    """Height and width of the picture."""

    def rows(self, top: int, bottom: int) -> ContourMaps:
        """Return the maps (bottom - top, W) of some rows, which do not depend on the others."""
        fine = self.read(top, bottom)
        total, face = _FINE_WEIGHT * fine, fine[..., _FACE].copy()
        for logits, weight in zip(self.coarse, COARSE_SCALES.values(), strict=True):
            read = partial(_rows_of, logits)
            coarse = Resized(read, len(logits), self.shape, cv2.INTER_LINEAR).rows(top, bottom)
            total += weight * coarse
            np.maximum(face, coarse[..., _FACE], out=face)  # each size finds faces of another
        total[..., _FACE] = face
        heads = [*np.moveaxis(total, -1, 0), fine[..., _LINE]]
        return ContourMaps(*map(np.ascontiguousarray, heads))

    def subject_share(self) -> Gray:
        """Return how clearly each part belongs to the subject (h, w), 0 to 1, at a quarter size."""
        return probability(self.coarse[-1][..., _SUBJECT])


def probability(logits: Samples) -> Samples:
    """Return the probability (...) that logits (...) stand for."""
    half = np.float32(0.5)
    return np.asarray(half + half * np.tanh(half * logits), np.float32)  # exp would overflow


def _rows_of(array: Samples, top: int, bottom: int) -> Samples:
    return array[top:bottom]


@cache
def load_line_network() -> LineNetwork:
    """Return the network in $ASCIIART_HOME or the shipped one, which is opened once.

    Raises
    ------
    ModelError
        If there is none, or it is damaged.
    """
    return LineNetwork(find_lines())
