"""Before stage 1: the user's arguments -> the pictures to draw, one by one.

An argument is a file, a folder, ``-`` (standard input), an http or https address, or
``clipboard:``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from asciiart.errors import ImageError
from asciiart.io.addresses import FetchLimits, is_address

if TYPE_CHECKING:
    from asciiart.io.pictures.sources import Source

STANDARD_INPUT = "-"
CLIPBOARD = "clipboard:"
USUAL_SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
"""Suffixes of pictures that are recognized without loading Pillow's formats, which is slow."""
_EXTRA_SUFFIXES = frozenset({".heic", ".heif", ".jxl", ".svg"})
"""Suffixes of pictures that the extra ``formats`` reads. A folder's PDFs are mostly texts."""
_NAMELESS = ("", ".", "..")
"""Last parts of an address's path that name no file."""


@dataclass(frozen=True)
class PictureSource:
    """A picture that was named, or found in a named folder, and need not be read yet."""

    name: str
    """A path, an address, ``-`` or ``clipboard:``."""
    data: bytes | None = None
    """Content of its file, if it was read already."""

    @property
    def title(self) -> str:
        """Its name in messages."""
        titles = {STANDARD_INPUT: "standard input", CLIPBOARD: "clipboard"}
        return titles.get(self.name, self.name)

    @property
    def path(self) -> Path:
        """Its path; if it is no file, a path made from its address or title."""
        if is_address(self.name):
            parts = urlsplit(self.name)
            last = PurePosixPath(unquote(parts.path)).name.replace("\0", "")
            return Path(parts.hostname or "web", "picture" if last in _NAMELESS else last)
        return Path("stdin" if self.name == STANDARD_INPUT else self.title)

    @property
    def is_file(self) -> bool:
        """False for standard input, the clipboard and addresses."""
        return self.name not in (STANDARD_INPUT, CLIPBOARD) and not is_address(self.name)


class FoundPictures(NamedTuple):
    """The pictures that names stand for."""

    pictures: tuple[PictureSource, ...]
    """The pictures in the order of the names; those of a folder are sorted."""
    failures: tuple[ImageError, ...]
    """One error for each folder that holds no pictures or cannot be read."""


class _NamedBytes(BytesIO):
    """A file in memory with a name for messages."""

    name = "bytes"


def find_pictures(names: Sequence[str], *, recursive: bool = False) -> FoundPictures:
    """Return the pictures that names stand for; a folder stands for its files with known suffixes.

    Within a folder, names that begin with a dot are skipped, and links to folders are not
    followed. With ``recursive`` the folders within are searched, too.
    """
    pictures: list[PictureSource] = []
    failures: list[ImageError] = []
    for name in names:
        if not PictureSource(name).is_file or not os.path.isdir(name):  # noqa: PTH112 - any name will do
            pictures.append(PictureSource(name))
            continue
        within, faults = _search(name, recursive)
        pictures += within
        failures += faults
        if not within and not faults:
            hint = "" if recursive else "; recursive searches the folders within"
            failures.append(ImageError(f"{name}: no pictures in this folder{hint}", "recursive"))
    return FoundPictures(tuple(pictures), tuple(failures))


def _search(folder: str, recursive: bool) -> tuple[list[PictureSource], list[ImageError]]:
    faults: list[ImageError] = []

    def blame(error: OSError) -> None:
        faults.append(ImageError(f"{error.filename}: cannot be read ({error.strerror})"))

    def walk() -> Iterator[Path]:
        for root, folders, files in os.walk(folder, onerror=blame):
            folders[:] = sorted(each for each in folders if recursive and each[0] != ".")
            yield from (Path(root, file) for file in sorted(files) if file[0] != ".")

    return [PictureSource(str(path)) for path in walk() if _is_picture(path)], faults


def _is_picture(path: Path) -> bool:
    suffix = path.suffix.lower()
    if suffix in USUAL_SUFFIXES | _EXTRA_SUFFIXES:
        return True
    from asciiart.io.pictures.pillow_files import picture_suffixes  # noqa: PLC0415 - slow to load

    return suffix in picture_suffixes()


def with_data(picture: PictureSource) -> PictureSource:
    """Return the picture, with its data if it comes from the clipboard or standard input.

    Only this process can read those. Files and addresses are returned as they are.

    Raises
    ------
    ImageError
        If it cannot be read.
    """
    if picture.data is not None:
        return picture
    if picture.name == CLIPBOARD:
        from asciiart.io.clipboard import paste_picture  # noqa: PLC0415 - on use

        return replace(picture, data=paste_picture())
    if picture.name == STANDARD_INPUT:
        try:
            return replace(picture, data=sys.stdin.buffer.read())
        except (OSError, ValueError, AttributeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ImageError(f"standard input: cannot be read ({reason})") from error
    return picture


def open_picture(picture: PictureSource, limits: FetchLimits) -> Source:
    """Return a picture as a source for `load_image`.

    Raises
    ------
    ImageError
        If it cannot be fetched, pasted or read from standard input.
    """
    if is_address(picture.name) and picture.data is None:
        from asciiart.io.download import fetch  # noqa: PLC0415 - slow to load

        picture = replace(picture, data=fetch(picture.name, limits))
    picture = with_data(picture)
    if picture.data is None:
        return picture.name
    file = _NamedBytes(picture.data)
    file.name = picture.title
    return file
