"""SAUCE records, which artists of the BBS scene append to a text: its width and colors.

The layout is that of https://www.acid.org/info/sauce/sauce.htm, version 00.5.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

_RECORD = struct.Struct("<5s 2s 35s 20s 20s 8s I BB HHHH BB 22s")
"""128 bytes: SAUCE, version, title, author, group, date, file size, kinds, numbers, comments,
flags, font."""
_COMMENT_ID, _COMMENT_SIZE = b"COMNT", 64
"""Start of the comments before a record, and bytes of each comment."""
_CHARACTERS = 1
"""Kind of data: text."""
_WITH_COLUMNS = (0, 1, 2, 4, 5, 8)
"""Kinds of text that have a width: ASCII, ANSi, ANSiMation, PCBoard, Avatar, TundraDraw."""
_ICE_COLORS = 1
"""Flag of a text in which bright papers replace blinking."""


class Sauce(NamedTuple):
    """The part of a record that matters for drawing."""

    columns: int | None
    """Width of the screen; None if the record does not tell."""
    ice_colors: bool
    """Whether blinking text has a bright paper instead."""


class Contents(NamedTuple):
    """A file without its record."""

    data: bytes
    """Bytes before the record and its comments."""
    sauce: Sauce | None
    """The record; None if there is none, or if it describes no text."""


def split_sauce(data: bytes) -> Contents:
    """Return a file's data without the record at its end, and that record, if there is one."""
    if len(data) < _RECORD.size or data[-_RECORD.size :][:5] != b"SAUCE":
        return Contents(data, None)
    fields = _RECORD.unpack(data[-_RECORD.size :])
    kind, form, columns, comments, flags = *fields[7:10], *fields[13:15]
    rest = data[: -_RECORD.size]
    size = len(_COMMENT_ID) + comments * _COMMENT_SIZE
    if comments and rest[-size:][: len(_COMMENT_ID)] == _COMMENT_ID:
        rest = rest[:-size]
    if kind != _CHARACTERS:
        return Contents(rest, None)
    known = columns if form in _WITH_COLUMNS and columns else None
    return Contents(rest, Sauce(known, bool(flags & _ICE_COLORS)))
