"""Where many pictures' texts go: one pattern, one file for each."""

from __future__ import annotations

import string
import sys
from collections.abc import Sequence
from pathlib import Path

from asciiart.errors import OptionError
from asciiart.sources import Named

FIELDS = ("stem", "name", "suffix", "parent")
"""What a pattern may hold in braces: of photos/cat.jpg: cat, cat.jpg, .jpg, photos."""

_CASELESS = ("darwin", "win32")
"""Where names that differ in case alone are usually one file."""


def is_pattern(output: str) -> bool:
    """Tell whether a file's name is a pattern: whether it has a field in braces.

    Raises
    ------
    OptionError
        If its braces hold anything else.
    """
    try:
        parsed = list(string.Formatter().parse(output))
    except ValueError as error:
        raise OptionError(f"-o {output}: {error} (write {{{{ and }}}} for braces)") from error
    for _, field, form, conversion in parsed:
        if field is not None and (field not in FIELDS or form or conversion):
            known = ", ".join(f"{{{each}}}" for each in FIELDS)
            raise OptionError(
                f"-o {output}: {{{field}}} is unknown (there are: {known}; {{{{ is a brace)"
            )
    return any(field is not None for _, field, _, _ in parsed)


def fill(output: str, picture: Named) -> str:
    """Return the file that a pattern names for a picture."""
    path = picture.path
    return output.format(
        stem=path.stem, name=path.name, suffix=path.suffix, parent=str(path.parent)
    )


def plan_outputs(output: str, pictures: Sequence[Named]) -> tuple[str, ...]:
    """Return the file that each picture's text will be written to.

    Raises
    ------
    OptionError
        If two would be written to the same file, or one over a picture.
    """
    if not is_pattern(output) and len(pictures) > 1:
        raise OptionError(
            f"-o takes one picture; for {len(pictures)}, name a pattern such as "
            "-o 'out/{stem}.txt'"
        )
    files = tuple(fill(output, picture) for picture in pictures)
    _check_clashes(files, pictures)
    return files


def _check_clashes(files: Sequence[str], pictures: Sequence[Named]) -> None:
    sources = {_place(each.name): each for each in pictures if each.is_file}
    taken: dict[str, Named] = {}
    for file, picture in zip(files, pictures, strict=True):
        place = _place(file)
        if place in sources and Path(place).is_file():
            raise OptionError(f"-o would write over the picture {sources[place].name}")
        if place in taken:
            raise OptionError(
                f"-o would write {taken[place].title} and {picture.title} both to {file}"
            )
        taken[place] = picture


def _place(file: str) -> str:
    """Return a file's own path, whatever links lead to it."""
    try:
        place = str(Path(file).resolve())
    except (OSError, ValueError, RuntimeError):  # a loop of links; whoever opens it says so
        return file
    return place.casefold() if sys.platform in _CASELESS else place
