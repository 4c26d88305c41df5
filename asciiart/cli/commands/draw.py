"""The command `asciiart draw`: pictures drawn as text."""

# ruff: noqa: D301 - click keeps the lines after \b as they are

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from asciiart.art.formats.suffixes import PICTURES, SUFFIXES
from asciiart.art.targets import TARGETS, Size, default_size
from asciiart.cli import click_options as shared
from asciiart.cli.commands.play import play
from asciiart.cli.defaults import Defaulted
from asciiart.cli.films import FrameType, is_for_play, play_instead
from asciiart.cli.messages import INPUT, OUTPUT
from asciiart.cli.presets import preset_option
from asciiart.options import DEFAULT_COLUMNS, ArtistOptions

if TYPE_CHECKING:
    from asciiart.cli.batch.tasks import DrawingTask
    from asciiart.io.terminal.terminal import Terminal
    from asciiart.motion.single_frame import FrameChoice


# fmt: off
@click.command(cls=Defaulted)
@click.argument("pictures", nargs=-1, required=True, type=INPUT, metavar="PICTURE...")
@preset_option
@shared.all_options(
    mode={"default": "auto"},
    columns={"none_means": "what fits the terminal, or 80 in files and pipes, if no size is "
        "given"},
    background={"default": None, "none_means": "the terminal's, if it can be detected; "
        "otherwise, and in files, dark"},
    target={"type": click.Choice(TARGETS), "note": "`asciiart targets` lists them."},
    fill={"note": "Needs --color."},
    neighbors={"note": "JSON shows them."},
)
@click.option("--fit-width/--no-fit-width",
    help="Fill the terminal's width, however many lines that takes.")
@click.option("--color", type=click.Choice(shared.COLORS),
    help="auto: what the terminal can show.  [default: auto in a terminal, none in files, for a "
    "target and on the clipboard]")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE",
    help="Write here, in the format that the suffix names. - is standard output. For many "
    "pictures, a pattern such as out/{stem}.html, with {stem}, {name}, {suffix} or {parent} of "
    "each picture; its folders are made.")
@click.option("--copy/--no-copy", help="Put the text on the clipboard, too.")
@click.option("--format", "format_", type=click.Choice(tuple(SUFFIXES)), metavar="NAME",
    help=f"One of {', '.join(SUFFIXES)}. c, python and json-string are string literals. fastfetch "
    "is a logo file; with --color, a configuration that holds logo and colors.  "
    "[default: by the suffix of -o, else text, or ansi with --color]")
@click.option("--encoding", default="utf-8", show_default=True, metavar="NAME",
    help="Of text: utf-8, cp932 or any other that Python knows.")
@click.option("--recursive/--no-recursive", help="Search the folders within folders, too.")
@click.option("--jobs", type=click.IntRange(min=0), default=1, show_default=True, metavar="N",
    help="Processes that share many pictures, at most 4 a core; 0 is one a core.")
@click.option("--frame", type=FrameType(), metavar="N|TIME",
    help="Draw this frame of a film: its number, from 1 on, or a time such as 2.5s or 1:30.  "
    "[default: the first, but in a terminal, and in a film's file, the whole film]")
