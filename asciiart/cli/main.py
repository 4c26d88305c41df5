"""The command line: a group to which every command is added."""

# ruff: noqa: D301 - click keeps the lines after \b as they are

from __future__ import annotations

import click

from asciiart import __version__
from asciiart.cli.commands.compare import compare
from asciiart.cli.commands.config import config
from asciiart.cli.commands.draw import draw
from asciiart.cli.commands.lab import lab
from asciiart.cli.commands.lists import charsets, fonts, models, targets
from asciiart.cli.commands.play import play
from asciiart.cli.commands.presets import presets
from asciiart.cli.commands.render import render
from asciiart.cli.commands.score import score
from asciiart.cli.commands.train import train
from asciiart.cli.group import DrawByDefault


@click.group(
    name="asciiart", cls=DrawByDefault, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="asciiart")
def main() -> None:
    """Turn pictures into text art.

    \b
    Examples:
      asciiart photo.jpg                     brightness, fitted to the window
      asciiart photo.jpg --mode structure    outlines
      asciiart drawing.png                   outlines, since it is a line drawing
      asciiart drawing.png -c 120 --charset ascii+box
      asciiart photo.jpg --preset photo      colored blocks of all shapes
      asciiart presets photo.jpg             all looks side by side
      asciiart film.gif                      plays; in a pipe, the first frame
      asciiart logo.png --background light -o logo.svg
      asciiart - < photo.jpg > photo.txt
      asciiart ./fonts                       a picture that has a command's name
      asciiart photos --recursive --jobs 4 -o 'out/{stem}.html'
      asciiart https://example.org/photo.jpg --target discord --copy

    `asciiart draw --help` explains every option of drawing. Exit codes: 0 on success, 1 if a
    picture or its output failed, 2 for wrong usage, 130 when interrupted.

    \b
    Completion of commands, options and file names:
      bash   eval "$(_ASCIIART_COMPLETE=bash_source asciiart)"
      zsh    eval "$(_ASCIIART_COMPLETE=zsh_source asciiart)"
      fish   _ASCIIART_COMPLETE=fish_source asciiart | source
    """


for command in (
    draw, play, presets, compare, score, render, fonts, charsets, models, targets, config, train,
    lab,
):  # fmt: skip
    main.add_command(command)
