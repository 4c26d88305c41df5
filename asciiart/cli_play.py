"""The command line: moving pictures."""

# ruff: noqa: D301, PLR0917 - click keeps the lines after \b as they are, and names every option

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple, get_args

import click

from asciiart.cli_behavior import INPUT, OUTPUT, muted_libraries
from asciiart.cli_defaults import Defaulted
from asciiart.errors import OptionError
from asciiart.kinds import Background, Mode

if TYPE_CHECKING:
    from asciiart.options import Options
    from asciiart.pipeline import Artist
    from asciiart.terminal import Terminal

_COLORS = ("none", "auto", "16", "256", "truecolor")
_MAX_FRAMES = 20_000


class _Plays(click.ParamType):  # type: ignore[type-arg] # a parameter since click 8.2
    """How often: a number, or ``forever``."""

    name = "plays"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int:
        """Return the number, 0 for ever."""
        if value == "forever":
            return 0
        if isinstance(value, int):
            return value
        if not str(value).isdecimal() or int(str(value)) < 1:
            self.fail(f"{value!r} is neither a number from 1 nor forever", param, ctx)
        return int(str(value))


# fmt: off
@click.command(cls=Defaulted)
@click.argument("picture", type=INPUT)
@click.option("--mode", type=click.Choice(get_args(Mode)), default="tone", show_default=True,
    help="Brightness or outlines.")
@click.option("-c", "--columns", type=int, metavar="N",
    help="Half-width characters in a line.  [default: what fits the terminal; 80 in a file]")
@click.option("-r", "--rows", type=int, metavar="N",
    help="Lines. With --columns too, the picture is fitted inside both.")
@click.option("--font", metavar="NAME|FILE",
    help="A bundled or installed font's name, or a font file.  [default: DejaVu Sans Mono]")
@click.option("--charset", metavar="NAMES",
    help="Sets joined by +, such as ascii+box, or chars:... for the very characters. "
    "`asciiart charsets` lists the sets.  [default: ascii]")
@click.option("--exclude", default="", metavar="CHARS", help="Characters never to use.")
@click.option("--simple", type=float, default=0.0, show_default=True, metavar="X",
    help="0 to 1: how much characters with little ink are preferred.")
@click.option("--background", type=click.Choice(get_args(Background)),
    help="What the text will stand on.  [default: the terminal's if it tells, else dark]")
@click.option("--contrast", type=float, default=1.0, show_default=True, metavar="X",
    help="Multiplies differences from middle gray.")
@click.option("--brightness", type=float, default=0.0, show_default=True, metavar="X",
    help="Is added, -1 to 1.")
@click.option("--gamma", type=float, default=1.0, show_default=True, metavar="X",
    help="Above 1 lightens the middle tones.")
@click.option("--detail", type=float, default=0.5, show_default=True, metavar="X",
    help="0 to 1: how many lines (structure), how much local contrast (tone).")
@click.option("--color", type=click.Choice(_COLORS), default="auto", show_default=True,
    help="auto: what the terminal can show, true color in a file, none in a folder.")
@click.option("--steady/--no-steady", default=True, show_default=True,
    help="Whether a cell keeps its character while that stays nearly the best.")
@click.option("--loop", type=_Plays(), metavar="N|forever",
    help="How often it plays.  [default: as often as a GIF, APNG or WebP says, else once]")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE",
    help="Instead of playing write this file: .gif, .mp4, .cast (asciinema), .html (a player that "
    "needs no other file), or a folder of texts, whose name ends in /.")
@click.option("--font-size", type=float, metavar="PX",
    help="Pixels per em in .gif, .mp4 and .html.")
@click.option("--max-frames", type=click.IntRange(1), metavar="N",
    help=f"Stop after so many frames.  [default: {_MAX_FRAMES} in a file, else none]")
@click.option("--model", default="standard", show_default=True, metavar="NAME|DIR",
    help="An encoder, such as one that `asciiart train` made.")
