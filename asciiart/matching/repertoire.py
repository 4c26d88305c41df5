"""Which characters an artist draws with, and in which font."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from asciiart.art.targets import Target, allowed_characters
from asciiart.glyphs.charsets import BRAILLE_BLANK, IDEOGRAPHIC_SPACE, is_braille, parse_charset
from asciiart.glyphs.font import default_font
from asciiart.options import DEFAULT_CHARSET, ArtistOptions


class Repertoire(NamedTuple):
    """Characters, and what is said of them."""

    characters: str
    """All that may be drawn, the space among them."""
    font: str | Path
    """Name or file of the font that they are drawn in."""
    strict: bool
    """Whether they were named one by one, so that the font must have each of them."""
    dotless: bool
    """Whether the blank among braille alone is the pattern without dots."""


def choose_repertoire(options: ArtistOptions, target: Target | None) -> Repertoire:
    """Return the characters of a charset that are not excluded and that a target shows.

    Raises
    ------
    OptionError
        If the charset is unknown or empty, or the target shows none of it, or not all that was
        named one by one.
    """
    usual = DEFAULT_CHARSET if target is None else target.charset
    expression = usual if options.charset is None else options.charset
    sets, _, named = expression.partition("chars:")
    if sets.rstrip().endswith("-"):
        named = ""
    characters = parse_charset(expression, options.exclude)
    if target is not None:
        if target.no_adjacent_spaces and IDEOGRAPHIC_SPACE not in characters:
            characters += IDEOGRAPHIC_SPACE  # without it no gap can be posted
        characters = allowed_characters(
            characters, target, numeric_references=options.numeric_references, asked_for=named
        )
    if is_braille(characters):
        characters = characters.replace(BRAILLE_BLANK, "")
    font = default_font(characters) if target is None or target.font is None else target.font
    return Repertoire(
        characters,
        font if options.font is None else options.font,
        strict=bool(named),
        dotless=options.braille_blank == "pattern" and BRAILLE_BLANK not in options.exclude,
    )
