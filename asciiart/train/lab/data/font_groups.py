"""The lab's fonts: some to learn from, and others, of other families, to be judged by."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from asciiart.errors import FontError
from asciiart.glyphs.font import Font, load_font
from asciiart.io.files.assets import system_font_folders

TRAINING_FONTS = (
    *("Liberation Sans", "Liberation Sans Bold", "Liberation Sans Italic", "Liberation Serif"),
    *("Liberation Serif Bold", "Liberation Serif Italic", "Liberation Mono"),
    *("Liberation Sans Narrow", "FreeSans", "FreeSerif", "FreeMono", "FreeMono Bold", "Hack"),
    *("Hack Bold", "Inconsolata", "Fira Code", "Fira Code Bold", "Go Mono", "Go Regular"),
    *("Go Bold", "Go Italic", "mononoki", "League Mono", "Monoid", "IBM 3270"),
    *("Fantasque Sans Mono", "Noto Mono", "B612", "B612 Bold", "B612 Mono", "Comfortaa"),
    *("Linux Libertine O", "Linux Biolinum O", "Old Standard TT", "Goudy Bookletter 1911"),
    *("Dosis", "Dosis Bold", "Inter", "Inter Bold", "Quicksand", "Quicksand Bold", "Clear Sans"),
    *("Clear Sans Bold", "Tuffy", "Tuffy Bold", "Sora", "Sora Bold", "Yrsa", "Yrsa Bold"),
    *("Charis SIL", "Charis SIL Bold", "Gentium", "Andika", "Andika Bold", "Oxygen Sans"),
    *("Oxygen Mono", "Accanthis ADF Std", "Baskervald ADF Std", "Gillius ADF"),
    *("Gillius ADF Bold", "Universalis ADF Std", "Universalis ADF Std Bold", "Romande ADF Std"),
    *("Averia GWF", "Averia GWF Bold", "Averia Sans GWF", "C059", "Nimbus Sans", "Nimbus Roman"),
    *("P052", "URW Bookman", "URW Gothic", "lmroman10-regular", "lmsans10-regular"),
    *("lmmono10-regular", "STIX", "Fanwood", "Junction", "okolaks", "League Spartan"),
    *("Comic Neue", "Comic Neue Bold", "Allerta Medium", "OpenDyslexic", "GNUTypewriter"),
    *("eurofurence", "monofur", "OCR B", "DejaVu Sans", "DejaVu Sans Bold", "DejaVu Serif"),
    "National Park",
)
"""Fonts of many families, upright, slanted and bold."""
VALIDATION_FONTS = (
    *("Open Sans", "Open Sans Bold", "Open Sans Light", "Cabin", "Cabin Bold", "Cardo"),
    *("Caladea", "Caladea Bold", "Jura", "Manrope", "Manrope Bold", "Arapey", "Prociono"),
    *("Anonymous Pro", "Hermit medium", "agave"),
)
"""Fonts of further families, by which choices are made while a task is developed."""
HELD_OUT_FONTS = (
    *("Lato", "Lato Bold", "Roboto", "Roboto Bold", "Vollkorn", "PT Sans", "PT Serif", "PT Mono"),
    *("Cantarell", "EBGaramond12-Regular", "Karla", "Quattrocento", "Play", "Courier Prime"),
    *("JetBrains Mono", "M PLUS 1 Code"),
)
"""Fonts of families of which no font above is a member or a close copy."""

DEBIAN_PACKAGES = (
    "fonts-liberation fonts-freefont-ttf fonts-open-sans fonts-hack fonts-inconsolata "
    "fonts-firacode fonts-go fonts-mononoki fonts-league-mono fonts-monoid fonts-3270 fonts-agave "
    "fonts-hermit fonts-fantasque-sans fonts-anonymous-pro fonts-noto-mono fonts-b612 "
    "fonts-comfortaa fonts-linuxlibertine fonts-oldstandard fonts-goudybookletter fonts-cabin "
    "fonts-dosis fonts-inter fonts-manrope fonts-quicksand fonts-jura fonts-clear-sans fonts-tuffy "
    "fonts-sora fonts-yrsa-rasa fonts-cardo fonts-crosextra-caladea fonts-sil-charis "
    "fonts-sil-gentium fonts-sil-andika fonts-oxygen fonts-adf-accanthis fonts-adf-baskervald "
    "fonts-adf-gillius fonts-adf-universalis fonts-adf-romande fonts-averia-gwf "
    "fonts-averia-sans-gwf fonts-urw-base35 fonts-lmodern fonts-stix fonts-arapey fonts-fanwood "
    "fonts-prociono fonts-junction fonts-okolaks fonts-league-spartan fonts-comic-neue "
    "fonts-allerta fonts-opendyslexic fonts-gnutypewriter fonts-eurofurence fonts-monofur "
    "fonts-ocr-b fonts-dejavu fonts-national-park fonts-lato fonts-roboto fonts-vollkorn "
    "fonts-paratype fonts-cantarell fonts-ebgaramond fonts-karla fonts-quattrocento fonts-play "
    "fonts-courier-prime fonts-jetbrains-mono fonts-mplus"
)
"""Debian packages that hold these fonts."""

_FEWEST_TRAINING, _FEWEST_HELD_OUT = 8, 3


class LabFonts(NamedTuple):
    """Two groups of fonts without a family in common."""

    training: tuple[Font, ...]
    """Fonts to train on."""
    held_out: tuple[Font, ...]
    """Fonts to test on."""


def _installed(names: tuple[str, ...]) -> tuple[Font, ...]:
    """Return those of the named fonts that are installed."""
    return tuple(font for font in _search(names, tuple(system_font_folders())) if font is not None)


@functools.cache  # several lessons of a process need the same, and to search takes seconds
def _search(names: tuple[str, ...], folders: tuple[Path, ...]) -> tuple[Font | None, ...]:  # noqa: ARG001
    """Return each of the named fonts, or None if it is in none of the ``folders``."""
    return tuple(map(_find, names))


def _find(name: str) -> Font | None:
    with suppress(FontError):
        return load_font(name)
    return None


def missing_fonts() -> list[str]:
    """Return the names of the lab's own fonts that are not installed."""
    names = (*TRAINING_FONTS, *VALIDATION_FONTS, *HELD_OUT_FONTS)
    found = _search(names, tuple(system_font_folders()))
    return [name for name, font in zip(names, found, strict=True) if font is None]


def find_lab_fonts(
    training: Sequence[str] = (), held_out: Sequence[str] = (), *, validate: bool = False
) -> LabFonts:
    """Return the named fonts, or those of the lab's own that are installed.

    With ``validate``, fonts for validation take the place of those that are held out.

    Raises
    ------
    FontError
        If a named font is missing, or too few of the lab's own are installed.
    """
    fonts = LabFonts(
        tuple(map(load_font, training)) or _installed(TRAINING_FONTS),
        tuple(map(load_font, held_out))
        or _installed(VALIDATION_FONTS if validate else HELD_OUT_FONTS),
    )
    too_few = (not training and len(fonts.training) < _FEWEST_TRAINING) or (
        not held_out and len(fonts.held_out) < _FEWEST_HELD_OUT
    )
    if too_few:
        raise FontError(
            f"of the lab's fonts only {len(fonts.training)} to learn from and "
            f"{len(fonts.held_out)} to judge by are installed: name others by font and held_out, "
            f"or install from Debian: {DEBIAN_PACKAGES}",
            "font",
            "held_out",
        )
    return fonts