@click.option("--max-pixels", type=int, default=100_000_000, show_default=True, metavar="N",
    help="Refuse pictures with more pixels.")
def play(
    picture: str,
    mode: Mode,
    columns: int | None,
    rows: int | None,
    font: str | None,
    charset: str | None,
    exclude: str,
    simple: float,
    background: Background | None,
    contrast: float,
    brightness: float,
    gamma: float,
    detail: float,
    color: str,
    steady: bool,
    loop: int | None,
    output: str | None,
    font_size: float | None,
    max_frames: int | None,
    model: str,
    max_pixels: int,
) -> None:
    """Play a moving picture in the terminal, or save it as text art.

    PICTURE is a GIF, APNG, WebP or video, "-" for standard input, or a number for a webcam. While
    it plays, space pauses and q quits. A webcam is recorded until Ctrl-C.

    \b
    Examples:
      asciiart play cat.gif
      asciiart play film.mp4 --mode structure --loop forever
      asciiart play 0 --color none
      asciiart play cat.gif -o cat.html
      asciiart play film.mp4 -c 100 --max-frames 300 -o film.cast
    """
    from asciiart.options import Options  # noqa: PLC0415 - `--help` needs none of these
    from asciiart.pipeline import Artist  # noqa: PLC0415
    from asciiart.terminal import Terminal  # noqa: PLC0415

    terminal = Terminal.detect(os.environ, sys.stdout)
    if output is None and not terminal.is_terminal:
        raise OptionError("standard output is no terminal to play in; -o saves to a file")
    options = Options(
        mode=mode,
        columns=columns,
        rows=rows,
        background=background or terminal.background or "dark",
        contrast=contrast,
        brightness=brightness,
        gamma=gamma,
        detail=detail,
        max_pixels=max_pixels,
    )
    artist = Artist(font=font, charset=charset, exclude=exclude, simple=simple, model=model)
    shown = _Shown(color, loop, font_size, max_frames, steady)
    with muted_libraries(picture):
        if output is None:
            _play(picture, artist, options, terminal, shown)
        else:
            _save(picture, artist, options, output, shown)
# fmt: on


class _Shown(NamedTuple):
    """How an animation is shown or written."""

    color: str
    plays: int | None
    font_size: float | None
    max_frames: int | None
    steady: bool


def _play(
    picture: str, artist: Artist, options: Options, terminal: Terminal, shown: _Shown
) -> None:
    from asciiart.color import parse_color_mode  # noqa: PLC0415
    from asciiart.drawer import Drawer  # noqa: PLC0415 - `--help` needs none of these
    from asciiart.frames import open_frames  # noqa: PLC0415
    from asciiart.fullscreen import FullScreen  # noqa: PLC0415
    from asciiart.player import Player  # noqa: PLC0415

    frames = open_frames(picture, max_pixels=options.max_pixels)
    color = parse_color_mode(shown.color, automatic=terminal.color)
    drawer = Drawer(artist, options, steady=shown.steady)
    with FullScreen(sys.stdout) as screen:
        player = Player(frames, drawer, screen, color)
        player.play(frames.plays if shown.plays is None else shown.plays, shown.max_frames)


def _save(picture: str, artist: Artist, options: Options, output: str, shown: _Shown) -> None:
    from asciiart.animation import animate  # noqa: PLC0415 - `--help` needs none of these
    from asciiart.recording import format_of, save  # noqa: PLC0415

    if output == "-":
        raise OptionError("a moving picture is saved to a file, not to standard output")
    format_ = format_of(output)  # says what is wrong with the name before there is any work
    animation = animate(
        picture, options, artist=artist, steady=shown.steady, max_frames=shown.max_frames
    )
    save(
        animation,
        output,
        format_,
        color="none" if (shown.color, format_) == ("auto", "folder") else shown.color,
        font_size=shown.font_size,
        plays=shown.plays,
        limit=None if shown.max_frames else _MAX_FRAMES,
    )
