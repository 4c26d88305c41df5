"""What would take too much memory is refused from its header, before anything is decoded."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable

import pytest
from made_pictures import chunk
from paths import CASES
from PIL import Image, ImageFile

import asciiart
from asciiart.errors import ImageError
from asciiart.io.pictures.image import load_image
from asciiart.options import DEFAULT_MAX_PIXELS, DEFAULT_MAX_UNREDUCED_PIXELS

SIDE = 8000
"""64 megapixels: fewer than a JPEG may have, more than other files."""

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")


def png(side: int = SIDE) -> bytes:
    """Return the header of a PNG of many pixels; there is nothing else to be read."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(bytes(99))), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def cut_png(side: int) -> bytes:
    """Return a PNG of which half of the rows, all black, are there."""
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    rows = zlib.compress(bytes((1 + 4 * side) * side // 2))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows)


def whole_gif(side: int) -> bytes:
    file = io.BytesIO()
    Image.new("P", (side, side), 1).save(file, "GIF")
    return file.getvalue()


def webp(side: int = SIDE) -> bytes:
    """Return a lossless WebP of one color, 34 bytes."""
    bits = 0x2F | (side - 1) << 8 | (side - 1) << 22
    data = bits.to_bytes(5, "little") + b"\x88\x88\x08" + bytes(6)
    body = b"WEBPVP8L" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif(side: int = SIDE) -> bytes:
    frame = struct.pack("<BHHHHB", 0x2C, 0, 0, 1, 1, 0)
    head = struct.pack("<6sHHBBB", b"GIF89a", side, side, 0x80, 0, 0)
    return head + bytes(6) + frame + b"\x02\x02\x44\x01\0;"


def gif_of_a_large_frame(side: int = SIDE) -> bytes:
    frame = struct.pack("<BHHHHB", 0x2C, 0, 0, side, side, 0)
    head = struct.pack("<6sHHBBB", b"GIF89a", 8, 8, 0x80, 0, 0)
    return head + bytes(6) + frame + b"\x02\x02\x44\x01\0;"


def bmp(side: int = SIDE) -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<III", 54, 0, 54) + head + bytes(200)


def icon(content: bytes, kind: int = 1) -> bytes:
    entry = struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, len(content), 22)
    return struct.pack("<HHH", 0, kind, 1) + entry + content


def dib_icon(side: int = SIDE) -> bytes:
    return icon(
        struct.pack("<IiiHHIIiiII", 40, side, 2 * side, 1, 32, 0, 0, 0, 0, 0, 0) + bytes(99)
    )


def icns(content: bytes) -> bytes:
    block = b"ic08" + struct.pack(">I", len(content) + 8) + content
    return b"icns" + struct.pack(">I", len(block) + 8) + block


def jpeg(side: int = SIDE) -> bytes:
    """Return a JPEG whose header states many pixels."""
    file = io.BytesIO()
    Image.new("RGB", (16, 16)).save(file, "JPEG")
    size = struct.pack(">HH", 16, 16)
    return file.getvalue().replace(size, struct.pack(">HH", side, side), 1)


def jpeg2000(side: int = SIDE) -> bytes:
    file = io.BytesIO()
    Image.new("L", (16, 16)).save(file, "JPEG2000")
    size = struct.pack(">II", 16, 16)
    return file.getvalue().replace(size, struct.pack(">II", side, side))


def blp(side: int = SIDE) -> bytes:
    """Return a texture of 16 x 16 whose JPEG is larger."""
    content = jpeg(side)
    head = struct.pack("<4sIIIIII", b"BLP1", 0, 0, 16, 16, 4, 0)
    sizes = struct.pack("<16I", 160, *[0] * 15) + struct.pack("<16I", len(content), *[0] * 15)
    return head + sizes + struct.pack("<I", 0) + content


def tiff(side: int = SIDE) -> bytes:
    """Return a TIFF of 16 x 16 that is one large tile."""
    file = io.BytesIO()
    Image.new("L", (16, 16)).save(file, "TIFF", compression="tiff_lzw")
    content = bytearray(file.getvalue())
    (start,) = struct.unpack_from("<I", content, 4)
    (count,) = struct.unpack_from("<H", content, start)
    tags = [bytes(content[start + 2 + 12 * i :][:12]) for i in range(count)]
    tags += [struct.pack("<HHII", 322, 4, 1, side), struct.pack("<HHII", 323, 4, 1, side)]
    offsets = [tag for tag in tags if struct.unpack_from("<H", tag)[0] == 273]
    tags += [struct.pack("<H", 324) + offsets[0][2:]]
    directory = struct.pack("<H", len(tags)) + b"".join(sorted(tags, key=lambda t: t[1::-1]))  # type: ignore[index]
    struct.pack_into("<I", content, 4, len(content))
    return bytes(content) + directory + bytes(4)


LARGE = {
    "png": png(),
    "webp": webp(),
    "gif": gif(),
    "gif-frame": gif_of_a_large_frame(),
    "bmp": bmp(),
    "ico-png": icon(png()),
    "ico-dib": dib_icon(),
    "cur": icon(bmp(12_000)[14:], 2),
    "icns-png": icns(png()),
    "icns-jp2": icns(jpeg2000()),
    "jp2": jpeg2000(),
    "blp-jpeg": blp(14_000),
    "tiff-tile": tiff(),
    "tall.tiff": (CASES / "tall-2KB.tiff").read_bytes(),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_pictures_are_refused_before_they_are_decoded(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(ImageFile.ImageFile, "load", refuse)
    with pytest.raises(ImageError, match=r" pixels are more than max_pixels \d+ allows") as caught:
        load_image(LARGE[name])
    assert caught.value.parameters == ("max_pixels",)
    with pytest.raises(ImageError, match=r"are more than max_pixels 1000 allows$"):
        load_image(LARGE[name], max_pixels=1000)


def test_message_says_why_the_limit_is_lower() -> None:
    with pytest.raises(ImageError) as caught:
        load_image(webp())
    assert str(caught.value) == (
        f"bytes: {SIDE} x {SIDE} pixels are more than max_pixels {DEFAULT_MAX_UNREDUCED_PIXELS} "
        "allows by default for WEBP, which cannot be decoded at a reduced size"
    )


def test_jpegs_may_be_larger_since_they_are_decoded_at_a_reduced_size() -> None:
    file = io.BytesIO()
    Image.new("L", (SIDE, SIDE)).save(file, "JPEG")
    assert DEFAULT_MAX_UNREDUCED_PIXELS < SIDE**2 < DEFAULT_MAX_PIXELS
    assert load_image(file.getvalue(), target=(500, 500)).rgb.shape == (500, 500, 3)
    with pytest.raises(ImageError, match=f"max_pixels {DEFAULT_MAX_PIXELS} allows$"):
        load_image(jpeg(10_001))


def test_bomb_in_an_icon() -> None:
    with pytest.raises(ImageError, match="13000 x 13000 pixels are more than max_pixels 1000 allo"):
        asciiart.draw(CASES / "bomb.ico", max_pixels=1000)
    with pytest.raises(ImageError, match="13000 x 13000 pixels are more than max_pixels 50000000"):
        asciiart.draw(CASES / "bomb.ico")


@on_linux
@pytest.mark.parametrize("make", [webp, cut_png, whole_gif])
def test_what_is_allowed_stays_below_a_gigabyte(make: Callable[[int], bytes]) -> None:
    script = """if True:
        import sys, warnings
        from pathlib import Path
        from asciiart.io.pictures.image import load_image
        warnings.simplefilter("ignore")
        data = sys.stdin.buffer.read()
        assert load_image(data, target=(300, 300)).rgb.shape[1] >= 300
        status = Path("/proc/self/status").read_text()
        print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
    """
    done = subprocess.run(
        [sys.executable, "-c", script], input=make(7000), capture_output=True, check=True
    )
    assert int(done.stdout) < 1000
