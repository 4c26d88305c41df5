"""Options of other programs, which people know, and what they are called here."""

from __future__ import annotations

_COLUMNS = "--columns N sets the width"
_SIZE = "--columns N and --rows N set the size"
_CHARACTERS = '--charset names the characters, as in --charset "chars: .:-=+*#%@"'
_COLOR = "--color says how many colors are shown"
_NO_COLOR = "--color none shows none"

OPTIONS_ELSEWHERE = {
    "--size": _SIZE,
    "--dimensions": _SIZE,
    "--view-size": _SIZE,
    "--scale": "--magnify F scales the picture, and --columns N sets the width",
    "--height": "--rows N sets the height, in lines",
    "--lines": "--rows N sets the height, in lines",
    "--cols": _COLUMNS,
    "--chars": _CHARACTERS,
    "--characters": _CHARACTERS,
    "--symbols": _CHARACTERS,
    "--map": _CHARACTERS,
    "--complex": _CHARACTERS,
    "--palette": _CHARACTERS,
    "--braille": "--charset braille draws with braille patterns",
    "--blocks": "--charset blocks draws with blocks",
    "--negative": "--invert swaps dark and light",
    "--reverse": "--invert swaps dark and light",
    "--flipx": "--flip horizontal mirrors the picture",
    "--flipy": "--flip vertical turns the picture upside down",
    "--colour": _COLOR,
    "--colors": _COLOR,
    "--colored": _COLOR,
    "--truecolor": "--color truecolor shows all colors",
    "--no-color": _NO_COLOR,
    "--monochrome": _NO_COLOR,
    "--grayscale": _NO_COLOR,
    "--html": "-o FILE.html writes a page",
    "--save": "-o FILE writes a file",
    "--save-img": "-o FILE.png writes a picture",
    "--save-txt": "-o FILE.txt writes a text",
    "--edges": "--mode structure draws outlines",
    "--edges-only": "--mode structure draws outlines",
    "--clear": "asciiart play clears the screen",
    "--animate": "asciiart play FILE plays a moving picture",
    "--dither-type": "--dither names the kind of dithering",
}
"""Option of jp2a, chafa, timg, ascii-image-converter and the like -> what to write here."""
