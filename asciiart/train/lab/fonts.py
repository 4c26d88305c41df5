"""Training fonts and held-out fonts of other families, and letters drawn with them."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from asciiart.errors import FontError
from asciiart.glyphs.font import Font, load_font
from asciiart.glyphs.rasterize import Ink

LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits
"""The 62 classes of letters and digits."""

TRAINING_FONTS = (
    *("Liberation Sans", "Liberation Sans Bold", "Liberation Sans Italic", "Liberation Serif"),
    *("Liberation Serif Bold", "Liberation Serif Italic", "Liberation Mono"),
    *("Liberation Sans Narrow", "FreeSans", "FreeSerif", "FreeMono", "FreeMono Bold", "Open Sans"),
    *("Open Sans Bold", "Open Sans Light", "Hack", "Hack Bold", "Inconsolata", "Fira Code"),
    *("Fira Code Bold", "Go Mono", "Go Regular", "Go Bold", "Go Italic", "mononoki"),
    *("League Mono", "Monoid", "IBM 3270", "agave", "Hermit medium", "Fantasque Sans Mono"),
    *("Anonymous Pro", "Noto Mono", "B612", "B612 Bold", "B612 Mono", "Comfortaa"),
    *("Linux Libertine O", "Linux Biolinum O", "Old Standard TT", "Goudy Bookletter 1911"),
    *("Cabin", "Cabin Bold", "Dosis", "Dosis Bold", "Inter", "Inter Bold", "Manrope"),
    *("Manrope Bold", "Quicksand", "Quicksand Bold", "Jura", "Clear Sans", "Clear Sans Bold"),
    *("Tuffy", "Tuffy Bold", "Sora", "Sora Bold", "Yrsa", "Yrsa Bold", "Cardo", "Caladea"),
    *("Caladea Bold", "Charis SIL", "Charis SIL Bold", "Gentium", "Andika", "Andika Bold"),
    *("Oxygen Sans", "Oxygen Mono", "Accanthis ADF Std", "Baskervald ADF Std", "Gillius ADF"),
    *("Gillius ADF Bold", "Universalis ADF Std", "Universalis ADF Std Bold"),
    *("Romande ADF Std", "Averia GWF", "Averia GWF Bold", "Averia Sans GWF", "C059"),
    *("Nimbus Sans", "Nimbus Roman", "P052", "URW Bookman", "URW Gothic", "lmroman10-regular"),
    *("lmsans10-regular", "lmmono10-regular", "STIX", "Arapey", "Fanwood", "Prociono"),
    *("Junction", "okolaks", "League Spartan", "Comic Neue", "Comic Neue Bold"),
    *("Allerta Medium", "OpenDyslexic", "GNUTypewriter", "eurofurence", "monofur", "OCR B"),
    *("DejaVu Sans", "DejaVu Sans Bold", "DejaVu Serif", "National Park"),
)
"""Fonts of many families, upright, slanted and bold."""
HELD_OUT_FONTS = (
    *("Lato", "Lato Bold", "Roboto", "Roboto Bold", "Vollkorn", "PT Sans", "PT Serif", "PT Mono"),
    *("Cantarell", "EBGaramond12-Regular", "Karla", "Quattrocento", "Play", "Courier Prime"),
    *("JetBrains Mono", "M PLUS 1 Code"),
)
"""Fonts of families of which no training font is a member or a close copy."""

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


class Letters(NamedTuple):
    """Pictures of characters with their labels."""

    pictures: Tensor
    """Ink (G, 1, S, S), 0 to 1."""
    labels: Tensor
    """Indices (G,) in the string of characters."""
    fonts: Tensor
    """Indices (G,) in the sequence of fonts."""


def _installed(names: Sequence[str]) -> tuple[Font, ...]:
    found = []
    for name in names:
        try:
            found.append(load_font(name))
        except FontError:
            continue
    return tuple(found)


def find_lab_fonts(training: Sequence[str] = (), held_out: Sequence[str] = ()) -> LabFonts:
    """Return the named fonts, or those of the lab's own that are installed.

    Raises
    ------
    FontError
        If a named font is missing, or too few of the lab's own are installed.
    """
    fonts = LabFonts(
        tuple(map(load_font, training)) or _installed(TRAINING_FONTS),
        tuple(map(load_font, held_out)) or _installed(HELD_OUT_FONTS),
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


def draw_letters(
    font: Font, characters: str, size: int, *, capital: float = 0.62, baseline: float = 0.78
) -> Ink:
    """Return the ink (G, size, size) of characters, 0 to 1, each centered in its picture.

    All characters of a font have the same scale and baseline, so that case can be told apart: a
    capital H has a share ``capital`` of the picture's height, and a share ``baseline`` of the
    height is above the baseline.
    """
    top, bottom = font.face().getbbox("H", anchor="ls")[1::2]
    face = font.face(capital * size / max(1.0, bottom - top) * font.size)
    inks = np.empty((len(characters), size, size), np.float32)
    for i, character in enumerate(characters):
        canvas = Image.new("L", (size, size))
        place = (size / 2, baseline * size)
        ImageDraw.Draw(canvas).text(place, character, fill=255, font=face, anchor="ms")
        inks[i] = np.asarray(canvas)
    inks /= 255
    return inks


def letters_of(fonts: Sequence[Font], characters: str, size: int) -> Letters:
    """Return each of ``characters`` in every font that has it.

    Raises
    ------
    FontError
        If no font has any of them.
    """
    pictures, labels, owners = [], [], []
    for number, font in enumerate(fonts):
        had = [i for i, character in enumerate(characters) if font.has(character)]
        pictures.append(draw_letters(font, "".join(characters[i] for i in had), size))
        labels += had
        owners += [number] * len(had)
    if not labels:
        raise FontError(f"{', '.join(font.name for font in fonts)}: no letters to learn from")
    return Letters(
        torch.from_numpy(np.concatenate(pictures))[:, None],
        torch.tensor(labels),
        torch.tensor(owners),
    )
