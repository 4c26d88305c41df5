"""Tests of asciiart.motion.recording.recorder: each format is read back by another reader."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from discs import COUNT, OPTIONS, discs
from films import read_video
from PIL import Image

from asciiart.errors import ImageError, OptionError
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.motion.animation import Animation, animate
from asciiart.motion.frames import Frame, WantedSize, full_size
from asciiart.motion.recording.recorder import animation_format, save
from asciiart.pipeline import Artist


@pytest.mark.parametrize("format_", ["gif", "mp4", "html", "cast"])
def test_frames_of_other_proportions(artist: Artist, tmp_path: Path, format_: str) -> None:
    """What a wider frame or a row more shows beyond the first is left away."""
    frames = [np.full(shape, 200, np.uint8) for shape in ((60, 80, 3), (75, 80, 3), (45, 80, 3))]
    save(animate(frames, OPTIONS, artist=artist), tmp_path / f"a.{format_}")
    if format_ == "gif":
        with Image.open(tmp_path / "a.gif") as image:
            assert image.n_frames == 2  # type: ignore[attr-defined]
    elif format_ == "mp4":
        assert len(read_video(tmp_path / "a.mp4")) == 3


class _Broken:
    """Frames that end in a fault."""

    name, plays, is_still, is_live, is_read_once, count = "film", 1, False, False, False, None

    def __init__(self, count: int, fault: BaseException) -> None:
        self._count, self._fault = count, fault

    def read(self, wanted_size: WantedSize = full_size) -> Iterator[Frame]:  # noqa: ARG002
        for pixels in discs(self._count):
            yield Frame(pixels, 0.1)
        raise self._fault

    def __iter__(self) -> Iterator[Frame]:
        return self.read()


SUFFIXES = ["gif", "mp4", "cast", "html", "folder"]


@pytest.mark.parametrize("format_", SUFFIXES)
def test_frames_before_a_fault_are_kept(artist: Artist, tmp_path: Path, format_: str) -> None:
    animation = Animation(_Broken(3, ImageError("film: cut short")), artist, OPTIONS)
    with pytest.raises(ImageError, match="cut short"):
        save(animation, tmp_path / "a", format_)
    whole = Animation(_Broken(3, ImageError("film: cut short")), artist, OPTIONS, max_frames=3)
    save(whole, tmp_path / "b", format_)
    if format_ == "folder":
        assert len(list((tmp_path / "a").iterdir())) == 3
    elif format_ != "mp4":
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.parametrize("format_", SUFFIXES)
@pytest.mark.parametrize("fault", [KeyboardInterrupt(), MemoryError(), SystemExit(143)])
def test_interrupted_writing_leaves_the_old_file(
    artist: Artist, tmp_path: Path, format_: str, fault: BaseException
) -> None:
    if format_ != "folder":
        (tmp_path / "a").write_text("old")
    with pytest.raises(type(fault)):
        save(Animation(_Broken(3, fault), artist, OPTIONS), tmp_path / "a", format_)
    left = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert left == ({} if format_ == "folder" else {"a": "old"})


class _Camera(_Broken):
    """Frames that never end, during one of which a signal comes."""

    is_live = is_read_once = True

    def __init__(self, number: int, at: int = 2) -> None:
        self._number, self._at = number, at

    def read(self, wanted_size: WantedSize = full_size) -> Iterator[Frame]:  # noqa: ARG002
        for i, pixels in enumerate(discs(9)):
            if i == self._at:
                signal.raise_signal(self._number)
            yield Frame(pixels, 0.1)


@pytest.mark.parametrize("at", [0, 2])
def test_recording_of_a_camera_ends_with_an_interrupt(
    artist: Artist, tmp_path: Path, at: int
) -> None:
    """The frame is finished, and what was recorded is kept."""
    save(Animation(_Camera(signal.SIGINT, at), artist, OPTIONS), tmp_path / "texts")
    assert len(list((tmp_path / "texts").iterdir())) == at + 1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_recording_of_a_camera_is_kept_when_the_program_must_end(
    artist: Artist, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as ended:
        save(Animation(_Camera(signal.SIGTERM), artist, OPTIONS), tmp_path / "texts")
    assert ended.value.code == 128 + signal.SIGTERM
    assert len(list((tmp_path / "texts").iterdir())) == 3
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_no_frames(artist: Artist, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="frames: has no frames"):
        save(animate([], OPTIONS, artist=artist), tmp_path / "a.gif")
    assert not list(tmp_path.iterdir())


def test_limit(animation: Animation, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="only 2 frames are kept; max_frames allows more"):
        save(animation, tmp_path / "texts", limit=2)
    assert len(list((tmp_path / "texts").iterdir())) == 2


def test_progress(animation: Animation, tmp_path: Path) -> None:
    told: list[int | None] = []
    save(animation, tmp_path / "a.gif", advance=told.append)
    assert told == [COUNT] * COUNT


def test_limit_that_is_not_reached(animation: Animation, tmp_path: Path) -> None:
    save(animation, tmp_path / "texts", limit=COUNT)
    assert len(list((tmp_path / "texts").iterdir())) == COUNT


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("a.GIF", "gif"),
        ("b.htm", "html"),
        ("c.cast", "cast"),
        ("d", "folder"),
        ("e.txt/", "folder"),
    ],
)
def test_format_of(name: str, format_: str) -> None:
    assert animation_format(name) == format_


def test_unknown_format(animation: Animation, tmp_path: Path) -> None:
    with pytest.raises(
        OptionError, match=r"'png' is no format of moving pictures \(there are: gif"
    ):
        animation.save(tmp_path / "a.png")


def test_unknown_color(animation: Animation, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="color 'red' is unknown"):
        animation.save(tmp_path / "a.gif", color="red")
    animation.save(tmp_path / "a.gif", color=ColorMode.NONE)
