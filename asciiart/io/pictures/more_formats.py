"""Stage 1, formats of the extra ``formats``: HEIF, JPEG XL, SVG and PDF.

Pillow reads the first two with plugins. Drawings of lines and text have no pixels of their own and
are rendered as large as they are needed.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple

from PIL import Image

from asciiart.errors import ImageError, install_command
from asciiart.io.pictures.pillow_files import check_size, open_lazily

HEAD = 1024
"""Bytes at the start of a file by which these formats are recognized."""
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_JXL_HEADS = (b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")
_PDF_HEAD = b"%PDF-"
_SVG_ROOT = re.compile(r"<(?:\w+:)?svg\b[^>]*>")
_LENGTH = re.compile(r"([\d.]+(?:e[+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|q)?", re.IGNORECASE)
_PIXELS_PER_INCH = 96
_PIXELS = {
    "px": 1,
    "pt": 4 / 3,
    "pc": 16,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96,
    "q": 24 / 25.4,
}
"""Units of lengths in SVG -> CSS pixels (https://www.w3.org/TR/css-values-3/#absolute-lengths)."""
_REFERENCE = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')|<!ENTITY[^>]*[<&%][^>]*>""")
"""References of an SVG, and entities that might hide some."""
_EMBEDDED = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,(.*)", re.DOTALL)
_LARGEST_RENDERED = 16_000_000
"""Pixels up to which a drawing is enlarged to the size that is needed."""
_MAX_BYTES = 32 << 20
"""Most bytes of an SVG, which is text."""
_POINT = 4 / 3
"""Pixels per point of a PDF, at 96 pixels an inch."""


class _Wanted(NamedTuple):
    """How a drawing is to be rendered."""

    name: str
    max_pixels: int | None
    target: tuple[int, int] | None
    """Sufficient height and width in pixels."""
    check_shape: Callable[[int, int], object] | None


def render_more(
    file: BinaryIO,
    name: str,
    max_pixels: int | None,
    target: tuple[int, int] | None,
    check_shape: Callable[[int, int], object] | None,
) -> Image.Image | None:
    """Return the picture of an SVG or the first page of a PDF; None for all other files.

    Pillow can read HEIF and JPEG XL once this was asked about them.

    Raises
    ------
    ImageError
        If the package that reads the format is missing, or the picture is too large or unsafe.
    """
    head = file.read(HEAD)
    file.seek(0)
    wanted = _Wanted(name, max_pixels, target, check_shape)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        _require("pillow_heif", f"{name}: HEIF").register_heif_opener()
    elif head.startswith(_JXL_HEADS):
        _require("pillow_jxl", f"{name}: JPEG XL")
    elif head.startswith(_PDF_HEAD):
        return _render_pdf(file.read(), wanted)
    elif _is_svg(head):
        return _render_svg(file.read(_MAX_BYTES + 1), wanted)
    return None


def _require(module: str, subject: str) -> Any:
    """Return a module of the extra, or raise an error that names the command to install it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise ImageError(f"{subject} needs an extra: {install_command('formats')}") from error


def _is_svg(head: bytes) -> bool:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return text.startswith((b"<svg", b"<?xml", b"<!--", b"<!DOCTYPE svg")) and (
        b"<svg" in head or b":svg" in head or b"<!DOCTYPE svg" in head
    )


# SVG


def _render_svg(data: bytes, wanted: _Wanted) -> Image.Image:
    name = wanted.name
    resvg = _require("resvg_py", f"{name}: SVG")
    if len(data) > _MAX_BYTES:
        raise ImageError(f"{name}: an SVG of more than {_MAX_BYTES >> 20} MB")
    text = data.decode("utf-8-sig")
    _refuse_references(text, wanted)
    width = _rendered_width(*_svg_size(text, name), wanted)
    has_text = "<text" in text or ":text" in text
    png = resvg.svg_to_bytes(
        svg_string=text, width=width, dpi=_PIXELS_PER_INCH, skip_system_fonts=not has_text
    )
    return Image.open(BytesIO(bytes(png)), formats=("PNG",))


def _svg_size(text: str, name: str) -> tuple[float, float]:
    """Return the height and width of an SVG in pixels."""
    root = _SVG_ROOT.search(text)
    if root is None:
        raise ImageError(f"{name}: not a picture that can be read")
    box = re.split(r"[\s,]+", _attribute(root[0], "viewBox").strip())
    own = [float(part) for part in box[2:4]] if len(box) == 4 else [100.0, 100.0]
    width, height = (_pixels(_attribute(root[0], side)) for side in ("width", "height"))
    if width is None and height is None:
        return own[1], own[0]
    if width is None:
        return height or 1.0, (height or 1.0) * own[0] / own[1]
    return (width * own[1] / own[0] if height is None else height), width


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\s{name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    return (found[1] or found[2] or "") if found else ""


def _pixels(length: str) -> float | None:
    """Return a length in pixels; None if there is none, or it is relative to something."""
    found = _LENGTH.fullmatch(length.strip())
    return float(found[1]) * _PIXELS[(found[2] or "px").lower()] if found else None


def _refuse_references(text: str, wanted: _Wanted) -> None:
    """Refuse an SVG that reads files or addresses, or holds pictures that are too large."""
    for found in _REFERENCE.finditer(text):
        reference = (found[1] or found[2] or "").strip()
        if found[0].startswith("href") and reference.startswith("#"):
            continue
        embedded = _EMBEDDED.fullmatch(reference)
        if embedded is None:
            shown = reference or found[0]
            raise ImageError(
                f"{wanted.name}: an SVG that refers to something outside of it ({shown[:60]!r})"
            )
        try:
            picture = BytesIO(base64.b64decode(embedded[1]))
        except binascii.Error as error:
            raise ImageError(f"{wanted.name}: a picture in it is damaged") from error
        open_lazily(picture, wanted.name, wanted.max_pixels)


# PDF


def _render_pdf(data: bytes, wanted: _Wanted) -> Image.Image:
    pdfium = _require("pypdfium2", f"{wanted.name}: PDF")
    document = pdfium.PdfDocument(data)
    try:
        page = document[0]
        points = page.get_size()
        width = _rendered_width(points[1] * _POINT, points[0] * _POINT, wanted)
        return page.render(scale=width / points[0]).to_pil().convert("RGB")  # type: ignore[no-any-return]
    finally:
        document.close()


def _rendered_width(height: float, width: float, wanted: _Wanted) -> int:
    """Return the width, in pixels, at which a drawing of that size is rendered."""
    sane = 0 < height < math.inf and 0 < width < math.inf
    own = (math.ceil(height), math.ceil(width)) if sane else (0, 0)
    check_size(*own, wanted.name, wanted.max_pixels, "SVG or PDF")
    if wanted.check_shape is not None:
        wanted.check_shape(*own)
    if wanted.target is None:
        return own[1]
    needed = max(wanted.target[0] / height, wanted.target[1] / width)
    most = max(1.0, math.sqrt(_LARGEST_RENDERED / (height * width)))
    return max(1, math.ceil(min(needed, most) * width))
