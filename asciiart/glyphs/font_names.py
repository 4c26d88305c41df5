"""Names of fonts as users write them: "Name", "Name:wght=500", "Name:Bold", "file.ttc#1"."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import NamedTuple

from asciiart.errors import FontError

_PLAIN_STYLES = ("Regular", "Book", "Roman", "Medium")
"""Styles that stand for a whole family, the best first."""
_UNSAID_STYLES = _PLAIN_STYLES[:3]
"""Styles that are omitted from a font's full name."""
_FACE = re.compile(r"(?P<base>.+)#(?P<face>\d{1,5})", re.DOTALL)
_VARIATION = re.compile(r"(?P<base>.+):(?P<variation>[\w =,.+-]+)", re.DOTALL)
_SETTING = re.compile(r" *([\x20-\x7e]{1,4}?) *= *(-?\d+(?:\.\d+)?) *")

Location = tuple[tuple[str, float], ...]
"""Axes of a variable font with the values of an instance."""


class FontName(NamedTuple):
    """A font's name in its parts."""

    base: str
    """A file, or the name of a bundled or installed font."""
    face: int | None = None
    """Number of a face in the file; None if it is not given."""
    variation: str = ""
    """Axes with values, or the name of an instance; "" for the default."""


def split_variation(name: str) -> FontName:
    """Return a name, with a possible variation after its last colon as a part of its own."""
    match = _VARIATION.fullmatch(name)
    return FontName(match["base"], None, match["variation"]) if match else FontName(name)


def split_face(name: FontName) -> FontName:
    """Return a name, with a possible face number after its last # as a part of its own."""
    match = _FACE.fullmatch(name.base)
    return name._replace(base=match["base"], face=int(match["face"])) if match else name


def normalize_name(name: str) -> str:
    """Return a name without differences in case, spaces, punctuation and character width."""
    folded = unicodedata.normalize("NFKC", name).lower()
    return "".join(character for character in folded if character.isalnum())


def full_name(family: str, style: str) -> str:
    """Return the full name of a face, without control characters; "" if it has none."""
    name = " ".join(part for part in (family, style) if part and part not in _UNSAID_STYLES)
    return "".join(character for character in name if character.isprintable())


def plainest_style(styles: list[str]) -> int:
    """Return the index of the style that stands for a family, of at least one."""
    found = [normalize_name(style) for style in styles]
    wanted = (normalize_name(style) for style in _PLAIN_STYLES)
    return next((found.index(style) for style in wanted if style in found), 0)


class VariationAxis(NamedTuple):
    """An axis of a variable font."""

    tag: str
    """Its four-letter name, such as "wght"."""
    minimum: float
    default: float
    maximum: float

    def __str__(self) -> str:
        """Return the axis and its range."""
        return f"{self.tag} from {self.minimum:g} to {self.maximum:g}"


class Variations(NamedTuple):
    """The axes and named instances of a variable font."""

    axes: tuple[VariationAxis, ...]
    """All axes in the file's order."""
    instances: dict[str, tuple[float, ...]]
    """Name, such as "Bold" -> value for each axis."""


def locate_instance(name: str, variation: str, variations: Variations | None) -> Location:
    """Return the value of every axis, in order, for an instance; empty for the default instance.

    ``variation`` is a list such as "wght=500,wdth=80" or the name of an instance.

    Raises
    ------
    FontError
        If the font has no such axis or instance, or a value is outside its axis.
    """
    if variations is None or not variations.axes:
        raise FontError(f"{name}: not a variable font, so there is no {variation!r} of it")
    instances = {normalize_name(key): values for key, values in variations.instances.items()}
    if "=" not in variation and normalize_name(variation) in instances:
        values = instances[normalize_name(variation)]
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


def format_location(location: Location) -> str:
    """Return an instance as the end of a font's name: "" or ":wght=500,wdth=80"."""
    return ":" + ",".join(f"{tag.strip()}={value:g}" for tag, value in location) if location else ""
