"""Stage 7, formats png, jpeg and webp: a picture of the art in its own font."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from asciiart.art.formats.color_layers import CLEAR, Layers, color_layers, pack, unpack
from asciiart.art.formats.renderer import Pitch, RenderOptions, row_height, typeset_pitch
from asciiart.color.palettes import INK, PAPER, Colors
from asciiart.errors import OptionError
from asciiart.io.pictures.arrays import Pixels, Samples

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas
    from asciiart.glyphs.font import Font
    from asciiart.glyphs.rasterize import Ink
    from asciiart.glyphs.typesetting import Typeset
    from asciiart.options import Background

_ROW_HEIGHT = 24
"""Default height of a row in pixels."""
TYPESET_SCALE = 2
"""Default scale of proportional text, relative to its size on a board."""
_MAX_PIXELS = 2**27
"""Maximum number of pixels, 400 MB in color; a larger picture is taken for a mistake."""
_BAND_PIXELS = 2**22
"""Pixels drawn at a time, which takes some 12 bytes each."""


class RasterRenderer:
    """Anti-aliased glyphs on the art's page, mixed in sRGB as browsers and terminals do."""

    def __init__(self, name: str, **settings: object) -> None:
        """Take the format's name, which Pillow knows too, and Pillow's settings for its files."""
        self.name = name
        self._settings = settings

    def render(self, art: Canvas, options: RenderOptions) -> bytes:
        """Return the file; see `draw_picture`."""
        return encode_picture(draw_art(art, options), self.name, **self._settings)


def draw_art(art: Canvas, options: RenderOptions) -> Pixels:
    """Return an art as a picture (H, W), or (H, W, 3) with colors; see `draw_picture`.

    Raises
    ------
    OptionError
        If the picture would be absurdly large.
    """
    if options.font_size is None:
        _check_columns(art)
    return draw_picture(
        art.characters,
        art.font,
        art.typeset,
        art.background,
        font_size=options.font_size,
        layers=color_layers(art, options.color),
    )


def _check_columns(art: Canvas) -> None:
    rows, columns = art.characters.shape
    pitch = _pitch(art.font, art.typeset, None)
    height, width = rows * pitch.row, round(columns * pitch.column)
    if height * width <= _MAX_PIXELS:
        return
    name = "columns" if art.typeset is None else "width"
    # Half as many columns have half as many rows, perhaps one more by rounding.
    fits = int(columns * math.sqrt(_MAX_PIXELS / ((rows + 1) * pitch.row * width)))
    raise OptionError(f"{_too_large(height, width)}; {name} {fits} fits", name)


def draw_picture(
    characters: NDArray[np.str_],
    font: Font,
    typeset: Typeset | None,
    background: Background,
    *,
    font_size: float | None = None,
    layers: Layers | None = None,
) -> Pixels:
    """Return a picture of characters (R, C): gray (H, W), or sRGB (H, W, 3) with ``layers``.

    ``layers`` holds the cells' colors as 0xRRGGBB. ``font_size`` is in pixels per em.

    Raises
    ------
    OptionError
        If the picture would be absurdly large.
    """
    from asciiart.glyphs.typesetting import draw_rows  # noqa: PLC0415 - imports OpenCV and Pillow

    rows, columns = characters.shape
    height, width = _pitch(font, typeset, font_size)
    shape = rows * height, round(columns * width)
    _check_size(*shape)
    at_once = max(1, _BAND_PIXELS // (height * shape[1]))
    bands = draw_rows(characters, font, typeset, height, width, at_once=at_once)
    paper, ink = np.array([PAPER[background], INK[background]], np.float32)
    if layers is None:
        gray = np.empty(shape, np.uint8)
        for start, band in zip(range(0, rows, at_once), bands, strict=True):
            gray[start * height : start * height + len(band)] = _mixed(band, paper[0], ink[0])
        return gray
    inks = _spread(unpack(layers.ink), characters, shape[1])
    papers: Iterable[Samples | Colors] = repeat(paper, rows)
    if layers.paper is not None:
        numbers = np.where(layers.paper == CLEAR, pack(np.array(PAPER[background])), layers.paper)
        papers = _spread(unpack(numbers), characters, shape[1])
    strips = (strip for band in bands for strip in band.reshape(-1, height, shape[1]))
    return _colored(strips, papers, inks, (rows, height, shape[1]))


def encode_picture(picture: Pixels, format: str = "png", **settings: object) -> bytes:
    """Return a picture (H, W) or (H, W, 3) as a file, of which only a JPEG is not exact."""
    from PIL import Image  # noqa: PLC0415 - for pictures only

    file = BytesIO()
    Image.fromarray(picture).save(file, format, **settings)
    return file.getvalue()


def draw_page(art: Canvas, cell_height: int) -> Ink:
    """Return an art's ink, 0 to 1, (R * ``cell_height``, W); the width follows from the height."""
    from asciiart.glyphs.typesetting import draw_characters  # noqa: PLC0415 - imports OpenCV and Pillow

    width = (
        _cell_width(art.font, cell_height)
        if art.typeset is None
        else cell_height / art.typeset.line_height
    )
    return draw_characters(art.characters, art.font, art.typeset, cell_height, width)


def _pitch(font: Font, typeset: Typeset | None, font_size: float | None) -> Pitch:
    if typeset is not None:
        own = TYPESET_SCALE * typeset.font_size
        return typeset_pitch(typeset, own if font_size is None else font_size)
    height = row_height(font, font_size, _ROW_HEIGHT)
    return Pitch(height, _cell_width(font, height))


def _cell_width(font: Font, height: int) -> int:
    return max(1, round(height / font.aspect))


def _spread(colors: Colors, characters: NDArray[np.str_], width: int) -> Iterator[Colors]:
    """Yield for each row the colors (``width``, 3) of its pixels, given those of its cells."""
    columns = characters.shape[1]
    pixels = np.arange(width) * columns // width
    for row, begins in zip(colors, characters != "", strict=True):
        starts = np.maximum.accumulate(np.where(begins, np.arange(columns), 0))
        yield row[starts[pixels]]


def _check_size(height: int, width: int) -> None:
    if height * width > _MAX_PIXELS:
        raise OptionError(f"{_too_large(height, width)}; ask for a smaller font_size", "font_size")


def _too_large(height: int, width: int) -> str:
    return f"a picture of {width} x {height} pixels is too large (at most {_MAX_PIXELS:,} in all)"


def _colored(
    strips: Iterable[Ink],
    papers: Iterable[Samples | Colors],
    inks: Iterable[Colors],
    shape: tuple[int, int, int],
) -> Pixels:
    """Return the picture (R * h, W, 3) of R rows (h, W) of ink in colors.

    Colors are mixed row by row, since that takes ten times the memory of its result, and channel by
    channel, since NumPy is slow on a short last axis.
    """
    rows, height, width = shape
    picture = np.empty((rows, height, width, 3), np.uint8)
    for strip, shown, paper, ink in zip(strips, picture, papers, inks, strict=True):
        for channel in range(3):
            shown[..., channel] = _mixed(strip, paper[..., channel], ink[..., channel])
    return picture.reshape(rows * height, width, 3)


def _mixed(amount: Ink, paper: Samples | Colors, ink: Samples | Colors) -> Pixels:
    """Return the levels of ``amount``, 0 to 1, of ink on paper."""
    mixed: Samples = paper + amount * (ink - np.asarray(paper, np.float32))
    return np.rint(mixed).astype(np.uint8)
