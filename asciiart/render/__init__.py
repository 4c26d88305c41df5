"""Stage 7: Art -> str or bytes; the table of formats."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from asciiart.color_mode import ColorMode, parse_color_mode
from asciiart.errors import OptionError
from asciiart.files import write_atomically
from asciiart.formats import format_of
from asciiart.render.ansi import AnsiRenderer
from asciiart.render.fastfetch import FastfetchRenderer
from asciiart.render.html import HtmlRenderer, render_pre
from asciiart.render.json_format import JsonRenderer
from asciiart.render.json_reading import ReadArt, parse_json
from asciiart.render.literals import CRenderer, JsonStringRenderer, PythonRenderer
from asciiart.render.raster import RasterRenderer, draw_art, draw_page
from asciiart.render.renderer import Renderer, RenderOptions
from asciiart.render.svg import SvgRenderer
from asciiart.render.text import DEFAULT_ENCODING, TextRenderer, encode_text

if TYPE_CHECKING:
    from asciiart.art import Art

__all__ = [
    "DEFAULT_ENCODING",
    "FORMATS",
    "ReadArt",
    "RenderOptions",
    "Renderer",
    "draw_art",
    "draw_page",
    "encode_text",
    "format_of",
    "parse_json",
    "render",
    "render_bytes",
    "render_fragment",
    "save",
]

_RENDERERS: tuple[Renderer, ...] = (
    TextRenderer(),
    AnsiRenderer(),
    HtmlRenderer(),
    SvgRenderer(),
    RasterRenderer(),
    JsonRenderer(),
    CRenderer(),
    PythonRenderer(),
    JsonStringRenderer(),
    FastfetchRenderer(),
)
FORMATS: dict[str, Renderer] = {renderer.name: renderer for renderer in _RENDERERS}
"""Every format, name to renderer."""
_ENCODABLE = (TextRenderer.name, AnsiRenderer.name)
"""Formats that may be written in any encoding; the others say of themselves that they are UTF-8."""


def render(
    art: Art,
    format: str,
    *,
    color: ColorMode | str = ColorMode.NONE,
    font_size: float | None = None,
) -> str | bytes:
    """Return the art in a format of `FORMATS`; bytes for png, else text without a last newline.

    ``color`` is a `ColorMode` or its name; ``auto`` means true color here, since a file can hold
    it. ``font_size`` is pixels per em, for formats that have a size.

    Raises
    ------
    OptionError
        If the format, the color or the size is none that there is.
    """
    if format not in FORMATS:
        raise OptionError(f"format {format!r} is unknown (there are: {', '.join(FORMATS)})")
    return FORMATS[format].render(art, RenderOptions(parse_color_mode(color), font_size))


def render_bytes(
    art: Art,
    format: str,
    *,
    color: ColorMode | str = ColorMode.NONE,
    font_size: float | None = None,
    encoding: str = DEFAULT_ENCODING,
    references: bool = False,
) -> bytes:
    """Return the art as a file of a format holds it; text ends in a newline.

    ``encoding`` and ``references``, for text and ansi, are those of `encode_text`.

    Raises
    ------
    OptionError
        As `render` and `encode_text`, and if the format is always UTF-8.
    OutputError
        If the encoding lacks a character.
    """
    result = render(art, format, color=color, font_size=font_size)
    if isinstance(result, str) and format in _ENCODABLE:
        return encode_text(f"{result}\n", encoding, references)
    if references or encoding != DEFAULT_ENCODING:
        raise OptionError(
            f"encoding and references are for text and ansi, not for {format}",
            "encoding",
            "references",
        )
    return result if isinstance(result, bytes) else f"{result}\n".encode()


def render_fragment(art: Art, *, color: ColorMode | str = ColorMode.NONE) -> str:
    """Return one HTML <pre> element, styled on its own, for notebooks.

    It stands on the page that the art was drawn for, whatever the theme around it. Before it comes
    a <style> with the font's characters where those differ in width. ``color`` is as in `render`.

    Raises
    ------
    OptionError
        If there is no such color.
    """
    return render_pre(art, RenderOptions(parse_color_mode(color)))


def save(
    art: Art,
    path: str | Path,
    format: str | None = None,
    *,
    color: ColorMode | str = ColorMode.NONE,
    font_size: float | None = None,
    encoding: str = DEFAULT_ENCODING,
    references: bool = False,
) -> None:
    """Write the art to a file, in the format that its suffix names.

    ``encoding`` and ``references``, for text and ansi, are those of `encode_text`.

    Raises
    ------
    OptionError
        As `render_bytes` and `format_of`.
    OutputError
        If the file cannot be written, or the encoding lacks a character; it is then as it was.
    """
    data = render_bytes(
        art,
        format or format_of(path),
        color=color,
        font_size=font_size,
        encoding=encoding,
        references=references,
    )
    write_atomically(path, data)
