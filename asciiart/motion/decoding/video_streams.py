"""Moving pictures, stage 1: an open video -> decoded frames, and its faults."""

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
"""Timestamps -> frames that contain alpha for the colors of the same time."""

_COVERS = Disposition.attached_pic | Disposition.timed_thumbnails
"""Dispositions of pictures that accompany a film or a sound, such as covers."""
_ALPHA: Final = "matroska_block_additional"
"""Side data with a packet's alpha in VP8 and VP9: an 8-byte number, then a frame in whose luma
the alpha is coded."""
_MOST_ALPHAS = 32
"""Maximum number of frames of alpha that wait for their colors."""
_ALPHA_CODECS = frozenset({"vp8", "vp9"})
"""Codecs whose alpha is a film of its own."""


@dataclass(frozen=True)
class Film:
    """An open video."""

    container: InputContainer
    stream: VideoStream
    decoder: VideoCodecContext
    alpha_decoder: VideoCodecContext | None
    file: BinaryIO
    usual: float
    """Duration, in seconds, of a frame that does not tell its own."""
    tick: float
    """Unit of the frames' timestamps in seconds."""
    may_begin_anywhere: bool
    """Whether it may begin with frames that lack predecessors, as a broadcast does."""
    scaler: VideoReformatter


class Reader:
    """A file for FFmpeg without a name, which FFmpeg might take for an address."""

    def __init__(self, file: BinaryIO) -> None:
        self.read, self.tell = file.read, file.tell
        self._file = file

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to a position and return it; -1, as FFmpeg expects, if there is none.

        An exception would not do, since PyAV keeps only one at a time and prints others.
        """
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -1


def open_nothing(url: str, flags: int, options: dict[str, str]) -> BinaryIO:  # noqa: ARG001
    """Refuse to open another file that a film refers to."""
    raise PermissionError("it refers to another file")


def as_image_error(error: Exception, name: str) -> ImageError:
    """Return an `ImageError` for an error of FFmpeg's or of the file that it reads."""
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
    """Return the film among the streams, which may include covers; None if there is none."""
    films = [each for each in container.streams.video if not each.disposition & _COVERS]
    best = container.streams.best("video")
    return next((each for each in films if each is best), films[0] if films else None)


def lacks_frames(film: Film) -> bool:
    """Tell whether the index of an MP4 lists frames beyond the end of the file."""
    if film.container.format.name != "mov":
        return False
    length = length_of(film.file)
    return any(entry.pos + entry.size > length for entry in film.stream.index_entries)


def alpha_decoder_of(stream: VideoStream) -> VideoCodecContext | None:
    """Return a decoder for the alpha of VP8 and VP9, which is a film of its own, if there is any.

    FFmpeg's decoders ignore it. libvpx would decode both, but its memory cannot be limited.
    """
    name = stream.codec_context.name
    if stream.metadata.get("alpha_mode") != "1" or name not in _ALPHA_CODECS:
        return None
    decoder = av.CodecContext.create(name, "r")
    assert isinstance(decoder, VideoCodecContext)
    return decoder


class Decoding:
    """The frames of a film, and its faults."""

    def __init__(self, film: Film, name: str) -> None:
        self._film, self._name = film, name
        self._begun = not film.may_begin_anywhere
        self.faults = 0
        """Number of packets that could not be decoded, and of incomplete frames."""
        self.alphas: Alphas = {}
        """Alpha of the next frames by timestamps, if it is a film of its own."""
        self.is_cut = False
        """Whether the last packet, or all packets after some point, could not be read."""

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
        """Decode the alpha of a packet for the frame with the same timestamp."""
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
        """Yield the packets of the film, each with whether it is the last one."""
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
