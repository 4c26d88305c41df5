"""Moving pictures, stage 1: any source -> its frames."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeGuard

from asciiart.errors import ImageError, OptionError
from asciiart.io.addresses import is_address
from asciiart.io.pictures.sources import FileSource, is_file_source, name_source, open_source
from asciiart.motion.decoding.array_frames import open_pictures
from asciiart.motion.decoding.containers import HEAD, container_of, is_playlist
from asciiart.motion.decoding.picture_frames import PictureFrames
from asciiart.motion.decoding.truncated_webp import recover_complete_frames
from asciiart.motion.frames import DEFAULT_RATE, Frames, MovingSource
from asciiart.motion.pyav import require_pyav
from asciiart.options import DEFAULT_MAX_PIXELS


def open_frames(
    source: MovingSource,
    *,
    max_pixels: int | None = None,
    rate: float = DEFAULT_RATE,
    strict: bool = False,
) -> Frames:
    """Return the frames of a moving picture, or the one of a single picture.

    ``source`` is what `load_image` takes, a video, a webcam's number (``0`` or ``"0"``), or an
    iterable of arrays or PIL images, which come at ``rate`` frames per second. Videos need PyAV,
    the extra ``video``, and are recognized by their first bytes; playlists are refused.

    Raises
    ------
    ImageError
        If it cannot be read, or has frames of more than ``max_pixels`` pixels (see `load_image`;
        those of a video count three times, since several are in memory at once), or is damaged and
        ``strict`` refuses that.
    OptionError
        If ``rate`` is out of its range.
    TypeError
        If ``source`` is none of these.

    Warns
    -----
    ImageWarning
        If the end of the file is missing, or damage does not show.
    """
    if not 0 < rate <= 1000:
        raise OptionError(f"fps must be above 0 and at most 1000, not {rate}", "fps")
    if _is_camera(source):
        from asciiart.motion.decoding.webcam import CameraFrames  # noqa: PLC0415 - needs OpenCV

        return CameraFrames(source, f"camera {source}", _most_of_video(max_pixels))
    if not is_file_source(source):
        return open_pictures(source, max_pixels, rate)
    name = name_source(source)
    return _frames_of_file(_keep(source, name), name, max_pixels, strict=strict)


def _frames_of_file(
    source: Path | bytes, name: str, max_pixels: int | None, *, strict: bool
) -> Frames:
    with open_source(source, name) as file:
        head = file.read(HEAD)
    demuxer = container_of(head)
    if demuxer is not None:
        require_pyav(f"{name}: a video", ImageError)
        from asciiart.motion.decoding.video import VideoFrames  # noqa: PLC0415 - needs PyAV

        return VideoFrames(source, name, _most_of_video(max_pixels), demuxer, strict=strict)
    if is_playlist(head):
        raise ImageError(f"{name}: a playlist, not a picture; name one of its films instead")
    try:
        return PictureFrames(source, name, max_pixels, strict=strict)
    except ImageError as error:
        with open_source(source, name) as file:
            whole = recover_complete_frames(file)
        if whole is None or strict or "strict" in error.parameters:
            raise
        return PictureFrames(whole, name, max_pixels, cut=True)


def _most_of_video(max_pixels: int | None) -> int:
    return DEFAULT_MAX_PIXELS if max_pixels is None else max_pixels


def _is_camera(source: object) -> TypeGuard[str | int]:
    """Tell whether a source is the number of a webcam; a file of that name is ``./0``."""
    if isinstance(source, str):
        return source.isdecimal() and source.isascii()
    return isinstance(source, int)


def _keep(source: FileSource, name: str) -> Path | bytes:
    """Return a source that can be opened repeatedly: an ordinary file, or a stream's content."""
    if isinstance(source, str | os.PathLike) and source != "-" and not is_address(str(source)):
        path = Path(os.fsdecode(source))
        if path.is_file():
            return path
    with open_source(source, name) as file:
        return file.read()
