"""Stage 7, format html: a page of its own, or a <pre> to stand in another."""

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
"""Pixels of a row where no font size is asked for."""
_RESET = (
    "margin:0; padding:0; border:0; width:max-content; white-space:pre;"
    " direction:ltr; unicode-bidi:bidi-override; text-rendering:geometricPrecision;"
    " font-variant-ligatures:none; font-kerning:none;"
    " text-size-adjust:none; -webkit-text-size-adjust:none;"
)
"""Against whatever the page around it, the font or a telephone would do to the text."""
_EXACT = (
    "letter-spacing:0; word-spacing:0; text-autospace:no-autospace; text-spacing-trim:space-all"
)
"""Against what browsers do to Japanese text; the font's own advances are right."""


class HtmlRenderer:
    """A page that needs no other file.

    Where characters differ in width, in proportional fonts and beside full-width ones, the page
    carries the font's characters that it shows, and so it does for braille, which few monospaced
    fonts have; else the next best monospaced font does as well.
    """

    name: str = "html"

    def render(self, art: Canvas, options: RenderOptions) -> str:
        """Return the page."""
        paper = PAPER[art.background]
        setting = _setting(art, options)
        return (
            "<!DOCTYPE html>\n"
            '<html lang="zxx">\n'
            '<head><meta charset="utf-8"><title>Text art</title>'
            f"{setting.head}</head>\n"
            f'<body style="margin:16px; background:rgb{paper}">\n'
            f"{_pre(art, options, setting)}\n"
            "</body>\n"
            "</html>"
        )


def render_pre(art: Canvas, options: RenderOptions, others: str = "") -> str:
    """Return the art as one <pre> element, which carries its whole style itself.

    Before it comes a <style> with the font where the art needs one, or where ``others`` will:
    characters of other arts that are to be shown there.
    """
    setting = _setting(art, options, others)
    return setting.head + _pre(art, options, setting)


def render_rows(art: Canvas, options: RenderOptions) -> list[str]:
    """Return what is inside each row of that element, on its own paper if the art is filled.

    So the rows of one art can take the place of another's, whose papers are behind them.
    """
    return list(_rows(art, color_layers(art, options.color, joined=True)))


class _Setting(NamedTuple):
    """How the text is set."""

    style: str
    """CSS of the <pre>."""
    head: str = ""
    """What stands before it."""


def _pre(art: Canvas, options: RenderOptions, setting: _Setting) -> str:
    layers = color_layers(art, options.color, joined=True)
    colors = f"background:rgb{PAPER[art.background]}; color:rgb{INK[art.background]};"
    paper = "" if layers is None or layers.paper is None else _paper(layers.paper)
    style = f"{_RESET} {colors}{paper}{setting.style}"
    return (
        f'<pre role="img" aria-label="{summary(art)}" translate="no"'
        f" style={quoted(style)}>{_content(art, layers)}</pre>"
    )


def _paper(paper: Numbers) -> str:
    """Return CSS for a background of cells: a picture with a pixel a cell, stretched.

    It is far shorter than a color for each run, and leaves no gaps between rows in any font.
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
    """Tell whether browsers' own fonts would spoil the art."""
    return has_wide(art) or is_braille(art.glyphs)


def _setting(art: Canvas, options: RenderOptions, others: str = "") -> _Setting:
    if not needs_font(art) and not others:
        return _cells(art, options)
    try:
        return _embedding(art, options, others)
    except FontError:
        if has_wide(art):
            raise
        return _cells(art, options)  # as well as browsers can


def _cells(art: Canvas, options: RenderOptions) -> _Setting:
    """Return CSS that makes each cell the font's advance wide and its line height high.

    The size is chosen so that rows are whole pixels and none is rounded differently. Browsers
    that know ``round()`` also take the row's height from the width (``ch``) of the font that they
    found, so that the picture keeps its shape where another font stands in. And since Chromium
    rounds each colored run's width up to 1/64 px, which moves the ends of rows with many runs,
    the letter spacing makes every advance a multiple of that.
    """
    font = art.font
    height = row_height(font, options.font_size, _ROW_HEIGHT)
    size = height * font.size / (font.ascent + font.descent)
    return _Setting(
        f" font:{size:.6g}px/{height}px {font_families(font)};{font_variation(font)}"
        f" line-height:round({font.aspect:.6g}ch, 1px);"
        " letter-spacing:0; letter-spacing:calc(round(up, 1ch, 0.015625px) - 1ch)"
    )


def _embedding(art: Canvas, options: RenderOptions, others: str = "") -> _Setting:
    """Return CSS that sets a font of the page's own, whose advances are whole columns."""
    measures = measure(art, options.font_size)
    from asciiart.art.formats.webfont import make_web_font  # noqa: PLC0415 - imports Pillow

    font = make_web_font(art, measures, others)
    families = f"'{font.family}', {font_families(art.font)}"
    return _Setting(
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
    """Yield what is inside each row."""
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
