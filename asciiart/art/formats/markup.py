"""Stage 7, formats markdown and rst: the text as a block that keeps its lines and its font.

Neither knows colors.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asciiart.art.formats.ansi import AnsiRenderer
from asciiart.art.formats.renderer import RenderOptions

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas

_INDENT = "    "


def _text(art: Canvas) -> str:
    """Return the text, as it is pasted at the art's target, without colors."""
    return AnsiRenderer().render(art, RenderOptions())


class MarkdownRenderer:
    """A fenced code block (https://spec.commonmark.org/0.31.2/#fenced-code-blocks)."""

    name: str = "markdown"

    def render(self, art: Canvas, options: RenderOptions) -> str:  # noqa: ARG002 - a Renderer
        """Return the block, whose fence is longer than any row of backticks in the text."""
        text = _text(art)
        longest = max(map(len, re.findall("`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"{fence}text\n{text}\n{fence}"


class ReStructuredTextRenderer:
    """A block of code (https://docutils.sourceforge.io/docs/ref/rst/directives.html#code)."""

    name: str = "rst"

    def render(self, art: Canvas, options: RenderOptions) -> str:  # noqa: ARG002 - a Renderer
        """Return the block, whose rows are indented."""
        lines = _text(art).split("\n")
        rows = "\n".join(f"{_INDENT}{line}".rstrip() for line in lines)
        return f".. code:: text\n\n{rows}"
