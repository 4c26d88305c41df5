"""Animated GIFs, whose frames contain only changes."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import IO, NamedTuple

import cv2
import numpy as np
from PIL import GifImagePlugin, Image

from asciiart.io.pictures.arrays import Mask, Pixels
from asciiart.motion.frames import FOREVER
from asciiart.motion.recording.pictures import cut_like, draw_frame
from asciiart.motion.recording.timed_art import Arts, Recording

_SHORTEST = 2
"""Shortest time of a frame in hundredths of a second; browsers slow down shorter ones."""
_LONGEST = 65535
"""Longest time of a frame in hundredths of a second, and largest number of repetitions."""
_UNSEEN = 8
"""Difference in levels that is not worth a change, since 256 colors hardly show it."""
_CLEAR = 255
"""Index of the transparent color, which leaves a pixel as it was."""
_GRAYS = [17 * level for level in range(16) for _ in range(3)] + [0] * 3 * 240
"""Palette of a gray GIF: 16 levels, among which are those of paper and ink."""
_LEVEL_OF = [round(gray / 17) for gray in range(256)]
"""Gray level -> index of the nearest color of that palette."""


class _Patch(NamedTuple):
    """The part of a picture that has changed."""

    pixels: Pixels
    """(H, W) or (H, W, 3)."""
    left: int
    """Column of its left edge."""
    top: int
    """Row of its upper edge."""
    same: Mask | None
    """(H, W): which pixels have not changed; None in the first picture."""


def write_gif(arts: Arts, path: Path, how: Recording) -> None:
    """Write an animated GIF, whose frames contain only changes.

    Frames shorter than 20 ms are merged into the next, since browsers would slow them down.
    """
    shown: Pixels | None = None
    patch: _Patch | None = None
    began = now = 0.0
    with path.open("wb") as file:
        for art, seconds in arts:
            hundredths = round(100 * now) - round(100 * began)
            if shown is None or patch is None:
                shown = draw_frame(art, how)
                patch = _Patch(shown, 0, 0, None)
                _write_header(file, patch, how)
            elif hundredths >= _SHORTEST and (
                changed := _change(shown, cut_like(draw_frame(art, how), shown))
            ):
                _write_patch(file, patch, hundredths)
                (patch, shown), began = changed, now
            now += seconds
        if patch is not None:
            _write_patch(file, patch, max(_SHORTEST, round(100 * now) - round(100 * began)))
        file.write(b";")


def _write_header(file: IO[bytes], patch: _Patch, how: Recording) -> None:
    """Write the header, in which a GIF tells how often it is repeated."""
    info = {} if how.plays == 1 else {"loop": max(FOREVER, min(how.plays - 1, _LONGEST))}
    if how.plays == 1:
        info = {"duration": 1}  # selects the newer version, which has durations
    header, _ = GifImagePlugin.getheader(_indexed(patch), info=info)
    file.writelines(header)


def _write_patch(file: IO[bytes], patch: _Patch, hundredths: int) -> None:
    clear = {} if patch.same is None else {"transparency": _CLEAR}
    file.writelines(
        GifImagePlugin.getdata(
            _indexed(patch),
            (patch.left, patch.top),
            duration=10 * min(hundredths, _LONGEST),
            disposal=1,
            include_color_table=patch.pixels.ndim == 3,
            **clear,
        )
    )


def _indexed(patch: _Patch) -> Image.Image:
    """Return a picture of at most 256 colors, transparent where nothing changes.

    The long transparent runs make the file less than half as large.
    """
    image = Image.fromarray(patch.pixels)
    if patch.pixels.ndim == 2:
        image = image.point(_LEVEL_OF)
        image.putpalette(_GRAYS)
    else:
        image = image.quantize(_CLEAR, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    if patch.same is not None:
        image.paste(_CLEAR, mask=Image.fromarray(patch.same))
    return image


class _Change(NamedTuple):
    """A step from one picture to the next."""

    patch: _Patch
    """The part that changes."""
    shown: Pixels
    """The picture that is shown then; it differs from the one wanted where nobody sees it."""


def _change(shown: Pixels, after: Pixels) -> _Change | None:
    """Return what changes if a picture is shown after another; None if nothing does."""
    different = reduce(np.maximum, cv2.split(cv2.absdiff(shown, after))) > _UNSEEN
    rows, columns = (np.flatnonzero(different.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    top, left = int(rows[0]), int(columns[0])
    part = slice(top, int(rows[-1]) + 1), slice(left, int(columns[-1]) + 1)
    now_shown = np.asarray(cv2.copyTo(after, different.astype(np.uint8), shown.copy()), np.uint8)
    patch = _Patch(np.ascontiguousarray(after[part]), left, top, ~different[part])
    return _Change(patch, now_shown)
