"""Fonts that tests make themselves: tiny, of each kind, sound or crafted to do harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fontTools.colorLib.builder import buildCOLR, buildCPAL
from fontTools.fontBuilder import FontBuilder
from fontTools.misc import eexec
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent
from fontTools.ttLib.tables.TupleVariation import TupleVariation

EMPTY = TTGlyphPen(None).glyph()


def square(left: int, bottom: int, right: int, top: int) -> Glyph:
    """Return a rectangle."""
    pen = TTGlyphPen(None)
    pen.moveTo((left, bottom))
    for point in ((left, top), (right, top), (right, bottom)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


def start_font(
    glyphs: Mapping[str, Glyph],
    characters: Mapping[str, str],
    *,
    family: str = "Toy",
    style: str = "Regular",
    widths: Mapping[str, int] | None = None,
    ascent: int = 800,
    descent: int = 200,
) -> FontBuilder:
    """Return a font of 1000 units, 500 wide, of glyphs by name and names by character."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({ord(character): name for character, name in characters.items()})
    builder.setupGlyf(dict(glyphs))
    advances = dict.fromkeys(glyphs, 500) | dict(widths or {})
    builder.setupHorizontalMetrics({name: (width, 0) for name, width in advances.items()})
    builder.setupHorizontalHeader(ascent=ascent, descent=-descent)
    builder.setupNameTable({"familyName": family, "styleName": style})
    builder.setupOS2(sTypoAscender=ascent, sTypoDescender=-descent)
    builder.setupPost()
    return builder


def toy_font(**options: Any) -> FontBuilder:
    """Return a font in which M and W are full, i is the left half; see `start_font`."""
    full, left = square(0, -200, 500, 800), square(0, -200, 250, 800)
    glyphs = {".notdef": full, "space": EMPTY, "M": full, "i": left}
    return start_font(glyphs, {" ": "space", "M": "M", "W": "M", "i": "i"}, **options)


def width_font(path: Path, ascent: int = 800, descent: int = 200) -> Path:
    """Save a font 500 wide in which M is full, i is the left half, and あ is 1000 wide."""
    full, left = square(0, -descent, 500, ascent), square(0, -descent, 250, ascent)
    wide = square(0, -descent, 750, ascent)
    glyphs = {".notdef": full, "space": EMPTY, "M": full, "i": left, "wide": wide}
    names = {" ": "space", "M": "M", "i": "i", "あ": "wide"}
    widths = {"wide": 1000}
    start_font(glyphs, names, widths=widths, ascent=ascent, descent=descent).save(path)
    return path


def variable_font(path: Path, family: str = "Vary") -> Path:
    """Write a font whose M and i are ``wght`` units wide, 100 to 500, and 500 wide with them.

    At ``wdth`` 200, from 100, all is twice as wide. "Bold" is weight 400.
    """
    bar = square(0, -200, 100, 800)
    glyphs = {".notdef": bar, "space": EMPTY, "M": bar, "i": bar}
    names = {" ": "space", "M": "M", "W": "M", "i": "i"}
    builder = start_font(glyphs, names, family=family)
    axes = [("wght", 100, 100, 500, "Weight"), ("wdth", 100, 100, 200, "Width")]
    bold = {"stylename": "Bold", "location": {"wght": 400, "wdth": 100}}
    builder.setupFvar(axes, [bold])
    still, phantoms = [(0, 0)] * 2, [(0, 0), (500, 0), (0, 0), (0, 0)]
    heavy = TupleVariation({"wght": (0, 1, 1)}, [*still, (400, 0), (400, 0), *[(0, 0)] * 4])
    wide = TupleVariation({"wdth": (0, 1, 1)}, [*still, (100, 0), (100, 0), *phantoms])
    both = TupleVariation(
        {"wght": (0, 1, 1), "wdth": (0, 1, 1)}, [*still, (400, 0), (400, 0), *[(0, 0)] * 4]
    )
    space = TupleVariation({"wdth": (0, 1, 1)}, phantoms)
    bars = {name: [heavy, wide, both] for name in (".notdef", "M", "i")}
    builder.setupGvar({**bars, "space": [space]})
    builder.save(path)
    return path


