"""Mutated inputs: the same number of the same seed is always the same input."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path
from random import Random
from typing import NamedTuple

CORPORA = Path(__file__).parent / "corpora"
_INTERESTING = (0, 1, 2, 7, 8, 16, 32, 127, 128, 255, 256, 1000, 4096, 32767, 32768, 65535)
_LARGE = (65536, 2**20, 2**24, 2**31 - 1, 2**31, 2**32 - 1)
_NUMBERS = (b"0", b"-1", b"1e309", b"nan", b"65536", b"1000000000", b"9223372036854775808", b"0.5")
_NUMBER = re.compile(rb"\d+(?:\.\d+)?")
_PNG = b"\x89PNG\r\n\x1a\n"
_NOT_CORPUS = {".py", ".md"}


class Input(NamedTuple):
    """What a target is fed with."""

    origin: str
    """The corpus file that it was made from."""
    suffix: str
    """Of that file, such as .ttf."""
    data: bytes


class Corpus:
    """The whole files that mutation starts from."""

    def __init__(self, target: str) -> None:
        folder = CORPORA / target
        paths = sorted(path for path in folder.iterdir() if path.suffix not in _NOT_CORPUS)
        self._files = [(path.name, path.suffix, path.read_bytes()) for path in paths]
        self._target = target

    def __len__(self) -> int:
        return len(self._files)

    def input(self, seed: int, number: int) -> Input:
        """Return an input; the first are the corpus itself."""
        if number < len(self._files):
            return Input(*self._files[number])
        random = Random(f"{self._target} {seed} {number}")
        name, suffix, data = random.choice(self._files)
        _, _, other = random.choice(self._files)
        mutated = bytearray(data)
        for _ in range(random.choice((1, 1, 1, 2, 3, 5, 8))):
            random.choice(_MUTATIONS)(mutated, other, random)
        if mutated.startswith(_PNG) and random.random() < 0.7:
            mutated = _with_checksums(mutated)
        return Input(name, suffix, bytes(mutated))


def _flip(data: bytearray, _: bytes, random: Random) -> None:
    for _bit in range(min(len(data), random.choice((1, 1, 4, 16)))):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _overwrite(data: bytearray, _: bytes, random: Random) -> None:
    """Write an integer that is often a limit, near the start more often than elsewhere."""
    value = random.choice(_INTERESTING + _LARGE)
    size = random.choice([size for size in (1, 2, 4) if value < 256**size])
    reach = random.choice((64, 512, len(data)))
    start = random.randrange(max(1, min(reach, len(data)) - size))
    data[start : start + size] = value.to_bytes(size, random.choice(("little", "big")))


def _truncate(data: bytearray, _: bytes, random: Random) -> None:
    del data[random.randrange(len(data) + 1) :]


def _insert(data: bytearray, _: bytes, random: Random) -> None:
    start = random.randrange(len(data) + 1)
    data[start:start] = random.randbytes(random.choice((1, 2, 4, 16, 300)))


def _delete(data: bytearray, _: bytes, random: Random) -> None:
    start = random.randrange(len(data) + 1)
    del data[start : start + random.choice((1, 2, 4, 16, 300))]


def _repeat(data: bytearray, _: bytes, random: Random) -> None:
    start = random.randrange(len(data) + 1)
    part = data[start : start + random.choice((1, 4, 16, 300))]
    data[start:start] = part * random.choice((1, 2, 20))


def _splice(data: bytearray, other: bytes, random: Random) -> None:
    """Go on with another file, or put a part of it in."""
    start, there = random.randrange(len(data) + 1), random.randrange(len(other) + 1)
    if random.random() < 0.5:
        data[start:] = other[there:]
    else:
        data[start:start] = other[there : there + random.choice((4, 16, 300))]


def _renumber(data: bytearray, other: bytes, random: Random) -> None:
    """Write another number where a text has one."""
    numbers = list(_NUMBER.finditer(data[: 1 << 16]))
    if not numbers:
        return _overwrite(data, other, random)
    found = random.choice(numbers)
    data[found.start() : found.end()] = random.choice(_NUMBERS)
    return None


_MUTATIONS = (
    _flip,
    _flip,
    _overwrite,
    _overwrite,
    _truncate,
    _insert,
    _delete,
    _repeat,
    _splice,
    _renumber,
)


def _with_checksums(data: bytearray) -> bytearray:
    """Return a PNG whose chunks have the right checksums, so that more is read than its start."""
    at = len(_PNG)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        end = at + 8 + length
        if end + 4 > len(data):
            break
        struct.pack_into(">I", data, end, zlib.crc32(data[at + 4 : end]))
        at = end + 4
    return data
