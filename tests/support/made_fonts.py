"""Fonts that tests make for themselves, from those of this repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from paths import DEJAVU, SPLEEN
from PIL import ImageFont

_WIDTH, _HEIGHT, _DESCENT = 8, 16, 4


def write_bold(path: Path, characters: str, *, units: int = 120) -> Path:
    """Write those characters that DejaVu has, with stems wider by ``units``, of 2048 an em."""
    with TTFont(DEJAVU) as font:
        glyphs, own, names = font.getGlyphSet(), font["glyf"], font.getBestCmap()
        bold = {}
        for name in {names[ord(character)] for character in characters if ord(character) in names}:
            pen = TTGlyphPen(None)
            for across in (-units // 2, units // 2):
                glyphs[name].draw(_Decomposed(pen, glyphs, across))
            bold[name] = pen.glyph()
        for name, glyph in bold.items():
            own[name] = glyph
        for table in ("fpgm", "prep", "cvt ", "GSUB", "GPOS", "GDEF"):
            if table in font:
                del font[table]
        kept = {ord(character) for character in characters}
        for table in font["cmap"].tables:
            table.cmap = {code: name for code, name in table.cmap.items() if code in kept}
        for record in font["name"].names:
            if record.nameID in (1, 4, 6, 16):
                record.string = str(record).replace("DejaVu", "Heavy")
        font.save(path)
    return path


class _Decomposed(TransformPen):  # type: ignore[misc]
    """Draws what components stand for, moved across."""

    def __init__(self, pen: TTGlyphPen, glyphs: Any, across: float) -> None:
        super().__init__(pen, (1, 0, 0, 1, across, 0))
        self._pen, self._glyphs, self._across = pen, glyphs, across

    def addComponent(self, name: str, transformation: tuple[float, ...]) -> None:  # noqa: N802
        moved = TransformPen(self, transformation)
        self._glyphs[name].draw(moved)


def write_bdf(path: Path, characters: str) -> Path:
    """Write a bitmap font of 8 x 16 pixels with characters of Spleen."""
    face = ImageFont.truetype(str(SPLEEN), _HEIGHT)
    lines = [
        "STARTFONT 2.1",
        f"FONT -made-Bits-Medium-R-Normal--{_HEIGHT}-160-72-72-C-80-ISO10646-1",
        f"SIZE {_HEIGHT} 72 72",
        f"FONTBOUNDINGBOX {_WIDTH} {_HEIGHT} 0 -{_DESCENT}",
        "STARTPROPERTIES 6",
        'FAMILY_NAME "Bits"',
        'WEIGHT_NAME "Medium"',
        f"FONT_ASCENT {_HEIGHT - _DESCENT}",
        f"FONT_DESCENT {_DESCENT}",
        'CHARSET_REGISTRY "ISO10646"',
        'CHARSET_ENCODING "1"',
        "ENDPROPERTIES",
        f"CHARS {len(characters)}",
    ]
    for character in characters:
        lines += [
            f"STARTCHAR U{ord(character):04X}",
            f"ENCODING {ord(character)}",
            f"SWIDTH 500 0\nDWIDTH {_WIDTH} 0\nBBX {_WIDTH} {_HEIGHT} 0 -{_DESCENT}",
            "BITMAP",
            *(f"{row:02X}" for row in _rows(face, character)),
            "ENDCHAR",
        ]
    path.write_text("\n".join([*lines, "ENDFONT", ""]), encoding="ascii")
    return path


def _rows(face: ImageFont.FreeTypeFont, character: str) -> list[int]:
    """Return a character's rows of 8 pixels, as a byte each."""
    mask, (left, top) = face.getmask2(character, mode="1")
    rows = [0] * _HEIGHT
    width, height = mask.size
    for y in range(height):
        for x in range(width):
            if mask.getpixel((x, y)):
                rows[y + top] |= 0x80 >> (x + left)
    return rows
