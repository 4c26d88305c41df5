"""The command `asciiart draw`: pictures drawn as text."""

# ruff: noqa: D301, PLR0917 - click keeps the lines after \b as they are, and names every option

from __future__ import annotations

import os
import sys
from dataclasses import replace

import click

from asciiart.art.formats.suffixes import SUFFIXES
from asciiart.art.targets import TARGETS, default_size
from asciiart.cli import click_options as shared
from asciiart.cli.defaults import Defaulted
from asciiart.cli.messages import INPUT, OUTPUT
from asciiart.options import Background, BrailleBlank, Dither, LevelChoice, Mode, Quality, Resample


# fmt: off
@click.command(cls=Defaulted)
@click.argument("pictures", nargs=-1, required=True, type=INPUT, metavar="PICTURE...")
@shared.MODE
@shared.STRUCTURE
@click.option("-c", "--columns", type=int, metavar="N",
    help="Half-width characters in a line.  [default: the terminal's width, else 80]")
@click.option("--width", type=int, metavar="PX",
    help="Instead of columns: pixels of a line in a proportional font.")
@shared.ROWS
@click.option("--magnify", type=float, metavar="F",
    help="Instead of both: pixels of a page with 16-pixel lines per pixel of the picture.")
@shared.FONT
@click.option("--font-size", type=int, metavar="PX",
    help="Of a proportional font.  [default: 16]")
@click.option("--line-height", type=int, metavar="PX",
    help="Of a proportional font.  [default: its own, at least 9/8 of its size]")
@shared.CHARSET
@shared.EXCLUDE
@shared.BRAILLE_BLANK
@shared.SIMPLE
@click.option("--target", type=click.Choice(TARGETS),
    help="Where the text will be pasted, which gives font, characters, size and a code fence where "
    "you do not. "
    + " ".join(f"{target.name}: {target.description}." for target in TARGETS.values()))
@shared.BACKGROUND
@shared.CONTRAST
@shared.BRIGHTNESS
@shared.GAMMA
@shared.LEVELS
@shared.QUALITY
@shared.DETAIL
@click.option("--color", type=click.Choice(shared.COLORS), default="none", show_default=True,
    help="auto: what the terminal can show.")
@shared.FILL
@shared.DITHER
@click.option("-o", "--output", type=OUTPUT, metavar="FILE",
    help="Write here, in the format that the suffix names. - is standard output. For many "
    "pictures, a pattern such as out/{stem}.html, with {stem}, {name}, {suffix} or {parent} of "
    "each picture; its folders are made.")
@click.option("--copy", is_flag=True, help="Put the text on the clipboard, too.")
@click.option("--format", "format_", type=click.Choice(tuple(SUFFIXES)),
    help="c, python and json-string are string literals. fastfetch is a logo file; with --color, "
    "a configuration that holds logo and colors.  "
    "[default: by the suffix of -o, else text, or ansi with --color]")
@click.option("--encoding", default="utf-8", show_default=True, metavar="NAME",
    help="Of text: utf-8, cp932 or any other that Python knows.")
@click.option("--references", is_flag=True,
    help="Write characters that the encoding, or the target's, lacks as numeric references.")
@shared.MODEL
@click.option("--neighbors", type=int, default=5, show_default=True, metavar="K",
    help="Alternatives kept for each character (JSON shows them).")
@shared.RESAMPLE
@shared.MAX_PIXELS
@shared.STRICT
@click.option("--recursive", is_flag=True, help="Search the folders within folders, too.")
@click.option("--jobs", type=click.IntRange(min=0), default=1, show_default=True, metavar="N",
    help="Processes that share many pictures, at most 4 a core; 0 is one a core.")
