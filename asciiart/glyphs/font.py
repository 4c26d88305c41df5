"""A font's name or file -> Font: its measures and which characters it has."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from PIL import ImageFont

from asciiart.errors import FontError
from asciiart.glyphs.charsets import is_braille
from asciiart.glyphs.font_files import (
    FontFace,
    OpenedFace,
    check_measures,
    check_reach,
    digest_file,
    font_errors,
    name_of,
    open_face,
    open_to_measure,
)
from asciiart.glyphs.font_names import Location, locate, title, written
from asciiart.glyphs.font_search import FoundFont, find_font
from asciiart.glyphs.font_tables import (
    Charmap,
    check_components,
    has_color,
    read_charmap,
    read_names,
    read_variations,
)
from asciiart.glyphs.grid import Cell

DEFAULT_FONT = "DejaVu Sans Mono"
_BRAILLE_FONT = "Spleen 8x16"
"""Where there is nothing but braille, which the other has not."""
_TOLERANCE = 0.02
"""Advances are the same when they differ by no more than this share of the font's own."""
_MISSING = "\uffff"
"""Never a character: what a font draws for it is what it draws for all that it lacks."""
_SAMPLE_SIZE = 64
"""Pixels per em at which glyphs are drawn only to be compared."""
_SAMPLE = 64
"""Characters of a font that are tried for outlines."""


@dataclass(frozen=True)
class Font:
    """A font file that FreeType can read."""

    path: Path
    """The file."""
    name: str
    """What finds a bundled or installed font again; of a file the family and style in it."""
    digest: str
    """SHA-256 of the file, hexadecimal; of that and what tells apart further faces of a collection
    and instances of a variable font."""
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
    face_number: int = 0
    """Which face of the file it is; only collections have more than one."""
    location: Location = ()
    """Of an instance of a variable font, every axis in order; empty at its default."""
    family: str = ""
    """As the file says, without the style; browsers know it by this name."""
    read_map: Charmap | None = field(default=None, repr=False, compare=False)
    """Its characters, if they were read already; a bundled font's are read when they are needed."""

    @property
    def origin(self) -> FontFace:
        """Where it is."""
        return FontFace(self.path, self.face_number)

    @property
    def aspect(self) -> float:
        """Height of a cell divided by its width."""
        return (self.ascent + self.descent) / self.advance

    def cell(self, height: int, step: int) -> Cell:
        """Return the cell of ``height`` pixels whose width, a multiple of ``step``, fits best."""
        width = max(1, round(height / self.aspect / step)) * step
        return Cell(height=height, width=width, aspect=self.aspect, unit=width)

    def face(self, size: float | None = None) -> ImageFont.FreeTypeFont:
        """Return Pillow's font at ``size`` pixels per em; a bitmap font knows only its own.

        Raises
        ------
        FontError
            If the file is gone or damaged.
        """
        wanted = self.size if size is None or not self.scalable else size
        encoding = self.read_map.encoding if self.read_map else ""
        with font_errors(self.origin):
            return open_face(self.origin, wanted, encoding, self.location)

    def encoded(self, character: str) -> str:
        """Return what stands for a character in the font's own map, by which Pillow draws it."""
        return self.read_map.codes.get(character, character) if self.read_map else character

    @cached_property
    def charmap(self) -> Charmap | None:
        """Its characters; None where the file has no such table and FreeType has to be asked."""
        return self.read_map or read_charmap(self.origin)

    @cached_property
    def _face(self) -> ImageFont.FreeTypeFont:
        return self.face()

    @cached_property
    def _sample_face(self) -> ImageFont.FreeTypeFont:
        return self.face(_SAMPLE_SIZE)

    @cached_property
    def _missing_glyph(self) -> tuple[tuple[int, int], bytes]:
        return self._sample(_MISSING)

    def _sample(self, character: str) -> tuple[tuple[int, int], bytes]:
        with font_errors(self.origin):
            check_reach(self._sample_face, character)
            mask = self._sample_face.getmask(character)
        return mask.size, bytes(mask)

    @cached_property
    def proportional(self) -> bool:
        """True where letters of ASCII differ in width."""
        lengths = [self.length(character) for character in "iMW"]
        return max(lengths) - min(lengths) > _TOLERANCE * self.advance

    def has(self, character: str) -> bool:
        """Tell whether the font really has ``character``, not just a box in its place."""
        if self.charmap is not None:
            return character in self.charmap.codes
        return character == " " or self._sample(character) != self._missing_glyph

    def source(self, character: str) -> Font:
        """Return the font that shows ``character``: itself, or its substitute if that has it."""
        if self.substitute is None or self.has(character) or not self.substitute.has(character):
            return self
        return self.substitute

    def length(self, character: str) -> float:
        """Return the advance of ``character`` in pixels at ``size``.

        Raises
        ------
        FontError
            If its glyph is damaged.
        """
        with font_errors(self.origin):
            return float(self._face.getlength(self.encoded(character)))

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