@shared.TIMEOUT
def draw(
    pictures: tuple[str, ...],
    *,
    fit_width: bool,
    color: str,
    output: str | None,
    copy: bool,
    format_: str | None,
    encoding: str,
    recursive: bool,
    jobs: int,
    frame: FrameChoice | None,
    timeout: float,
    **wishes: Any,
) -> None:
    """Draw pictures as text.

    PICTURE is a file, a folder, - (standard input), an http or https address, or clipboard:. In a
    terminal each fits the window, in color, and a film plays once; in files and pipes pictures are
    80 columns wide and without color, and of a film the first frame is drawn.

    \b
    Examples:
      asciiart draw photo.jpg --columns 100 --background light
      asciiart draw photo.jpg --mode structure --detail 0.8 --quality good
      asciiart draw portrait.jpg --outline-share 0.5
      asciiart draw photo.jpg --charset "chars: .:-=+*#%@" --color truecolor
      asciiart draw photo.jpg --charset blocks --color auto --fill
      asciiart draw photo.jpg --charset braille --dither diffusion
      asciiart draw photo.jpg --preset photo --crop 10%,0,80%,100% --flip horizontal
      asciiart draw scan.png --rotate 90 --invert --fit-width
      asciiart draw icon.png --no-enlarge --color truecolor
      asciiart draw icon.png --pixel-art --preset blocks
      asciiart draw photo.jpg --charset 'ascii-u30..u39+block:"Geometric Shapes"'
      asciiart draw photo.jpg -c 60 -r 60 --stretch --cell-ratio 1
      asciiart draw film.mp4 --frame 1:30
      asciiart draw film.gif -o film.mp4
      asciiart draw photo.jpg --font "JetBrains Mono" --charset ascii+latin+box -o photo.png
      asciiart draw photo.jpg --mode structure --target sjis --width 640 --encoding cp932 -o 1.txt
      asciiart draw photos --recursive --jobs 0 -o 'out/{parent}/{stem}.svg'
      asciiart draw clipboard: --target twitch --copy
      asciiart draw photo.jpg --target discord --color 16 --charset half --fill --copy
      asciiart draw logo.png -c 40 --color truecolor --format fastfetch -o logo.jsonc
    """
    from asciiart.cli.batch.delivery import draw_all, plan_tasks  # noqa: PLC0415
    from asciiart.cli.batch.output_names import is_pattern  # noqa: PLC0415
    from asciiart.cli.batch.tasks import Work, make_artist  # noqa: PLC0415
    from asciiart.io.addresses import FetchLimits  # noqa: PLC0415 - not for `--help`
    from asciiart.io.pictures.picture_search import find_pictures  # noqa: PLC0415
    from asciiart.io.terminal.terminal import Terminal  # noqa: PLC0415

    if output == "-":
        output = None
    found = find_pictures(pictures, recursive=recursive)
    target, terminal = wishes["target"], Terminal.detect(os.environ, sys.stdout)
    context = click.get_current_context()
    is_one = len(found.pictures) == 1 and not (output and is_pattern(output))
    if is_one and is_for_play(
        context, play, found.pictures[0], output, is_terminal=terminal.is_terminal
    ):
        play_instead(context, play, found.pictures[0].name, context.params)
        return
    asked_for, color = color, shared.color_at(target, color)
    tasks = plan_tasks(found.pictures, output, format_, "text" if color == "none" else "ansi")
    _check_tasks(tasks, wishes["font"], copy=copy)
    shared.check_fill(wishes, asked_for)
    if color == "auto" and output is None and tasks and tasks[0].format == "ansi":
        color = terminal.color.value
    options = shared.drawing_options(wishes, color, terminal, output)
    if target:
        options = replace(options, palette="truecolor")  # reduced later to the target's own
    if all(task.format != "json" for task in tasks):
        options = replace(options, neighbors=1)  # only JSON shows alternatives
    sized = options.sized(*_default_size(target, terminal, output, fit_width=fit_width))
    artist = shared.chosen(ArtistOptions, wishes)
    if options.dither != "none":
        # A target has colors of its own, which are not dithered.
        shared.check_dither("none" if target else asked_for, make_artist(artist), sized)
    work = Work(
        artist=artist,
        options=sized,
        limits=FetchLimits(seconds=timeout),
        color=color,
        encoding=encoding,
        make_folders=output is not None and is_pattern(output),
        keep_text=copy,
        frame=frame,
        shrinks=target is not None and not options.is_sized,
    )
    sys.exit(draw_all(tasks, work, found, jobs=jobs or os.cpu_count() or 1, copy=copy))
# fmt: on


def _default_size(
    target: str | None, terminal: Terminal, output: str | None, *, fit_width: bool
) -> Size:
    """Return the size of a drawing for which none is asked: what fits the window, or the target."""
    if output is not None:
        return default_size(target, DEFAULT_COLUMNS)
    rows = max(1, terminal.rows - 1)  # the prompt takes one
    fits = terminal.is_terminal and not fit_width
    return default_size(target, terminal.columns, rows if fits else None)


def _check_tasks(tasks: Sequence[DrawingTask], font: str | None, *, copy: bool) -> None:
    """Refuse to overwrite the font, and to put pictures on the clipboard as text."""
    from asciiart.cli.batch.output_names import refuse_overwriting  # noqa: PLC0415 - not for `--help`

    refuse_overwriting([task.output for task in tasks if task.output], [font] if font else [])
    pictures = [task.format for task in tasks if task.format in PICTURES]
    if copy and pictures:
        raise click.UsageError(f"--copy takes text, not {pictures[0]}")
