"""Moving pictures, stage 1: frames turned, mirrored, cut and inverted, as pictures are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from asciiart.io.pictures.edits import edit
from asciiart.io.pictures.image import load_image
from asciiart.motion.frames import Frame, Frames, WantedSize, full_size, pixels_of
from asciiart.options import Options


def edit_frames(frames: Frames, options: Options) -> Frames:
    """Return frames that are edited as ``options`` ask for; see `edits.edit`."""
    return _EditedFrames(frames, options) if options.is_edited else frames


@dataclass(frozen=True)
class _EditedFrames:
    """A moving picture whose frames are edited while they are read."""

    frames: Frames
    options: Options

    @property
    def name(self) -> str:
        return self.frames.name

    @property
    def plays(self) -> int:
        return self.frames.plays

    @property
    def is_still(self) -> bool:
        return self.frames.is_still

    @property
    def is_live(self) -> bool:
        return self.frames.is_live

    @property
    def is_read_once(self) -> bool:
        return self.frames.is_read_once

    @property
    def count(self) -> int | None:
        return self.frames.count

    def read(self, wanted_size: WantedSize = full_size) -> Iterator[Frame]:
        """Yield the frames in full size, since an area may be given in its pixels."""
        del wanted_size
        return map(self._edited, self.frames.read())

    def __iter__(self) -> Iterator[Frame]:
        return self.read()

    def _edited(self, frame: Frame) -> Frame:
        picture = replace(load_image(frame.pixels), name=self.name)
        return replace(frame, pixels=pixels_of(edit(picture, self.options)))
