"""Names of files for the formats, also for those that no suffix names."""

from __future__ import annotations

from asciiart.art.formats.suffixes import SUFFIXES


def suffix_of(format_: str) -> str:
    """Return the first suffix of a format's files; if it has none, its name serves as one."""
    return (*SUFFIXES[format_], f".{format_}")[0]
