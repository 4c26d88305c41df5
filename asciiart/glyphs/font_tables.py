"""Tables of a font file, read by fontTools: character map, axes, color; with limits, in silence."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.errors import FontError
from asciiart.glyphs.font_files import FaceName, FontFace, font_errors
from asciiart.glyphs.font_names import VariationAxis, Variations

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

_COLOR_TABLES = ("CBDT", "COLR", "SVG ", "sbix")
"""Tables with colored pictures."""
_TABLED = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2")
"""Signatures of OpenType fonts."""
_WOFF_METADATA, _WOFF_METADATA_LENGTH = {b"wOFF": 24, b"wOF2": 28}, 20
"""Position and length of the header fields that locate a WOFF file's metadata and private data."""
_MAX_MAPPED = 2**22
"""Largest number of characters in all maps of a font, four times those of Unicode."""
_MAX_OUTLINE = 2**20
"""Largest size of a PostScript outline in bytes; subroutines count each time they are called."""
_MAX_PARTS = 10_000
"""Largest number of glyphs in a composite glyph, counted through all levels. FreeType takes 20 ms
to load so many, and twice as long for each level above."""
_MAX_COMPONENT_DEPTH = 64
"""Largest number of levels of composition; more are taken for a circle."""
_LOCA_FORMAT, _COMPONENTS = 50, 10
"""Offset of the width of `loca`'s numbers in `head`, and of the components in a glyph."""
_MORE_COMPONENTS = 0x20

_UNICODE = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
"""Platforms and encodings of Unicode character maps, the best first."""
_SYMBOLS, _SYMBOL_PAGE = (3, 0), 0xF000
_MACINTOSH = (1, 0)


class _Composition(NamedTuple):
    """The composite glyphs of a font."""

    glyphs: int
    """Number of all glyphs."""
    wholes: NDArray[np.int64]
    """(N,): each composite glyph, repeated for each of its components."""
    parts: NDArray[np.int64]
    """(N,): the components."""


class Charmap(NamedTuple):
    """The characters of a font and their codes for FreeType."""

    encoding: str
    """FreeType's name of the map: "" for Unicode, "symb" for symbols, "armn" for Mac Roman."""
    codes: dict[str, str]
    """Character -> its code in that map; in Unicode the character itself."""


@contextmanager
def open_tables(face: FontFace) -> Iterator[TTFont]:
    """Yield a face's tables, which are read on demand.

    Open the face with FreeType first, since that refuses files that unpack to an absurd size.

    Raises
    ------
    FontError
        If it has no tables, or for any error within the context.
    """
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - slow to import

    with (
        font_errors(face),
        _quiet_font_tools(),
        _open_without_metadata(face.path) as file,
        TTFont(file, fontNumber=face.number, lazy=True, recalcTimestamp=False) as font,
    ):
        yield font


def _open_without_metadata(path: Path) -> BinaryIO:
    """Open a font file, a WOFF file without its metadata, which may unpack to gigabytes."""
    file = path.open("rb")
    start = _WOFF_METADATA.get(file.read(4))
    file.seek(0)
    if start is None:
        return file
    with file:
        data = file.read()
    blank = bytes(_WOFF_METADATA_LENGTH)
    return BytesIO(data[:start] + blank + data[start + len(blank) :])


@contextmanager
def _quiet_font_tools() -> Iterator[None]:
    """Return a context that silences fontTools' remarks on odd dates and tables."""
    logger = logging.getLogger("fontTools")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def check_charmaps(font: TTFont) -> None:
    """Raise a ValueError for maps of overlapping ranges, which fontTools would expand."""
    data = np.frombuffer(font.reader["cmap"], np.uint8)
    offsets = _numbers(data[4:], ">u4", 2 * _number(data, 2, ">u2"))[1::2]
    total = sum(_count_mapped(data[offset:]) for offset in set(offsets.tolist()))
    if total > _MAX_MAPPED:
        raise ValueError(f"it maps {total} characters")


