"""Moving pictures, stage 1: the parts of a GIF or an animated PNG -> whole frames.

Each frame changes a part of a canvas that is clear at first (the GIF89a specification; APNG,
https://www.w3.org/TR/png-3/#apng-frame-based-animation).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from PIL import Image

Disposal = Literal["keep", "clear", "restore"]
"""What becomes of a part before the next one is drawn: it stays, becomes clear, or gives way to
what was there before it."""
_CLEAR = (0, 0, 0, 0)
_OPAQUE = 255


class Part(NamedTuple):
    """What one frame changes."""

    image: Image.Image
    """RGBA; its color profile, if it has one, is that of the whole."""
    left: int
    """Where it lies on the canvas; what is beyond the canvas's edges is cut off."""
    top: int
    """The same, from above."""
    blends: bool
    """Whether it is laid over what is there, or takes its place, alpha included."""
    disposal: Disposal
    """What becomes of it."""
    milliseconds: float
    """How long the frame is shown."""


class Composed(NamedTuple):
    """A whole frame."""

    image: Image.Image
    """RGBA."""
    milliseconds: float
    """How long it is shown."""


def compose(parts: Iterable[Part], size: tuple[int, int]) -> Iterator[Composed]:
    """Yield the frames, of a width and height, that parts make one after the other."""
    canvas = Image.new("RGBA", size, _CLEAR)
    for part in parts:
        box, image = _clipped(part, size)
        before = canvas.crop(box) if part.disposal == "restore" else None
        if part.blends:
            _lay_over(canvas, image, box)
        else:
            canvas.paste(image, box)
        if "icc_profile" in part.image.info:
            canvas.info["icc_profile"] = part.image.info["icc_profile"]
        yield Composed(canvas.copy(), part.milliseconds)
        if part.disposal != "keep":
            canvas.paste(_CLEAR if before is None else before, box)


def _lay_over(canvas: Image.Image, image: Image.Image, box: tuple[int, int, int, int]) -> None:
    alpha = image.getchannel("A")
    levels = {level for _, level in alpha.getcolors(2) or [(0, None)]}
    if levels == {_OPAQUE}:
        canvas.paste(image, box)
    elif levels <= {0, _OPAQUE}:
        canvas.paste(image, box, alpha)  # three times as fast
    else:
        canvas.paste(Image.alpha_composite(canvas.crop(box), image), box)


def is_opaque(image: Image.Image) -> bool:
    """Tell whether nothing of a picture of mode RGBA is clear."""
    least, _ = image.getchannel("A").getextrema()
    return least == _OPAQUE


def _clipped(part: Part, size: tuple[int, int]) -> tuple[tuple[int, int, int, int], Image.Image]:
    """Return where a part lies on the canvas, and what of it does."""
    width = max(0, min(part.image.width, size[0] - part.left))
    height = max(0, min(part.image.height, size[1] - part.top))
    box = (part.left, part.top, part.left + width, part.top + height)
    return box, part.image.crop((0, 0, width, height))
