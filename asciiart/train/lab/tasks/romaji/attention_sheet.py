"""A sheet of attention maps: where a network attends while it reads katakana and writes romaji."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from asciiart.errors import FontError
from asciiart.glyphs.font import load_font

_JAPANESE_FONTS = (
    *("M PLUS 1 Code", "M PLUS 2", "IPAGothic", "IPAMincho", "Noto Sans CJK JP", "VL Gothic"),
    *("Noto Sans Mono CJK JP", "TakaoGothic", "Hiragino Sans", "Yu Gothic", "MS Gothic"),
)
"""Fonts for katakana in order of preference; without any, signs are shown by their names."""
_LATIN_FONT = "DejaVu Sans Mono"
_SQUARE = 24
"""Side in pixels of a weight, and of the letter beside it."""
_GAP = 16
_LINE_HEIGHT = 22
_MAPS_IN_ROW, _LIST_COLUMNS = 4, 2
_PAPER, _INK, _WRONG = (225, 228, 235), (30, 30, 60), (190, 30, 30)

Place = tuple[int, int]


class AttentionMap(NamedTuple):
    """A word, the network's answer, and the attention of each of its letters."""

    read: str
    """The S katakana signs of the word."""
    written: str
    """The T letters of the answer."""
    weights: Tensor
    """Attention weights (T, S), 0 to 1."""


class Answer(NamedTuple):
    """A word with the network's answer and the correct one."""

    read: str
    """The word that was asked."""
    written: str
    """The network's answer."""
    right: str
    """The correct answer."""


@dataclass(frozen=True)
class _Faces:
    latin: ImageFont.FreeTypeFont
    japanese: ImageFont.FreeTypeFont | None


def _find_faces() -> _Faces:
    latin = load_font(_LATIN_FONT).face(_SQUARE * 0.6)
    for name in _JAPANESE_FONTS:
        try:
            font = load_font(name)
        except FontError:
            continue
        if font.has("ア"):
            return _Faces(latin, font.face(_SQUARE * 0.75))
    return _Faces(latin, None)


def spell(katakana: str) -> str:
    """Return a word by the Unicode names of its signs: ジョー is ZI·yo·-."""
    names = [unicodedata.name(sign).removeprefix("KATAKANA LETTER ") for sign in katakana]
    short = [
        name.removeprefix("SMALL ").lower() if name.startswith("SMALL ") else name for name in names
    ]
    return "·".join("-" if "SOUND MARK" in name else name for name in short)


def attention_sheet(maps: Sequence[AttentionMap], answers: Sequence[Answer]) -> Image.Image:
    """Return a sheet of maps, each word above its map and the answer on its left, then answers."""
    faces = _find_faces()
    tiles = [_draw_map(shown, faces) for shown in maps]
    width = _MAPS_IN_ROW * (12 * _SQUARE + _GAP) + _GAP
    rows = [tiles[i : i + _MAPS_IN_ROW] for i in range(0, len(tiles), _MAPS_IN_ROW)]
    lines = -(-len(answers) // _LIST_COLUMNS)
    heights = [max(tile.height for tile in row) + _GAP for row in rows]
    page = Image.new("RGB", (width, sum(heights) + lines * _LINE_HEIGHT + 2 * _GAP), _PAPER)
    y = _GAP
    for row, height in zip(rows, heights, strict=True):
        for i, tile in enumerate(row):
            page.paste(tile, (_GAP + i * (width - _GAP) // _MAPS_IN_ROW, y))
        y += height
    draw = ImageDraw.Draw(page)
    for i, answer in enumerate(answers):
        column, line = divmod(i, lines)
        x = _GAP + column * (width - _GAP) // _LIST_COLUMNS
        _write_answer(draw, (x, y + line * _LINE_HEIGHT), answer, faces)
    return page


def _draw_map(shown: AttentionMap, faces: _Faces) -> Image.Image:
    """Return one map; the darker a square, the larger its share of the row's weight."""
    size = ((len(shown.read) + 1) * _SQUARE, (len(shown.written) + 1) * _SQUARE)
    tile = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(tile)
    half = _SQUARE / 2
    for column, sign in enumerate(shown.read, 1):
        text = spell(sign) if faces.japanese is None else sign
        face = faces.japanese or faces.latin
        draw.text((column * _SQUARE + half, half), text, _INK, face, "mm")
    for row, letter in enumerate(shown.written, 1):
        draw.text((half, row * _SQUARE + half), letter, _INK, faces.latin, "mm")
    for (row, column), weight in _weights(shown.weights):
        shade = round(255 * (1 - weight))
        x, y = (column + 1) * _SQUARE, (row + 1) * _SQUARE
        draw.rectangle((x, y, x + _SQUARE - 2, y + _SQUARE - 2), (shade, shade, shade))
    return tile


def _weights(weights: Tensor) -> list[tuple[Place, float]]:
    rows = weights.clamp(0, 1).tolist()  # (T, S)
    return [((i, j), weight) for i, row in enumerate(rows) for j, weight in enumerate(row)]


def _write_answer(draw: ImageDraw.ImageDraw, place: Place, answer: Answer, faces: _Faces) -> None:
    x, y = place
    read = spell(answer.read) if faces.japanese is None else answer.read
    face = faces.japanese or faces.latin
    draw.text((x, y + _LINE_HEIGHT / 2), read, _INK, face, "lm")
    x += round(draw.textlength(read + " ", face))
    right = answer.written == answer.right
    text = answer.written if right else f"{answer.written} for {answer.right}"
    draw.text((x, y + _LINE_HEIGHT / 2), text, _INK if right else _WRONG, faces.latin, "lm")