def _count_mapped(data: NDArray[np.uint8]) -> int:
    """Return the number of characters in the ranges of a map; see OpenType's `cmap`."""
    kind = _number(data, 0, ">u2")
    if kind == 4:
        segments = _number(data, 6, ">u2") // 2
        ends = _numbers(data[14:], ">u2", segments)
        starts = _numbers(data[16 + 2 * segments :], ">u2", segments)
    elif kind in (8, 12, 13):
        where = 8204 if kind == 8 else 12
        groups = _numbers(data[where + 4 :], ">u4", 3 * _number(data, where, ">u4"))
        starts, ends = groups[0::3], groups[1::3]
    else:
        return 0
    size = min(len(starts), len(ends))
    return int((ends[:size].astype(np.int64) - starts[:size] + 1).clip(0).sum())


def _numbers(data: NDArray[np.uint8], kind: str, count: int) -> NDArray[np.integer[Any]]:
    """Return the first ``count`` numbers, or all if there are fewer."""
    size = np.dtype(kind).itemsize
    whole = min(count, len(data) // size)
    return np.frombuffer(data[: whole * size].tobytes(), kind)


def _number(data: NDArray[np.uint8], offset: int, kind: str) -> int:
    """Return the number at ``offset``, or 0 beyond the end."""
    return int(_numbers(data[offset:], kind, 1).sum())


def read_charmap(face: FontFace) -> Charmap | None:
    """Return the characters in a face's own table; None if there is no such table."""
    try:
        with open_tables(face) as font:
            # Reading the glyphs' names would be slow, and logs the faults of Mona's.
            font.setGlyphOrder([])
            return _best_charmap(font)
    except FontError:
        return None


def _best_charmap(font: TTFont) -> Charmap:
    check_charmaps(font)
    table = best_subtable(font)
    codes = [] if table is None else [code for code in table.cmap if code <= sys.maxunicode]
    kind = None if table is None else (table.platformID, table.platEncID)
    if kind == _SYMBOLS:
        # Windows shows symbols also for the characters with the same low byte.
        low = {chr(code - _SYMBOL_PAGE): chr(code) for code in codes if code >> 8 == 0xF0}
        return Charmap("symb", {chr(code): chr(code) for code in codes} | low)
    if kind == _MACINTOSH:
        latin = (code for code in codes if code < 256)
        return Charmap("armn", {bytes([code]).decode("mac_roman"): chr(code) for code in latin})
    return Charmap("", {chr(code): chr(code) for code in codes})


def best_subtable(font: TTFont) -> Any:
    """Return fontTools' best character map: of Unicode, symbols or Mac Roman, or None."""
    for kind in (*_UNICODE, _SYMBOLS, _MACINTOSH):
        table = font["cmap"].getcmap(*kind)
        if table is not None:
            return table
    return None


def read_variations(face: FontFace) -> Variations | None:
    """Return the axes and named instances of a variable font; None for any other font.

    Raises
    ------
    FontError
        If it is damaged.
    """
    with open_tables(face) as font:
        if "fvar" not in font:
            return None
        fvar, names = font["fvar"], font["name"]
        axes = [
            VariationAxis(axis.axisTag, axis.minValue, axis.defaultValue, axis.maxValue)
            for axis in fvar.axes
        ]
        instances = {
            name: tuple(instance.coordinates[axis.tag] for axis in axes)
            for instance in fvar.instances
            if (name := names.getDebugName(instance.subfamilyNameID))
        }
        return Variations(tuple(axes), instances)


def read_names(face: FontFace) -> list[FaceName]:
    """Return the families and styles that a face states, one for each of its languages.

    Raises
    ------
    FontError
        If it is damaged.
    """
    with open_tables(face) as font:
        said: dict[tuple[int, int, int], dict[int, str]] = {}
        for record in font["name"].names:
            language = (record.platformID, record.platEncID, record.langID)
            said.setdefault(language, {})[record.nameID] = record.toUnicode("replace")
    return [
        FaceName(names[family], names.get(style, ""))
        for names in said.values()
        for family, style in ((16, 17), (1, 2))
        if family in names
    ]


def has_color(face: FontFace) -> bool:
    """Tell whether a face has tables of colored pictures; False if it has no tables at all."""
    try:
        with open_tables(face) as font:
            return any(tag in font.reader for tag in _COLOR_TABLES)
    except FontError:
        return False


def check_components(face: FontFace) -> None:
    """Check that no glyph is composed of absurdly many others, or of itself.

    Each level of composition may double FreeType's time, without any limit.

    Raises
    ------
    FontError
        If there is such a glyph, or the tables cannot be read.
    """
    if not has_tables(face):
        return
    with open_tables(face) as font:
        composition = _read_composition(font) if "glyf" in font.reader else None
        if composition is not None and not _is_sane(composition):
            raise ValueError("it composes a glyph of too many others")


def has_tables(face: FontFace) -> bool:
    """Tell whether a file holds OpenType tables, as opposed to Type 1 and bitmap formats.

    Raises
    ------
    FontError
        If it cannot be read.
    """
    with font_errors(face), face.path.open("rb") as file:
        return file.read(4) in _TABLED


def _read_composition(font: TTFont) -> _Composition:
    """Return the composite glyphs of a TrueType font."""
    glyf = np.frombuffer(font.reader["glyf"], np.uint8)
    long = _number(np.frombuffer(font.reader["head"], np.uint8), _LOCA_FORMAT, ">u2") != 0
    table = np.frombuffer(font.reader["loca"], np.uint8)
    loca = _numbers(table, ">u4" if long else ">u2", len(table)).astype(np.int64)
    starts = loca[:-1] if long else 2 * loca[:-1]
    glyphs = np.flatnonzero((np.diff(loca) > 0) & (starts + _COMPONENTS < len(glyf)))
    glyphs = glyphs[glyf[starts[glyphs]] >= 128]  # a negative number of contours
    places = starts[glyphs] + _COMPONENTS
    padded = np.concatenate([glyf, np.zeros(4, np.uint8)]).astype(np.int64)
    wholes, parts = [], []
    for _ in range(_MAX_PARTS):
        inside = places < len(glyf)
        glyphs, places = glyphs[inside], places[inside]
        flags, part = (256 * padded[places + at] + padded[places + at + 1] for at in (0, 2))
        wholes.append(glyphs)
        parts.append(part)
        more = flags & _MORE_COMPONENTS > 0
        places = (places + _component_length(flags))[more]
        glyphs = glyphs[more]
        if not len(glyphs):
            break
    return _Composition(len(starts), np.concatenate(wholes), np.concatenate(parts))


def _component_length(flags: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the lengths of components in bytes; see OpenType's `glyf`."""
    words, scale, two_scales, matrix = (flags & bit > 0 for bit in (0x1, 0x8, 0x40, 0x80))
    transform = np.select([scale, two_scales, matrix], [2, 4, 8], 0)
    return np.asarray(np.where(words, 8, 6) + transform)


def _is_sane(composition: _Composition) -> bool:
    """Tell whether no glyph is composed of too many others, or of itself."""
    parts = np.clip(composition.parts, 0, composition.glyphs)
    # The last entry stands for glyphs that do not exist.
    sizes: NDArray[np.float64] = np.ones(composition.glyphs + 1)
    for _ in range(_MAX_COMPONENT_DEPTH):
        before = sizes
        inner = np.bincount(composition.wholes, sizes[parts], composition.glyphs + 1)
        sizes = np.asarray(1 + inner, np.float64)
        if sizes.max() > _MAX_PARTS:
            return False
        if np.array_equal(sizes, before):
            return True
    return False


def check_outlines(font: TTFont, code_points: Iterable[int]) -> None:
    """Raise a ValueError if fontTools would take forever to read the outlines of characters.

    Subroutines of PostScript outlines may call others many times, on each of many levels.
    """
    tag = next((tag for tag in ("CFF ", "CFF2") if tag in font.reader), None)
    if tag is None:
        return
    from fontTools.misc.psCharStrings import SimpleT2Decompiler  # noqa: PLC0415 - slow to import

    class Counter(SimpleT2Decompiler):  # type: ignore[misc]
        """Counts the bytes that are executed."""

        length = 0

        def execute(self, charstring: Any, **options: Any) -> None:
            self.length += 1 + len(charstring.bytecode or charstring.program or ())
            if self.length > _MAX_OUTLINE:
                raise ValueError("an outline is too long")
            super().execute(charstring, **options)

    glyphs = font.getBestCmap()
    outlines = font[tag].cff.topDictIndex[0].CharStrings
    for name in {glyphs[code] for code in code_points if code in glyphs}:
        outline = outlines[name]
        subroutines = getattr(outline.private, "Subrs", [])
        Counter(subroutines, outline.globalSubrs, outline.private).execute(outline)
