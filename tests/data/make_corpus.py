"""Writes the pictures in ``good`` and ``bad``, each named after what it is or what ails it.

    python tests/data/make_corpus.py [FOLDER]

Most show CORNERS (red, green, blue and white quarters) or RAMP (sixteen grays), so that a test
knows every pixel.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def quarters(*values: Any) -> NDArray[np.uint8]:
    """Return 16 x 32 pixels whose quarters have four values, in reading order."""
    return np.array(values, np.uint8).reshape(2, 2, -1).repeat(8, axis=0).repeat(16, axis=1)


CORNERS = quarters(RED, GREEN, BLUE, WHITE)
"""(16, 32, 3)"""
CORNER_ALPHA = quarters(255, 128, 255, 0)
"""(16, 32, 1)"""
INDEXES = quarters(0, 1, 2, 3)[..., 0]
"""(16, 32), into PALETTE"""
PALETTE = [*RED, *GREEN, *BLUE, *WHITE]
RAMP = np.arange(16).repeat(8).reshape(1, -1).repeat(8, axis=0)
"""(8, 128), 0..15 from left to right"""
BOMB_SIDE = 30_000
"""Pixels."""
PNG_HEADER = 33
"""Bytes before a PNG's second chunk."""

EXIF_SIDES = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}
"""Orientation -> sides of the upright picture where its stored row 0 and column 0 lie."""


