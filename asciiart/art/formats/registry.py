"""Stage 7: Canvas -> str or bytes; the table of formats."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from asciiart.art.formats.ansi import AnsiRenderer
from asciiart.art.formats.fastfetch import FastfetchRenderer
from asciiart.art.formats.html import HtmlRenderer, render_pre
from asciiart.art.formats.json_writer import JsonRenderer
from asciiart.art.formats.literals import CRenderer, JsonStringRenderer, PythonRenderer
from asciiart.art.formats.markup import MarkdownRenderer, ReStructuredTextRenderer
from asciiart.art.formats.png import RasterRenderer, draw_art, draw_page
from asciiart.art.formats.renderer import Renderer, RenderOptions
from asciiart.art.formats.suffixes import ENCODABLE, image_format
from asciiart.art.formats.svg import SvgRenderer
from asciiart.art.formats.text import DEFAULT_ENCODING, TextRenderer, encode_text
from asciiart.art.pasting import describe_overflow, fewer_columns
from asciiart.art.targets import check_color, find_target
from asciiart.errors import OptionError, OutputError
from asciiart.io.files.atomic_files import write_atomically
from asciiart.io.terminal.color_mode import ColorMode, parse_color_mode

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas

__all__ = [
    "DEFAULT_ENCODING",
    "FORMATS",
    "RenderOptions",
    "Renderer",
    "check_fit",
    "draw_art",
    "draw_page",
    "encode_text",
    "image_format",
    "render",
    "render_bytes",
    "render_fragment",
    "save",
    "target_overflow",
]

_RENDERERS: tuple[Renderer, ...] = (
    TextRenderer(),
    AnsiRenderer(),
    HtmlRenderer(),
    SvgRenderer(),
    RasterRenderer("png"),
    RasterRenderer("jpeg", quality=95, subsampling=0),
    RasterRenderer("webp", lossless=True),
    JsonRenderer(),
    CRenderer(),
    PythonRenderer(),
    JsonStringRenderer(),
    FastfetchRenderer(),
    MarkdownRenderer(),
    ReStructuredTextRenderer(),
)
FORMATS: dict[str, Renderer] = {renderer.name: renderer for renderer in _RENDERERS}
"""All formats: name -> renderer."""


def render(
    art: Canvas,
    format: str,
    *,
    color: ColorMode | str = ColorMode.NONE,
    font_size: float | None = None,
) -> str | bytes:
    """Return the art in a format of `FORMATS`: bytes for pictures, otherwise text.

    The text does not end in a newline. ``color`` is a `ColorMode` or its name; ``auto`` means true
    color here, since a file can hold it, or the colors of the art's target. ``font_size``, in
    pixels per em, is for formats that have a size.

    Raises
    ------
    OptionError
        If the format, the color or the size is invalid, or the art's target does not show such
        colors.
    """
    mode = _check(art, format, color)
    return FORMATS[format].render(art, RenderOptions(mode, font_size))


def _check(art: Canvas, format: str, color: ColorMode | str) -> ColorMode:
    if format not in FORMATS:
        raise OptionError(f"format {format!r} is unknown (there are: {', '.join(FORMATS)})")
    if art.target is None:
        return parse_color_mode(color)
    target = find_target(art.target)
    own = ColorMode.NONE if target.colors is None else ColorMode.ANSI16
    mode = parse_color_mode(color, automatic=own)
    check_color(target, mode)
    return mode


def target_overflow(art: Canvas, format: str, *, color: ColorMode | str = ColorMode.NONE) -> str:
    """Return why an art does not fit its target, and which size would; "" if it fits or has none.

    The text that is pasted counts, in the colors that the format shows, whatever the format is: a
    picture of the art should show what can be posted.

    Raises
    ------
    OptionError
        See `render`.
    """
    mode = _check(art, format, color)
    if art.target is None:
        return ""
    return describe_overflow(str(art), find_target(art.target), _pasted(art, format, mode))


def _pasted(art: Canvas, format: str, mode: ColorMode) -> str:
    renderer = TextRenderer() if format == TextRenderer.name else AnsiRenderer()
    return renderer.render(art, RenderOptions(mode))


def fitting_columns(art: Canvas, format: str, *, color: ColorMode | str) -> int | None:
    """Return how many columns to try next if an art does not fit its target; None if it fits.

    Raises
    ------
    OptionError
        See `render`.
    """
    mode = _check(art, format, color)
    if art.target is None or not target_overflow(art, format, color=mode):
        return None
    return fewer_columns(art.grid.columns, _pasted(art, format, mode), find_target(art.target))


def check_fit(art: Canvas, format: str, *, color: ColorMode | str = ColorMode.NONE) -> None:
    """Refuse an art that does not fit its target.

    Raises
    ------
    OptionError
        See `render`.
    OutputError
        If it does not fit.
    """
    if reason := target_overflow(art, format, color=color):
        raise OutputError(reason, "columns")


def render_bytes(
    art: Canvas,
    format: str,
    *,
    color: ColorMode | str = ColorMode.NONE,
    font_size: float | None = None,
    encoding: str = DEFAULT_ENCODING,
    numeric_references: bool = False,
) -> bytes:
    """Return the art as the bytes of a file; text ends in a newline.

    ``encoding`` and ``numeric_references``, for the formats in `ENCODABLE`, are those of
    `encode_text`.

    Raises
    ------
    OptionError
        See `render` and `encode_text`; also if an encoding is given for a format that is always
        UTF-8.
    OutputError
        If the encoding lacks a character.
    """
    result = render(art, format, color=color, font_size=font_size)
    if isinstance(result, str) and format in ENCODABLE:
        return encode_text(f"{result}\n", encoding, numeric_references)
    if numeric_references or encoding != DEFAULT_ENCODING:
        raise OptionError(
            f"encoding and numeric_references are for {' and '.join(ENCODABLE)}, not for {format}",
            "encoding",
            "numeric_references",
        )
    return result if isinstance(result, bytes) else f"{result}\n".encode()


def render_fragment(art: Canvas, *, color: ColorMode | str = ColorMode.NONE) -> str:
    """Return one HTML <pre> element with its style, for notebooks.

    It keeps the background for which the art was drawn, whatever the theme around it. A <style>
    element with the font comes first if its characters differ in width. ``color`` is as in
    `render`.

    Raises
    ------
    OptionError
        If there is no such color.
    """
    return render_pre(art, RenderOptions(parse_color_mode(color)))


def save(
    art: Canvas,
    path: str | Path,
    format: str | None = None,
    *,
    color: ColorMode | str = ColorMode.NONE,
    font_size: float | None = None,
    encoding: str = DEFAULT_ENCODING,
    numeric_references: bool = False,
) -> None:
    """Write the art to a file, in the format that its suffix names.

    ``encoding`` and ``numeric_references``, for the formats in `ENCODABLE`, are those of
    `encode_text`.

    Raises
    ------
    OptionError
        See `render_bytes` and `image_format`.
    OutputError
        If the file cannot be written, or the encoding lacks a character; an existing file is kept.
    """
    data = render_bytes(
        art,
        format or image_format(path),
        color=color,
        font_size=font_size,
        encoding=encoding,
        numeric_references=numeric_references,
    )
    write_atomically(path, data)
