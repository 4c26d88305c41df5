"""Stage 7, formats markdown and rst: the text as a block that keeps its lines and its font.

Neither knows colors.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asciiart.art.formats.renderer import RenderOptions
from asciiart.art.formats.text import TextRenderer

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas

_INDENT = "    "


class MarkdownRenderer:
    """A fenced code block (https://spec.commonmark.org/0.31.2/#fenced-code-blocks)."""

    name: str = "markdown"

    def render(self, art: Canvas, options: RenderOptions) -> str:
        """Return the block, whose fence is longer than any row of backticks in the text."""
        text = TextRenderer().render(art, options)
        longest = max(map(len, re.findall("`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"{fence}text\n{text}\n{fence}"


class ReStructuredTextRenderer:
    """A block of code (https://docutils.sourceforge.io/docs/ref/rst/directives.html#code)."""

    name: str = "rst"

    def render(self, art: Canvas, options: RenderOptions) -> str:
        """Return the block, whose rows are indented."""
        lines = TextRenderer().render(art, options).split("\n")
        rows = "\n".join(f"{_INDENT}{line}".rstrip() for line in lines)
        return f".. code:: text\n\n{rows}"
