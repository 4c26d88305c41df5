"""The network that tells a photograph's contours from its texture, by ONNX Runtime."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asciiart.assets import find_lines
from asciiart.encoder import MAX_NETWORK_SIZE, open_network
from asciiart.errors import ModelError
from asciiart.limited_reading import read_limited, read_toml

Gray = NDArray[np.float32]

CARD = "lines.toml"
NETWORK = "lines.onnx"


class LineNetwork:
    """A trained network: brightness becomes the logit of each pixel being on a contour."""

    def __init__(self, folder: Path) -> None:
        """Open the network of a folder.

        Raises
        ------
        ModelError
            If a file is missing or damaged.
        """
        card, network = folder / CARD, folder / NETWORK
        try:
            digest = read_toml(card)["sha256"]
            found = hashlib.sha256(read_limited(network, MAX_NETWORK_SIZE)).hexdigest()
        except OSError as error:
            raise ModelError(f"{error.filename}: cannot be read ({error.strerror})") from error
        except (ValueError, KeyError) as error:
            raise ModelError(f"{card}: damaged card ({error})") from error
        if found != digest:
            raise ModelError(f"{network}: damaged (its SHA-256 is not the one on the card)")
        self._session = open_network(network)

    def logits(self, gray: Gray) -> Gray:
        """Return the logits (H, W) of ``gray`` (H, W) in [0, 1].

        A half-width character is `contours.WORKING_UNIT` pixels wide in it.
        """
        (result,) = self._session.run(None, {"gray": gray[np.newaxis, np.newaxis]})
        height, width = gray.shape  # the decoder rounds sizes up
        return np.asarray(result[0, 0, :height, :width], np.float32)


@cache
def load_line_network() -> LineNetwork:
    """Return the network of $ASCIIART_HOME or the shipped one, opened once.

    Raises
    ------
    ModelError
        If there is none, or it is damaged.
    """
    return LineNetwork(find_lines())
