"""The command `asciiart play`: moving pictures in the terminal or in a file."""

# ruff: noqa: D301 - click keeps the lines after \b as they are

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from asciiart.cli import click_options as shared
from asciiart.cli.defaults import Defaulted
from asciiart.cli.messages import INPUT, OUTPUT
from asciiart.cli.presets import preset_option
from asciiart.cli.quiet import muted_libraries
from asciiart.errors import OptionError
from asciiart.io.terminal.progress_bar import ProgressBar, progress_bar
from asciiart.options import PROPORTIONAL, ArtistOptions, Options

if TYPE_CHECKING:
    from asciiart.io.pictures.sources import Source
    from asciiart.io.terminal.color_mode import ColorMode
    from asciiart.io.terminal.terminal import Terminal
    from asciiart.pipeline import Artist

_MAX_FRAMES = 20_000
"""Most frames of a file if no limit is given."""
_GLANCE = 0.3
"""Seconds spent on measuring a film's gray levels before it plays."""
_LOOK = 2.0
"""Seconds spent on looking for a film's subject before it plays."""


class _Plays(click.ParamType):  # type: ignore[type-arg] # a parameter since click 8.2
    """How often a film plays: a number, or ``forever``."""

    name = "plays"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int:
        """Return the number, 0 for ``forever``."""
        if value == "forever":
            return 0
        if isinstance(value, int):
            return value
        if not str(value).isdecimal() or int(str(value)) < 1:
            self.fail(f"{value!r} is neither a number of at least 1 nor forever", param, ctx)
        return int(str(value))


# fmt: off
@click.command(cls=Defaulted)
@click.argument("picture", type=INPUT)
@preset_option
@shared.all_options(
    without=(*PROPORTIONAL, "magnify", "neighbors", "target", "numeric_references"),
    mode={"default": "auto"},
    columns={"none_means": "what fits the terminal; 80 in a file"},
    background={"default": None, "none_means": "the terminal's, if it can be detected; "
        "otherwise, and in files, dark"},
    fill={"note": "Needs --color."},
)
@click.option("--color", type=click.Choice(shared.COLORS), default="auto", show_default=True,
    help="auto: what the terminal can show, true color in a file, none in a folder.")
@click.option("--steady/--no-steady", default=True, show_default=True,
    help="Keep a cell's character as long as it is nearly the best, against flicker.")
@click.option("--loop", type=_Plays(), metavar="N|forever",
    help="How often it plays.  [default: as often as a GIF, APNG or WebP says, otherwise once]")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE",
    help="Save to this file instead of playing: .gif, .mp4 (H.264), .cast (asciinema), .html (a "
    "self-contained player), or a folder of text files, whose name ends in /.")
@click.option("--font-size", type=float, metavar="PX",
    help="Pixels per em in .gif, .mp4 and .html.")
@click.option("--max-frames", type=click.IntRange(1), metavar="N",
    help=f"Stop after N frames.  [default: {_MAX_FRAMES} in a file, otherwise no limit]")
@shared.TIMEOUT
def play(
    picture: str,
    *,
    color: str,
    steady: bool,
    loop: int | None,
    output: str | None,
    font_size: float | None,
    max_frames: int | None,
    timeout: float,
    **wishes: Any,
) -> None:
    """Play a moving picture in the terminal, or save it as text art.

    PICTURE is an animated GIF, PNG, WebP or AVIF, a video, "-" for standard input, an http or
    https address, or the number of a webcam. While it plays, space pauses and q quits. A webcam is
    recorded until Ctrl-C. Reading and writing videos needs the extra "video" (see the README).

    \b
    Examples:
      asciiart play cat.gif
      asciiart play film.mp4 --mode structure --loop forever
      asciiart play 0 --color none
      asciiart play cat.gif -o cat.html
      asciiart play film.mp4 -c 100 --max-frames 300 -o film.cast
    """
    from asciiart.cli.batch.output_names import refuse_overwriting  # noqa: PLC0415
    from asciiart.cli.batch.tasks import make_artist  # noqa: PLC0415
    from asciiart.io.addresses import FetchLimits  # noqa: PLC0415
    from asciiart.io.pictures.picture_search import PictureSource, open_picture  # noqa: PLC0415
    from asciiart.io.terminal.color_mode import parse_color_mode  # noqa: PLC0415 - not for `--help`
    from asciiart.io.terminal.terminal import Terminal  # noqa: PLC0415

    terminal = Terminal.detect(os.environ, sys.stdout)
    if output is not None:
        refuse_overwriting([output], [picture, *([wishes["font"]] if wishes["font"] else [])])
    if output is None and not terminal.is_terminal:
        raise OptionError("standard output is not a terminal to play in; -o saves to a file")
    shared.check_fill(wishes, color)
    colors = parse_color_mode(color, automatic=_automatic_color(output, terminal))
    options = shared.drawing_options(wishes, colors.value, terminal, output)
    artist = make_artist(shared.chosen(ArtistOptions, wishes))
    shared.check_dither(color, artist, options)
    playback = _Playback(colors, loop, font_size, max_frames, steady)
    named = PictureSource(picture)
    source = open_picture(named, FetchLimits(seconds=timeout))
    if output is None:
        with muted_libraries(named.title):
            _play(source, artist, options, playback)
    else:
        with progress_bar(to_file=True) as bar, muted_libraries(named.title):
            _save(source, artist, options, output, playback=playback, bar=bar)
