"""Every option of a drawing (`drawing`) and of reading art (`saved_art`), declared once.

From the `Option` of a field follow the check of its value, its paragraph in docstrings, and the
option of the command line that sets it. A new option is a field there, used where it acts.
"""

from asciiart.options.crop_area import parse_crop
from asciiart.options.declaration import Declared, Option, declared
from asciiart.options.drawing import (
    DEFAULT_CHARSET,
    DEFAULT_COLUMNS,
    DEFAULT_MAX_PIXELS,
    DEFAULT_MAX_UNREDUCED_PIXELS,
    EDITS,
    FONT_SIZES,
    MAX_COLUMNS,
    MAX_ROWS,
    PROPORTIONAL,
    SIZES,
    ArtistOptions,
    Background,
    BrailleBlank,
    CheckedOptions,
    Dither,
    DrawOptions,
    LevelChoice,
    Mode,
    ModeChoice,
    Options,
    Palette,
    Quality,
    Resample,
    broken_exclusions,
    refuse_exclusions,
)
from asciiart.options.exclusions import REPLACEMENTS
from asciiart.options.keywords import option_class, spelled_out
from asciiart.options.saved_art import ReadArtOptions, RenderFileOptions, ScoreFileOptions

__all__ = [
    "DEFAULT_CHARSET",
    "DEFAULT_COLUMNS",
    "DEFAULT_MAX_PIXELS",
    "DEFAULT_MAX_UNREDUCED_PIXELS",
    "EDITS",
    "FONT_SIZES",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "PROPORTIONAL",
    "REPLACEMENTS",
    "SIZES",
    "ArtistOptions",
    "Background",
    "BrailleBlank",
    "CheckedOptions",
    "Declared",
    "Dither",
    "DrawOptions",
    "LevelChoice",
    "Mode",
    "ModeChoice",
    "Option",
    "Options",
    "Palette",
    "Quality",
    "ReadArtOptions",
    "RenderFileOptions",
    "Resample",
    "ScoreFileOptions",
    "broken_exclusions",
    "declared",
    "option_class",
    "parse_crop",
    "refuse_exclusions",
    "spelled_out",
]
