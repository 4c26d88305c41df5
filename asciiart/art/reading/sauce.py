"""SAUCE records, which artists of the BBS scene put after a text: its width and colors.

The layout is that of https://www.acid.org/info/sauce/sauce.htm, version 00.5.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

_RECORD = struct.Struct("<5s 2s 35s 20s 20s 8s I BB HHHH BB 22s")
"""128 bytes: SAUCE, version, title, author, group, date, file size, kinds, numbers, comments,
flags, font."""
_COMMENT_ID, _COMMENT_SIZE = b"COMNT", 64
_CHARACTERS = 1
"""The kind of data that is text."""
_WITH_COLUMNS = (0, 1, 2, 4, 5, 8)
"""The kinds of text that tell their width: ASCII, ANSi, ANSiMation, PCBoard, Avatar, TundraDraw."""
_ICE_COLORS = 1
"""The flag of a text whose blinking cells have bright papers instead."""


class Sauce(NamedTuple):
    """What a record says that matters to drawing."""

    columns: int | None
    """Of the screen; None where it does not say."""
    ice_colors: bool
    """Whether blinking means a bright paper."""


class Contents(NamedTuple):
    """A file without its record."""

    data: bytes
    """What stands before the record."""
    sauce: Sauce | None
    """What the record says; None where there is none, or it is not of a text."""


def split_sauce(data: bytes) -> Contents:
    """Return a file's data and what the record at its end says, if there is one."""
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
