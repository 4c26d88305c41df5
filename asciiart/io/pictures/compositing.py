"""Stage 1, animations: the parts that a GIF or an animated PNG stores -> whole frames.

Each frame changes a part of a canvas that is transparent at first (GIF89a specification; APNG:
https://www.w3.org/TR/png-3/#apng-frame-based-animation).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from PIL import Image

Disposal = Literal["keep", "clear", "restore"]
"""Treatment of a frame's part before the next one is drawn: it is kept, cleared to transparent, or
restored to its state before the frame."""
_CLEAR = (0, 0, 0, 0)
_OPAQUE = 255


class FramePart(NamedTuple):
    """The part of the canvas that one frame changes; it is clipped to the canvas."""

    image: Image.Image
    """Its pixels, RGBA; the whole animation has the color profile of its parts."""
    left: int
    """Horizontal position on the canvas, in pixels."""
    top: int
    """Vertical position on the canvas, in pixels from above."""
    blends: bool
    """Whether it is composited over the canvas; otherwise it replaces the pixels there."""
    disposal: Disposal
    """Treatment of this part before the next frame."""
    milliseconds: float
    """Duration of the frame."""


class ComposedFrame(NamedTuple):
    """A whole frame."""

    image: Image.Image
    """Its pixels, RGBA."""
    milliseconds: float
    """Duration of the frame."""


def compose(parts: Iterable[FramePart], size: tuple[int, int]) -> Iterator[ComposedFrame]:
    """Yield the frames of the given ``size`` (width, height) that successive parts make."""
    canvas = Image.new("RGBA", size, _CLEAR)
    for part in parts:
        box, image = _clip(part, size)
        before = canvas.crop(box) if part.disposal == "restore" else None
        if part.blends:
            _composite(canvas, image, box)
        else:
            canvas.paste(image, box)
        if "icc_profile" in part.image.info:
            canvas.info["icc_profile"] = part.image.info["icc_profile"]
        yield ComposedFrame(canvas.copy(), part.milliseconds)
        if part.disposal != "keep":
            canvas.paste(_CLEAR if before is None else before, box)


def _composite(canvas: Image.Image, image: Image.Image, box: tuple[int, int, int, int]) -> None:
    alpha = image.getchannel("A")
    levels = {level for _, level in alpha.getcolors(2) or [(0, None)]}
    if levels == {_OPAQUE}:
        canvas.paste(image, box)
    elif levels <= {0, _OPAQUE}:
        canvas.paste(image, box, alpha)  # three times as fast
    else:
        canvas.paste(Image.alpha_composite(canvas.crop(box), image), box)


def is_opaque(image: Image.Image) -> bool:
    """Tell whether every pixel of a picture of mode RGBA is opaque."""
    least, _ = image.getchannel("A").getextrema()
    return least == _OPAQUE


def _clip(part: FramePart, size: tuple[int, int]) -> tuple[tuple[int, int, int, int], Image.Image]:
    """Return a part's box (left, top, right, bottom) on the canvas, and its pixels in that box."""
    width = max(0, min(part.image.width, size[0] - part.left))
    height = max(0, min(part.image.height, size[1] - part.top))
    box = (part.left, part.top, part.left + width, part.top + height)
    return box, part.image.crop((0, 0, width, height))
