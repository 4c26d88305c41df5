"""Font + characters -> glyph pictures, in cells or, for proportional fonts, in rows."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from asciiart.assets import find_font
from asciiart.charsets import is_braille
from asciiart.errors import FontError
from asciiart.grid import Cell

DEFAULT_FONT = "DejaVu Sans Mono"
_BRAILLE_FONT = "Spleen 8x16"
"""Where there is nothing but braille, which the other has not."""
_MEASURING_SIZE = 1000
"""Pixels per em at which outline fonts are measured, so that rounding stays under 0.1 %."""
_SUPERSAMPLING = 4
"""Glyphs are drawn this many times larger and averaged down."""
_ROW_SUPERSAMPLING = 8
"""The same, at least, in a row of a proportional font, whose glyphs are small. That is also far
beyond the sizes for which a font such as Mona has bitmaps, which are not wanted."""
_TOLERANCE = 0.02
"""Advances are the same when they differ by no more than this share of the font's own."""
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
    substitute: Font | None = None
    """What characters are taken from that it lacks, if it is not to be drawn with but shown."""

    @property
    def aspect(self) -> float:
        """Height of a cell divided by its width."""
        return (self.ascent + self.descent) / self.advance

    def cell(self, height: int, step: int) -> Cell:
        """Return the cell of ``height`` pixels whose width, a multiple of ``step``, fits best."""
        width = max(1, round(height / self.aspect / step)) * step
        return Cell(height=height, width=width, aspect=self.aspect, unit=width)

    def face(self, size: float | None = None) -> ImageFont.FreeTypeFont:
        """Return Pillow's font at ``size`` pixels per em; a bitmap font knows only its own."""
        wanted = self.size if size is None or not self.scalable else size
        return ImageFont.truetype(str(self.path), wanted, layout_engine=ImageFont.Layout.BASIC)

    @cached_property
    def _face(self) -> ImageFont.FreeTypeFont:
        return self.face()

    @cached_property
    def _missing_glyph(self) -> tuple[tuple[int, int], bytes]:
        return _mask(self._face, _MISSING)

    @cached_property
    def proportional(self) -> bool:
        """True where letters of ASCII differ in width."""
        lengths = [self.length(character) for character in "iMW"]
        return max(lengths) - min(lengths) > _TOLERANCE * self.advance

    @cached_property
    def _code_points(self) -> frozenset[int] | None:
        """What the font's own table says it has; None where there is no such table."""
        from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415 - slow to import

        try:
            with self.path.open("rb") as file, TTFont(file, fontNumber=0, lazy=True) as font:
                # Reading the glyphs' names would be slow, and logs what is wrong with Mona's.
                font.setGlyphOrder([])
                return frozenset(font.getBestCmap() or ())
        except (TTLibError, OSError, AssertionError, KeyError, ValueError):
            return None

    def has(self, character: str) -> bool:
        """Tell whether the font really has ``character``, not just a box in its place."""
        if self._code_points is not None:
            return ord(character) in self._code_points
        return character == " " or _mask(self._face, character) != self._missing_glyph

    def source(self, character: str) -> Font:
        """Return the font that shows ``character``: itself, or its substitute if that has it."""
        if self.substitute is None or self.has(character) or not self.substitute.has(character):
            return self
        return self.substitute

    def length(self, character: str) -> float:
        """Return the advance of ``character`` in pixels at ``size``."""
        return float(self._face.getlength(character))

    def span(self, character: str) -> int:
        """Return how many cells of a monospaced font ``character`` fills: 1, 2 or, if neither, 0.

        Its advance must equal theirs within 2 % of a cell.
        """
        length, tolerance = self.length(character), _TOLERANCE * self.advance
        return next((n for n in (1, 2) if abs(length - n * self.advance) <= tolerance), 0)

    def advances(self, characters: str, font_size: float) -> tuple[int, ...]:
        """Return the advance of each character in whole pixels, at least 1, at ``font_size``.

        They are the outlines' advances, rounded. FreeType takes those of an embedded bitmap where
        the font has one in that size, which in Mona differ from MS PGothic's, and outlines' do not.
        """
        scale = font_size / self.size
        return tuple(max(1, math.floor(self.length(c) * scale + 0.5)) for c in characters)


def _mask(face: ImageFont.FreeTypeFont, character: str) -> tuple[tuple[int, int], bytes]:
    mask = face.getmask(character)
    return mask.size, bytes(mask)


