"""Stage 7, format html: a page of its own, or a <pre> to stand in another."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from asciiart.color import INK, PAPER, shown_colors
from asciiart.render.renderer import RenderOptions, font_families, row_height, summary
from asciiart.render.runs import Run, color_runs, pack

if TYPE_CHECKING:
    from asciiart.art import Art

_ROW_HEIGHT = 16
"""Pixels of a row where no font size is asked for."""
_RESET = (
    "margin:0; padding:0; border:0; width:max-content; white-space:pre;"
    " direction:ltr; unicode-bidi:bidi-override; text-rendering:geometricPrecision;"
    " font-variant-ligatures:none; font-kerning:none;"
    " text-size-adjust:none; -webkit-text-size-adjust:none;"
)
"""Against whatever the page around it, the font or a telephone would do to the text."""


class HtmlRenderer:
    """A page that needs no other file."""

    name: str = "html"
    suffixes: tuple[str, ...] = (".html", ".htm")

    def render(self, art: Art, options: RenderOptions) -> str:
        """Return the page."""
        paper = PAPER[art.background]
        return (
            "<!DOCTYPE html>\n"
            '<html lang="zxx">\n'
            '<head><meta charset="utf-8"><title>Text art</title></head>\n'
            f'<body style="margin:16px; background:rgb{paper}">\n'
            f"{render_pre(art, options)}\n"
            "</body>\n"
            "</html>"
        )


def render_pre(art: Art, options: RenderOptions) -> str:
    """Return the art as one <pre> element, which carries its whole style itself."""
    return (
        f'<pre role="img" aria-label="{summary(art)}" translate="no"'
        f" style={quoteattr(_style(art, options))}>{_content(art, options)}</pre>"
    )


def _style(art: Art, options: RenderOptions) -> str:
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
    return (
        f"{_RESET} background:rgb{PAPER[art.background]}; color:rgb{INK[art.background]};"
        f" font:{size:.6g}px/{height}px {font_families(font)};"
        f" line-height:round({font.aspect:.6g}ch, 1px);"
        " letter-spacing:0; letter-spacing:calc(round(up, 1ch, 0.015625px) - 1ch)"
    )


def _content(art: Art, options: RenderOptions) -> str:
    colors = shown_colors(art, options.color)
    if colors is None:
        return "\n".join(escape(row, quote=False) for row in art.rows)
    lines = zip(art.rows, pack(colors).tolist(), strict=True)
    return "\n".join("".join(map(_span, color_runs(row, numbers))) for row, numbers in lines)


def _span(run: Run) -> str:
    text = escape(run.text, quote=False)
    return text if run.color is None else f'<span style="color:#{run.color:06x}">{text}</span>'
