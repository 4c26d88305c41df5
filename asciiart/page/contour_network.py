"""The network that tells a photograph's contours from its texture, by ONNX Runtime."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from asciiart.errors import ModelError
from asciiart.io.files.assets import find_lines
from asciiart.io.files.limited_reading import read_toml
from asciiart.io.model_files import read_checked
from asciiart.io.onnx_session import OnnxNetwork
from asciiart.io.pictures.arrays import Gray
from asciiart.page.bands import BAND_PIXELS, split

CARD = "lines.toml"
NETWORK = "lines.onnx"
_BAND_PIXELS = BAND_PIXELS // 4
"""Pixels that are processed at once; for each the network holds some forty numbers."""
_STRIDE = 4
"""Pixels down from one position of the network's code to the next."""
_RECEPTIVE_MARGIN = 32
"""Largest distance, in pixels, at which one pixel changes the logit of another."""


class LineNetwork:
    """A trained network that gives, for each pixel, the logit of its being on a contour."""

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

    def logits(self, gray: Gray) -> Gray:
        """Return the logits (H, W) of brightness (H, W) in [0, 1].

        A half-width character of the page is `contours.WORKING_UNIT` pixels wide.
        """
        height, width = gray.shape
        bands = list(split(height, _BAND_PIXELS // width, _RECEPTIVE_MARGIN, _STRIDE))
        if len(bands) == 1:
            return self._logits(gray)
        logits = np.empty_like(gray)
        for band in bands:
            around = self._logits(gray[band.first : band.last])
            logits[band.top : band.bottom] = around[band.inner]
        return logits

    def _logits(self, gray: Gray) -> Gray:
        (result,) = self._network.run("gray", gray[np.newaxis, np.newaxis])
        height, width = gray.shape  # the decoder rounds sizes up
        return np.asarray(result[0, 0, :height, :width], np.float32)


@cache
def load_line_network() -> LineNetwork:
    """Return the network in $ASCIIART_HOME or the shipped one, which is opened once.

    Raises
    ------
    ModelError
        If there is none, or it is damaged.
    """
    return LineNetwork(find_lines())
