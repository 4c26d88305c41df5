"""Moving pictures, stage 1: an open video -> frames as they are coded, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from asciiart.errors import ImageError
from asciiart.motion.decoding.containers import length_of

Alphas = dict[int | None, VideoFrame]
"""Frames of alpha by the times of their colors."""

_COVERS = Disposition.attached_pic | Disposition.timed_thumbnails
"""Pictures that come with a film or a sound and are not the film."""
_ALPHA: Final = "matroska_block_additional"
"""Where a packet of VP8 or VP9 has its alpha: a number of 8 bytes, and a frame whose luma it is."""
_MOST_ALPHAS = 32
"""Frames of alpha that wait for their colors."""
_ALPHA_CODECS = frozenset({"vp8", "vp9"})


@dataclass(frozen=True)
class Film:
    """A video that is open."""

    container: InputContainer
    stream: VideoStream
    decoder: VideoCodecContext
    alpha_decoder: VideoCodecContext | None
    file: BinaryIO
    usual: float
    """Seconds of a frame that does not say how long it is shown."""
    tick: float
    """Seconds in which the frames' times count."""
    may_begin_anywhere: bool
    scaler: VideoReformatter


class Reader:
    """A file that FFmpeg reads, without its name, which FFmpeg might take for an address."""

    def __init__(self, file: BinaryIO) -> None:
        self.read, self.tell = file.read, file.tell
        self._file = file

    def seek(self, offset: int, whence: int = 0) -> int:
        """Return where the file is now; -1, which FFmpeg knows, if there is no such place.

        PyAV keeps one exception at a time and prints those that follow.
        """
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -1


def open_nothing(url: str, flags: int, options: dict[str, str]) -> BinaryIO:  # noqa: ARG001
    """Refuse to open what a film names beside itself."""
    raise PermissionError("it refers to another file")


def as_image_error(error: Exception, name: str) -> ImageError:
    """Return an error of FFmpeg's, or of the file that it reads, as one of ours."""
    if isinstance(error, ImageError):
        return error
    if isinstance(error, MemoryError):
        return ImageError(f"{name}: too large for this computer's memory")
    if isinstance(error, PermissionError):
        return ImageError(f"{name}: {error}")
    if isinstance(error, OSError) and not isinstance(error, av.FFmpegError):
        return ImageError(f"{name}: cannot be read ({error.strerror or error})")
    return ImageError(f"{name}: damaged or cut short (its header or index cannot be read)")


def principal_stream(container: InputContainer) -> VideoStream | None:
    """Return the film among the streams; covers are none."""
    films = [each for each in container.streams.video if not each.disposition & _COVERS]
    best = container.streams.best("video")
    return next((each for each in films if each is best), films[0] if films else None)


def lacks_frames(film: Film) -> bool:
    """Tell whether the index of an MP4 lists frames that lie behind the end of the file."""
    if film.container.format.name != "mov":
        return False
    length = length_of(film.file)
    return any(entry.pos + entry.size > length for entry in film.stream.index_entries)


def alpha_decoder_of(stream: VideoStream) -> VideoCodecContext | None:
    """Return what decodes the alpha of VP8 and VP9, which is a film of its own beside the colors.

    FFmpeg's decoders pass over it. libvpx would decode both, but nothing limits its memory.
    """
    name = stream.codec_context.name
    if stream.metadata.get("alpha_mode") != "1" or name not in _ALPHA_CODECS:
        return None
    decoder = av.CodecContext.create(name, "r")
    assert isinstance(decoder, VideoCodecContext)
    return decoder


class Decoding:
    """The frames of a film, and what was wrong with it."""

    def __init__(self, film: Film, name: str) -> None:
        self._film, self._name = film, name
        self._begun = not film.may_begin_anywhere
        self.faults = 0
        """Packets that could not be decoded, and frames that are not whole."""
        self.alphas: Alphas = {}
        """The alpha of frames that come next, by their times, where it is a film of its own."""
        self.is_cut = False
        """Whether the last packet, or all from some point on, cannot be had."""

    def __iter__(self) -> Iterator[VideoFrame]:
        """Yield the frames as they are decoded."""
        for packet, is_last in self._packets():
            if packet.is_corrupt and is_last:
                self.is_cut = True
            else:
                yield from self._decoded(packet, is_last)
        yield from self._decoded(None, True)

    def _decoded(self, packet: Packet[VideoStream] | None, is_last: bool) -> list[VideoFrame]:
        self._decode_alpha(packet)
        try:
            frames = self._film.decoder.decode(packet)
        except MemoryError as error:
            raise as_image_error(error, self._name) from error
        except av.FFmpegError:
            self.faults += self._begun
            self.is_cut |= is_last
            return []
        for frame in frames:
            self._begun |= not frame.is_corrupt
            self.faults += self._begun and frame.is_corrupt
        return frames

    def _decode_alpha(self, packet: Packet[VideoStream] | None) -> None:
        """Decode the alpha of a packet, for the frame of the same time."""
        decoder = self._film.alpha_decoder
        if decoder is None or packet is None or not packet.has_sidedata(_ALPHA):
            return
        alpha = Packet(bytes(packet.get_sidedata(_ALPHA))[8:])
        alpha.pts = packet.pts
        try:
            for frame in decoder.decode(alpha):
                self.alphas[frame.pts] = frame
        except MemoryError as error:
            raise as_image_error(error, self._name) from error
        except av.FFmpegError:
            self.faults += 1
        while len(self.alphas) > _MOST_ALPHAS:
            del self.alphas[next(iter(self.alphas))]

    def _packets(self) -> Iterator[tuple[Packet[VideoStream], bool]]:
        """Yield the packets of the film, and whether each is the last one."""
        before: Packet[VideoStream] | None = None
        try:
            for packet in self._film.container.demux(self._film.stream):
                if not packet.size:  # which would tell the decoder that there are no more
                    continue
                if before is not None:
                    yield before, False
                before = packet
        except IndexError:  # at the end, PyAV looks for a stream that has turned up since
            pass
        except av.FFmpegError:
            self.is_cut = True
        except OSError as error:
            raise as_image_error(error, self._name) from error
        if before is not None:
            yield before, True
