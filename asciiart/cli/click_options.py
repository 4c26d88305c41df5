"""The command line: options that several commands have, each declared once."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import click
from click.core import ParameterSource

from asciiart.errors import OptionError
from asciiart.options import (
    DEFAULT_DETAIL,
    Background,
    BrailleBlank,
    Dither,
    LevelChoice,
    Mode,
    Palette,
    Quality,
    Resample,
)

if TYPE_CHECKING:
    from asciiart.options import Options
    from asciiart.pipeline import Artist

COLORS = ("none", "auto", "16", "256", "truecolor")
"""What --color takes."""

# fmt: off
MODE = click.option("--mode", type=click.Choice(get_args(Mode)), default="tone", show_default=True,
    help="Brightness or outlines.")
STRUCTURE = click.option("--structure", type=float, metavar="X",
    help="Instead of the mode: 0 (tone) to 1 (structure), outlines among ever lighter shading.")
ROWS = click.option("-r", "--rows", type=int, metavar="N",
    help="Lines. With --columns too, the picture is fitted inside both.")
FONT = click.option("--font", metavar="NAME|FILE",
    help="A bundled or installed font's name, or a font file; `asciiart fonts --all` lists them. "
    "NAME:wght=500 or NAME:Bold is an instance of a variable font, FILE#1 the second face of a "
    "collection.  [default: DejaVu Sans Mono]")
CHARSET = click.option("--charset", metavar="NAMES",
    help="Sets joined by +, such as ascii+box, or chars:... for the very characters. "
    "`asciiart charsets` lists the sets.  [default: ascii]")
EXCLUDE = click.option("--exclude", default="", metavar="CHARS", help="Characters never to use.")
BRAILLE_BLANK = click.option("--braille-blank", type=click.Choice(get_args(BrailleBlank)),
    default="pattern", show_default=True,
    help="The blank of --charset braille: the pattern without dots, U+2800, which is as wide as "
    "the others in every font, or a space.")
SIMPLE = click.option("--simple", type=float, default=0.0, show_default=True, metavar="X",
    help="0 to 1: how much characters with little ink are preferred.")
BACKGROUND = click.option("--background", type=click.Choice(get_args(Background)),
    help="What the text will stand on.  [default: the terminal's if it tells, else and in files "
    "dark]")
CONTRAST = click.option("--contrast", type=float, default=1.0, show_default=True, metavar="X",
    help="Multiplies differences from middle gray.")
BRIGHTNESS = click.option("--brightness", type=float, default=0.0, show_default=True, metavar="X",
    help="Is added, -1 to 1.")
GAMMA = click.option("--gamma", type=float, default=1.0, show_default=True, metavar="X",
    help="Above 1 lightens the middle tones.")
LEVELS = click.option("--levels", type=click.Choice(get_args(LevelChoice)), default="auto",
    show_default=True, help="Gray levels that become black and white. auto: the darkest and the "
    "brightest of the picture, or of the whole film, so that fades fade. film: the same, and a "
    "film is read to its end before it plays. none: 0 and 255, so that every gray stays as it is.")
QUALITY = click.option("--quality", type=click.Choice(get_args(Quality)), default="fast",
    show_default=True, help="good and best change characters until they draw the page best "
    "together. In structure they also move the picture in its cells, so that it leaves a margin "
    "of up to a row and a column, and best makes it up to 5 % smaller.")
DETAIL = click.option("--detail", type=float, default=DEFAULT_DETAIL, show_default=True,
    metavar="X", help="0 to 1: how many lines (structure), how much local contrast (tone).")
FILL = click.option("--fill", is_flag=True,
    help="With --color: color what the characters stand on too, and choose each character and its "
    "two colors together. Best with --charset blocks, box or braille.")
DITHER = click.option("--dither", type=click.Choice(get_args(Dither)), default="none",
    show_default=True, help="Mix the 16 or 256 colors so that from afar they are the right ones; "
    "and the dots of --charset braille, quadrants, half or blocks, which then are a picture of "
    "bits.")
MODEL = click.option("--model", default="standard", show_default=True, metavar="NAME|DIR",
    help="An encoder, such as one that `asciiart train` made.")
RESAMPLE = click.option("--resample", type=click.Choice(get_args(Resample)), default="auto",
    show_default=True, help="How small pictures are enlarged: nearest keeps their pixels as "
    "squares of one color, smooth blends them; auto is nearest for pixel art with --fill, else "
    "smooth.")
MAX_PIXELS = click.option("--max-pixels", type=int, metavar="N",
    help="Refuse pictures with more pixels.  [default: 100000000 in JPEG, 50000000 in files that "
    "cannot be decoded at a reduced size]")
STRICT = click.option("--strict", is_flag=True,
    help="Refuse damaged and cut-off pictures that are otherwise drawn with a warning.")
TIMEOUT = click.option("--timeout", type=click.FloatRange(min=0, min_open=True, max=86400),
    default=30.0, show_default=True, metavar="S",
    help="Seconds that a picture from the web may take.")
# fmt: on


def color_at(target: str | None, color: str) -> str:
    """Return the ``color`` that is shown at a target: what it has, where that is not asked for.

    Raises
    ------
    OptionError
        If the command line asks for others.
    """
    if target is None:
        return color
    from asciiart.art.targets import check_color, find_target  # noqa: PLC0415
    from asciiart.io.terminal.color_mode import ColorMode, parse_color_mode  # noqa: PLC0415 - not for `--help`

    place = find_target(target)
    own = ColorMode.NONE if place.colors is None else ColorMode.ANSI16
    mode = parse_color_mode(color, automatic=own)
    source = click.get_current_context().get_parameter_source("color")
    try:
        check_color(place, mode)
    except OptionError:
        if source is ParameterSource.COMMANDLINE:
            raise
        return ColorMode.NONE.value  # a default is for those places that show it
    return mode.value


def palette_of(color: str) -> Palette:
    """Return the colors that a fill is made of where those of a terminal are ``color``."""
    if color == "16":
        return "16"
    return "256" if color == "256" else "truecolor"


def check_dither(color: str, artist: Artist, options: Options) -> None:
    """Refuse dithering that changes nothing; where ``color`` is auto, users cannot know that.

    Raises
    ------
    UsageError
        If there are neither few colors nor dots to be mixed.
    """
    source = click.get_current_context().get_parameter_source("dither")
    if source is not ParameterSource.COMMANDLINE:
        return  # a default is for those drawings that it changes
    mixes = color not in ("none", "truecolor") or artist.dithers(options)
    if options.dither != "none" and not mixes:
        raise click.UsageError(
            "--dither mixes 16 or 256 colors, and without --fill the dots of --charset braille, "
            "quadrants, half or blocks; here it would change nothing"
        )
