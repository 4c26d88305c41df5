"""The sheet of a comparison: each picture beside its drawings by every font and charset."""

from __future__ import annotations

import math
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw

from asciiart.art.art import Art
from asciiart.art.formats.registry import draw_page
from asciiart.cli.comparison.ranking import Comparison, score_of
from asciiart.color.palettes import INK, PAPER
from asciiart.glyphs.font import load_font
from asciiart.io.pictures.arrays import Pixels

_HALF_WIDTH = 8
"""Width of a half-width character, in pixels."""
_CAPTION_FONT = "DejaVu Sans Mono"
_CAPTION_SIZE = 14
_LINE_HEIGHT = 18
_CAPTION_LINES = 3
_GAP = 12
_NARROWEST = 24
"""Characters of a caption for which even the narrowest column has room."""
_MARGIN, _TEXT = (225, 228, 235), (30, 30, 60)
_MAX_PIXELS = 2**25
"""Most pixels of all pictures together; beyond it all are drawn smaller."""


class _CaptionedPicture(NamedTuple):
    """A picture on the sheet, and the lines of its caption."""

    pixels: Pixels
    caption: tuple[str, ...]


def draw_sheet(comparison: Comparison) -> bytes:
    """Return a PNG file with a row per picture: the picture, then its drawings, best first.

    Within a row the picture is equally large everywhere; a page in a proportional font may be one
    text row higher than the picture. Captions give rank, font, charset and score and, with several
    pictures, the mean score. The comparison must have at least one entry.
    """
    heights = _heights(comparison)
    rows = [_row(comparison, i, height) for i, height in enumerate(heights)]
    file = BytesIO()
    _paste(rows).save(file, "PNG")
    return file.getvalue()


def _heights(comparison: Comparison) -> list[int]:
    """Return the height of each picture on the sheet, in pixels."""
    grid = comparison.entries[0].measurements[0].art.grid
    width = _HALF_WIDTH * grid.columns * grid.cell.width / grid.cell.unit
    shapes = [thumbnail.rgb.shape for thumbnail in comparison.pictures]
    heights = np.array([width * height / across for height, across, _ in shapes])
    pixels = heights.sum() * width * (1 + len(comparison.entries))
    shrink = min(1.0, math.sqrt(_MAX_PIXELS / pixels))
    return [max(1, round(height)) for height in (heights * shrink).tolist()]


def _row(comparison: Comparison, place: int, height: int) -> list[_CaptionedPicture]:
    """Return one picture, ``height`` pixels high, followed by its drawings."""
    picture = comparison.pictures[place]
    captioned = [_CaptionedPicture(_resized(picture.rgb, height), (Path(picture.name).name,))]
    for rank, entry in enumerate(comparison.entries, start=1):
        measured = entry.measurements[place]
        score = f"score {score_of(measured.fidelity):.3f}"
        if len(comparison.pictures) > 1:
            score += f" (mean {entry.score:.3f})"
        caption = (f"{rank}. {entry.font}", entry.charset, score)
        captioned.append(_CaptionedPicture(_page(measured.art, height), caption))
    return captioned


def _page(art: Art, height: int) -> Pixels:
    """Return the page (H, W, 3) of an art on which the picture is ``height`` pixels high."""
    rows = len(art.characters)
    row = 1 if art.typeset is None else art.typeset.line_height
    whole = max(1, round(height * rows * row / art.placement.height))
    ink = draw_page(art, math.ceil(whole / rows))[..., None]  # (H, W, 1)
    paper, full = np.array([PAPER[art.background], INK[art.background]], np.float32)
    return _resized(np.rint(paper + ink * (full - paper)).astype(np.uint8), whole)


def _resized(pixels: Pixels, height: int) -> Pixels:
    width = max(1, round(pixels.shape[1] * height / pixels.shape[0]))
    how = cv2.INTER_AREA if height < pixels.shape[0] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)


def _paste(rows: Sequence[Sequence[_CaptionedPicture]]) -> Image.Image:
    """Return the sheet, with each picture below its caption."""
    face = load_font(_CAPTION_FONT).face(_CAPTION_SIZE)
    advance = face.getlength("M")
    narrowest = math.ceil(_NARROWEST * advance)
    columns = zip(*rows, strict=True)
    widths = [
        max(narrowest, *(picture.pixels.shape[1] for picture in column)) for column in columns
    ]
    lefts = [_GAP + sum(widths[:i]) + _GAP * i for i in range(len(widths))]
    room = _CAPTION_LINES * _LINE_HEIGHT
    pitches = [room + max(picture.pixels.shape[0] for picture in row) + _GAP for row in rows]
    page = Image.new("RGB", (lefts[-1] + widths[-1] + _GAP, _GAP + sum(pitches)), _MARGIN)
    draw = ImageDraw.Draw(page)
    top = _GAP
    for row, pitch in zip(rows, pitches, strict=True):
        for picture, left, width in zip(row, lefts, widths, strict=True):
            for line, text in enumerate(picture.caption):
                words = _cut(text, int(width / advance))
                draw.text((left, top + line * _LINE_HEIGHT), words, _TEXT, face)
            page.paste(Image.fromarray(picture.pixels), (left, top + room))
        top += pitch
    return page


def _cut(text: str, length: int) -> str:
    """Shorten a text from the left, since the end of a path says most."""
    return text if len(text) <= length else f"…{text[1 - length :]}"
