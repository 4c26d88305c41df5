"""Stage 7, format svg: vector text, one <text> element per row."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from asciiart.art.formats.color_layers import CLEAR, Layers, Numbers, color_layers
from asciiart.art.formats.color_runs import Run, has_wide, row_runs, starts
from asciiart.art.formats.renderer import (
    RenderOptions,
    font_families,
    font_variation,
    measure,
    quoted,
    row_height,
    summary,
)
from asciiart.color.palettes import INK, PAPER

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas

_ROW_HEIGHT = 16
"""Default height of a row in units of the view box."""
_STYLE = (
    "white-space:pre; text-rendering:geometricPrecision;"
    " font-variant-ligatures:none; font-kerning:none"
)


class SvgRenderer:
    """Text that stays text, in columns that stay columns.

    ``textLength`` stretches each row to its true width, so a monospaced font that replaces a
    missing one changes the letters but not the picture. If characters differ in width, each is
    placed individually, and the document embeds the characters of the font that it shows.
    """

    name: str = "svg"

    def render(self, art: Canvas, options: RenderOptions) -> str:
        """Return the document, in whose view box one unit is one pixel."""
        return _placed(art, options) if has_wide(art) else _stretched(art, options)


def _stretched(art: Canvas, options: RenderOptions) -> str:
    font, layers = art.font, color_layers(art, options.color, joined=True)
    cell_height = row_height(font, options.font_size, _ROW_HEIGHT)
    scale = cell_height / (font.ascent + font.descent)
    width = f"{art.grid.columns * font.advance * scale:.6g}"
    where = f'textLength="{width}" lengthAdjust="spacingAndGlyphs"'
    texts = "\n".join(
        _text(content, row * cell_height + font.ascent * scale, where)
        for row, content in enumerate(_rows(art, layers))
    )
    size = (width, art.grid.rows * cell_height)
    paper = "" if layers is None or layers.paper is None else _paper(layers.paper, size)
    family = _font(f"{font.size * scale:.6g}", font_families(font))
    return _document(art, size, family, texts, before=paper, style=font_variation(font))


def _placed(art: Canvas, options: RenderOptions) -> str:
    measures = measure(art, options.font_size)
    from asciiart.art.formats.webfont import make_web_font  # noqa: PLC0415 - imports Pillow

    font = make_web_font(art, measures)
    rows = zip(_rows(art, color_layers(art, options.color, joined=True)), starts(art), strict=True)
    texts = "\n".join(
        _text(content, row * measures.row + measures.baseline, _positions(columns, measures.column))
        for row, (content, columns) in enumerate(rows)
        if columns
    )
    families = f"'{font.family}', {font_families(art.font)}"
    size = (f"{math.ceil(art.grid.columns * measures.column)}", art.grid.rows * measures.row)
    style = f"<style>{font.rule}</style>\n"
    return _document(art, size, _font(f"{measures.font_size}", families), texts, before=style)


def _positions(columns: list[int], width: float) -> str:
    return 'x="' + " ".join(f"{column * width:.6g}" for column in columns) + '"'


def _font(size: str, families: str) -> str:
    return f'font-size="{size}" font-family={quoted(families)}'


def _document(
    art: Canvas, size: tuple[str, int], font: str, texts: str, *, before: str = "", style: str = ""
) -> str:
    width, height = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{summary(art)}">\n'
        f'<rect width="100%" height="100%" fill="rgb{PAPER[art.background]}"/>\n{before}'
        f'<g fill="rgb{INK[art.background]}" {font} style="{_STYLE}{style and f";{style}"}">\n'
        f"{texts}\n</g>\n</svg>"
    )


def _text(content: str, baseline: float, where: str) -> str:
    """Return a <text> element; ``where`` holds attributes that place or stretch its characters."""
    return (
        f'<text xml:space="preserve" y="{baseline:.6g}" {where} '
        f'unicode-bidi="bidi-override">{content}</text>'
    )


def _rows(art: Canvas, layers: Layers | None) -> Iterator[str]:
    """Yield the content of each <text> element."""
    if layers is None:
        yield from (escape(row, quote=False) for row in art.rows)
    else:
        for runs in row_runs(art, Layers(layers.ink, None)):
            yield "".join(map(_tspan, runs))


def _paper(numbers: Numbers, size: tuple[str, int]) -> str:
    """Return the cells' papers as one path for each color, in units of cells.

    Lines as wide as a row is high take half as many characters as rectangles.
    """
    rows, columns = numbers.shape
    lines: dict[int, str] = {}
    for row, colors in enumerate(numbers.tolist()):
        column = 0
        for color, run in groupby(colors):
            length = len(list(run))
            lines[color] = lines.get(color, "") + f"M{column} {row}h{length}"
            column += length
    paths = "".join(
        f'<path stroke="#{color:06x}" d="{d}"/>' for color, d in lines.items() if color != CLEAR
    )
    where = f"scale({float(size[0]) / columns:.6g} {size[1] / rows:.6g}) translate(0 .5)"
    return f'<g transform="{where}" shape-rendering="crispEdges">\n{paths}\n</g>\n'


def _tspan(run: Run) -> str:
    text = escape(run.text, quote=False)
    return text if run.color is None else f'<tspan fill="#{run.color:06x}">{text}</tspan>'
