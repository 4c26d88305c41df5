"""Stage 7, format png: a picture of the art in its own font."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from asciiart.color import INK, PAPER, Colors, shown_colors
from asciiart.errors import OptionError
from asciiart.render.renderer import RenderOptions, row_height

if TYPE_CHECKING:
    from asciiart.art import Art, Background
    from asciiart.glyphs import Font, Inks

_Floats = NDArray[np.float32]

_ROW_HEIGHT = 24
"""Pixels of a row where no font size is asked for."""
_MAX_PIXELS = 2**27
"""A larger picture (over a gigabyte to work on) is taken for a mistake."""


class RasterRenderer:
    """Anti-aliased glyphs on the art's page, mixed in sRGB as browsers and terminals do."""

    name: str = "png"
    suffixes: tuple[str, ...] = (".png",)

    def render(self, art: Art, options: RenderOptions) -> bytes:
        """Return the file; see `draw_picture`."""
        colors = shown_colors(art, options.color)
        return draw_picture(art.characters, art.font, art.background, options.font_size, colors)


def draw_picture(
    characters: NDArray[np.str_],
    font: Font,
    background: Background,
    font_size: float | None = None,
    colors: Colors | None = None,
) -> bytes:
    """Return a PNG file of characters (R, C): gray, or RGB with ``colors`` (R, C, 3).

    Raises
    ------
    OptionError
        If the picture would be absurdly large.
    """
    from PIL import Image  # noqa: PLC0415 - for pictures only

    from asciiart.glyphs import draw_characters  # noqa: PLC0415 - imports OpenCV and Pillow

    rows, columns = characters.shape
    height = row_height(font, font_size, _ROW_HEIGHT)
    width = _cell_width(font, height)
    _check_size(rows * height, columns * width)
    page = draw_characters(characters, font, height, width)
    paper, ink = np.array([PAPER[background], INK[background]], np.float32)
    if colors is None:
        picture = _mixed(page, paper[0], ink[0])
    else:
        # Row by row, since the mixing takes ten times the memory of its result.
        strips = zip(page.reshape(rows, height, -1), colors.repeat(width, axis=1), strict=True)
        picture = np.concatenate([_mixed(strip[..., None], paper, ink) for strip, ink in strips])
    file = BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def draw_page(art: Art, cell_height: int) -> Inks:
    """Return the page's ink (R * h, C * w), where h is ``cell_height`` and w follows the font."""
    from asciiart.glyphs import draw_characters  # noqa: PLC0415 - imports OpenCV and Pillow

    width = _cell_width(art.font, cell_height)
    return draw_characters(art.characters, art.font, cell_height, width)


def _cell_width(font: Font, height: int) -> int:
    return max(1, round(height / font.aspect))


def _check_size(height: int, width: int) -> None:
    if height * width > _MAX_PIXELS:
        raise OptionError(
            f"a picture of {width} x {height} pixels is too large "
            f"(at most {_MAX_PIXELS} in all); ask for a smaller font size"
        )


def _mixed(amount: _Floats, paper: _Floats, ink: _Floats | Colors) -> NDArray[np.uint8]:
    """Return ``amount``, 0 to 1, of ink on paper."""
    mixed: _Floats = paper + amount * (ink - paper)
    return np.rint(mixed).astype(np.uint8)