def stored(upright: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Return the pixels as a camera stores them under an EXIF orientation."""
    row_side, column_side = EXIF_SIDES[orientation]
    pixels = upright.swapaxes(0, 1) if row_side in ("left", "right") else upright
    rows = slice(None, None, -1 if row_side in ("bottom", "right") else 1)
    columns = slice(None, None, -1 if column_side in ("bottom", "right") else 1)
    return np.ascontiguousarray(pixels[rows, columns])


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    """Return a file's content as Pillow writes it."""
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def exif(orientation: int) -> Image.Exif:
    """Return EXIF data that hold nothing but an orientation."""
    data = Image.Exif()
    data[ExifTags.Base.Orientation] = orientation
    return data


def chunk(name: bytes, content: bytes) -> bytes:
    """Return one chunk of a PNG."""
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def png_file(size: tuple[int, int], depth: int, color_type: int, *chunks: bytes) -> bytes:
    """Return a PNG of a width and height, with chunks between its first and its last."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, color_type, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IEND", b"")


def png(pixels: NDArray[Any], depth: int, color_type: int, *key: int) -> bytes:
    """Return (H, W) or (H, W, channels) as a PNG of any depth, which Pillow cannot write.

    ``key`` is the transparent color.
    """
    height, width = pixels.shape[:2]
    if depth == 16:
        rows = pixels.astype(">u2").reshape(height, -1).view(np.uint8)
    else:
        bits = np.unpackbits(pixels.astype(np.uint8)[..., np.newaxis], axis=-1)[..., -depth:]
        rows = np.packbits(bits.reshape(height, -1), axis=1)
    data = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows), 9))
    transparency = [chunk(b"tRNS", struct.pack(f">{len(key)}H", *key))] if key else []
    return png_file((width, height), depth, color_type, *transparency, data)


def bomb() -> bytes:
    """Return a white PNG of 30,000 x 30,000 pixels of 1 bit: 110 kB here, 3.6 GB as RGB."""
    row = b"\0" + b"\xff" * (BOMB_SIDE // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(BOMB_SIDE)) + packer.flush()
    return png_file((BOMB_SIDE, BOMB_SIDE), 1, 0, chunk(b"IDAT", data))


def palette_image() -> Image.Image:
    """Return CORNERS in mode P."""
    image = Image.fromarray(INDEXES).convert("P")
    image.putpalette(PALETTE)
    return image


def cmyk_image() -> Image.Image:
    """Return red, green, blue and black quarters in mode CMYK, the black as key alone."""
    inks = quarters((0, 255, 255, 0), (255, 0, 255, 0), (255, 255, 0, 0), (0, 0, 0, 255))
    return Image.frombytes("CMYK", (32, 16), inks.tobytes())


def ycck_jpeg() -> bytes:
    """Return cmyk_image() as Photoshop writes it: the inks as YCC, the key inverted.

    Pillow can only write plain CMYK, so its four channels are filled with Y, Cb, Cr and K, and the
    Adobe marker's transform is set to 2, which says that they are.
    """
    inks = np.asarray(cmyk_image())
    ycc = np.asarray(Image.fromarray(np.ascontiguousarray(inks[..., :3])).convert("YCbCr"))
    channels = np.dstack([255 - ycc, inks[..., 3]])  # Pillow inverts what it writes
    image = Image.frombytes("CMYK", (32, 16), channels.tobytes())
    content = bytearray(encoded(image, "JPEG", quality=95))
    content[content.index(b"Adobe") + 11] = 2
    return bytes(content)


def ramp_image(mode: str, scale: float) -> Image.Image:
    """Return RAMP times ``scale`` in a deep mode."""
    kinds = {"I;16": np.uint16, "I": np.int32, "F": np.float32}
    return Image.fromarray((RAMP * scale).astype(kinds[mode]))


def white_is_zero_tiff() -> bytes:
    """Return RAMP in 16 bits, as a TIFF that counts from white to black."""
    content = encoded(Image.fromarray((65535 - RAMP * 4369).astype(np.uint16)), "TIFF")
    photometric = struct.pack("<HHII", 262, 3, 1, 1)
    return content.replace(photometric, struct.pack("<HHII", 262, 3, 1, 0))


def exif_files() -> dict[str, bytes]:
    """Return CORNERS turned in all eight ways, and in each format that can say so."""
    rgb = Image.fromarray
    files = {
        f"exif-{n}.jpg": encoded(
            rgb(stored(CORNERS, n)), "JPEG", quality=95, subsampling=0, exif=exif(n)
        )
        for n in EXIF_SIDES
    }
    sideways = rgb(stored(CORNERS, 6))
    files["exif-6.png"] = encoded(sideways, "PNG", exif=exif(6))
    files["exif-6.webp"] = encoded(sideways, "WEBP", lossless=True, exif=exif(6))
    files["exif-6.tiff"] = encoded(sideways, "TIFF", exif=exif(6))
    damaged = b"Exif\0\0II*\0\x08\0\0\0\xff\xff"
    files["exif-damaged.jpg"] = encoded(
        rgb(CORNERS), "JPEG", quality=95, subsampling=0, exif=damaged
    )
    return files


def color_files() -> dict[str, bytes]:
    """Return CORNERS in formats and modes without transparency."""
    rgb, palette, black = Image.fromarray(CORNERS), palette_image(), Image.new("RGB", (32, 16))
    animation: dict[str, Any] = {"save_all": True, "append_images": [black], "duration": 100}
    head, tail = encoded(rgb, "PNG")[:PNG_HEADER], encoded(rgb, "PNG")[PNG_HEADER:]
    return {
        "rgb.png": encoded(rgb, "PNG"),
        "rgb.bmp": encoded(rgb, "BMP"),
        "rgb.ppm": encoded(rgb, "PPM"),
        "rgb.tga": encoded(rgb, "TGA"),
        "rgb.tiff": encoded(rgb, "TIFF"),
        "lzw.tiff": encoded(rgb, "TIFF", compression="tiff_lzw"),
        "rgb.webp": encoded(rgb, "WEBP", lossless=True),
        "rgb.jp2": encoded(rgb, "JPEG2000"),
        "rgb.jpg": encoded(rgb, "JPEG", quality=95, subsampling=0),
        "progressive.jpg": encoded(rgb, "JPEG", quality=95, subsampling=0, progressive=True),
        "cmyk.jpg": encoded(cmyk_image(), "JPEG", quality=95),
        "ycck.jpg": ycck_jpeg(),
        "cmyk.tiff": encoded(cmyk_image(), "TIFF"),
        "lab.tiff": encoded(rgb.convert("LAB"), "TIFF"),
        "rgb16.png": png(CORNERS.astype(np.uint16) * 257, 16, 2),
        "palette.png": encoded(palette, "PNG"),
        "palette.gif": encoded(palette, "GIF"),
        "palette.tiff": encoded(palette, "TIFF"),
        "animated.gif": encoded(rgb, "GIF", **animation),
        "animated.png": encoded(rgb, "PNG", **animation),
        "animated.webp": encoded(rgb, "WEBP", lossless=True, **animation),
        "animated-damaged.png": head + chunk(b"acTL", bytes(8)) + tail,
        "pages.tiff": encoded(rgb, "TIFF", **animation),
    }


def transparent_files() -> dict[str, bytes]:
    """Return CORNERS with transparency of each kind."""
    rgba, palette = Image.fromarray(np.dstack([CORNERS, CORNER_ALPHA])), palette_image()
    gray = quarters(0, 85, 170, 255)
    halved = CORNERS.astype(np.uint16) * 257 // 2
    return {
        "rgba.png": encoded(rgba, "PNG"),
        "rgba.webp": encoded(rgba, "WEBP", lossless=True, exact=True),
        "rgba.tiff": encoded(rgba, "TIFF"),
        "rgba.ico": encoded(rgba, "ICO", sizes=[(32, 16)]),
        "opaque-rgba.png": encoded(rgba.convert("RGB").convert("RGBA"), "PNG"),
        "palette-alpha.png": encoded(palette, "PNG", transparency=bytes([255, 128, 255, 0])),
        "palette-transparent.png": encoded(palette, "PNG", transparency=3),
        "palette-transparent.gif": encoded(palette, "GIF", transparency=3),
        "rgb-transparent.png": encoded(Image.fromarray(CORNERS), "PNG", transparency=WHITE),
        "rgb16-transparent.png": png(halved, 16, 2, 32767, 32767, 32767),
        "gray-alpha.png": encoded(Image.fromarray(np.dstack([gray, CORNER_ALPHA])), "PNG"),
        "gray-alpha16.png": png(np.dstack([gray, CORNER_ALPHA]) * np.uint16(257), 16, 4),
        "gray1-transparent.png": png(gray > 127, 1, 0, 1),
        "gray2-transparent.png": png(gray // 85, 2, 0, 3),
        "gray4-transparent.png": png(gray // 17, 4, 0, 15),
        "gray-transparent.png": png(gray, 8, 0, 255),
        "gray16-transparent.png": png(gray * np.uint16(257), 16, 0, 65535),
    }


def gray_files() -> dict[str, bytes]:
    """Return RAMP in each depth."""
    gray = Image.fromarray((RAMP * 17).astype(np.uint8))
    holes = RAMP.astype(np.float32)
    holes[0, 0], holes[0, -1] = np.nan, np.inf
    return {
        "gray.png": encoded(gray, "PNG"),
        "gray.jpg": encoded(gray, "JPEG", quality=100),
        "gray4.png": png(RAMP, 4, 0),
        "gray16.png": encoded(ramp_image("I;16", 4369), "PNG"),
        "gray16.pgm": encoded(ramp_image("I;16", 4369), "PPM"),
        "gray16.tiff": encoded(ramp_image("I;16", 4369), "TIFF"),
        "gray16-big-endian.tiff": encoded(
            Image.fromarray((RAMP * 4369).astype(">u2")), "TIFF", big_endian=True
        ),
        "gray16-white-is-zero.tiff": white_is_zero_tiff(),
        "int32-of-16-bits.tiff": encoded(ramp_image("I", 4369), "TIFF"),
        "int32-wide.tiff": encoded(Image.fromarray(RAMP.astype(np.int32) * 100_000 - 700), "TIFF"),
        "float.tiff": encoded(ramp_image("F", 1 / 15), "TIFF"),
        "float-wide.pfm": encoded(ramp_image("F", 1000), "PPM"),
        "float-nan.tiff": encoded(Image.fromarray(holes), "TIFF"),
        "bitmap.png": encoded(Image.fromarray(RAMP > 7), "PNG"),
        "bitmap.pbm": encoded(Image.fromarray(RAMP > 7), "PPM"),
    }


def good_files() -> dict[str, bytes]:
    """Return name -> content of all pictures that can be read."""
    return exif_files() | color_files() | transparent_files() | gray_files()


def noise(format: str, **options: Any) -> bytes:
    """Return a picture that compresses badly, so that its first half lacks half the pixels."""
    pixels = np.random.default_rng(0).integers(0, 256, (24, 24, 3), np.uint8)
    return encoded(Image.fromarray(pixels), format, **options)


def truncated_files() -> dict[str, bytes]:
    """Return the first half of a file in each format of which halves are not shown.

    In the half of a JPEG and a GIF that are so small nothing of the picture is left.
    """
    formats = {"jpg": "JPEG", "gif": "GIF", "webp": "WEBP", "bmp": "BMP"}
    formats |= {"tiff": "TIFF", "ppm": "PPM", "tga": "TGA", "ico": "ICO", "jp2": "JPEG2000"}
    files = {suffix: noise(format) for suffix, format in formats.items()}
    return {f"truncated.{suffix}": file[: len(file) // 2] for suffix, file in files.items()}


def bad_files() -> dict[str, bytes]:
    """Return name -> content of all that must be refused."""
    rgb = encoded(Image.fromarray(CORNERS), "PNG")
    checksum = bytes([rgb[PNG_HEADER - 1] ^ 1])
    data = rgb.index(b"IDAT") + 8
    samples = struct.pack("<HHII", 277, 3, 1, 3)
    size = struct.pack("<HH", 32, 16)
    return truncated_files() | {
        "empty.png": b"",
        "one-byte.gif": b"G",
        "text-named.jpg": b"This is a letter, not a picture.\n" * 8,
        "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="photo.png"/></svg>',
        "program.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n",
        "table.h5": b"\x89HDF\r\n\x1a\n" + bytes(64),
        "header-only.png": rgb[:PNG_HEADER],
        "header-checksum.png": rgb[: PNG_HEADER - 1] + checksum + rgb[PNG_HEADER:],
        "wrong-data.png": rgb[:data] + bytes(8) + rgb[data + 8 :],
        "zero-width.gif": encoded(palette_image(), "GIF").replace(size, struct.pack("<HH", 0, 0)),
        "zero-height.png": png_file((4, 0), 8, 0, chunk(b"IDAT", zlib.compress(b""))),
        "zero-width.ppm": b"P6 0 4 255\n",
        "samples.tiff": encoded(Image.fromarray(CORNERS), "TIFF").replace(
            samples, struct.pack("<HHII", 277, 3, 1, 9999)
        ),
        "bomb.png": bomb(),
    }


def write_corpus(folder: Path) -> None:
    """Write both folders, replacing what they hold."""
    corpora: dict[str, Callable[[], dict[str, bytes]]] = {"good": good_files, "bad": bad_files}
    for corpus, files in corpora.items():
        (folder / corpus).mkdir(parents=True, exist_ok=True)
        for old in (folder / corpus).iterdir():
            old.unlink()
        for name, content in files().items():
            (folder / corpus / name).write_bytes(content)


if __name__ == "__main__":
    write_corpus(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
