"""The commands that list the fonts, character sets and models that options can name."""

# ruff: noqa: D301 - click keeps the lines after \b as they are

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from asciiart.cli.defaults import Defaulted
from asciiart.cli.messages import echo

if TYPE_CHECKING:
    from asciiart.glyphs.font_files import FontFace


@click.command(cls=Defaulted)
@click.option(
    "--all/--no-all",
    "all_",
    help="Also list installed fonts: family, style, monospaced or proportional, axes, file.",
)
def fonts(all_: bool) -> None:
    """List the bundled fonts, their character sets and files.

    --font also takes the name of an installed font or any font file. A face of a collection is
    selected by its number, and an instance of a variable font by its name or its axes.

    \b
    Examples:
      asciiart fonts --all
      asciiart photo.jpg --font "Spleen 8x16" --charset braille
      asciiart photo.jpg --font ~/fonts/MyFont.ttf
      asciiart photo.jpg --font "msgothic.ttc#1"
      asciiart photo.jpg --font "Fira Code:wght=500"
    """
    echo(*_bundled())
    if all_:
        echo(*_installed())


def _bundled() -> Iterator[str]:
    from asciiart.glyphs.charsets import CHARSETS  # noqa: PLC0415
    from asciiart.glyphs.font import load_font  # noqa: PLC0415
    from asciiart.io.files.assets import available_fonts  # noqa: PLC0415 - not for `--help`

    for name, path in available_fonts().items():
        font = load_font(path)
        covered = [key for key, characters in CHARSETS.items() if all(map(font.has, characters))]
        yield f"{name:<18} {'+'.join(covered):<52}  {path}"


def _installed() -> Iterator[str]:
    from asciiart.glyphs.font_search import installed_faces  # noqa: PLC0415 - not for `--help`

    faces = sorted(installed_faces(), key=lambda each: (*map(str.casefold, each.name), each.face))
    rows = [(*each.name, _kind(each.face), str(each.face)) for each in faces]
    family, style, kind = (max((len(row[i]) for row in rows), default=0) for i in range(3))
    for row in rows:
        yield f"{row[0]:<{family}}  {row[1]:<{style}}  {row[2]:<{kind}}  {row[3]}"


def _kind(face: FontFace) -> str:
    """Return whether a face is monospaced and its axes, or why it cannot be used."""
    from asciiart.errors import FontError  # noqa: PLC0415 - not for `--help`
    from asciiart.glyphs.font import measure_face  # noqa: PLC0415
    from asciiart.glyphs.font_tables import has_color, has_tables, read_variations  # noqa: PLC0415

    try:
        kind = "proportional" if measure_face(face).proportional else "monospaced"
        variations = read_variations(face) if has_tables(face) else None
    except FontError:
        return "colored pictures" if has_color(face) else "damaged"
    return ", ".join((kind, *map(str, variations.axes if variations else ())))


@click.command(cls=Defaulted)
@click.argument("names", nargs=-1, metavar="[NAME...]")
def charsets(names: tuple[str, ...]) -> None:
    """List the named character sets, or show their characters.

    \b
    Examples:
      asciiart charsets
      asciiart charsets box ascii+blocks
      asciiart photo.jpg --charset ascii+box --exclude "#@"
    """
    from asciiart.glyphs.charsets import CHARSETS, DESCRIPTIONS, parse_charset  # noqa: PLC0415

    for name in names:
        echo(parse_charset(name))
    if not names:
        for name, characters in CHARSETS.items():
            echo(f"{name:<9} {len(characters):>5}  {DESCRIPTIONS[name]}")


@click.command(cls=Defaulted)
def models() -> None:
    """List the models for --model, with their modes and folders.

    Models are also looked for in $ASCIIART_HOME/models; --model takes a folder, too.

    \b
    Examples:
      asciiart models
      asciiart photo.jpg --model models/mine
    """
    from asciiart.io.files.assets import available_models  # noqa: PLC0415
    from asciiart.matching.model import load_model  # noqa: PLC0415

    for name, folder in available_models().items():
        model = load_model(folder)
        echo(f"{name:<12} {', '.join(model.modes):<16} {folder}")


@click.command(cls=Defaulted)
def targets() -> None:
    """List the places for --target, and what each of them takes.

    \b
    Examples:
      asciiart targets
      asciiart photo.jpg --target mastodon --copy
    """
    from asciiart.art.targets import TARGETS  # noqa: PLC0415 - not for `--help`

    for target in TARGETS.values():
        echo(f"{target.name:<9} {target.description}")
