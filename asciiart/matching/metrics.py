"""How faithful a text is to its picture; these are only numbers, and the eye decides.

The text is drawn in its font and compared with the picture scaled to exactly that size: with rows
of 32 px in a monospaced font, or 32 px per em in a proportional one, whose glyphs begin at whole
pixels of the size in which it is typeset. All results lie in [-1, 1] or [0, 1]; 1 is perfect and a
blank page scores 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from asciiart.errors import OptionError
from asciiart.glyphs.charsets import parse_charset
from asciiart.glyphs.font import Font
from asciiart.glyphs.grid import Placement
from asciiart.glyphs.rasterize import Ink
from asciiart.glyphs.typesetting import (
    Typeset,
    column_spans,
    draw_characters,
    draw_rows,
    typeset_rows,
)
from asciiart.io.pictures.arrays import Gray
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

_EM = ROW_HEIGHT
"""Pixels per em at which proportional text is measured."""
_MAX_PIXELS = 2**26
"""Most pixels at which a text is measured; each takes 70 bytes, in all some 4.5 GB."""
_HALF_EM = _EM // 2
"""Width of half-width characters of a proportional font, in pixels, the unit of blurs."""
_EXTREMES = (5, 95)
"""Percentiles of the picture's brightness beyond which it counts as black and as white."""
_STEPS = 64
"""Steps of brightness that have to stay in order."""


class StructureFidelity(NamedTuple):
    """Oriented boundary F: how well strokes match the drawing's in place and direction."""

    f: float
    """Harmonic mean of precision and recall, 0 to 1."""
    precision: float
    """Share of the text's strokes that match a stroke of the drawing, 0 to 1."""
    recall: float
    """Share of the drawing's strokes that match a stroke of the text, 0 to 1."""


class ToneFidelity(NamedTuple):
    """How the text's brightness follows the picture's."""

    r: float
    """Pearson's r after a blur with a deviation of half a cell's width, -1 to 1."""
    detail: float
    """Pearson's r between band-passed brightness, -1 to 1: the difference of blurs with deviations
    of a third of a cell's width and of two widths."""
    range: float
    """How much brighter the text is where the picture is above its 95th percentile than where it is
    below its 5th, as a share of the difference between a page of the densest character and a blank
    one; -1 to 1."""
    monotony: float
    """Spearman's correlation, -1 to 1, of 64 steps of the picture's brightness with the text's mean
    brightness at each, both blurred as for r."""


class Fidelity(NamedTuple):
    """Both kinds of fidelity of one text."""

    structure: StructureFidelity
    """Fidelity of lines, which is meant for line drawings."""
    tone: ToneFidelity
    """Fidelity of brightness, which is meant for every picture."""


class _Scale(NamedTuple):
    """The size at which a text is measured, in pixels."""

    row: int
    """Distance from one row to the next."""
    column: float
    """Distance from one column to the next."""
    unit: int
    """Width of a half-width character."""


def _scale(font: Font, typeset: Typeset | None) -> _Scale:
    """Return the size at which a text in a font is measured."""
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
    """Return a drawing's strokes (H, W), 3 px wide; in ``gray`` (H, W), 0 = stroke, 1 = page."""
    return widen(thin(gray < STROKE_THRESHOLD))


def oriented_f(drawing: Ink, text: Ink) -> StructureFidelity:
    """Return the oriented boundary F of a text's ink for a drawing's (both (H, W), rows 32 px).

    Skeleton pixels match if they are at most 4 px apart and their directions differ by at most
    22.5 degrees (after Martin, Fowlkes and Malik 2004, with directions added).
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
    """Return Pearson's r of two arrays (H, W); 0 if either is flat."""
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a * a).mean() * (b * b).mean()))
    return float((a * b).mean()) / scale if scale > 1e-9 else 0.0


def _blur(gray: Gray, sigma: float) -> Gray:
    return np.asarray(cv2.GaussianBlur(gray, (0, 0), sigma), np.float32)


def tone_fidelity(picture: Gray, text: Gray, width: int, full: float = 1.0) -> ToneFidelity:
    """Return how well a text's brightness follows a picture's (both (H, W), 0 to 1).

    ``width`` is the width of a half-width character in pixels and ``full`` the mean ink of a page
    of the densest character.
    """
    band = [_blur(gray, width / 3) - _blur(gray, 2 * width) for gray in (picture, text)]
    shown, seen = (_blur(gray, width / 2) for gray in (picture, text))
    low, high = np.percentile(shown, _EXTREMES)
    span = float(seen[shown >= high].mean() - seen[shown <= low].mean())
    steps = brightness_steps(shown, seen)
    rank = [_ranks(values) for values in (np.arange(len(steps), dtype=np.float32), steps)]
    return ToneFidelity(_pearson(shown, seen), _pearson(*band), span / full, _pearson(*rank))


