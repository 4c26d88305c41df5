"""The characters of an art as a small font, which documents embed.

Its advances are those with which the art was made, in pixels of the document. Its unit is 1/64 of
such a pixel, divided by a power of two, so nothing is left to round, and browsers put each glyph
where the art has it.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from asciiart.art.formats.renderer import FINENESS, Measures
from asciiart.errors import FontError
from asciiart.glyphs.charsets import BRAILLE_BLANK
from asciiart.glyphs.font_tables import (
    best_subtable,
    check_charmaps,
    check_outlines,
    has_tables,
    open_tables,
)

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

    from asciiart.art.canvas import Canvas
    from asciiart.glyphs.font import Font

_KEPT = ("cmap", "head", "hhea", "hmtx", "maxp", "glyf", "loca", "CFF ", "CFF2")
"""Tables from which the small font is made; hints, bitmaps, kerning and names are dropped."""
_NO_OUTLINES = "it has no outlines of TrueType or OpenType"
_OUTLINES = ("glyf", "CFF ", "CFF2")
"""Tables with outlines, one of which a font must have."""
_VARIED = ("fvar", "avar", "gvar", "HVAR", "name")
"""Tables of variable fonts from which an instance is made."""
_UNITS = (1024, 16384)
"""Minimum units per em, so that rounding does not show, and the maximum allowed in a font."""
_LONG_METRIC, _BEARING = 4, 2
"""Bytes of an entry of the table hmtx, and of one without an advance of its own."""

_SPACE = ord(" ")


class WebFont(NamedTuple):
    """A font for one document."""

    family: str
    """Its unique name."""
    rule: str
    """A @font-face rule of CSS that contains it."""


def make_web_font(art: Canvas, measures: Measures, others: str = "") -> WebFont:
    """Return a font of an art's characters and ``others``; the same art gives the same font.

    Raises
    ------
    FontError
        If the art's font has no outlines that a browser could show.
    """
    from asciiart.glyphs.typesetting import column_spans  # noqa: PLC0415 - imports OpenCV and Pillow

    characters = "".join(sorted({*"".join(art.rows), *others}))
    spans = column_spans(characters, art.font, art.typeset).tolist()
    columns = {ord(character): span for character, span in zip(characters, spans, strict=True)}
    if ord(BRAILLE_BLANK) in columns and not art.font.has(BRAILLE_BLANK):
        columns[ord(BRAILLE_BLANK)] = 1  # as it is drawn, a blank cell
    data = _subset(art.font, columns, measures)
    family = f"asciiart-{hashlib.sha256(data).hexdigest()[:12]}"
    source = f"data:font/woff;base64,{b64encode(data).decode()}"
    return WebFont(
        family, f"@font-face{{font-family:'{family}'; src:url({source}) format('woff')}}"
    )


def _subset(font: Font, columns: dict[int, int], measures: Measures) -> bytes:
    """Return a WOFF file of some code points, each mapped to the columns that it spans."""
    result = BytesIO()
    if not has_tables(font.origin):
        raise FontError(f"{font.origin}: a document cannot carry it: {_NO_OUTLINES}")
    try:
        with open_tables(font.origin) as small:
            _show_blank(small)
            _keep(small, font, columns)
            _measure(small, columns, measures)
            small.flavor = "woff"
            small.flavorData = None
            small.save(result)
    except FontError as error:
        reason = str(error).removeprefix(f"{font.origin}: ")
        raise FontError(f"{font.origin}: a document cannot carry it: {reason}") from error
    return result.getvalue()


def _show_blank(font: TTFont) -> None:
    """Map braille's blank to the space in a font that lacks it."""
    for table in font["cmap"].tables:
        if table.isUnicode() and _SPACE in table.cmap:
            table.cmap.setdefault(ord(BRAILLE_BLANK), table.cmap[_SPACE])


def _keep(small: TTFont, font: Font, code_points: Iterable[int]) -> None:
    """Drop all glyphs but those of some code points; instantiate a variable font."""
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415 - slow to import

    if not any(len(small.reader[tag]) for tag in _OUTLINES if tag in small.reader):
        raise FontError(f"{font.origin}: {_NO_OUTLINES}")
    check_charmaps(small)
    kept = (*_KEPT, *_VARIED) if font.location else _KEPT
    for tag in set(small.keys()) - {"GlyphOrder", *kept}:
        del small[tag]
    _mend_metrics(small)
    _map_to_unicode(small, font)
    check_outlines(small, code_points)
    subsetter = Subsetter(Options(hinting=False, glyph_names=False, notdef_outline=True))
    subsetter.populate(unicodes=code_points)
    subsetter.subset(small)
    if font.location:
        from fontTools.varLib.instancer import instantiateVariableFont  # noqa: PLC0415 - likewise

        instantiateVariableFont(small, dict(font.location), inplace=True)


def _map_to_unicode(small: TTFont, font: Font) -> None:
    """Give a symbol or Mac Roman font the Unicode map that documents need."""
    if font.read_map is None or not font.read_map.encoding:
        return
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable  # noqa: PLC0415 - slow to import

    own = best_subtable(small).cmap
    table = CmapSubtable.newSubtable(4)
    table.platformID, table.platEncID, table.language = 3, 1, 0
    table.cmap = {ord(c): own[ord(code)] for c, code in font.read_map.codes.items()}
    small["cmap"].tables = [table]


def _mend_metrics(font: TTFont) -> None:
    """Pad a table of advances that is too short, such as Mona's."""
    from fontTools.ttLib import newTable  # noqa: PLC0415 - slow to import

    metrics = font["hhea"].numberOfHMetrics
    length = _LONG_METRIC * metrics + _BEARING * (font["maxp"].numGlyphs - metrics)
    table = newTable("hmtx")
    table.decompile(font.reader["hmtx"].ljust(length, b"\0"), font)
    font["hmtx"] = table


def _measure(font: TTFont, columns: dict[int, int], measures: Measures) -> None:
    """Set the advances, and a row of whole pixels with its baseline, for every browser."""
    from fontTools.fontBuilder import FontBuilder  # noqa: PLC0415 - slow to import
    from fontTools.ttLib.scaleUpem import scale_upem  # noqa: PLC0415 - slow to import

    pixel: float = FINENESS
    while pixel * measures.font_size < _UNITS[0]:
        pixel *= 2
    while pixel * measures.font_size > _UNITS[1]:
        pixel /= 2
    scale_upem(font, round(pixel * measures.font_size))
    glyphs, metrics = font.getBestCmap(), font["hmtx"].metrics
    for code_point, span in columns.items():
        name = glyphs[code_point]
        metrics[name] = (round(span * measures.column * pixel), metrics[name][1])
    # Where rows are closer than the font is high, both reach beyond the row, equally far.
    beyond = max(0, measures.baseline - measures.row)
    ascent = round((measures.baseline + beyond) * pixel)
    descent = round((measures.row - measures.baseline + beyond) * pixel)
    builder = FontBuilder(font=font)
    builder.setupHorizontalHeader(ascent=ascent, descent=-descent)
    builder.setupOS2(
        sTypoAscender=ascent,
        sTypoDescender=-descent,
        sTypoLineGap=0,
        usWinAscent=ascent,
        usWinDescent=descent,
    )
    builder.setupNameTable({})
    builder.setupPost(keepGlyphNames=False)
