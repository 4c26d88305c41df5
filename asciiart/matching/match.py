"""Stages 4 and 5: ink pages -> the best glyphs of each cell, or of the best row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Mask
from asciiart.matching.cell_codes import cell_codes, inked_cells
from asciiart.matching.glyph_index import GlyphIndex, Neighbors
from asciiart.matching.matcher import Matcher, PagePart
from asciiart.matching.row_matching import match_rows
from asciiart.matching.row_steps import RowRules


def match_page(
    pages: Sequence[Ink],
    matcher: Matcher,
    k: int,
    rules: RowRules,
    *,
    part: PagePart | None = None,
) -> Neighbors:
    """Return the ``k`` best glyphs (R, C, k) for the page (R·h, C·w) of each mode.

    Cells in which no glyph begins hold -1; the k best of a cell are equally wide. With a ``part``
    only its rows are matched and returned.
    """
    if list(matcher.index.keys) == [1]:
        return match_cells(pages, matcher, k, part)
    nearest = match_rows(pages, matcher, k, rules, part)
    return nearest if rules.proportional else _fill_gaps_with_spaces(nearest, matcher.index)


def match_cells(
    pages: Sequence[Ink], matcher: Matcher, k: int, part: PagePart | None = None
) -> Neighbors:
    """Return the ``k`` nearest glyphs of each cell (R, C, k) of the modes' pages (R·h, C·w).

    All glyphs are one cell wide. Blank cells get the space without a search. With a ``part`` only
    its rows are matched and returned.
    """
    part = part or PagePart(slice(None), matcher.even_parts(pages))
    wanted = part.rows
    rows, columns = (n // size for n, size in zip(pages[0].shape, matcher.cell.size, strict=True))
    inked = np.logical_or.reduce([inked_cells(page, rows, columns) for page in pages])
    where = np.zeros_like(inked)
    where[wanted] = inked[wanted]
    levels = np.full(where.shape, -1)
    if part.even is not None:
        levels[wanted] = part.even.levels()
    # Where one mode's page is blank, another's may hold ink, and blank paper has a code, too.
    everywhere = len(matcher.mode_matchers) > 1

    def search(uneven: Mask) -> Neighbors:
        cells = where.copy()
        cells[where] = uneven
        maps = (
            own.encoder.encode(page, everywhere=everywhere, endless=own.endless)
            for own, page in zip(matcher.mode_matchers, pages, strict=True)
        )
        codes = [cell_codes(code_map, rows, columns, cells) for code_map in maps]
        return matcher.index.search(np.hstack(codes), k)

    return scatter_neighbors(matcher.nearest(levels[where], search, k), where[wanted])


def scatter_neighbors(nearest: Neighbors, where: Mask) -> Neighbors:
    """Return the neighbors (R, C, k) of all cells from those (N, k) of the cells ``where`` (R, C).

    A cell that was not searched is blank paper: a space, without alternatives.
    """
    k = nearest.glyph_ids.shape[1]
    glyph_ids = np.full((*where.shape, k), -1, np.int32)
    glyph_ids[..., 0] = 0
    scores = np.zeros((*where.shape, k), np.float32)
    glyph_ids[where] = nearest.glyph_ids
    scores[where] = nearest.scores
    return Neighbors(glyph_ids, scores)


def _fill_gaps_with_spaces(nearest: Neighbors, index: GlyphIndex) -> Neighbors:
    """Return rows of half-width cells with the space in every cell that no glyph covers."""
    spans = index.spans_at(nearest.glyph_ids[..., 0])
    row, column = np.nonzero(spans)
    changes = np.zeros((len(spans), spans.shape[1] + 1), np.int64)
    np.add.at(changes, (row, column), 1)
    np.add.at(changes, (row, column + spans[row, column]), -1)
    covered = np.cumsum(changes, axis=1)[:, :-1] > 0
    glyph_ids = nearest.glyph_ids.copy()
    glyph_ids[~covered, 0] = 0
    return nearest._replace(glyph_ids=glyph_ids)