def collection(path: Path, *builders: FontBuilder) -> Path:
    """Write several faces as one file."""
    together = TTCollection()
    together.fonts = [builder.font for builder in builders]
    together.save(path)
    return path


def repacked(source: Path, path: Path, flavor: str) -> Path:
    """Write a font as "woff" or "woff2"."""
    with TTFont(source) as font:
        font.flavor = flavor
        font.save(path)
    return path


def symbol_font(path: Path, platform: int = 3) -> Path:
    """Write a font without a map of Unicode: one of symbols (3), or of Mac Roman (1)."""
    builder = toy_font(family="Symbols")
    own = builder.font["cmap"].tables[0].cmap
    page = 0xF000 if platform == 3 else 0
    table = CmapSubtable.newSubtable(4 if platform == 3 else 0)
    table.platformID, table.platEncID, table.language = platform, 0, 0
    table.cmap = {code + page: name for code, name in own.items()}
    builder.font["cmap"].tables = [table]
    builder.save(path)
    return path


def emoji_font(path: Path, *, outlines: bool = False) -> Path:
    """Write a font whose only glyph is drawn in colored layers, with or without an own outline."""
    face = square(0, 0, 500, 500)
    glyphs = {".notdef": EMPTY, "space": EMPTY, "smile": face if outlines else EMPTY, "red": face}
    builder = start_font(glyphs, {" ": "space", "😀": "smile"}, family="Tiny Emoji")
    builder.font["COLR"] = buildCOLR({"smile": [("red", 0)]}, version=0)
    builder.font["CPAL"] = buildCPAL([[(1, 0, 0, 1)]])
    builder.save(path)
    return path


def bitmap_font(path: Path, size: int = 16) -> Path:
    """Write a BDF font 8 x 16 in which M is full and i the left half; " " and W are there, too."""
    rows = {" ": "00", "M": "FF", "W": "FF", "i": "F0"}
    lines = [
        "STARTFONT 2.1",
        f"FONT -test-tiny-medium-r-normal--{size}-160-72-72-c-80-iso10646-1",
        f"SIZE {size} 72 72",
        "FONTBOUNDINGBOX 8 16 0 -4",
        "STARTPROPERTIES 6",
        'FAMILY_NAME "Tiny"',
        "FONT_ASCENT 12",
        "FONT_DESCENT 4",
        f"PIXEL_SIZE {size}",
        'CHARSET_REGISTRY "ISO10646"',
        'CHARSET_ENCODING "1"',
        "ENDPROPERTIES",
        f"CHARS {len(rows)}",
    ]
    for character, row in rows.items():
        lines += [f"STARTCHAR {ord(character):04X}", f"ENCODING {ord(character)}"]
        lines += ["SWIDTH 500 0", "DWIDTH 8 0", "BBX 8 16 0 -4", "BITMAP", *[row] * 16, "ENDCHAR"]
    path.write_text("\n".join([*lines, "ENDFONT", ""]), encoding="ascii")
    return path


def type1_font(path: Path) -> Path:
    """Write a Type 1 font, in ASCII, in which M and W are full and i is the left half."""
    clear = """%!PS-AdobeFont-1.0: Tiny 1
11 dict begin
/FontInfo 3 dict dup begin
/FullName (Tiny) readonly def /FamilyName (Tiny) readonly def /Weight (Medium) readonly def
end readonly def
/FontName /Tiny def /PaintType 0 def /FontType 1 def
/FontMatrix [0.001 0 0 0.001 0 0] readonly def
/Encoding StandardEncoding def /FontBBox {0 -200 500 800} readonly def
currentdict end
currentfile eexec
"""
    full = _charstring(0, 500, 13, 0, -200, 21, 1000, 7, 500, 6, -1000, 7, 9, 14)
    left = _charstring(0, 500, 13, 0, -200, 21, 1000, 7, 250, 6, -1000, 7, 9, 14)
    blank = _charstring(0, 500, 13, 14)
    outlines = {".notdef": blank, "space": blank, "M": full, "W": full, "i": left}
    secret = b"""dup /Private 8 dict dup begin
/RD {string currentfile exch readstring pop} executeonly def
/ND {noaccess def} executeonly def /NP {noaccess put} executeonly def
/BlueValues [] def /MinFeature{16 16} def /password 5839 def
2 index /CharStrings 5 dict dup begin
"""
    for name, outline in outlines.items():
        secret += f"/{name} {len(outline)} RD ".encode() + outline + b" ND\n"
    secret += b"end end readonly put noaccess put\ndup/FontName get exch definefont pop\n"
    secret += b"mark currentfile closefile\n"
    encrypted, _ = eexec.encrypt(b"\0\0\0\0" + secret, 55665)
    zeros = ("0" * 64 + "\n") * 8 + "cleartomark\n"
    path.write_text(clear + encrypted.hex() + "\n" + zeros, encoding="ascii")
    return path


