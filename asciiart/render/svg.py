"""Stage 7, format svg: vector text, one <text> a row."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from asciiart.color import INK, PAPER, shown_colors
from asciiart.render.renderer import RenderOptions, font_families, row_height, summary
from asciiart.render.runs import Run, color_runs, pack

if TYPE_CHECKING:
    from asciiart.art import Art

_ROW_HEIGHT = 16
"""Units of a row where no font size is asked for."""
_STYLE = (
    "white-space:pre; text-rendering:geometricPrecision;"
    " font-variant-ligatures:none; font-kerning:none"
)


class SvgRenderer:
    """Text that stays text, in columns that stay columns.

    No font is embedded. ``textLength`` stretches each row to its true width, so a font that
    stands in for a missing one, if monospaced, changes the letters and not the picture.
    """

    name: str = "svg"
    suffixes: tuple[str, ...] = (".svg",)

    def render(self, art: Art, options: RenderOptions) -> str:
        """Return the document; one unit of its view box is one pixel."""
        font = art.font
        cell_height = row_height(font, options.font_size, _ROW_HEIGHT)
        scale = cell_height / (font.ascent + font.descent)
        width = f"{art.grid.columns * font.advance * scale:.6g}"
        height = art.grid.rows * cell_height
        texts = "\n".join(
            _text(content, row * cell_height + font.ascent * scale, width)
            for row, content in enumerate(_rows(art, options))
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" aria-label="{summary(art)}">\n'
            f'<rect width="100%" height="100%" fill="rgb{PAPER[art.background]}"/>\n'
            f'<g fill="rgb{INK[art.background]}" font-size="{font.size * scale:.6g}" '
            f'font-family={quoteattr(font_families(font))} style="{_STYLE}">\n'
            f"{texts}\n</g>\n</svg>"
        )


def _text(content: str, baseline: float, width: str) -> str:
    return (
        f'<text xml:space="preserve" y="{baseline:.6g}" textLength="{width}" '
        f'lengthAdjust="spacingAndGlyphs" unicode-bidi="bidi-override">{content}</text>'
    )


def _rows(art: Art, options: RenderOptions) -> Iterator[str]:
    """Yield what is inside each <text>."""
    colors = shown_colors(art, options.color)
    if colors is None:
        yield from (escape(row, quote=False) for row in art.rows)
    else:
        for row, numbers in zip(art.rows, pack(colors).tolist(), strict=True):
            yield "".join(map(_tspan, color_runs(row, numbers)))


def _tspan(run: Run) -> str:
    text = escape(run.text, quote=False)
    return text if run.color is None else f'<tspan fill="#{run.color:06x}">{text}</tspan>'
