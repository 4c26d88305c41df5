"""Moving pictures, stage 1: a video's decoded frame -> pixels, upright and in true proportions."""

from __future__ import annotations

from typing import NamedTuple, cast

import cv2
import numpy as np
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation

from asciiart.io.pictures.arrays import Pixels
from asciiart.motion.decoding.video_streams import Film
from asciiart.motion.frames import PixelSize, reduced_size

_ASPECTS = (1 / 16, 16.0)
"""Widths of a pixel, in heights, within which a file is believed."""
_UNSPECIFIED = 2
"""FFmpeg's number for a color space that the film does not name."""
_LARGEST_SD = 576
"""Rows of a film of standard definition; larger ones have the colors of BT.709 unless they say
otherwise."""
_OPAQUE = 255
"""Alpha of a pixel that hides the page."""


def shown_size(frame: VideoFrame, film: Film) -> PixelSize:
    """Return the height and width at which square pixels show a frame, before it is turned."""
    stretch = _stretch(film)
    return round(frame.height / min(1.0, stretch)), round(frame.width * max(1.0, stretch))


def upright_pixels(
    frame: VideoFrame, alpha: VideoFrame | None, film: Film, wanted: PixelSize | None
) -> Pixels:
    """Return a frame (H, W, 3), or (H, W, 4) with alpha, as small as is wanted.

    ``alpha`` is the frame of the film's alpha, where that is coded as a film of its own.

    Raises
    ------
    FFmpegError, ValueError
        If the frame cannot be converted.
    """
    turn = _turn_of(frame)
    if wanted is not None and turn.is_sideways:
        wanted = wanted[1], wanted[0]
    height, width = reduced_size(*shown_size(frame, film), wanted)
    has_alpha = any(component.is_alpha for component in frame.format.components)
    scaled = film.scaler.reformat(
        frame,
        width,
        height,
        "rgba" if has_alpha else "rgb24",
        src_colorspace=_color_space(frame),
        interpolation=_interpolation(frame, height, width),
        threads=1,  # more cost more than they save at the size of a page
    )
    pixels = np.asarray(scaled.to_ndarray(), np.uint8)
    if film.alpha_decoder is not None:
        pixels = np.dstack([pixels, _alpha_plane(alpha, height, width)])
    return turn.applied(pixels)


def _stretch(film: Film) -> float:
    """Return the aspect ratio of a film's pixels, width by height."""
    aspect = float(film.stream.sample_aspect_ratio or film.decoder.sample_aspect_ratio or 1)
    return aspect if _ASPECTS[0] <= aspect <= _ASPECTS[1] else 1.0


def _color_space(frame: VideoFrame) -> Colorspace | None:
    """Return the color space that players assume if the film does not tell; None if it does."""
    is_known = frame.colorspace != _UNSPECIFIED or frame.format.is_rgb
    return None if is_known or frame.height <= _LARGEST_SD else Colorspace.ITU709


def _alpha_plane(frame: VideoFrame | None, height: int, width: int) -> Pixels:
    """Return the alpha (height, width) in the luma of a frame; opaque if there is no frame."""
    if frame is None:
        return np.full((height, width), _OPAQUE, np.uint8)
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    luma = rows[: frame.height, : frame.width]
    return np.asarray(cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _interpolation(frame: VideoFrame, height: int, width: int) -> Interpolation:
    is_halved = 2 * height < frame.height or 2 * width < frame.width
    return Interpolation.AREA if is_halved else Interpolation.FAST_BILINEAR


class _Turn(NamedTuple):
    """Steps that bring a frame upright: transpose it, then flip it."""

    is_sideways: bool = False
    """Whether it is transposed first."""
    left_right: bool = False
    """Whether it is flipped horizontally."""
    up_down: bool = False
    """Whether it is flipped vertically."""

    def applied(self, pixels: Pixels) -> Pixels:
        """Return a frame upright, as an array of its own."""
        if self.is_sideways:
            pixels = pixels.swapaxes(0, 1)
        rows, columns = (slice(None, None, -1 if flip else 1) for flip in self[:0:-1])
        return np.ascontiguousarray(pixels[rows, columns])


_TURNS = {
    0: _Turn(),
    90: _Turn(is_sideways=True, up_down=True),
    180: _Turn(left_right=True, up_down=True),
    -90: _Turn(is_sideways=True, left_right=True),
}
"""Degrees counterclockwise by which a frame has to be turned -> how to turn it."""


def _turn_of(frame: VideoFrame) -> _Turn:
    """Return how to bring a frame upright, to the nearest right angle.

    A display matrix gives a pixel's place on the screen as x' = a x + c y, y' = b x + d y.
    """
    try:
        matrix = cast("SideData | None", frame.side_data.get("DISPLAYMATRIX"))
    except ValueError:  # PyAV does not know the name of another piece of side data
        return _TURNS.get(90 * round(frame.rotation / 90), _TURNS[180])
    if matrix is None:
        return _TURNS[0]
    a, b, _, c, d = np.frombuffer(memoryview(matrix), np.int32)[:5].tolist()
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return _Turn(False, a < 0, d < 0)
    return _Turn(True, c < 0, b < 0)
