"""The command line: arguments in, one call, one line for every error."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from asciiart.art import Background, Mode
from asciiart.errors import (
    AsciiArtError,
    FontError,
    ImageError,
    ModelError,
    OptionError,
    OutputError,
)

if TYPE_CHECKING:
    from asciiart.art import Art
    from asciiart.terminal import Terminal

FORMATS = ("text", "ansi", "html", "svg", "png", "json")
COLORS = ("none", "auto", "16", "256", "truecolor")
_USAGE = (OptionError, FontError, ModelError)
"""Errors of what was asked for, exit code 2; the others are of what was met, exit code 1."""


class _Group(click.Group):
    """A group whose command is ``draw`` unless another is named, and whose errors are one line."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {option for parameter in self.get_params(ctx) for option in parameter.opts}
        if args and args[0] not in self.commands and args[0] not in own:
            args.insert(0, "draw")
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except AsciiArtError as error:
            _complain(error)
            ctx.exit(2 if isinstance(error, _USAGE) else 1)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "PICTURE... [OPTIONS]")
        formatter.write_usage(ctx.command_path, "COMMAND [OPTIONS]", prefix="       ")


@click.group(name="asciiart", cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="asciiart")
def main() -> None:
    """Turn pictures into text art.

    \b
    Examples:
      asciiart photo.jpg                              brightness, as wide as the terminal
      asciiart photo.jpg --mode structure             outlines
      asciiart drawing.png --mode structure -c 120 --charset ascii+box
      asciiart photo.jpg --color auto                 in the terminal's colors
      asciiart logo.png --background light -o logo.svg
      asciiart - < photo.jpg > photo.txt

    `asciiart draw --help` explains every option of drawing.

    \b
    Completion (bash; zsh and fish alike):
      eval "$(_ASCIIART_COMPLETE=bash_source asciiart)"
    """


_font = click.option(
    "--font", default="DejaVu Sans Mono", show_default=True, metavar="NAME|FILE",
    help="A bundled or installed font's name, or a font file.",
)  # fmt: skip


@main.command()
@click.argument("pictures", nargs=-1, required=True, metavar="PICTURE...")
@click.option("--mode", type=click.Choice(get_args(Mode)), default="tone", show_default=True,
    help="Brightness or outlines.")
@click.option("-c", "--columns", type=int, metavar="N",
    help="Characters in a line.  [default: the terminal's width, else 80]")
@click.option("-r", "--rows", type=int, metavar="N",
    help="Lines. With --columns too, the picture is fitted inside both.")
@click.option("--magnify", type=float, metavar="F",
    help="Instead of both: pixels of a page with 16-pixel lines per pixel of the picture.")
@_font
@click.option("--charset", default="ascii", show_default=True, metavar="NAMES",
    help="Sets joined by +, such as ascii+box, or chars:... for the very characters. "
    "`asciiart charsets` lists the sets.")
@click.option("--exclude", default="", metavar="CHARS", help="Characters never to use.")
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
@click.option("--color", type=click.Choice(COLORS), default="none", show_default=True,
    help="auto: what the terminal can show.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
    help="Write here, in the format that the suffix names.")
@click.option("--format", "format_", type=click.Choice(FORMATS),
    help="[default: by the suffix of -o, else text, or ansi with --color]")
@click.option("--model", default="standard", show_default=True, metavar="NAME|DIR",
    help="An encoder, such as one that `asciiart train` made.")
@click.option("--neighbors", type=int, default=5, show_default=True, metavar="K",
    help="Alternatives kept for each character (JSON shows them).")
@click.option("--max-pixels", type=int, default=100_000_000, show_default=True, metavar="N",
    help="Refuse pictures with more pixels.")  # fmt: skip
def draw(
    pictures: tuple[str, ...],
    mode: Mode,
    columns: int | None,
    rows: int | None,
    magnify: float | None,
    font: str,
    charset: str,
    exclude: str,
    background: Background | None,
    contrast: float,
    brightness: float,
    gamma: float,
    detail: float,
    color: str,
    output: Path | None,
    format_: str | None,
    model: str,
    neighbors: int,
    max_pixels: int,
) -> None:
    """Draw pictures as text ("-" reads standard input).

    \b
    Examples:
      asciiart draw photo.jpg --columns 100 --background light
      asciiart draw photo.jpg --mode structure --detail 0.8
      asciiart draw photo.jpg --charset "chars: .:-=+*#%@" --color truecolor
      asciiart draw photo.jpg --font "JetBrains Mono" --charset ascii+latin+box -o photo.png
    """
    from asciiart.options import Options  # noqa: PLC0415 - `--help` needs none of these
    from asciiart.pipeline import Artist  # noqa: PLC0415
    from asciiart.terminal import Terminal  # noqa: PLC0415

    if output is not None and len(pictures) > 1:
        raise click.UsageError("-o takes one picture")
    terminal = Terminal.detect(os.environ, sys.stdout)
    sized = (columns, rows, magnify) != (None, None, None)
    options = Options(
        mode=mode,
        columns=columns if sized else terminal.columns,
        rows=rows,
        magnify=magnify,
        background=background or terminal.background or "dark",
        contrast=contrast,
        brightness=brightness,
        gamma=gamma,
        detail=detail,
        neighbors=neighbors,
        max_pixels=max_pixels,
    )
    artist = Artist(font=font, charset=charset, exclude=exclude, model=model)
    failures = 0
    for picture in pictures:
        try:
            _show(artist.draw_with(picture, options), color, output, format_, terminal)
        except (ImageError, OutputError) as error:
            failures += 1
            _complain(error)
    if failures:
        sys.exit(1)


