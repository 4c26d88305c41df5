"""Stage 7, format html: a page of its own, or a <pre> element for another page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from asciiart.art.formats.color_layers import CLEAR, Layers, Numbers, color_layers, unpack
from asciiart.art.formats.color_runs import Run, has_wide, row_runs
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
from asciiart.errors import FontError
from asciiart.glyphs.charsets import is_braille

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas

_ROW_HEIGHT = 16
"""Default height of a row in pixels."""
_RESET = (
    "margin:0; padding:0; border:0; width:max-content; white-space:pre;"
    " direction:ltr; unicode-bidi:bidi-override; text-rendering:geometricPrecision;"
    " font-variant-ligatures:none; font-kerning:none;"
    " text-size-adjust:none; -webkit-text-size-adjust:none;"
)
"""Declarations that undo what a surrounding page, a font or a phone does to text."""
_EXACT = (
    "letter-spacing:0; word-spacing:0; text-autospace:no-autospace; text-spacing-trim:space-all"
)
"""Declarations that keep browsers from spacing Japanese text; the font's advances are right."""


class HtmlRenderer:
    """A page that needs no other file.

    It embeds the characters of the font that it shows if they differ in width (in proportional
    fonts and beside full-width characters) or include braille, which few monospaced fonts have.
    Otherwise any monospaced font will do.
    """

    name: str = "html"

    def render(self, art: Canvas, options: RenderOptions) -> str:
        """Return the page."""
        paper = PAPER[art.background]
        text_style = _text_style(art, options)
        return (
            "<!DOCTYPE html>\n"
            '<html lang="zxx">\n'
            '<head><meta charset="utf-8"><title>Text art</title>'
            f"{text_style.head}</head>\n"
            f'<body style="margin:16px; background:rgb{paper}">\n'
            f"{_pre(art, options, text_style)}\n"
            "</body>\n"
            "</html>"
        )


def render_pre(art: Canvas, options: RenderOptions, others: str = "") -> str:
    """Return the art as one <pre> element with all of its style inline.

    A <style> element with the font comes before it if the art needs one, or if ``others``, the
    characters of further arts to be shown in the element, need one.
    """
    text_style = _text_style(art, options, others)
    return text_style.head + _pre(art, options, text_style)


def render_rows(art: Canvas, options: RenderOptions) -> list[str]:
    """Return the HTML of each row inside that element; if the art is filled, with its papers.

    The rows of one art can thus replace those of another, whatever papers lie behind them.
    """
    return list(_rows(art, color_layers(art, options.color, joined=True)))


class _TextStyle(NamedTuple):
    """The style of the text."""

    style: str
    """CSS declarations of the <pre> element."""
    head: str = ""
    """HTML that precedes the element."""


def _pre(art: Canvas, options: RenderOptions, text_style: _TextStyle) -> str:
    layers = color_layers(art, options.color, joined=True)
    colors = f"background:rgb{PAPER[art.background]}; color:rgb{INK[art.background]};"
    paper = "" if layers is None or layers.paper is None else _paper(layers.paper)
    style = f"{_RESET} {colors}{paper}{text_style.style}"
    return (
        f'<pre role="img" aria-label="{summary(art)}" translate="no"'
        f" style={quoted(style)}>{_content(art, layers)}</pre>"
    )


def _paper(paper: Numbers) -> str:
    """Return CSS that draws the papers as a picture with one pixel per cell, stretched.

    This is far shorter than a color for each run, and leaves no gaps between rows in any font.
    """
    from PIL import Image  # noqa: PLC0415 - for pictures only

    file = BytesIO()
    pixels = unpack(paper)
    if (clear := paper == CLEAR).any():
        pixels = np.dstack((pixels, np.where(clear, 0, 255).astype(np.uint8)))
    Image.fromarray(pixels).save(file, "PNG", optimize=True)
    source = f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"
    return (
        f" background-image:url({source}); background-size:100% 100%; image-rendering:pixelated;"
        " print-color-adjust:exact; overflow:hidden;"
    )


def needs_font(art: Canvas) -> bool:
    """Tell whether the art would be spoiled in a font of the browser's choice."""
    return has_wide(art) or is_braille(art.glyphs)


def _text_style(art: Canvas, options: RenderOptions, others: str = "") -> _TextStyle:
    if not needs_font(art) and not others:
        return _cells(art, options)
    try:
        return _embedding(art, options, others)
    except FontError:
        if has_wide(art):
            raise
        return _cells(art, options)  # the browser's font is the best there is


def _cells(art: Canvas, options: RenderOptions) -> _TextStyle:
    """Return CSS that makes each cell as wide as the font's advance and as high as its line.

    The font size is chosen so that rows are whole pixels and none is rounded differently. Browsers
    that support ``round()`` derive the row height from the width (``ch``) of the font that they
    found, so that the picture keeps its shape in a substitute font. Chromium rounds the width of
    each colored run up to 1/64 px, which would shift the ends of rows with many runs; the letter
    spacing therefore makes every advance a multiple of that.
    """
    font = art.font
    height = row_height(font, options.font_size, _ROW_HEIGHT)
    size = height * font.size / (font.ascent + font.descent)
    return _TextStyle(
        f" font:{size:.6g}px/{height}px {font_families(font)};{font_variation(font)}"
        f" line-height:round({font.aspect:.6g}ch, 1px);"
        " letter-spacing:0; letter-spacing:calc(round(up, 1ch, 0.015625px) - 1ch)"
    )


def _embedding(art: Canvas, options: RenderOptions, others: str = "") -> _TextStyle:
    """Return CSS that uses an embedded font, whose advances are whole columns."""
    measures = measure(art, options.font_size)
    from asciiart.art.formats.webfont import make_web_font  # noqa: PLC0415 - imports Pillow

    font = make_web_font(art, measures, others)
    families = f"'{font.family}', {font_families(art.font)}"
    return _TextStyle(
        f" font:{measures.font_size}px/{measures.row}px {families}; {_EXACT}",
        f"\n<style>{font.rule}</style>\n",
    )


def _content(art: Canvas, layers: Layers | None) -> str:
    # The paper is a picture behind the text, so only inks make runs.
    text = "\n".join(_rows(art, None if layers is None else Layers(layers.ink, None)))
    # HTML drops a newline right after <pre>, and CSS shows no empty line at the end.
    first = "\n" if text.startswith("\n") else ""
    return first + text + ("" if art.rows[-1] else "\n")


def _rows(art: Canvas, layers: Layers | None) -> Iterator[str]:
    """Yield the HTML inside each row."""
    if layers is None:
        yield from (escape(row, quote=False) for row in art.rows)
    else:
        for runs in row_runs(art, layers):
            yield "".join(map(_span, runs))


def _span(run: Run) -> str:
    text = escape(run.text, quote=False)
    colors = (("color", run.color), ("background", run.paper))
    style = "; ".join(
        f"{name}:#{color:06x}" for name, color in colors if color not in (None, CLEAR)
    )
    return f'<span style="{style}">{text}</span>' if style else text