# fmt: on


def _automatic_color(output: str | None, terminal: Terminal) -> ColorMode:
    """Return the terminal's colors, or those that suit the output file, whose name is checked."""
    from asciiart.io.terminal.color_mode import ColorMode  # noqa: PLC0415 - `--help` needs none of these
    from asciiart.motion.recording.recorder import animation_format  # noqa: PLC0415
    from asciiart.motion.recording.text_folder import FOLDER  # noqa: PLC0415

    if output is None:
        return terminal.color
    if output == "-":
        raise OptionError("a moving picture is saved to a file, not to standard output")
    return ColorMode.NONE if animation_format(output) == FOLDER else ColorMode.TRUECOLOR


class _Playback(NamedTuple):
    """Settings for playing or saving an animation."""

    color: ColorMode
    plays: int | None
    font_size: float | None
    max_frames: int | None
    steady: bool


def _play(source: Source, artist: Artist, options: Options, playback: _Playback) -> None:
    from asciiart.io.terminal.fullscreen import FullScreen  # noqa: PLC0415
    from asciiart.motion.decoding.opening import open_frames  # noqa: PLC0415
    from asciiart.motion.edited_frames import edit_frames  # noqa: PLC0415
    from asciiart.motion.film_levels import measure_film  # noqa: PLC0415
    from asciiart.motion.film_subject import find_film_subject  # noqa: PLC0415
    from asciiart.motion.frame_drawer import FrameDrawer  # noqa: PLC0415 - `--help` needs none of these
    from asciiart.motion.player import Player  # noqa: PLC0415

    frames = open_frames(source, max_pixels=options.max_pixels, strict=options.strict)
    frames, options = edit_frames(frames, options), options.unedited()
    levels = None
    if options.levels != "none":
        seconds = _GLANCE if options.levels == "auto" else None
        levels = measure_film(
            frames, options.background, max_frames=playback.max_frames, seconds=seconds
        )
    subject = None
    if options.seeks_subject:
        subject = find_film_subject(frames, max_frames=playback.max_frames, seconds=_LOOK)
    drawer = FrameDrawer(
        artist,
        options,
        steady=playback.steady,
        name=frames.name,
        levels=levels,
        subject=subject,
    )
    with FullScreen(sys.stdout) as screen:
        player = Player(frames, drawer, screen, playback.color)
        player.play(frames.plays if playback.plays is None else playback.plays, playback.max_frames)


def _save(
    source: Source,
    artist: Artist,
    options: Options,
    output: str,
    *,
    playback: _Playback,
    bar: ProgressBar,
) -> None:
    from asciiart.motion.animation import animate  # noqa: PLC0415 - `--help` needs none of these
    from asciiart.motion.recording.recorder import save  # noqa: PLC0415

    animation = animate(
        source, options, artist=artist, steady=playback.steady, max_frames=playback.max_frames
    )

    def advance(total: int | None) -> None:
        bar.advance(min((n for n in (total, playback.max_frames) if n), default=None))

    save(
        animation,
        output,
        color=playback.color,
        font_size=playback.font_size,
        plays=playback.plays,
        limit=None if playback.max_frames else _MAX_FRAMES,
        advance=advance,
    )
