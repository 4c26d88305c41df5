"""Stage 3: ink (H, W) -> code map (H/sy, W/sx, D), by ONNX Runtime; torch is never imported.

The code is local: each position describes sy x sx pixels and their surroundings. A page is
therefore encoded once, whatever its grid, in bands that are cropped to their ink.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.rasterize import Ink
from asciiart.io.onnx_session import OnnxNetwork, Shape
from asciiart.matching.arrays import Floats
from asciiart.matching.scores import MatchScore
from asciiart.page.strokes import ROW_HEIGHT

CodeMap = NDArray[np.float32]
"""(H/sy, W/sx, D): a code of D numbers for each position."""

BAND_PIXELS = 1_000_000
"""About how many pixels of a page are encoded at once, so that memory does not grow with it."""
_GLYPHS_AT_ONCE = 256


@dataclass(frozen=True)
class CodeSpec:
    """The geometry of a model's code, as on its card."""

    cell_height: int
    """Height h of a row on the page that the encoder reads, in pixels."""
    stride: tuple[int, int]
    """Pixels down and right from one position of the code map to the next, (sy, sx)."""
    size: int
    """Numbers per position, D."""
    receptive_margin: int
    """Pixels by which a position's receptive field extends beyond its own pixels, at most."""


class GlyphCodes(NamedTuple):
    """Codes of glyphs: <query, key> + bias is a glyph's score in units of its temperature."""

    keys: Floats
    """(G, h/sy, w/sx, D)."""
    biases: Floats
    """(G,)."""