def _show(
    art: Art, color: str, output: Path | None, format_: str | None, terminal: Terminal
) -> None:
    from asciiart.render import render, save  # noqa: PLC0415
    from asciiart.terminal import write, write_bytes  # noqa: PLC0415

    if output is not None:
        save(art, output, format_, color=color)
        return
    chosen = format_ or ("text" if color == "none" else "ansi")
    shown = terminal.color if color == "auto" and chosen == "ansi" else color
    result = render(art, chosen, color=shown)
    if isinstance(result, bytes):
        write_bytes(sys.stdout, result)
    else:
        write(sys.stdout, result + "\n")


@main.command()
def fonts() -> None:
    """List the bundled fonts; installed ones are found by name too."""
    from asciiart.assets import available_fonts  # noqa: PLC0415

    for name, path in available_fonts().items():
        click.echo(f"{name:<20} {path}")


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME...]")
def charsets(names: tuple[str, ...]) -> None:
    """List the named character sets, or show the characters of some."""
    from asciiart.charsets import CHARSETS, DESCRIPTIONS, parse_charset  # noqa: PLC0415

    for name in names:
        click.echo(parse_charset(name))
    if not names:
        for name, characters in CHARSETS.items():
            click.echo(f"{name:<8} {len(characters):>4}  {DESCRIPTIONS[name]}")


@main.command()
def models() -> None:
    """List the models that --model can name."""
    from asciiart.assets import available_models  # noqa: PLC0415
    from asciiart.model import load_model  # noqa: PLC0415

    for name, folder in available_models().items():
        model = load_model(folder)
        click.echo(f"{name:<12} {', '.join(model.modes):<16} {folder}")


@main.command()
@click.argument("picture")
@click.argument("art")
@_font
@click.option("--background", type=click.Choice(get_args(Background)), default="dark",
    show_default=True, help="What the text stands on (a JSON art knows).")  # fmt: skip
def score(picture: str, art: str, font: str, background: Background) -> None:
    """Say how faithful ART, a text or JSON file, is to PICTURE.

    Oriented F compares strokes (for line drawings), tone r and detail r brightness; 1 is perfect,
    a blank page scores 0.
    """
    from asciiart.artfile import score_file  # noqa: PLC0415

    result = score_file(picture, art, font, background)
    click.echo(f"oriented F  {result.structure.f:.3f}")
    click.echo(f"precision   {result.structure.precision:.3f}")
    click.echo(f"recall      {result.structure.recall:.3f}")
    click.echo(f"tone r      {result.tone.r:.3f}")
    click.echo(f"detail r    {result.tone.detail:.3f}")


@main.command()
@click.argument("art")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FILE",
    help="A PNG file.")
@_font
@click.option("--background", type=click.Choice(get_args(Background)), default="dark",
    show_default=True, help="Light text on dark, or dark on light.")
@click.option("--font-size", type=float, default=20.0, show_default=True, metavar="PX",
    help="Pixels per em.")  # fmt: skip
def render(art: str, output: Path, font: str, background: Background, font_size: float) -> None:
    """Draw ART, a text or JSON file, as a picture in a font ("-" reads standard input)."""
    from asciiart.artfile import render_file  # noqa: PLC0415

    render_file(art, output, font, background, font_size)


@main.command()
@click.option("--out", "folder", type=click.Path(path_type=Path), required=True, metavar="DIR",
    help="The model folder to write.")
@click.option("--mode", type=click.Choice(("both", *get_args(Mode))), default="both",
    show_default=True, help="What to train the encoder for.")
@click.option("--font", "fonts_", multiple=True, metavar="NAME|FILE",
    help="Train on this font's glyphs; repeat for more.  [default: the shipped model's fonts]")
@click.option("--steps", type=int, metavar="N", help="Batches.  [default: the shipped model's]")
@click.option("--pages", type=int, metavar="N", help="Synthetic pages.  [default: likewise]")
@click.option("--learning-rate", type=float, metavar="X", help="[default: likewise]")
@click.option("--seed", type=int, default=0, show_default=True, metavar="N")
@click.option("--device", type=click.Choice(("cpu", "cuda", "auto")), default="cpu",
    show_default=True)
@click.option("--resume", is_flag=True, help="Continue an interrupted training.")  # fmt: skip
def train(
    folder: Path,
    mode: str,
    fonts_: tuple[str, ...],
    steps: int | None,
    pages: int | None,
    learning_rate: float | None,
    seed: int,
    device: str,
    resume: bool,
) -> None:
    """Train the glyph encoder; needs asciiart[train].

    An interrupted training (Ctrl-C) leaves a checkpoint from which --resume goes on.

    \b
    Examples:
      asciiart train --out models/mine
      asciiart train --out models/mine --mode structure --font MyFont.ttf --steps 2000
      asciiart photo.jpg --model models/mine
    """
    try:
        from asciiart.train.config import RECIPES  # noqa: PLC0415 - imports torch
        from asciiart.train.run import train_modes  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ModelError(
            f"training needs {error.name}: pip install 'asciiart[train]'"
        ) from error
    changes = {
        name: value
        for name, value in (
            ("fonts", fonts_ or None),
            ("steps", steps),
            ("pages", pages),
            ("learning_rate", learning_rate),
            ("seed", seed),
            ("device", device),
        )
        if value is not None
    }
    configs = [
        replace(recipe, **changes) for name, recipe in RECIPES.items() if mode in ("both", name)
    ]
    command = shlex.join(["asciiart", *(word for word in sys.argv[1:] if word != "--resume")])
    train_modes(configs, folder, resume=resume, command=command)


def _complain(error: AsciiArtError) -> None:
    click.echo(f"asciiart: {error}", err=True)