def _open_face(path: Path) -> tuple[ImageFont.FreeTypeFont, bool]:
    """Return a face and whether it is scalable, for outline and bitmap fonts alike."""
    try:
        return ImageFont.truetype(
            str(path), _MEASURING_SIZE, layout_engine=ImageFont.Layout.BASIC
        ), True
    except OSError as error:
        refused = error
    for size in _BITMAP_SIZES:
        try:
            return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC), False
        except OSError:
            continue
    raise FontError(f"{path}: not a font that can be read ({refused})") from refused


def default_font(characters: str) -> str:
    """Return the name of the font for some characters where none is asked for."""
    return _BRAILLE_FONT if is_braille(characters) else DEFAULT_FONT


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


def _terminal_agrees(character: str, cells: int) -> bool:
    if character.isascii():
        return cells == 1
    from wcwidth import wcwidth  # noqa: PLC0415 - slow to import, and ASCII needs none of it

    return bool(wcwidth(character) == cells)


def _fault(font: Font, character: str, spans: tuple[int, ...]) -> str:
    """Return what keeps a character out of the font's rows, "" if nothing does."""
    if not font.has(character):
        return f"{font.name} lacks"
    if font.proportional:
        return "" if font.length(character) >= 1 else f"{font.name}: without a width:"
    span = font.span(character)
    if span not in spans:
        width = "one cell" if spans == (1,) else "one or two cells"
        return f"{font.name}: not exactly {width} wide:"
    if not _terminal_agrees(character, span):
        return f"{font.name}: not as wide in a terminal as in this font:"
    return ""


def usable_characters(
    font: Font, characters: str, *, strict: bool = False, spans: tuple[int, ...] = (1,)
) -> str:
    """Return those of ``characters`` that the font has and that fit its rows.

    In a monospaced font these fill as many cells as one of ``spans`` (1, 2) says, and a terminal
    gives them as many, by wcwidth. In a proportional one they are those with a width at all.

    Raises
    ------
    FontError
        With ``strict``, if any is unusable; otherwise if all but the space are.
    """
    faults = {character: _fault(font, character, spans) for character in characters}
    refused = [character for character, fault in faults.items() if fault]
    if strict and refused:
        fault = faults[refused[0]]
        raise FontError(f"{fault} {_listed([c for c in refused if faults[c] == fault])}")
    usable = "".join(character for character in characters if not faults[character])
    if not usable.strip():
        raise FontError(f"{font.name} has none of these characters: {_listed(refused)}")
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
    scale = size / font.size
    baseline = font.ascent * scale
    box = (
        max(1, round(cells * font.advance * scale)),
        max(1, round(baseline + font.descent * scale)),
    )
    enlarge = 1 if font.scalable else max(1, -(-_SUPERSAMPLING * height // box[1]))
    return _draw(font.face(size), characters, box, baseline, to=(width, height), enlarge=enlarge)


def rasterize_row(
    font: Font, characters: str, font_size: float, line_height: int, width: int, *, scale: int = 1
) -> Inks:
    """Return the ink (G, scale·line_height, scale·width) of glyphs in a row, 0 = paper, 1 = ink.

    ``font_size`` is the pixels per em. Each glyph starts at x = 0; above and below the font's
    ascent and descent is the same room, CSS's half-leading. What juts out is cut off.
    """
    wanted = _ROW_SUPERSAMPLING * math.ceil(scale / _ROW_SUPERSAMPLING)
    drawn = wanted * font_size if font.scalable else font.size
    larger = drawn / font_size
    room = line_height - (font.ascent + font.descent) * font_size / font.size
    baseline = (room / 2 + font.ascent * font_size / font.size) * larger
    box = (max(1, round(width * larger)), max(1, round(line_height * larger)))
    to = (scale * width, scale * line_height)
    enlarge = 1 if font.scalable else max(1, math.ceil(wanted / larger))
    return _draw(font.face(drawn), characters, box, baseline, to=to, enlarge=enlarge)


def _draw(
    face: ImageFont.FreeTypeFont,
    characters: str,
    box: tuple[int, int],
    baseline: float,
    *,
    to: tuple[int, int],
    enlarge: int,
) -> Inks:
    """Return the ink of glyphs drawn in a ``box`` (width, height) and averaged down ``to`` another.

    ``enlarge`` repeats the pixels first: a bitmap font's are to stay squares.
    """
    inks = np.empty((len(characters), *to[::-1]), np.float32)
    for i, character in enumerate(characters):
        canvas = Image.new("L", box)
        ImageDraw.Draw(canvas).text((0, baseline), character, fill=255, font=face, anchor="ls")
        pixels = np.asarray(canvas)
        if enlarge > 1:
            pixels = pixels.repeat(enlarge, axis=0).repeat(enlarge, axis=1)
        inks[i] = cv2.resize(pixels, to, interpolation=cv2.INTER_AREA)
    return inks / np.float32(255)