class Encoder:
    """A trained encoder: pages become code maps, glyphs become keys."""

    def __init__(self, page_network: Path, glyph_network: Path, spec: CodeSpec) -> None:
        """Open the network for pages; the one for glyphs is opened when it is needed.

        Raises
        ------
        ModelError
            If a file is missing or damaged.
        """
        self.spec = spec
        self._page = OnnxNetwork(page_network)
        self._glyph_network = glyph_network

    @property
    def _margin(self) -> int:
        """The receptive margin in whole strides, in pixels."""
        stride = max(self.spec.stride)
        return -(-self.spec.receptive_margin // stride) * stride

    def encode(self, ink: Ink, *, everywhere: bool = False, endless: bool = False) -> CodeMap:
        """Return the code map (H/sy, W/sx, D) of ``ink`` (H, W), 0 = paper, 1 = full ink.

        H and W are multiples of sy and sx. Positions more than a row's height from any ink may be
        left at zero, unless the code is wanted ``everywhere``. Around the page there is paper or,
        if it is ``endless``, a continuation of its border, which then leaves no trace.
        """
        height, width = ink.shape
        sy, sx = self.spec.stride
        cell_height = self.spec.cell_height
        band = max(1, BAND_PIXELS // (width * cell_height)) * cell_height
        margin = self._margin
        padded = np.pad(ink, margin, "edge" if endless else "constant")
        codes: CodeMap | None = None
        for top in range(0, height, band):
            bottom = min(top + band, height)
            left, right = (0, width) if everywhere else self._inked_columns(ink[top:bottom])
            if left == right:
                continue
            window = padded[top : bottom + 2 * margin, left : right + 2 * margin]
            shape = (1, window.shape[0] // sy, window.shape[1] // sx, self.spec.size)
            ink_maps = window[np.newaxis, np.newaxis]
            (result,) = self._page.run("ink", ink_maps, [shape])
            inner = result[0, margin // sy :, margin // sx :]
            inner = inner[: (bottom - top) // sy, : (right - left) // sx]
            if (bottom - top, right - left) == ink.shape:
                return np.asarray(inner)  # the whole page at once: nothing to put together
            if codes is None:
                codes = self._blank(height, width)
            codes[top // sy : bottom // sy, left // sx : right // sx] = inner
        return self._blank(height, width) if codes is None else codes

    def encode_even(self, inks: Floats) -> Floats:
        """Return the codes (N, D) of endless pages, each of one ink (N,), 0 to 1."""
        (sy, sx), margin = self.spec.stride, self._margin
        pages = np.empty((len(inks), 1, sy + 2 * margin, sx + 2 * margin), np.float32)
        pages[:] = inks[:, np.newaxis, np.newaxis, np.newaxis]
        shape = (len(inks), pages.shape[2] // sy, pages.shape[3] // sx, self.spec.size)
        (codes,) = self._page.run("ink", pages, [shape])
        return np.array(codes[:, margin // sy, margin // sx])

    def encode_densely(self, ink: Ink, *, endless: bool = False) -> CodeMap:
        """Return the codes at every pixel across (H/sy, W, D) of ``ink`` (H, W).

        The code at (y, x) describes the sx pixels from x on, so `encode` returns every sx-th of
        them. W need not be a multiple of sx. ``endless`` has the meaning that it has there.
        """
        height, width = ink.shape
        sy, sx = self.spec.stride
        whole = -(-width // sx) * sx
        around = ((0, 0), (sx, sx + whole - width))
        padded = np.pad(ink, around, "edge" if endless else "constant")
        shifted = [
            self.encode(padded[:, first : first + sx + whole], endless=endless)
            for first in range(sx)
        ]
        dense = np.stack(shifted, axis=2).reshape(height // sy, sx + whole, -1)
        return np.ascontiguousarray(dense[:, sx : sx + width])

    def _blank(self, height: int, width: int) -> CodeMap:
        sy, sx = self.spec.stride
        return np.zeros((height // sy, width // sx, self.spec.size), np.float32)

    def _inked_columns(self, band: Ink) -> tuple[int, int]:
        """Return the first and last column, in whole strides, within a row's height of ink."""
        columns = np.flatnonzero(band.any(axis=0))
        if not len(columns):
            return 0, 0
        stride, margin = self.spec.stride[1], self.spec.cell_height
        left = max(0, int(columns[0]) - margin) // stride * stride
        return left, min(band.shape[1], -(-(int(columns[-1]) + margin) // stride) * stride)

    @property
    def supersampling(self) -> int:
        """The factor by which glyphs are drawn larger for `encode_glyphs` than on a page."""
        return ROW_HEIGHT // self.spec.cell_height

    def encode_glyphs(self, inks: Ink, score: MatchScore) -> GlyphCodes:
        """Return keys and biases of glyphs (G, h, w), 0 = paper; those of a blank are zero.

        They are drawn ``supersampling`` times as large as on a page. The keys cover each glyph
        whole, with a last column of positions that may extend beyond it. ``score`` is the one that
        the networks were trained on, perhaps with other weights.
        """
        network = OnnxNetwork(self._glyph_network)
        parts = []
        for start in range(0, len(inks), _GLYPHS_AT_ONCE):
            known = score.glyphs(inks[start : start + _GLYPHS_AT_ONCE])
            right = self.spec.stride[1] * score.row_height // self.spec.cell_height
            beyond = -known.maps.shape[3] % right
            maps = np.pad(known.maps, ((0, 0), (0, 0), (0, 0), (0, beyond)))
            shapes = self._glyph_shapes(maps.shape, score)
            keys, biases = network.run("features", maps, shapes)
            parts.append((keys, biases + known.biases / score.temperature))
        keys = np.concatenate([part[0] for part in parts])
        biases = np.concatenate([part[1] for part in parts])
        blank = ~inks.any(axis=(1, 2))
        keys[blank] = 0
        biases[blank] = 0
        return GlyphCodes(keys, biases)

    def _glyph_shapes(self, maps: Shape, score: MatchScore) -> list[Shape]:
        """Return the shapes of keys and biases for feature maps (G, M, H', W')."""
        count, _, height, width = maps
        scale = score.row_height
        down, right = (pixels * scale // self.spec.cell_height for pixels in self.spec.stride)
        return [(count, height // down, width // right, self.spec.size), (count,)]
