"""The formats by name and suffix, without their renderers, which `registry` loads."""

from __future__ import annotations

from pathlib import Path

from asciiart.errors import OptionError

SUFFIXES: dict[str, tuple[str, ...]] = {
    "text": (".txt", ".text", ".asc"),
    "ansi": (".ans", ".ansi"),
    "html": (".html", ".htm"),
    "svg": (".svg",),
    "png": (".png",),
    "jpeg": (".jpg", ".jpeg"),
    "webp": (".webp",),
    "json": (".json",),
    "c": (),
    "python": (),
    "json-string": (),
    "fastfetch": (".jsonc",),
    "markdown": (".md",),
    "rst": (".rst",),
}
"""Format -> suffixes of its files."""
PICTURES = ("png", "jpeg", "webp")
"""Formats that are pictures of the text."""
ENCODABLE = ("text", "ansi")
"""Formats that may be written in any encoding; the others are UTF-8, or no text, by definition."""


def image_format(path: str | Path) -> str:
    """Return the format that a file's suffix names; text if it has no suffix.

    Raises
    ------
    OptionError
        If no format has such a suffix.
    """
    formats = {suffix: name for name, suffixes in SUFFIXES.items() for suffix in suffixes}
    suffix = Path(path).suffix.lower()
    if suffix and suffix not in formats:
        known = ", ".join(formats)
        raise OptionError(f"{path}: suffix {suffix!r} is of no format (there are: {known})")
    return formats.get(suffix, "text")