def _charstring(*tokens: int) -> bytes:
    """Return Type 1 code: coordinates, and what is done with them.

    6 hlineto, 7 vlineto, 9 closepath, 13 hsbw, 14 endchar and 21 rmoveto are no coordinates.
    """
    code = b""
    for token in tokens:
        known = token in {6, 7, 9, 13, 14, 21}
        code += bytes([token]) if known else b"\xff" + token.to_bytes(4, "big", signed=True)
    return eexec.encrypt(b"\0\0\0\0" + code, 4330)[0]


def _composed(*parts: str) -> Glyph:
    glyph = Glyph()
    glyph.numberOfContours, glyph.components = -1, []
    glyph.xMin = glyph.yMin = glyph.xMax = glyph.yMax = 0
    for part in parts:
        component = GlyphComponent()
        component.glyphName, component.x, component.y, component.flags = part, 0, 0, 3
        glyph.components.append(component)
    return glyph


def doubling_font(path: Path, levels: int = 40) -> Path:
    """Write a font whose M is composed of two glyphs, each of two ...: 2^levels parts in all."""
    names = [f"level{level}" for level in range(levels)]
    parts = dict(zip(names, ["space", *names], strict=False))
    glyphs = {".notdef": EMPTY, "space": EMPTY}
    glyphs |= {name: _composed(part, part) for name, part in parts.items()}
    return _save_as_it_is(glyphs, names[-1], path)


def circular_font(path: Path) -> Path:
    """Write a font whose M is composed of itself."""
    glyphs = {".notdef": EMPTY, "space": EMPTY, "M": _composed("other"), "other": _composed("M")}
    return _save_as_it_is(glyphs, "M", path)


def _save_as_it_is(glyphs: dict[str, Glyph], name: str, path: Path) -> Path:
    builder = start_font(dict.fromkeys(glyphs, EMPTY), {" ": "space", "M": name})
    font = builder.font
    font["glyf"].glyphs = glyphs
    font.recalcBBoxes = False
    font["maxp"].recalc = lambda _: None
    font.save(path)
    return path


def calling_font(path: Path, levels: int = 9, calls: int = 8) -> Path:
    """Write a font whose M calls a subroutine that calls another 8 times, and so on."""
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "space", "M"])
    builder.setupCharacterMap({32: "space", ord("M"): "M"})
    blank = {name: T2CharString(program=[500, "endchar"]) for name in (".notdef", "space")}
    letter = T2CharString(program=[500, 0, 0, "rmoveto", -107, "callgsubr", "endchar"])
    builder.setupCFF("Calling", {}, {**blank, "M": letter}, {})
    builder.setupHorizontalMetrics(dict.fromkeys((".notdef", "space", "M"), (500, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Calling", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    subroutines = builder.font["CFF "].cff.GlobalSubrs
    for level in range(1, levels):
        program = [level - 107, "callgsubr"] * calls
        subroutines.append(T2CharString(program=[*program, "return"]))
    subroutines.append(T2CharString(program=[0, "hmoveto", "return"]))
    builder.font.recalcBBoxes = False
    builder.save(path)
    return path


def changed(path: Path, change: Callable[[TTFont], None], source: Path | None = None) -> Path:
    """Write the toy font, or another, with something changed."""
    font = toy_font().font if source is None else TTFont(source)
    font.recalcBBoxes = False
    change(font)
    font.save(path)
    return path
