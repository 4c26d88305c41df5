"""Stage 7, format text: plain lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asciiart.render.renderer import RenderOptions

if TYPE_CHECKING:
    from asciiart.art import Art


class TextRenderer:
    """Plain lines, blanks at their ends cut."""

    name: str = "text"
    suffixes: tuple[str, ...] = (".txt", ".text", ".asc")

    def render(self, art: Art, options: RenderOptions) -> str:  # noqa: ARG002 - a Renderer
        """Return ``str(art)``."""
        return str(art)
