"""The part of a picture to which it is cut, as users write it: 100,50,640,480 or 10%,0,80%,100%."""

from __future__ import annotations

import re
from typing import NamedTuple

from asciiart.errors import OptionError

_LENGTH = re.compile(r"(\d+(?:\.\d+)?)(%?)", re.ASCII)


class Length(NamedTuple):
    """A distance in a picture."""

    number: float
    """In pixels or percent, 0 or more."""
    is_percent: bool
    """Whether it is a share of the picture's side."""

    def pixels(self, side: int) -> int:
        """Return it in whole pixels of a picture whose side has so many."""
        return round(self.number * side / 100 if self.is_percent else self.number)


class CropArea(NamedTuple):
    """A rectangle in a picture."""

    left: Length
    top: Length
    width: Length
    height: Length

    def slices(self, height: int, width: int) -> tuple[slice, slice]:
        """Return the rows and columns, of a picture of that size, that lie inside."""
        left, top = self.left.pixels(width), self.top.pixels(height)
        rows = slice(top, min(top + self.height.pixels(height), height))
        return rows, slice(left, min(left + self.width.pixels(width), width))


def parse_crop(crop: str) -> CropArea | None:
    """Return the area that a value of ``crop`` names; None for none and subject.

    Raises
    ------
    OptionError
        If it names none, or one without any pixels.
    """
    if crop in ("none", "subject"):
        return None
    lengths = [_LENGTH.fullmatch(part.strip()) for part in crop.split(",")]
    found = [Length(float(each[1]), bool(each[2])) for each in lengths if each]
    if len(found) != len(lengths) or len(found) != 4 or not (found[2].number and found[3].number):
        raise OptionError(
            "crop must be none, subject or the area X,Y,WIDTH,HEIGHT in pixels or percent, such as "
            f"100,50,640,480 or 10%,0,80%,100%, not {crop!r}",
            "crop",
        )
    return CropArea(*found)
