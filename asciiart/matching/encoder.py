"""Stage 3: ink (H, W) -> code map (H/sy, W/sx, D), by ONNX Runtime; torch is never imported.

The code is local: each of its positions describes sy x sx pixels in their surroundings. A page is
therefore encoded once, whatever its grid, in bands that are cut to their ink.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asciiart.io.onnx_session import Network, Shape
from asciiart.matching.scores import MatchScore
from asciiart.page.strokes import ROW_HEIGHT

Ink = NDArray[np.float32]
CodeMap = NDArray[np.float32]

BAND_PIXELS = 1_000_000
"""About how much of a page is encoded at once, so that memory does not follow the page's size."""
_GLYPHS_AT_ONCE = 256


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
    """Codes of glyphs as the index searches them: <query, key> + bias is a glyph's score.

    In units of the score's temperature.
    """

    def __init__(self, keys: CodeMap, biases: NDArray[np.float32]) -> None:
        self.keys = keys
        """(G, h/sy, w/sx, D)."""
        self.biases = biases
        """(G,)."""


class Encoder:
    """A trained encoder: pages become code maps, glyphs become keys."""

    def __init__(self, page_network: Path, glyph_network: Path, spec: CodeSpec) -> None:
        """Open the network for pages; that for glyphs is opened when it is needed.

        Raises
        ------
        ModelError
            If a file is missing or damaged.
        """
        self.spec = spec
        self._page = Network(page_network)
        self._glyph_network = glyph_network

    @property
    def _margin(self) -> int:
        """Pixels, in whole steps, around those that a code describes that change it."""
        step = max(self.spec.step)
        return -(-self.spec.reach // step) * step

    def encode(self, ink: Ink, *, everywhere: bool = False, endless: bool = False) -> CodeMap:
        """Return the code map (H/sy, W/sx, D) of ``ink`` (H, W), 0 = paper.

        H and W are multiples of sy and sx. The code is right wherever there is ink within a row's
        height; where there is none, it may be left at zero, unless it is wanted ``everywhere``.
        Around the page there is paper or, if it is ``endless``, more of what is at its border, so
        that the border leaves no trace.
        """
        height, width = ink.shape
        sy, sx = self.spec.step
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

    def encode_even(self, inks: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the codes (N, D) of endless pages of one ink each (N,)."""
        (sy, sx), margin = self.spec.step, self._margin
        pages = np.empty((len(inks), 1, sy + 2 * margin, sx + 2 * margin), np.float32)
        pages[:] = inks[:, np.newaxis, np.newaxis, np.newaxis]
        shape = (len(inks), pages.shape[2] // sy, pages.shape[3] // sx, self.spec.size)
        (codes,) = self._page.run("ink", pages, [shape])
        return np.array(codes[:, margin // sy, margin // sx])

    def encode_densely(self, ink: Ink, *, endless: bool = False) -> CodeMap:
        """Return the codes at every pixel across (H/sy, W, D) of ``ink`` (H, W).

        The code at (y, x) describes the sx pixels from x on; so `encode` of any W that is a
        multiple of sx gives every sx-th of them. ``endless`` is as there.
        """
        height, width = ink.shape
        sy, sx = self.spec.step
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
        sy, sx = self.spec.step
        return np.zeros((height // sy, width // sx, self.spec.size), np.float32)

    def _inked_columns(self, band: Ink) -> tuple[int, int]:
        """Return the span of columns, in whole steps, that is within a row's height of ink."""
        columns = np.flatnonzero(band.any(axis=0))
        if not len(columns):
            return 0, 0
        step, apron = self.spec.step[1], self.spec.cell_height
        left = max(0, int(columns[0]) - apron) // step * step
        return left, min(band.shape[1], -(-(int(columns[-1]) + apron) // step) * step)

    @property
    def enlarge(self) -> int:
        """How much larger than on a page the glyphs are to be drawn that are encoded."""
        return ROW_HEIGHT // self.spec.cell_height

    def encode_glyphs(self, inks: NDArray[np.float32], score: MatchScore) -> GlyphCodes:
        """Return keys and biases of glyphs (G, h, w), 0 = paper; a blank glyph's are zero.

        They are drawn ``enlarge`` times as large as on a page. The block of keys covers the whole
        glyph, its last column perhaps in part. ``score`` is what the networks were trained on; its
        weights may be others.
        """
        network = Network(self._glyph_network)
        parts = []
        for start in range(0, len(inks), _GLYPHS_AT_ONCE):
            known = score.glyphs(inks[start : start + _GLYPHS_AT_ONCE])
            right = self.spec.step[1] * score.row_height // self.spec.cell_height
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
        down, right = (step * score.row_height // self.spec.cell_height for step in self.spec.step)
        return [(count, height // down, width // right, self.spec.size), (count,)]
