"""Writes the corpus beside this file: small valid pictures in every format that Pillow can write.

    python tests/fuzz/corpora/load_image/make.py

Besides plain ones: ICC profiles, EXIF data, alpha, 16 bits, palettes, interlacing, animations.
"""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from PIL import ExifTags, Image, ImageCms

_LARGEST = 5000
"""Bytes of a file."""
_MODES = ("RGB", "RGBA", "L", "LA", "P", "1", "I;16", "I", "F", "CMYK", "LAB", "YCbCr")
_NEWER = frozenset({("ICO", "P"), ("TIFF", "YCbCr")})
"""What the oldest Pillow that is supported does not read back."""
_SKIPPED = frozenset({"PDF", "BUFR", "EPS", "GRIB", "HDF5", "PALM", "WMF"})
"""Formats that Pillow writes but that are not read."""


_CODECS = ("tiff_lzw", "tiff_deflate", "tiff_adobe_deflate", "jpeg", "webp", "packbits")
"""Of TIFFs in color."""


def picture(mode: str, side: int = 14) -> Image.Image:
    """Return a small picture with edges and noise."""
    pixels = np.random.default_rng(0).integers(0, 80, (side, side + 3, 4)).astype(np.uint8)
    pixels[3:9, 4:10] += 120
    image = Image.fromarray(pixels, "RGBA")
    if mode in ("I", "F", "I;16"):
        gray = np.asarray(image.convert("L"))
        kinds = {"I": np.int32, "F": np.float32, "I;16": np.uint16}
        return Image.fromarray(gray.astype(kinds[mode]) * (1 if mode == "F" else 250))
    if mode == "P":
        return image.convert("RGB").quantize(16)
    if mode == "LAB":
        return image.convert("RGB").convert("LAB")
    return image.convert("RGB").convert(mode) if mode in ("CMYK", "YCbCr") else image.convert(mode)


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def plain_files() -> dict[str, bytes]:
    """Return each format in each mode that it can hold."""
    Image.init()
    files = {}
    for format in sorted(Image.SAVE):
        for mode in _MODES:
            if format in _SKIPPED or (format, mode) in _NEWER:
                continue
            try:
                files[f"{format}-{mode}".lower().replace(";", "")] = encoded(picture(mode), format)
            except (OSError, ValueError, KeyError, TypeError):
                continue  # a mode that the format does not have
    return files


def special_files() -> dict[str, bytes]:
    """Return what files may hold besides pixels, and pixels stored in other ways."""
    rgb, rgba = picture("RGB"), picture("RGBA", 17)
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    animation: dict[str, Any] = {
        "save_all": True,
        "append_images": [rgba.rotate(90), rgba],
        "duration": 90,
    }
    files = {}
    for format in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "JPEG2000", "GIF", "MPO"):
        files[f"{format}-profile".lower()] = encoded(rgb, format, icc_profile=icc)
        files[f"{format}-exif".lower()] = encoded(rgb, format, exif=exif)
    for format in ("PNG", "GIF", "WEBP", "AVIF", "TIFF"):
        files[f"{format}-animated".lower()] = encoded(rgba, format, **animation)
    for codec in _CODECS:
        with suppress(OSError):  # not in this libtiff
            files[f"tiff-{codec}"] = encoded(rgb, "TIFF", compression=codec)
    for codec in ("group3", "group4", "tiff_ccitt"):
        files[f"tiff-{codec}"] = encoded(picture("1"), "TIFF", compression=codec)
    return files | {
        "jpeg-progressive": encoded(rgb, "JPEG", progressive=True),
        "jpeg-cut": encoded(rgb, "JPEG")[:-40],
        "png-16": encoded(picture("I;16"), "PNG"),
        "png-transparent": encoded(picture("P"), "PNG", transparency=3),
        "png-cut": encoded(rgb, "PNG")[:-200],
        "gif-interlaced": encoded(picture("P"), "GIF", interlace=1, transparency=2),
        "webp-lossless": encoded(rgba, "WEBP", lossless=True),
        "ico-bmp": encoded(rgba, "ICO", sizes=[(14, 14)], bitmap_format="bmp"),
        "tga-rle": encoded(rgb, "TGA", compression="tga_rle"),
    }


def main() -> None:
    """Write the corpus, replacing the one that is there."""
    folder = Path(__file__).parent
    for old in folder.glob("*.bin"):
        old.unlink()
    for name, content in (plain_files() | special_files()).items():
        if len(content) <= _LARGEST:
            (folder / f"{name}.bin").write_bytes(content)


if __name__ == "__main__":
    main()
