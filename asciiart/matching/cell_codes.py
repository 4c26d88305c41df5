"""Stage 4: code map (R·h/sy, C·w/sx, D) -> one code per cell (N, w/sx · h/sy · D)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Mask
from asciiart.matching.encoder import CodeMap

Codes = NDArray[np.float32]


def inked_cells(ink: Ink, rows: int, columns: int) -> Mask:
    """Return (R, C), True where a cell of ``ink`` (R·h, C·w) is not blank."""
    height, width = ink.shape
    # One axis after the other: eight times faster than both at once.
    inked = ink.reshape(rows, height // rows, width).any(axis=1)
    return np.asarray(inked.reshape(rows, columns, width // columns).any(axis=2))


def cell_codes(code_map: CodeMap, rows: int, columns: int, where: Mask | None = None) -> Codes:
    """Return the code of each cell (N, n·m·D), cells in reading order.

    ``code_map`` is (R·m, C·n, D); a cell's positions follow each other column by column. ``where``
    (R, C) selects some of the cells.
    """
    height, width, size = code_map.shape
    m, n = height // rows, width // columns
    cells = code_map.reshape(rows, m, columns, n, size).transpose(0, 2, 3, 1, 4)
    chosen = cells.reshape(rows * columns, n, m, size) if where is None else cells[where]
    return chosen.reshape(len(chosen), n * m * size)


def stitch(codes: Codes, rows: int, columns: int, block: tuple[int, int]) -> CodeMap:
    """Return the code map (R·m, C·n, D) whose cells have ``codes`` (R·C, n·m·D).

    ``block`` is (m, n), the positions of one cell. This is the inverse of `cell_codes` of all
    cells.
    """
    m, n = block
    cells = codes.reshape(rows, columns, n, m, -1).transpose(0, 3, 1, 2, 4)
    return cells.reshape(rows * m, columns * n, -1)
