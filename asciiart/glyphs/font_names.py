"""How a user names a font: "Name", "Name:wght=500", "Name:Bold", "file.ttc#1"."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import NamedTuple

from asciiart.errors import FontError

_PLAIN_STYLES = ("Regular", "Book", "Roman", "Medium")
"""Styles of which the first that there is stands for a family."""
_UNSAID_STYLES = _PLAIN_STYLES[:3]
"""Those that go without saying."""
_FACE = re.compile(r"(?P<base>.+)#(?P<face>\d{1,5})", re.DOTALL)
_VARIATION = re.compile(r"(?P<base>.+):(?P<variation>[\w =,.+-]+)", re.DOTALL)
_SETTING = re.compile(r" *([\x20-\x7e]{1,4}?) *= *(-?\d+(?:\.\d+)?) *")

Location = tuple[tuple[str, float], ...]
"""Axes of a variable font and where on them an instance lies."""


class FontName(NamedTuple):
    """A name, in its parts."""

    base: str
    """A file, or the name of a bundled or installed font."""
    face: int | None = None
    """Which face of a file, if that is said."""
    variation: str = ""
    """Axes or the name of an instance; "" for the default."""


def split_variation(name: str) -> FontName:
    """Return a name and what may be a variation after its last colon."""
    match = _VARIATION.fullmatch(name)
    return FontName(match["base"], None, match["variation"]) if match else FontName(name)


def split_face(name: FontName) -> FontName:
    """Return a name and what may be the number of a face after its last number sign."""
    match = _FACE.fullmatch(name.base)
    return name._replace(base=match["base"], face=int(match["face"])) if match else name


def plain(name: str) -> str:
    """Return what of a name matters: neither case nor spaces, punctuation and width."""
    folded = unicodedata.normalize("NFKC", name).lower()
    return "".join(character for character in folded if character.isalnum())


def title(family: str, style: str) -> str:
    """Return the name of a face, without control characters; "" if it does not say."""
    name = " ".join(part for part in (family, style) if part and part not in _UNSAID_STYLES)
    return "".join(character for character in name if character.isprintable())


def plainest(styles: list[str]) -> int:
    """Return which of the styles of a family, at least one, stands for it."""
    found = [plain(style) for style in styles]
    wanted = (plain(style) for style in _PLAIN_STYLES)
    return next((found.index(style) for style in wanted if style in found), 0)


class Axis(NamedTuple):
    """What can be varied in a variable font."""

    tag: str
    """Such as "wght"."""
    minimum: float
    default: float
    maximum: float

    def __str__(self) -> str:
        """Return the axis and its range."""
        return f"{self.tag} from {self.minimum:g} to {self.maximum:g}"


class Variations(NamedTuple):
    """How a variable font can be varied."""

    axes: tuple[Axis, ...]
    """In the file's order."""
    instances: dict[str, tuple[float, ...]]
    """Name, such as "Bold" -> a value for each axis."""


def locate(name: str, variation: str, variations: Variations | None) -> Location:
    """Return the axes of a font, all in order, at an instance; none at its default.

    ``variation`` is a list such as "wght=500,wdth=80" or the name of an instance.

    Raises
    ------
    FontError
        If the font has no such axis or instance, or the axis does not go as far.
    """
    if variations is None or not variations.axes:
        raise FontError(f"{name}: not a variable font, so there is no {variation!r} of it")
    instances = {plain(key): values for key, values in variations.instances.items()}
    if "=" not in variation and plain(variation) in instances:
        values = instances[plain(variation)]
    else:
        values = _set_axes(name, variation, variations)
    if all(value == axis.default for axis, value in zip(variations.axes, values, strict=True)):
        return ()
    return tuple((axis.tag, value) for axis, value in zip(variations.axes, values, strict=True))


def _set_axes(name: str, variation: str, variations: Variations) -> tuple[float, ...]:
    values = {axis.tag: axis.default for axis in variations.axes}
    known = {axis.tag: axis for axis in variations.axes}
    for setting in variation.split(","):
        match = _SETTING.fullmatch(setting)
        axis = known.get(match[1].ljust(4)) if match else None
        if match is None or axis is None:
            there = [*variations.instances, *map(str, variations.axes)]
            raise FontError(f"{name}: no variation {setting.strip()!r}; it has {', '.join(there)}")
        value = float(match[2])
        if not (math.isfinite(value) and axis.minimum <= value <= axis.maximum):
            limits = f"{axis.minimum:g} to {axis.maximum:g}"
            raise FontError(f"{name}: {axis.tag} must be from {limits}, not {value:g}")
        values[axis.tag] = value
    return tuple(values.values())


def written(location: Location) -> str:
    """Return an instance as a name ends with it: "" or ":wght=500,wdth=80"."""
    return ":" + ",".join(f"{tag.strip()}={value:g}" for tag, value in location) if location else ""
