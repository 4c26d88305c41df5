"""Stage 7, format text: plain lines, and their encoding as bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asciiart.art.formats.renderer import RenderOptions
from asciiart.art.pasting import wrap_for_target
from asciiart.art.targets import find_target
from asciiart.errors import OptionError, OutputError

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas

DEFAULT_ENCODING = "utf-8"
_REFERENCE = re.compile(r"&(?=#\d+;|#[xX][0-9a-fA-F]+;)")
"""Matches the & that begins a numeric reference."""


class TextRenderer:
    """Plain lines without blanks at their ends."""

    name: str = "text"

    def render(self, art: Canvas, options: RenderOptions) -> str:  # noqa: ARG002 - a Renderer
        """Return ``str(art)`` or, if the art has a target, the text as it is pasted there."""
        text = str(art)
        return text if art.target is None else wrap_for_target(text, find_target(art.target))


def encode_text(
    text: str, encoding: str = DEFAULT_ENCODING, numeric_references: bool = False
) -> bytes:
    """Return text in an encoding that Python knows, such as utf-8 or cp932.

    With ``numeric_references``, characters that it lacks become numeric references (``&#9829;``),
    which Japanese boards resolve, and so does the ``&`` of text that would otherwise read as one.

    Raises
    ------
    OptionError
        If there is no such encoding.
    OutputError
        If it lacks a character and ``numeric_references`` is false.
    """
    if numeric_references:
        text = _REFERENCE.sub("&#38;", text)
    try:
        return text.encode(encoding, "xmlcharrefreplace" if numeric_references else "strict")
    except UnicodeEncodeError as error:
        lacking = text[error.start]
        number = ord(lacking)
        raise OutputError(
            f"U+{number:04X} {lacking!r} cannot be written in {encoding}; "
            f"numeric_references writes &#{number};",
            "numeric_references",
        ) from error
    except (LookupError, ValueError) as error:
        raise OptionError(f"encoding {encoding!r} is unknown") from error
