"""How faithful a text is to its picture; numbers only, the eye decides.

The text is drawn in its font and compared with the picture scaled to exactly that size: with rows
of 32 px in a monospaced font, with 32 px per em in a proportional one, whose glyphs begin at whole
pixels of the size in which it is typeset. All results lie in [-1, 1] or [0, 1]; 1 is perfect and
a blank page scores 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.errors import OptionError
from asciiart.glyphs.font import Font
from asciiart.glyphs.grid import Placement
from asciiart.glyphs.typesetting import Typeset, draw_characters, typeset_rows
from asciiart.options import Background
from asciiart.page.strokes import (
    ROW_HEIGHT,
    STROKE_THRESHOLD,
    direction_maps,
    find_strokes,
    tolerance_maps,
    widen,
)
from asciiart.page.thinning import thin

Gray = NDArray[np.float32]
Ink = NDArray[np.float32]

_EM = ROW_HEIGHT
"""Pixels per em in which proportional text is measured."""
_MAX_PIXELS = 2**26
"""Pixels in which a text is measured: that takes 70 bytes for each, some 4.5 GB."""
_HALF_EM = _EM // 2
"""Pixels of its half-width characters, by which blurs are measured."""


class StructureFidelity(NamedTuple):
    """Oriented boundary F: strokes where the drawing's are, running as they run."""

    f: float
    """Harmonic mean of the two."""
    precision: float
    """Share of the text's strokes that have a stroke of the drawing near."""
    recall: float
    """Share of the drawing's strokes that have a stroke of the text near."""


class ToneFidelity(NamedTuple):
    """Correlation of brightness."""

    r: float
    """Pearson's r after a blur of half a cell's width."""
    detail: float
    """Pearson's r of what lies between blurs of a third of and of two widths."""


class Fidelity(NamedTuple):
    """Both kinds of faithfulness of one text."""

    structure: StructureFidelity
    """For line drawings."""
    tone: ToneFidelity
    """For everything."""


class _Scale(NamedTuple):
    """In how many pixels a text is measured."""

    row: int
    """From one row to the next."""
    column: float
    """From one column to the next."""
    unit: int
    """Of a half-width character."""


def _scale(font: Font, typeset: Typeset | None) -> _Scale:
    if typeset is None:
        cell = font.cell(ROW_HEIGHT, step=4)
        return _Scale(cell.height, cell.width, cell.width)
    row = round(_EM / typeset.font_size * typeset.line_height)
    return _Scale(row, row / typeset.line_height, _HALF_EM)


def draw_text(rows: Sequence[str], font: Font, height: int, width: int) -> Ink:
    """Return the ink (R·height, C·width) of lines of text in a monospaced font.

    Raises
    ------
    OptionError
        If there is no text.
    FontError
        If the font cannot set a character.
    """
    return draw_characters(typeset_rows(rows, font, None), font, None, height, width)


def drawing_ink(gray: Gray) -> Ink:
    """Return a drawing's strokes (H, W), 3 px wide; ``gray`` (H, W) has 0 = stroke, 1 = page."""
    return widen(thin(gray < STROKE_THRESHOLD))


def oriented_f(drawing: Ink, text: Ink) -> StructureFidelity:
    """Return the oriented boundary F of a text's ink for a drawing's (both (H, W), rows 32 px).

    Skeleton pixels match when at most 4 px apart and within 22.5 degrees (after Martin, Fowlkes
    and Malik 2004, with direction).
    """
    theirs, ours = find_strokes(drawing), find_strokes(text)
    if not (theirs.length and ours.length):
        return StructureFidelity(0.0, 0.0, 0.0)
    hits = np.count_nonzero(direction_maps(ours) & tolerance_maps(theirs))
    found = np.count_nonzero(direction_maps(theirs) & tolerance_maps(ours))
    precision, recall = hits / ours.length, found / theirs.length
    f = 2 * precision * recall / (precision + recall) if hits and found else 0.0
    return StructureFidelity(f, precision, recall)


