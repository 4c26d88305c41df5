"""Stage 7, formats c, python and json-string: the text as a string in a program's source.

The string is what `AnsiRenderer` returns: with a color it holds a terminal's color codes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from asciiart.art.formats.ansi import AnsiRenderer
from asciiart.art.formats.renderer import RenderOptions

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas

_C_ESCAPES = {ord("\\"): "\\\\", ord('"'): '\\"', ord("\n"): "\\n", ord("?"): "\\?"}
"""Escapes of C; a question mark is escaped because ??= and the like used to be trigraphs."""
_C_OCTAL = {byte: f"\\{byte:03o}" for byte in (*range(32), *range(127, 256)) if byte != 10}
"""Three-digit escapes of C, which any digit may follow, for bytes outside of plain ASCII."""


class CRenderer:
    """C string literals, one per line, which the compiler joins; UTF-8 in any source encoding."""

    name: str = "c"

    def render(self, art: Canvas, options: RenderOptions) -> str:
        """Return the literals."""
        lines = AnsiRenderer().render(art, options).splitlines(keepends=True)
        return "\n".join(f'"{_c(line)}"' for line in lines) or '""'


def _c(line: str) -> str:
    return line.encode().decode("latin-1").translate(_C_ESCAPES | _C_OCTAL)


class PythonRenderer:
    """Python string literals in parentheses, one per line."""

    name: str = "python"

    def render(self, art: Canvas, options: RenderOptions) -> str:
        """Return the expression."""
        lines = AnsiRenderer().render(art, options).splitlines(keepends=True)
        return "\n".join(["(", *(f"    {line!r}" for line in lines or [""]), ")"])


class JsonStringRenderer:
    """One JSON string, which is a JavaScript string as well."""

    name: str = "json-string"

    def render(self, art: Canvas, options: RenderOptions) -> str:
        """Return the string."""
        return json.dumps(AnsiRenderer().render(art, options), ensure_ascii=False)