def default_font(characters: str) -> str:
    """Return the name of the font for some characters where none is asked for."""
    return _BRAILLE_FONT if is_braille(characters) else DEFAULT_FONT


def load_font(name: str | Path) -> Font:
    """Return the font of a bundled or installed name, or of a file.

    "Name:wght=500" or "Name:Bold" is an instance of a variable font, and "file.ttc#1" the second
    face of a collection; see `asciiart.glyphs.font_search.find_font`.

    Raises
    ------
    FontError
        If there is no such font, or it cannot be read or measured, or has only colored pictures.
    """
    found = find_font(name)
    face = found.face
    digest = digest_file(face.path)
    opened = _open(face)
    if not found.is_bundled:
        check_components(face)
    with font_errors(face):
        charmap = None if found.is_bundled else read_charmap(face)
        font = _measure(found, opened, charmap, _locate(found))
    if not found.is_bundled:
        _refuse_colored(font)
    apart = (str(face.number) if face.number else "") + written(font.location)
    if apart:
        digest = hashlib.sha256(f"{digest}#{apart}".encode()).hexdigest()
    return replace(font, digest=digest)


def measure_face(face: FontFace) -> Font:
    """Return a face that is only to be listed: without its digest and table of characters.

    Raises
    ------
    FontError
        If it cannot be read or measured, or has only colored pictures.
    """
    opened = _open(face)
    check_components(face)
    with font_errors(face):
        return _measure(FoundFont(face, ""), opened, None, ())


def _open(face: FontFace) -> OpenedFace:
    try:
        return open_to_measure(face)
    except FontError:
        if has_color(face):
            raise _colored(next((title(*each) for each in read_names(face)), str(face))) from None
        raise


def _colored(name: str) -> FontError:
    return FontError(
        f"{name}: an emoji font, whose glyphs are colored pictures; text art needs outlines"
    )


def _locate(found: FoundFont) -> Location:
    if not found.variation:
        return ()
    name = found.name or str(found.face)
    return locate(name, found.variation, read_variations(found.face))


def _measure(
    found: FoundFont, opened: OpenedFace, charmap: Charmap | None, location: Location
) -> Font:
    """Return a font, as yet without its digest."""
    family, style = name_of(opened.face)
    face = open_face(found.face, opened.face.size, charmap.encoding if charmap else "", location)
    ascent, descent = face.getmetrics()
    codes = charmap.codes if charmap else {}
    lengths = (float(face.getlength(codes.get(letter, letter))) for letter in "M ")
    advance = next(filter(None, lengths), 0.0)
    check_measures(ascent / face.size, descent / face.size, advance / face.size)
    return Font(
        path=found.face.path,
        name=(found.name or title(family, style) or found.face.path.stem) + written(location),
        digest="",
        size=face.size,
        scalable=opened.scalable,
        ascent=ascent,
        descent=descent,
        advance=advance,
        face_number=found.face.number,
        location=location,
        family=family,
        read_map=charmap,
    )


def _refuse_colored(font: Font) -> None:
    """Refuse a font of colored pictures whose outlines, if it has any, are empty."""
    if any(_has_outline(font, letter) for letter in "Mi08") or not has_color(font.origin):
        return
    characters = [c for c in (font.charmap.codes if font.charmap else {}) if c.strip()]
    some = characters[:: max(1, len(characters) // _SAMPLE)]
    if not any(_has_outline(font, character) for character in some):
        raise _colored(font.name)


def _has_outline(font: Font, character: str) -> bool:
    if not font.has(character):
        return False
    with font_errors(font.origin):
        _, top, _, bottom = font.face(_SAMPLE_SIZE).getbbox(font.encoded(character))
    return bottom > top