@shared.TIMEOUT
def draw(
    pictures: tuple[str, ...],
    mode: Mode,
    structure: float | None,
    columns: int | None,
    width: int | None,
    rows: int | None,
    magnify: float | None,
    font: str | None,
    font_size: int | None,
    line_height: int | None,
    charset: str | None,
    exclude: str,
    braille_blank: BrailleBlank,
    simple: float,
    target: str | None,
    background: Background | None,
    contrast: float,
    brightness: float,
    gamma: float,
    levels: LevelChoice,
    detail: float,
    quality: Quality,
    color: str,
    fill: bool,
    dither: Dither,
    output: str | None,
    copy: bool,
    format_: str | None,
    encoding: str,
    references: bool,
    model: str,
    neighbors: int,
    resample: Resample,
    max_pixels: int | None,
    strict: bool,
    recursive: bool,
    jobs: int,
    timeout: float,
) -> None:
    """Draw pictures as text.

    PICTURE is a file, a folder, - (standard input), an http or https address, or clipboard:.

    \b
    Examples:
      asciiart draw photo.jpg --columns 100 --background light
      asciiart draw photo.jpg --mode structure --detail 0.8 --quality good
      asciiart draw portrait.jpg --structure 0.5
      asciiart draw photo.jpg --charset "chars: .:-=+*#%@" --color truecolor
      asciiart draw photo.jpg --charset blocks --color auto --fill
      asciiart draw photo.jpg --charset braille --dither diffusion
      asciiart draw photo.jpg --font "JetBrains Mono" --charset ascii+latin+box -o photo.png
      asciiart draw photo.jpg --mode structure --target sjis --width 640 --encoding cp932 -o 1.txt
      asciiart draw photos --recursive --jobs 0 -o 'out/{parent}/{stem}.svg'
      asciiart draw clipboard: --target twitch --copy
      asciiart draw photo.jpg --target discord --color 16 --charset half --fill --copy
      asciiart draw logo.png -c 40 --color truecolor --format fastfetch -o logo.jsonc
    """
    from asciiart.cli.batch.delivery import draw_all, plan_tasks  # noqa: PLC0415
    from asciiart.cli.batch.output_names import is_pattern, refuse_overwriting  # noqa: PLC0415
    from asciiart.cli.batch.tasks import ArtistOptions, Work  # noqa: PLC0415
    from asciiart.io.addresses import FetchLimits  # noqa: PLC0415
    from asciiart.io.pictures.picture_search import find_pictures  # noqa: PLC0415
    from asciiart.io.terminal.background import choose_background  # noqa: PLC0415 - not for `--help`
    from asciiart.io.terminal.terminal import Terminal  # noqa: PLC0415
    from asciiart.options import Options  # noqa: PLC0415

    if output == "-":
        output = None
    found = find_pictures(pictures, recursive=recursive)
    asked_for, color = color, shared.color_at(target, color)
    tasks = plan_tasks(found.pictures, output, format_, "text" if color == "none" else "ansi")
    refuse_overwriting([task.output for task in tasks if task.output], [font] if font else [])
    if copy and any(task.format == "png" for task in tasks):
        raise click.UsageError("--copy takes text, not png")
    terminal = Terminal.detect(os.environ, sys.stdout)
    sized = (columns, width, rows, magnify) != (None, None, None, None)
    if not sized:
        columns, rows = default_size(target, terminal.columns)
    if fill and asked_for == "none":
        raise click.UsageError("--fill needs --color")
    if color == "auto" and output is None and tasks and tasks[0].format == "ansi":
        color = terminal.color.value
    options = Options(
        mode=mode,
        structure=structure,
        columns=columns,
        width=width,
        rows=rows,
        magnify=magnify,
        font_size=font_size,
        line_height=line_height,
        background=choose_background(background, terminal, output),
        contrast=contrast,
        brightness=brightness,
        gamma=gamma,
        levels=levels,
        detail=detail,
        quality=quality,
        fill=fill and color != "none",
        palette="truecolor" if target else shared.palette_of(color),
        dither=dither,
        resample=resample,
        neighbors=neighbors,
        max_pixels=max_pixels,
        strict=strict,
    )
    if all(task.format != "json" for task in tasks):
        options = replace(options, neighbors=1)  # only JSON shows alternatives
    artist = ArtistOptions(
        font=font,
        charset=charset,
        exclude=exclude,
        simple=simple,
        model=model,
        target=target,
        references=references,
        braille_blank=braille_blank,
    )
    if dither != "none":
        # A target has colors of its own, which are not dithered.
        shared.check_dither("none" if target else asked_for, artist.make(), options)
    work = Work(
        artist=artist,
        options=options,
        limits=FetchLimits(seconds=timeout),
        color=color,
        encoding=encoding,
        make_folders=output is not None and is_pattern(output),
        keep_text=copy,
        shrinks=target is not None and not sized,
    )
    sys.exit(draw_all(tasks, work, found, jobs=jobs or os.cpu_count() or 1, copy=copy))
# fmt: on
