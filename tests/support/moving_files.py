"""GIF and animated PNG files made by hand, and what their specifications say they look like."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from made_pictures import chunk
from numpy.typing import NDArray

from asciiart.io.pictures.arrays import Pixels


@dataclass(frozen=True)
class MadeFrame:
    """What a frame changes."""

    pixels: Pixels
    """(h, w, 4); in a GIF, alpha is 0 or 255."""
    left: int = 0
    top: int = 0
    disposal: str = "keep"
    blends: bool = True
    hundredths: int = 10


def reference(frames: Sequence[MadeFrame], height: int, width: int) -> list[NDArray[np.float64]]:
    """Return the frames (H, W, 4), alpha 0 to 1 and colors times alpha, pixel by pixel."""
    canvas = np.zeros((height, width, 4))
    shown = []
    for frame in frames:
        before = canvas.copy()
        inside = []
        for y, x in np.ndindex(frame.pixels.shape[:2]):
            row, column = frame.top + y, frame.left + x
            if row < height and column < width:
                inside.append((row, column))
                red, green, blue, level = frame.pixels[y, x].astype(float)
                alpha = level / 255
                new = np.array([red * alpha, green * alpha, blue * alpha, alpha])
                under = canvas[row, column] * (1 - alpha) if frame.blends else 0
                canvas[row, column] = new + under
        shown.append(canvas.copy())
        if frame.disposal == "clear":
            for place in inside:
                canvas[place] = 0
        elif frame.disposal == "restore":
            canvas = before
    return shown


def premultiplied(pixels: Pixels) -> NDArray[np.float64]:
    """Return (H, W, 3|4) as `reference` does."""
    alpha = pixels[..., 3:] / 255.0 if pixels.shape[2] == 4 else np.ones((*pixels.shape[:2], 1))
    return np.concatenate([pixels[..., :3] * alpha, alpha], axis=2)


# GIF

_GIF_DISPOSALS = {"none": 0, "keep": 1, "clear": 2, "restore": 3}


def gif(
    frames: Sequence[MadeFrame],
    height: int,
    width: int,
    *,
    background: int = 0,
    loop: int | None = None,
) -> bytes:
    """Return a GIF, of which color 0 of each frame is clear where a frame has clear pixels."""
    head = struct.pack("<6sHHBBB", b"GIF89a", width, height, 0x80, background, 0)
    parts = [head, bytes([255, 255, 255, 0, 0, 255])]
    if loop is not None:
        parts.append(b"!\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", loop) + b"\0")
    parts += [_gif_frame(frame) for frame in frames]
    return b"".join([*parts, b";"])


def _gif_frame(frame: MadeFrame) -> bytes:
    clear = frame.pixels[..., 3] == 0
    colors, indexes = np.unique(frame.pixels[..., :3].reshape(-1, 3), axis=0, return_inverse=True)
    numbers = np.where(clear, 0, indexes.reshape(clear.shape) + 1)
    flags = _GIF_DISPOSALS[frame.disposal] << 2 | bool(clear.any())
    control = struct.pack("<BBBBHBB", 0x21, 0xF9, 4, flags, frame.hundredths, 0, 0)
    height, width = clear.shape
    place = struct.pack("<BHHHHB", 0x2C, frame.left, frame.top, width, height, 0x87)
    palette = np.zeros((256, 3), np.uint8)
    palette[1 : len(colors) + 1] = colors
    return control + place + palette.tobytes() + b"\x08" + _lzw(numbers.ravel()) + b"\0"


def _lzw(numbers: NDArray[np.intp]) -> bytes:
    """Return codes of 9 bits that never refer back, in parts of at most 255 bytes."""
    codes: list[int] = []
    for start in range(0, len(numbers), 200):
        codes += [256, *map(int, numbers[start : start + 200])]
    bits = "".join(f"{code:09b}"[::-1] for code in [*codes, 257])
    bits += "0" * (-len(bits) % 8)
    data = bytes(int(bits[i : i + 8][::-1], 2) for i in range(0, len(bits), 8))
    parts = [data[i : i + 255] for i in range(0, len(data), 255)]
    return b"".join(bytes([len(part)]) + part for part in parts)


# Animated PNG

_PNG_DISPOSALS = {"keep": 0, "clear": 1, "restore": 2}


def apng(
    frames: Sequence[MadeFrame],
    height: int,
    width: int,
    *,
    default: Pixels | None = None,
    plays: int = 0,
    stated: int | None = None,
) -> bytes:
    """Return an animated PNG; ``default`` is a picture that is none of the frames."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    count = len(frames) if stated is None else stated
    parts = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header)]
    parts.append(chunk(b"acTL", struct.pack(">II", count, plays)))
    if default is not None:
        parts.append(chunk(b"IDAT", _zipped(default)))
    sequence = 0
    for number, frame in enumerate(frames):
        size = frame.pixels.shape[1], frame.pixels.shape[0]
        control = struct.pack(
            ">IIIIIHHBB",
            sequence,
            *size,
            frame.left,
            frame.top,
            frame.hundredths,
            100,
            _PNG_DISPOSALS[frame.disposal],
            frame.blends,
        )
        parts.append(chunk(b"fcTL", control))
        sequence += 1
        if number == 0 and default is None:
            parts.append(chunk(b"IDAT", _zipped(frame.pixels)))
            continue
        parts.append(chunk(b"fdAT", struct.pack(">I", sequence) + _zipped(frame.pixels)))
        sequence += 1
    return b"".join([*parts, chunk(b"IEND", b"")])


def _zipped(pixels: Pixels) -> bytes:
    return zlib.compress(b"".join(b"\0" + row.tobytes() for row in pixels))
