"""Output files: one pattern names a file for each picture, and no input is overwritten."""

from __future__ import annotations

import os
import stat
import string
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from asciiart.errors import OptionError
from asciiart.io.pictures.picture_search import STANDARD_INPUT, PictureSource

FIELDS = ("stem", "name", "suffix", "parent")
"""Fields of a pattern; for photos/cat.jpg they are cat, cat.jpg, .jpg and photos."""

_CASELESS = ("darwin", "win32")
"""Platforms on which names that differ only in case usually name the same file."""


def is_pattern(output: str) -> bool:
    """Return whether an output's name is a pattern, that is, has a field in braces.

    Raises
    ------
    OptionError
        If braces contain anything else.
    """
    try:
        parsed = list(string.Formatter().parse(output))
    except ValueError as error:
        raise OptionError(f"-o {output}: {error} ({{{{ and }}}} stand for braces)") from error
    for _, field, form, conversion in parsed:
        if field is not None and (field not in FIELDS or form or conversion):
            known = ", ".join(f"{{{each}}}" for each in FIELDS)
            raise OptionError(
                f"-o {output}: {{{field}}} is unknown (known: {known}; {{{{ stands for a brace)"
            )
    return any(field is not None for _, field, _, _ in parsed)


def expand_pattern(output: str, picture: PictureSource) -> str:
    """Return the output file that a pattern names for a picture."""
    path = picture.path
    parent = path.parent
    if not output.startswith("{parent}"):
        parent = parent.relative_to(parent.anchor)  # stay below the folder of the pattern
    return output.format(stem=path.stem, name=path.name, suffix=path.suffix, parent=str(parent))


def plan_outputs(output: str, pictures: Sequence[PictureSource]) -> tuple[str, ...]:
    """Return the output file of each picture, in the order of the pictures.

    Raises
    ------
    OptionError
        If two pictures would share a file, a file would overwrite a picture, or it would lie
        outside the folder that the pattern begins with.
    """
    if not is_pattern(output) and len(pictures) > 1:
        raise OptionError(
            f"-o takes one picture; for {len(pictures)}, give a pattern such as "
            "-o 'out/{stem}.txt'"
        )
    files = tuple(expand_pattern(output, picture) for picture in pictures)
    _check_clashes(files, pictures)
    _check_folder(output, files, pictures)
    refuse_overwriting(files, [picture.name for picture in pictures])
    return files


def _check_clashes(files: Sequence[str], pictures: Sequence[PictureSource]) -> None:
    taken: dict[str, PictureSource] = {}
    for file, picture in zip(files, pictures, strict=True):
        place = _place(file)
        if place in taken:
            raise OptionError(
                f"-o would write {taken[place].title} and {picture.title} both to {file}"
            )
        taken[place] = picture


def _check_folder(output: str, files: Sequence[str], pictures: Sequence[PictureSource]) -> None:
    """Refuse files outside the pattern's folder, reached by a parent's ``..`` or by links."""
    literal, parent, _ = output.partition("{parent}")
    if not literal or not parent or not is_pattern(output):
        return  # with {parent} first, files go beside their pictures
    folder = os.path.dirname(literal.partition("{")[0]) or os.curdir  # noqa: PTH120 - as written
    root = Path(_place(folder))
    for file, picture in zip(files, pictures, strict=True):
        if not Path(_place(file)).is_relative_to(root):
            raise OptionError(
                f"output would write {picture.title} to {file}, outside {folder}; "
                "leave out {parent}, or name the picture without ..",
                "output",
            )


def _place(file: str) -> str:
    """Return a file's path with links resolved, and in lower case where case does not count."""
    try:
        place = str(Path(file).resolve())
    except (
        OSError,
        ValueError,
        RuntimeError,
    ):  # such as a loop of links, reported when it is opened
        return file
    return place.casefold() if sys.platform in _CASELESS else place


_Identity: TypeAlias = tuple[int, int]


def refuse_overwriting(outputs: Iterable[str | Path], inputs: Iterable[str | Path]) -> None:
    """Refuse to write to a file that is read, whatever links lead to it.

    ``inputs`` are file names, which need not exist; ``-`` is the file behind standard input.

    Raises
    ------
    OptionError
        If an output is one of the inputs.
    """
    read: dict[_Identity, str | Path] = {}
    for name in inputs:
        if (identity := _identity(name)) is not None:
            read.setdefault(identity, name)
    for output in outputs if read else ():
        identity = None if str(output) == STANDARD_INPUT else _identity(output)
        if identity in read:
            name = "standard input" if read[identity] == STANDARD_INPUT else read[identity]
            raise OptionError(f"output would overwrite an input, {name}", "output")


def _identity(file: str | Path) -> _Identity | None:
    """Return the device and inode of a regular file or a folder, None for anything else."""
    try:
        status = os.fstat(0) if str(file) == STANDARD_INPUT else Path(file).stat()
    except (OSError, ValueError):
        return None
    known = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
    return (status.st_dev, status.st_ino) if known else None
