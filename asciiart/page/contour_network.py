"""The network that finds contours, run by ONNX Runtime."""

from __future__ import annotations

from functools import cache
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
from asciiart.page.bands import BAND_PIXELS, split

CARD = "lines.toml"
NETWORK = "lines.onnx"
HEADS = ("border", "line", "subject", "face")
"""The network's answers for each pixel, in this order."""
COARSE_SCALES = {0.5: 0.4, 0.25: 0.2}
"""Size, as a share of the picture's, at which the network looks again -> the weight of what it says
there. From afar texture disappears and outlines close."""
_FINE_WEIGHT = np.float32(0.4)
"""Weight of what it says at full size."""
_LINE, _FACE = HEADS.index("line"), HEADS.index("face")
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

    def look(self, rgb: Pixels) -> ContourMaps:
        """Return what the network says of a picture (H, W, 3).

        A half-width character of the page is `contours.WORKING_UNIT` pixels wide.
        """
        height, width = rgb.shape[:2]
        fine = self._read(rgb)
        total, face = _FINE_WEIGHT * fine, fine[..., _FACE].copy()
        for scale, weight in COARSE_SCALES.items():
            size = [max(1, round(scale * side)) for side in (width, height)]
            small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
            coarse = cv2.resize(self._read(small), (width, height), interpolation=cv2.INTER_LINEAR)
            total += np.float32(weight) * coarse
            np.maximum(face, coarse[..., _FACE], out=face)  # each size finds faces of another
        total[..., _FACE] = face
        heads = [*np.moveaxis(total, -1, 0), fine[..., _LINE]]
        return ContourMaps(*map(np.ascontiguousarray, heads))

    def _read(self, rgb: Pixels) -> Samples:
        """Return the logits (H, W, K) at one size, in bands, as the network needs much memory."""
        height, width = rgb.shape[:2]
        logits = np.empty((height, width, len(HEADS)), np.float32)
        for band in split(height, _BAND_PIXELS // width, _RECEPTIVE_MARGIN, _STRIDE):
            logits[band.top : band.bottom] = self._logits(rgb[band.first : band.last])[band.inner]
        return logits

    def _logits(self, rgb: Pixels) -> Samples:
        (result,) = self._network.run("lab", to_input(rgb))
        return np.asarray(result[0].transpose(1, 2, 0), np.float32)


def probability(logits: Samples) -> Samples:
    """Return the probability (...) that logits (...) stand for."""
    half = np.float32(0.5)
    return np.asarray(half + half * np.tanh(half * logits), np.float32)  # exp would overflow


@cache
def load_line_network() -> LineNetwork:
    """Return the network in $ASCIIART_HOME or the shipped one, which is opened once.

    Raises
    ------
    ModelError
        If there is none, or it is damaged.
    """
    return LineNetwork(find_lines())
