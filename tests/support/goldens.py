"""Golden files: what a format wrote once, and whether what it writes now is the same.

Another version of NumPy or OpenCV may round a color the other way, and another version of zlib or
fontTools packs the same picture or font into other bytes. So colors may be off by a level or two,
and what is embedded is compared by what it holds. Everything else must be the same.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from difflib import unified_diff
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from unicodedata import mirrored

import numpy as np
from fontTools.ttLib import TTFont
from PIL import Image

from asciiart.io.pictures.arrays import Pixels

OFF = 2
"""Levels of 255 by which a color may be off."""
OFF_SCORE = 0.001
"""Share by which a score may be off."""
_COLOR = re.compile(r"#([0-9a-f]{6})\b|(?<=[34]8;2;)(\d+;\d+;\d+)")
_SCORE = re.compile(r'(?<=", )(-?\d+\.\d+(?:e-?\d+)?)(?=\]\])')
_EMBEDDED = re.compile(r"data:(\w+/\w+);base64,([\w+/=]+)")
_FAMILY = re.compile(r"asciiart-[0-9a-f]{12}")


class Document(NamedTuple):
    """A text, and the numbers in it that may be a little off."""

    text: str
    levels: tuple[int, ...]
    scores: tuple[float, ...]


def read_document(text: str) -> Document:
    """Take the colors, the scores and what is embedded out of a text."""
    levels: list[int] = []
    scores: list[float] = []

    def embedded(found: re.Match[str]) -> str:
        data = b64decode(found[2])
        if found[1] == "font/woff":
            return _described_font(data)
        pixels = read_pixels(data)
        levels.extend(pixels.ravel().tolist())
        return f"picture {pixels.shape}"

    def color(found: re.Match[str]) -> str:
        channels = bytes.fromhex(found[1]) if found[1] else map(int, found[2].split(";"))
        levels.extend(channels)
        return "color"

    def score(found: re.Match[str]) -> str:
        scores.append(float(found[0]))
        return "score"

    text = _FAMILY.sub("family", _EMBEDDED.sub(embedded, text))
    text = _SCORE.sub(score, _COLOR.sub(color, text))
    return Document(text, tuple(levels), tuple(scores))


def _described_font(data: bytes) -> str:
    font = TTFont(BytesIO(data))
    names, metrics = font.getBestCmap(), font["hmtx"].metrics
    # fontTools adds the mirror images of brackets, but only of late.
    codes = sorted(code for code in names if not mirrored(chr(code)))
    advances = {chr(code): metrics[names[code]][0] for code in codes}
    return f"font {font['head'].unitsPerEm} {font['hhea'].ascent} {advances}"


def read_pixels(data: bytes) -> Pixels:
    """Return the pixels of a PNG file."""
    with Image.open(BytesIO(data)) as picture:
        return np.asarray(picture)


def check_document(text: str, golden: str) -> None:
    """Fail unless two documents say the same."""
    now, then = read_document(text), read_document(golden)
    check_text(now.text, then.text)
    assert np.allclose(now.levels, then.levels, rtol=0, atol=OFF)
    assert np.allclose(now.scores, then.scores, rtol=OFF_SCORE, atol=OFF_SCORE)


def check_picture(data: bytes, golden: bytes) -> None:
    """Fail unless two PNG files show the same."""
    now, then = read_pixels(data), read_pixels(golden)
    assert now.shape == then.shape
    assert int(np.abs(now.astype(int) - then).max()) <= OFF


def check_text(text: str, golden: str) -> None:
    """Fail unless two texts are the same."""
    lines = unified_diff(golden.split("\n"), text.split("\n"), "golden", "now", lineterm="")
    assert text == golden, "\n" + "\n".join(lines)


def compare(path: Path, content: str | bytes, *, update: bool) -> None:
    """Compare what a format wrote with a golden file, or write that anew if it is another."""
    if update and not _is_golden(path, content):
        data = content if isinstance(content, bytes) else f"{content}\n".encode()
        path.write_bytes(data)
    _check(path, content)


def _is_golden(path: Path, content: str | bytes) -> bool:
    try:
        _check(path, content)
    except (AssertionError, OSError, ValueError):
        return False
    return True


def _check(path: Path, content: str | bytes) -> None:
    assert path.exists(), f"there is no golden {path.name} yet: pytest --update-golden"
    if isinstance(content, bytes):
        check_picture(content, path.read_bytes())
        return
    check: Callable[[str, str], None] = check_text if path.suffix == ".txt" else check_document
    check(content, path.read_bytes().decode().removesuffix("\n"))
