"""Families of fonts with a regular, an italic, a bold and a bold italic style, by their kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from asciiart.errors import FontError
from asciiart.glyphs.font import Font, load_font

KINDS = ("sans", "serif", "mono")
STYLES = tuple(
    f"{kind}{weight}{slope}"
    for kind in KINDS
    for weight in ("", " bold")
    for slope in ("", " italic")
)
"""The 12 classes: kind, weight and slope; typewriter faces count as mono, with serifs or not."""

TRAINING = {
    "sans": (
        *("Liberation Sans", "FreeSans", "Go", "B612", "DejaVu Sans", "Inter", "Clear Sans"),
        *("Andika", "Gillius ADF", "Universalis ADF Std", "Averia Sans GWF", "Nimbus Sans"),
        "Comic Neue",
    ),
    "serif": (
        *("Liberation Serif", "FreeSerif", "DejaVu Serif", "Charis SIL", "Linux Libertine O"),
        *("Baskervald ADF Std", "Accanthis ADF Std", "Averia GWF", "C059", "Nimbus Roman", "P052"),
        *("STIXGeneral", "Yrsa"),
    ),
    "mono": (
        *("Liberation Mono", "FreeMono", "DejaVu Sans Mono", "Hack", "Go Mono", "mononoki"),
        *("Fantasque Sans Mono", "B612 Mono", "Nimbus Mono PS"),
    ),
}
"""Kind -> families to train on."""
VALIDATION = {
    "sans": ("Open Sans", "Cabin"),
    "serif": ("Caladea",),
    "mono": ("Anonymous Pro",),
}
"""Kind -> families by which choices are made."""
HELD_OUT = {
    "sans": ("Lato", "Roboto", "PT Sans", "Karla"),
    "serif": ("Vollkorn", "PT Serif"),
    "mono": ("JetBrains Mono", "Courier Prime"),
}
"""Kind -> families to test on."""
_SLANTED = ("Italic", "Oblique")
_FEWEST = 3
"""Fewest families, of any kind, that are of use."""


class StyledFonts(NamedTuple):
    """Fonts with their styles."""

    fonts: tuple[Font, ...]
    styles: tuple[int, ...]
    """Index in `STYLES` of each font."""


def find_families(families: Mapping[str, Sequence[str]]) -> StyledFonts:
    """Return the fonts of those families that are installed.

    Raises
    ------
    FontError
        If there are too few.
    """
    found: list[tuple[Font, int]] = []
    for kind, names in families.items():
        for name in names:
            found += [(font, STYLES.index(f"{kind}{style}")) for style, font in _members(name)]
    if len(found) < _FEWEST * 4:
        wanted = ", ".join(name for names in families.values() for name in names)
        raise FontError(f"fewer than {_FEWEST} of these families are installed: {wanted}")
    fonts, styles = zip(*found, strict=True)
    return StyledFonts(fonts, styles)


def _members(family: str) -> list[tuple[str, Font]]:
    """Return the four members of a family with their weight and slope; none if it is missing."""
    try:
        members = [("", load_font(family)), (" bold", load_font(f"{family} Bold"))]
    except FontError:
        return []
    for slanted in _SLANTED:
        try:
            members.append((" italic", load_font(f"{family} {slanted}")))
            members.append((" bold italic", load_font(f"{family} Bold {slanted}")))
        except FontError:
            continue
        break
    return members


def named_style(font: Font) -> int:
    """Return the style of a font by its name, as far as the name tells; for fonts of users."""
    name = font.name.lower()
    kind = "serif" if "serif" in name else "sans" if font.proportional else "mono"
    weight = " bold" if "bold" in name else ""
    slope = " italic" if any(word.lower() in name for word in _SLANTED) else ""
    return STYLES.index(f"{kind}{weight}{slope}")
