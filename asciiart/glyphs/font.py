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
    check_glyph_size,
    check_metrics,
    digest_file,
    face_name,
    font_errors,
    open_face,
    open_to_measure,
)
from asciiart.glyphs.font_names import Location, format_location, full_name, locate_instance
from asciiart.glyphs.font_search import FoundFont, InstalledFonts, find_font
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
"""Default font for pure braille, which DejaVu Sans Mono lacks."""
_TOLERANCE = 0.02
"""Largest difference of advances that count as equal, as a fraction of the font's own."""
_MISSING = "\uffff"
"""A noncharacter: fonts draw the same glyph for it as for every character that they lack."""
_SAMPLE_SIZE = 64
"""Pixels per em at which glyphs are drawn only to be compared."""
_SAMPLE = 64
"""Number of a font's characters that are tried for outlines."""


@dataclass(frozen=True)
class Font:
    """A font file that FreeType can read."""

    path: Path
    """The file."""
    name: str
    """Name by which `load_font` finds it again; for a font file, its family and style."""
    digest: str
    """SHA-256 of the file, hexadecimal. For further faces of a collection and instances of a
    variable font, the SHA-256 of that and of the face's number and the axes' values."""
    size: float
    """Pixels per em at which it is measured: a bitmap font's own size, otherwise 1000."""
    scalable: bool
    """False for bitmap fonts, which exist in a single size."""
    ascent: int
    """Pixels from a row's top to the baseline, at ``size``."""
    descent: int
    """Pixels from the baseline to a row's bottom, at ``size``."""
    advance: float
    """Pixels from one character to the next, at ``size``."""
    fallback: Font | None = None
    """Font that shows the characters that this one lacks, when a given text is set."""
    face_number: int = 0
    """Number of the face in its file; only collections have more than one."""
    location: Location = ()
    """Axes of an instance of a variable font, all in order; empty for the default instance."""
    family: str = ""
    """Family in the file, without the style; browsers know the font by this name."""
    read_map: Charmap | None = field(default=None, repr=False, compare=False)
    """Its characters, if they were read already; those of bundled fonts are read on demand."""

    @property
    def origin(self) -> FontFace:
        """The file and the face in it."""
        return FontFace(self.path, self.face_number)

    @property
    def aspect(self) -> float:
        """Height of a cell divided by its width."""
        return (self.ascent + self.descent) / self.advance

    def cell(self, height: int, step: int) -> Cell:
        """Return the cell ``height`` pixels high whose width is the best multiple of ``step``."""
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
        """Return the code of a character in the font's own map, with which Pillow draws it."""
        return self.read_map.codes.get(character, character) if self.read_map else character

    @cached_property
    def charmap(self) -> Charmap | None:
        """Its characters; None if the file has no such table, so that FreeType must be asked."""
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
            check_glyph_size(self._sample_face, character)
            mask = self._sample_face.getmask(character)
        return mask.size, bytes(mask)

    @cached_property
    def proportional(self) -> bool:
        """Whether ASCII letters differ in width."""
        lengths = [self.length(character) for character in "iMW"]
        return max(lengths) - min(lengths) > _TOLERANCE * self.advance

    def has(self, character: str) -> bool:
        """Tell whether the font has a glyph of its own for ``character``, not just a box."""
        if self.charmap is not None:
            return character in self.charmap.codes
        return character == " " or self._sample(character) != self._missing_glyph

    def font_for(self, character: str) -> Font:
        """Return the font that shows ``character``: the fallback if only that has it, else this."""
        if self.fallback is None or self.has(character) or not self.fallback.has(character):
            return self
        return self.fallback

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
        """Return how many cells of a monospaced font ``character`` fills: 1, 2, or 0 if neither.

        Its advance must equal theirs to within 2 % of a cell.
        """
        length, tolerance = self.length(character), _TOLERANCE * self.advance
        return next((n for n in (1, 2) if abs(length - n * self.advance) <= tolerance), 0)

    def advances(self, characters: str, font_size: float) -> tuple[int, ...]:
        """Return the advance of each character in whole pixels, at least 1, at ``font_size``.

        They are the outlines' advances, rounded. FreeType would prefer those of an embedded bitmap
        of that size, which in Mona, unlike the outlines', differ from MS PGothic's.
        """
        scale = font_size / self.size
        return tuple(max(1, math.floor(self.length(c) * scale + 0.5)) for c in characters)


def default_font(characters: str) -> str:
    """Return the name of the default font for some characters."""
    return _BRAILLE_FONT if is_braille(characters) else DEFAULT_FONT


def load_font(name: str | Path, installed: InstalledFonts | None = None) -> Font:
    """Return the font with the name of a bundled or installed font, or in a font file.

    "Name:wght=500" or "Name:Bold" is an instance of a variable font, and "file.ttc#1" the second
    face of a collection; see `asciiart.glyphs.font_search.find_font`.

    Raises
    ------
    FontError
        If there is no such font, if it cannot be read or measured, or if its glyphs are all colored
        pictures.
    """
    found = find_font(name, installed)
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
    apart = (str(face.number) if face.number else "") + format_location(font.location)
    if apart:
        digest = hashlib.sha256(f"{digest}#{apart}".encode()).hexdigest()
    return replace(font, digest=digest)


def measure_face(face: FontFace) -> Font:
    """Return the font of a face for listings, without its digest and its table of characters.

    Raises
    ------
    FontError
        If it cannot be read or measured, or if its glyphs are all colored pictures.
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
            raise _colored_font_error(
                next((full_name(*each) for each in read_names(face)), str(face))
            ) from None
        raise


def _colored_font_error(name: str) -> FontError:
    return FontError(
        f"{name}: an emoji font, whose glyphs are colored pictures; text art needs outlines"
    )


def _locate(found: FoundFont) -> Location:
    if not found.variation:
        return ()
    name = found.name or str(found.face)
    return locate_instance(name, found.variation, read_variations(found.face))


def _measure(
    found: FoundFont, opened: OpenedFace, charmap: Charmap | None, location: Location
) -> Font:
    """Return a measured font with an empty digest."""
    family, style = face_name(opened.face)
    face = open_face(found.face, opened.face.size, charmap.encoding if charmap else "", location)
    ascent, descent = face.getmetrics()
    codes = charmap.codes if charmap else {}
    lengths = (float(face.getlength(codes.get(letter, letter))) for letter in "M ")
    advance = next(filter(None, lengths), 0.0)
    check_metrics(ascent / face.size, descent / face.size, advance / face.size)
    return Font(
        path=found.face.path,
        name=(found.name or full_name(family, style) or found.face.path.stem)
        + format_location(location),
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
    """Raise a FontError for a font of colored pictures without outlines, or with empty ones."""
    if any(_has_outline(font, letter) for letter in "Mi08") or not has_color(font.origin):
        return
    characters = [c for c in (font.charmap.codes if font.charmap else {}) if c.strip()]
    some = characters[:: max(1, len(characters) // _SAMPLE)]
    if not any(_has_outline(font, character) for character in some):
        raise _colored_font_error(font.name)


def _has_outline(font: Font, character: str) -> bool:
    if not font.has(character):
        return False
    with font_errors(font.origin):
        _, top, _, bottom = font.face(_SAMPLE_SIZE).getbbox(font.encoded(character))
    return bottom > top