def brightness_steps(picture: Gray, text: Gray) -> Gray:
    """Return the text's mean brightness at each of 64 equal steps of the picture's (both (H, W)).

    Steps that the picture does not have are left out, so the result has from 1 to 64 numbers.
    """
    darkest, brightest = float(picture.min()), float(picture.max())
    step = (picture - darkest) * (_STEPS / max(brightest - darkest, 1e-6))
    which = np.minimum(step, _STEPS - 1).astype(np.int64).ravel()
    counts = np.bincount(which)
    sums = np.bincount(which, text.ravel())
    return np.asarray(sums[counts > 0] / counts[counts > 0], np.float32)


def _ranks(values: Gray) -> Gray:
    """Return the ranks of values (N,), equal ones the mean of theirs."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[which], np.float32)


def densest_ink(font: Font, typeset: Typeset | None, characters: str) -> float:
    """Return the mean ink, 0 to 1, of a page of the densest of ``characters`` or of ASCII.

    Those that the font cannot set are left out; without any the result is 1.
    """
    known = "".join(sorted({*parse_charset("ascii"), *characters} - {"", " "}))
    spans = column_spans(known, font, typeset).tolist()
    able = [
        (c, span) for c, span in zip(known, spans, strict=True) if span and font.font_for(c).has(c)
    ]
    if not able:
        return 1.0
    scale = _scale(font, typeset)
    rows = typeset_rows([c for c, _ in able], font, typeset)
    inks = draw_rows(rows, font, typeset, scale.row, scale.column, at_once=1)
    areas = (scale.row * scale.column * span for _, span in able)
    return max(float(ink.sum()) / area for ink, area in zip(inks, areas, strict=True)) or 1.0


def _paste_picture(gray: Gray, placement: Placement, shape: tuple[int, int], paper: float) -> Gray:
    """Return a page (H, W) = ``shape`` of ``paper`` with the picture scaled to a placement."""
    left, top = round(placement.left), round(placement.top)
    width, height = max(1, round(placement.width)), max(1, round(placement.height))
    page = np.full(shape, paper, np.float32)
    inside = page[max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0)]
    if inside.shape == (height, width):
        how = cv2.INTER_AREA if gray.size > height * width else cv2.INTER_CUBIC
        inside[:] = np.clip(cv2.resize(gray, (width, height), interpolation=how), 0, 1)
    elif inside.size:
        inside[:] = np.clip(_scale_part(gray, (width, height), (left, top), inside.shape), 0, 1)
    return page


def _scale_part(
    gray: Gray, size: tuple[int, int], corner: tuple[int, int], seen: tuple[int, ...]
) -> Gray:
    """Return what is seen, (H, W) = ``seen``, of a picture that is scaled to a width and height.

    ``corner`` is where its corner lies on the page, x and y. Only what is seen is computed.
    """
    box = []
    for own, scaled, first, length in zip(gray.shape[::-1], size, corner, seen[::-1], strict=True):
        begin = max(-first, 0)
        box.append((begin * own / scaled, min((begin + length) * own / scaled, own)))
    (x, right), (y, bottom) = box
    picture = Image.fromarray(gray)
    part = picture.resize((seen[1], seen[0]), Image.Resampling.BICUBIC, (x, y, right, bottom))
    return np.asarray(part, np.float32)


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
    picture fills the page. ``typeset`` gives the size of a proportional font. ``columns`` is the
    page's width if it is wider than the longest row.

    Raises
    ------
    OptionError
        If there is no text, if it is too large to be scored, or if a row is longer than
        ``columns``.
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
    """Return how faithful an art's ``characters`` (R, C) are to a picture; see `score`.

    Raises
    ------
    OptionError
        If the text is too large to be scored.
    FontError
        If the font cannot set a character.
    """
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
    drawing = page = _paste_picture(gray, where, shape, 1.0)
    text = 1 - ink
    if background == "dark":
        page, text = _paste_picture(gray, where, shape, 0.0), ink
    full = densest_ink(font, typeset, "".join(np.unique(characters)))
    tone = tone_fidelity(page, text, scale.unit, full)
    return Fidelity(oriented_f(drawing_ink(drawing), ink), tone)
