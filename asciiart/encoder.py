"""Stage 3: ink (H, W) -> code map (H/sy, W/sx, D), by ONNX Runtime; torch is never imported.

The code is local: each of its positions describes sy x sx pixels in their surroundings. A page is
therefore encoded once, whatever its grid, and in tiles, so that blank paper costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from asciiart.errors import ModelError

Ink = NDArray[np.float32]
CodeMap = NDArray[np.float32]

TILE = (64, 128)
"""Height and width in pixels of the pieces that a page is encoded in."""
_TILES_AT_ONCE = 16
"""Tiles in one run of the network: enough to keep the cores busy, few enough to stay in cache."""


@dataclass(frozen=True)
class CodeSpec:
    """What a model's card says of its code."""

    cell_height: int
    """Pixels of a row on the page that the encoder reads, h."""
    step: tuple[int, int]
    """Pixels down and right between positions of the code map, (sy, sx)."""
    size: int
    """Numbers a position, D."""
    reach: int
    """Pixels around a position's own that change its code at most."""


class GlyphCodes:
    """Codes of glyphs as the index searches them: <query, key> + bias is a glyph's score."""

    def __init__(self, keys: CodeMap, biases: NDArray[np.float32]) -> None:
        self.keys = keys
        """(G, h/sy, w/sx, D)."""
        self.biases = biases
        """(G,)."""


def _open(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Memory that follows the page's size is given back, not kept for a larger page.
    options.enable_cpu_mem_arena = False
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no public root
        reason = str(error).strip().splitlines()[0]
        raise ModelError(f"{path}: not a usable network ({reason})") from error


class Encoder:
    """A trained encoder: pages become code maps, glyphs become keys."""

    def __init__(self, page_network: Path, glyph_network: Path, spec: CodeSpec) -> None:
        """Open the two networks.

        Raises
        ------
        ModelError
            If a file is missing or damaged.
        """
        self.spec = spec
        self._page = _open(page_network)
        self._glyph_network = glyph_network

    def encode(self, ink: Ink) -> CodeMap:
        """Return the code map (H/sy, W/sx, D) of ``ink`` (H, W), 0 = paper; zeros where blank.

        H and W are multiples of sy and sx.
        """
        height, width = ink.shape
        tiles = _inked_tiles(ink)
        margin = _round_up(self.spec.reach, max(self.spec.step))
        below, right = -height % TILE[0], -width % TILE[1]
        padded = np.pad(ink, ((margin, margin + below), (margin, margin + right)))
        sy, sx = self.spec.step
        codes = np.zeros(
            ((height + below) // sy, (width + right) // sx, self.spec.size), np.float32
        )
        inner = (
            slice(None),
            slice(margin // sy, -(margin // sy)),
            slice(margin // sx, -(margin // sx)),
        )
        for start in range(0, len(tiles), _TILES_AT_ONCE):
            chosen = tiles[start : start + _TILES_AT_ONCE]
            batch = np.stack([_window(padded, y, x, margin) for y, x in chosen])
            (result,) = self._page.run(None, {"ink": batch[:, None]})
            for (y, x), code in zip(chosen, result[inner], strict=True):
                codes[y // sy : (y + TILE[0]) // sy, x // sx : (x + TILE[1]) // sx] = code
        return codes[: height // sy, : width // sx]

    def encode_glyphs(self, inks: NDArray[np.float32]) -> GlyphCodes:
        """Return keys and biases of glyphs (G, h, w), 0 = paper; a blank glyph's are zero."""
        network = _open(self._glyph_network)
        parts = [
            network.run(None, {"ink": inks[start : start + 256, None]})
            for start in range(0, len(inks), 256)
        ]
        keys = np.concatenate([part[0] for part in parts])
        biases = np.concatenate([part[1] for part in parts])
        blank = ~inks.any(axis=(1, 2))
        keys[blank] = 0
        biases[blank] = 0
        return GlyphCodes(keys, biases)


def _round_up(value: int, step: int) -> int:
    return -(-value // step) * step


def _window(padded: Ink, y: int, x: int, margin: int) -> Ink:
    return padded[y : y + TILE[0] + 2 * margin, x : x + TILE[1] + 2 * margin]


def _inked_tiles(ink: Ink) -> list[tuple[int, int]]:
    """Return the top left corners of those tiles that have ink."""
    height, width = ink.shape
    return [
        (y, x)
        for y in range(0, height, TILE[0])
        for x in range(0, width, TILE[1])
        if ink[y : y + TILE[0], x : x + TILE[1]].any()
    ]
