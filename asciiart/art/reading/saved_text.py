"""Bytes of a text file -> text, in whatever encoding it was saved."""

from __future__ import annotations

import codecs
import warnings
from typing import NamedTuple

from asciiart.art.reading.cp437 import decode_cp437
from asciiart.art.reading.sauce import Sauce, split_sauce
from asciiart.errors import ImageError, OptionError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # which begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks -> the encodings that they announce."""
_CP437 = "cp437"
_CP437_SUFFIXES = (".nfo", ".ans", ".asc", ".diz")
"""Suffixes of files of the BBS scene."""
_END = "\x1a"
"""SUB, which ends a text in DOS."""


class SavedText(NamedTuple):
    """A text, and what its file tells about the screen for which it was made."""

    text: str
    """The text up to SUB, if it contains one."""
    is_pc: bool
    """Whether it was made for a PC's screen, as code page 437 or a SAUCE record shows."""
    sauce: Sauce | None
    """Its SAUCE record, if it has one."""


def decode_text(data: bytes, name: str, suffix: str, encoding: str | None = None) -> SavedText:
    """Return the text of a file, in ``encoding`` or in a detected one.

    The candidates, in this order, are the encoding that its byte order mark names; UTF-8; code page
    437 if the suffix or a SAUCE record points to the BBS scene; otherwise cp932. ``name`` denotes
    the file in errors.

    Raises
    ------
    ImageError
        If it is in none of these, or is not in ``encoding``.
    OptionError
        If there is no such encoding.
    """
    data, sauce = split_sauce(data)
    chosen = _detect(data, suffix, sauce) if encoding is None else _canonical(encoding)
    if chosen is None:
        raise ImageError(
            f"{name}: neither UTF-8 nor cp932 text; encoding names another", "encoding"
        )
    text = _decode(data, chosen, name)
    is_pc = chosen == _CP437 or (sauce is not None and encoding is None)
    return SavedText(text.partition(_END)[0], is_pc, sauce)


def _canonical(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise OptionError(f"encoding {encoding!r} is unknown", "encoding") from error


def _detect(data: bytes, suffix: str, sauce: Sauce | None) -> str | None:
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    if marked is not None:
        return marked
    if data.isascii() and sauce is not None:
        return _CP437  # whose control codes are glyphs
    candidates = ("utf-8", _CP437 if sauce or suffix in _CP437_SUFFIXES else "cp932")
    return next((each for each in candidates if _fits(data, each)), None)


def _fits(data: bytes, encoding: str) -> bool:
    try:
        _before_end(data).decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _before_end(data: bytes) -> bytes:
    return data.partition(_END.encode())[0]


def _decode(data: bytes, encoding: str, name: str) -> str:
    try:
        if encoding == _CP437:
            return decode_cp437(_before_end(data))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes, in unicode_escape
            if _END.encode(encoding) == _END.encode():  # and it is no part of another character
                data = _before_end(data)
            return data.decode(encoding).removeprefix("\ufeff")
    except (UnicodeError, ValueError) as error:
        raise ImageError(f"{name}: not {encoding} text", "encoding") from error
    except LookupError as error:
        raise OptionError(f"{encoding} is no encoding of text", "encoding") from error