def _pearson(a: Gray, b: Gray) -> float:
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a * a).mean() * (b * b).mean()))
    return float((a * b).mean()) / scale if scale > 1e-9 else 0.0


def _blur(gray: Gray, sigma: float) -> Gray:
    return np.asarray(cv2.GaussianBlur(gray, (0, 0), sigma), np.float32)


def tone_fidelity(picture: Gray, text: Gray, width: int) -> ToneFidelity:
    """Return how a text's brightness follows a picture's (both (H, W)).

    ``width`` is that of a half-width character in pixels.
    """
    band = [_blur(gray, width / 3) - _blur(gray, 2 * width) for gray in (picture, text)]
    whole = [_blur(gray, width / 2) for gray in (picture, text)]
    return ToneFidelity(_pearson(*whole), _pearson(*band))


def _lay(gray: Gray, placement: Placement, shape: tuple[int, int], paper: float) -> Gray:
    """Return a page (H, W) = ``shape`` of ``paper`` with the picture scaled to its placement."""
    left, top = round(placement.left), round(placement.top)
    width, height = max(1, round(placement.width)), max(1, round(placement.height))
    how = cv2.INTER_AREA if gray.size > height * width else cv2.INTER_CUBIC
    scaled = np.clip(cv2.resize(gray, (width, height), interpolation=how), 0, 1)
    page = np.full(shape, paper, np.float32)
    inside = page[max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0)]
    down, right = max(-top, 0), max(-left, 0)
    inside[:] = scaled[down : down + inside.shape[0], right : right + inside.shape[1]]
    return page


def score(
    gray: Gray,
    rows: Sequence[str],
    font: Font,
    background: Background,
    placement: Placement | None = None,
    *,
    typeset: Typeset | None = None,
    columns: int | None = None,
) -> Fidelity:
    """Return how faithful ``rows`` of text in ``font`` are to a picture.

    ``gray`` (H, W) is the picture's brightness in [0, 1], of any size; without a ``placement`` the
    text covers it whole. In a proportional font ``typeset`` says how it is set. ``columns`` is the
    page's width where no row need be as long.

    Raises
    ------
    OptionError
        If there is no text, it is too large to be scored, or a row is longer than ``columns``.
    FontError
        If the font cannot set a character.
    """
    characters = typeset_rows(rows, font, typeset, columns)
    return score_characters(gray, characters, font, typeset, background, placement=placement)


def _check_size(characters: NDArray[np.str_], scale: _Scale) -> None:
    rows, columns = characters.shape
    most = int(_MAX_PIXELS / (scale.row * scale.column * columns))
    if rows > most:
        raise OptionError(
            f"a text of {rows:,} lines of {columns:,} columns is too large to be scored; "
            f"{most:,} of these lines are not"
        )


def score_characters(
    gray: Gray,
    characters: NDArray[np.str_],
    font: Font,
    typeset: Typeset | None,
    background: Background,
    *,
    placement: Placement | None = None,
) -> Fidelity:
    """Return how faithful an art's ``characters`` (R, C) are to a picture, as `score` does."""
    scale = _scale(font, typeset)
    _check_size(characters, scale)
    ink = draw_characters(characters, font, typeset, scale.row, scale.column)
    shape = (ink.shape[0], ink.shape[1])
    where = Placement(0, 0, shape[1], shape[0])
    if placement is not None:
        down = scale.row if typeset is None else scale.column
        where = Placement(
            placement.left * scale.column,
            placement.top * down,
            placement.width * scale.column,
            placement.height * down,
        )
    drawing = page = _lay(gray, where, shape, 1.0)
    text = 1 - ink
    if background == "dark":
        page, text = _lay(gray, where, shape, 0.0), ink
    return Fidelity(oriented_f(drawing_ink(drawing), ink), tone_fidelity(page, text, scale.unit))
