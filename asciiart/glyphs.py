"""Font + characters -> glyph pictures, one cell each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from asciiart.assets import find_font
from asciiart.errors import FontError
from asciiart.grid import Cell

_MEASURING_SIZE = 1000
"""Pixels per em at which outline fonts are measured, so that rounding stays under 0.1 %."""
_SUPERSAMPLING = 4
"""Glyphs are drawn this many times larger and averaged down."""
_BITMAP_SIZES = range(5, 73)
"""Pixel sizes at which a bitmap font may exist."""
_PLAIN_STYLES = ("Regular", "Book", "Roman")
"""Styles that go without saying."""
_MISSING = "\uffff"
"""Never a character: what a font draws for it is what it draws for all that it lacks."""

Inks = NDArray[np.float32]


@dataclass(frozen=True)
class Font:
    """A font file that FreeType can read."""

    path: Path
    """The file."""
    name: str
    """Family and style, as the file says; the file's name where it says nothing."""
    digest: str
    """SHA-256 of the file, hexadecimal."""
    size: float
    """Pixels per em at which it is measured: a bitmap font's own size, else 1000."""
    scalable: bool
    """False for bitmap fonts, which exist in their own size alone."""
    ascent: int
    """Pixels from a row's top to the baseline, at ``size``."""
    descent: int
    """Pixels from the baseline to a row's bottom, at ``size``."""
    advance: float
    """Pixels from one character to the next, at ``size``."""

    @property
    def aspect(self) -> float:
        """Height of a cell divided by its width."""
        return (self.ascent + self.descent) / self.advance

    def cell(self, height: int, step: int) -> Cell:
        """Return the cell of ``height`` pixels whose width, a multiple of ``step``, fits best."""
        width = max(1, round(height / self.aspect / step)) * step
        return Cell(height=height, width=width, aspect=self.aspect)

    def face(self, size: float | None = None) -> ImageFont.FreeTypeFont:
        """Return Pillow's font at ``size`` pixels per em; a bitmap font knows only its own."""
        wanted = self.size if size is None or not self.scalable else size
        return ImageFont.truetype(self.path, wanted, layout_engine=ImageFont.Layout.BASIC)

    @cached_property
    def _face(self) -> ImageFont.FreeTypeFont:
        return self.face()

    @cached_property
    def _missing_glyph(self) -> tuple[tuple[int, int], bytes]:
        return _mask(self._face, _MISSING)

    @cached_property
    def _code_points(self) -> frozenset[int] | None:
        """What the font's own table says it has; None where there is no such table."""
        from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415 - slow to import

        try:
            with self.path.open("rb") as file, TTFont(file, fontNumber=0, lazy=True) as font:
                return frozenset(font.getBestCmap() or ())
        except (TTLibError, OSError, AssertionError, KeyError, ValueError):
            return None

    def has(self, character: str) -> bool:
        """Tell whether the font really has ``character``, not just a box in its place."""
        if self._code_points is not None:
            return ord(character) in self._code_points
        return character == " " or _mask(self._face, character) != self._missing_glyph

    def length(self, character: str) -> float:
        """Return the advance of ``character`` in pixels at ``size``."""
        return float(self._face.getlength(character))


def _mask(face: ImageFont.FreeTypeFont, character: str) -> tuple[tuple[int, int], bytes]:
    mask = face.getmask(character)
    return mask.size, bytes(mask)


def _open_face(path: Path) -> tuple[ImageFont.FreeTypeFont, bool]:
    """Return a face and whether it is scalable, for outline and bitmap fonts alike."""
    try:
        return ImageFont.truetype(path, _MEASURING_SIZE, layout_engine=ImageFont.Layout.BASIC), True
    except OSError as error:
        refused = error
    for size in _BITMAP_SIZES:
        try:
            return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC), False
        except OSError:
            continue
    raise FontError(f"{path}: not a font that can be read ({refused})") from refused


def load_font(name: str | Path) -> Font:
    """Return the font of a bundled or installed name, or of a file.

    Raises
    ------
    FontError
        If there is no such font, or it cannot be read or measured.
    """
    path = find_font(name)
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise FontError(f"{path}: cannot be read ({error.strerror})") from error
    face, scalable = _open_face(path)
    ascent, descent = face.getmetrics()
    advance = float(face.getlength("M")) or float(face.getlength(" "))
    if ascent + descent <= 0 or advance <= 0:
        raise FontError(f"{path}: the font has no height or no width")
    family, style = face.getname()
    title = (
        " ".join(part for part in (family, style) if part and part not in _PLAIN_STYLES)
        or path.stem
    )
    return Font(path, title, digest, face.size, scalable, ascent, descent, advance)


def usable_characters(font: Font, characters: str, *, strict: bool = False) -> str:
    """Return those of ``characters`` that the font has and that are one cell wide.

    Raises
    ------
    FontError
        With ``strict``, if any is unusable; otherwise if all but the space are.
    """
    lacking = [character for character in characters if not font.has(character)]
    tolerance = 0.02 * font.advance
    wide = [
        character
        for character in characters
        if character not in lacking and abs(font.length(character) - font.advance) > tolerance
    ]
    if strict and lacking:
        raise FontError(f"{font.name} lacks {_listed(lacking)}")
    if strict and wide:
        raise FontError(f"{font.name}: not exactly one cell wide: {_listed(wide)}")
    usable = "".join(c for c in characters if c not in lacking and c not in wide)
    if not usable.strip():
        raise FontError(f"{font.name} has none of these characters: {_listed([*lacking, *wide])}")
    return usable if usable.startswith(" ") else " " + usable


def _listed(characters: list[str]) -> str:
    shown = [f"{character!r} (U+{ord(character):04X})" for character in characters[:5]]
    more = len(characters) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def rasterize(font: Font, characters: str, height: int, width: int, *, cells: int = 1) -> Inks:
    """Return the glyphs' ink (G, height, width), 0 = paper, 1 = full ink.

    ``cells`` is 2 for characters that are two cells wide; ``width`` is of both together. Each
    glyph is drawn large in its real box (advance x line height) and averaged down to the cell, so
    a cell whose proportions differ slightly stretches it. What juts out is cut off.
    """
    if font.scalable:
        line_height = (font.ascent + font.descent) / font.size
        size = _SUPERSAMPLING * height / line_height
    else:
        size = font.size
    face = font.face(size)
    scale = size / font.size
    baseline = font.ascent * scale
    box = (
        max(1, round(cells * font.advance * scale)),
        max(1, round(baseline + font.descent * scale)),
    )
    inks = np.empty((len(characters), height, width), np.float32)
    enlarge = 1 if font.scalable else max(1, -(-_SUPERSAMPLING * height // box[1]))
    for i, character in enumerate(characters):
        canvas = Image.new("L", box)
        ImageDraw.Draw(canvas).text((0, baseline), character, fill=255, font=face, anchor="ls")
        pixels = np.asarray(canvas)
        if enlarge > 1:
            pixels = pixels.repeat(enlarge, axis=0).repeat(enlarge, axis=1)
        inks[i] = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    return inks / np.float32(255)


def draw_characters(characters: NDArray[np.str_], font: Font, height: int, width: int) -> Inks:
    """Return the ink (R·height, C·width) of a page of characters (R, C), one a cell."""
    distinct, ids = np.unique(characters, return_inverse=True)
    glyphs = rasterize(font, "".join(distinct), height, width)
    rows, columns = characters.shape
    page = glyphs[ids.reshape(rows, columns)].swapaxes(1, 2)
    return page.reshape(rows * height, columns * width)
