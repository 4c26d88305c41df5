"""Tests of recording in MP4, and of every format of recordings on a disk that is full."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from discs import COLUMNS, COUNT, OPTIONS, discs
from films import read_video
from PIL import Image

from asciiart.errors import OutputError
from asciiart.motion.animation import Animation, animate
from asciiart.motion.recording.mp4 import _check, _encode, _Shown, _Written
from asciiart.motion.recording.recorder import save
from asciiart.options import Options
from asciiart.pipeline import Artist


def test_frames(animation: Animation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its name is, and without any program beside this one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "a b%d:c.mp4"
    save(animation, path, color="truecolor")
    pictures = read_video(path)
    assert len(pictures) == COUNT
    height, width = pictures[0].shape[:2]
    assert (height % 2, width % 2) == (0, 0)
    middles = [
        float((picture.max(axis=2).astype(float).sum(axis=0) * np.arange(width)).sum())
        / picture.max(axis=2).sum()
        for picture in pictures
    ]
    assert middles == sorted(middles)
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_browsers_and_phones_can_play_it(animation: Animation, tmp_path: Path) -> None:
    """H.264, High profile at most, 4:2:0, with the index before the frames."""
    save(animation, tmp_path / "a.mp4", color="truecolor")
    data = (tmp_path / "a.mp4").read_bytes()
    assert data[4:12] == b"ftypisom"
    assert data.find(b"moov") < data.find(b"mdat")
    with av.open(str(tmp_path / "a.mp4")) as container:
        [stream] = container.streams
        assert isinstance(stream, av.VideoStream)
        frame = next(container.decode(stream))
        assert frame.format.name == "yuv420p"
        assert (frame.colorspace, frame.color_range) == (1, 1)  # BT.709, 16 to 235
        assert stream.codec_context.name == "h264"
        profile, level = data[data.find(b"avcC") + 5], data[data.find(b"avcC") + 7]
    assert profile in (66, 77, 100)  # Baseline, Main, High
    assert level <= 40


def test_colors_are_those_of_the_art(artist: Artist, tmp_path: Path) -> None:
    red = np.full((60, 80, 3), (220, 30, 30), np.uint8)
    options = Options(columns=COLUMNS, fill=True, palette="truecolor")
    save(animate([red], options, artist=artist), tmp_path / "a.mp4", color="truecolor")
    art = next(iter(animate([red], options, artist=artist)))
    art.save(tmp_path / "a.png", color="truecolor")
    with Image.open(tmp_path / "a.png") as image:
        wanted = np.asarray(image.convert("RGB"), float).mean(axis=(0, 1))
    with av.open(str(tmp_path / "a.mp4")) as container:
        frame = next(container.decode(video=0))
        shown = frame.reformat(format="rgb24", src_colorspace="itu709").to_ndarray()
    assert np.abs(shown.mean(axis=(0, 1)) - wanted).max() < 6


def test_frames_last_as_long_as_those_of_the_source(artist: Artist, tmp_path: Path) -> None:
    pictures = [Image.fromarray(array) for array in discs()]
    durations = [40, 100, 40, 700, 60]
    options = {"save_all": True, "append_images": pictures[1:], "duration": durations}
    pictures[0].save(tmp_path / "a.gif", **options)  # type: ignore[arg-type]
    save(animate(tmp_path / "a.gif", OPTIONS, artist=artist), tmp_path / "a.mp4")
    with av.open(str(tmp_path / "a.mp4")) as container:
        frames = list(container.decode(video=0))
    assert [1000 * frame.time for frame in frames] == pytest.approx([0, 40, 140, 180, 880])
    last = frames[-1]
    assert last.time_base is not None
    assert last.duration * last.time_base == Fraction(60, 1000)
    again = list(animate(tmp_path / "a.mp4", OPTIONS, artist=artist).frames)
    assert [1000 * frame.seconds for frame in again] == pytest.approx(durations)


def test_still_frames_are_one(artist: Artist, tmp_path: Path) -> None:
    save(animate([next(discs())] * 4, OPTIONS, artist=artist, fps=10), tmp_path / "a.mp4")
    with av.open(str(tmp_path / "a.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.frames == 1
        assert (stream.duration or 0) * (stream.time_base or 0) == Fraction(4, 10)


def test_frames_in_too_much_hurry_are_joined(artist: Artist, tmp_path: Path) -> None:
    save(animate(list(discs(30)), OPTIONS, artist=artist, fps=300), tmp_path / "a.mp4")
    with av.open(str(tmp_path / "a.mp4")) as container:
        times = [frame.time for frame in container.decode(video=0)]
        assert container.duration == pytest.approx(100_000, abs=100)
    assert min(np.diff(times)) >= 1 / 121


def test_frames_too_large_for_the_format(tmp_path: Path) -> None:
    shown = _Shown(np.zeros((2, 16386, 3), np.uint8), 0, 9000)
    with pytest.raises(OutputError, match="is too large for MP4, whose sides have at most 16384"):
        _encode(iter([shown]), tmp_path / "a.mp4")
    assert not list(tmp_path.iterdir())


def test_what_was_written_is_looked_at(animation: Animation, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    save(animation, path)
    _check(path, _Written(COUNT, COUNT * 9000))
    data = path.read_bytes()
    for broken in (data[:-1], data[: len(data) // 2], data[:10], b""):
        path.write_bytes(broken)
        with pytest.raises(OSError, match="not whole"):
            _check(path, _Written(COUNT, COUNT * 9000))
    path.write_bytes(data)
    for wrong in (_Written(COUNT + 1, COUNT * 9000), _Written(COUNT, COUNT * 9000 + 9000)):
        with pytest.raises(OSError, match="not whole"):
            _check(path, wrong)


# --- a full disk ----------------------------------------------------------------------------------

FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.argv[1:] = sys.argv[2:]
from asciiart.__main__ import main
main()
"""
"""The command line where no file can grow beyond some bytes, as on a disk that is full."""


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "noise.gif"
    pictures = [Image.effect_noise((320, 200), 80).convert("P") for _ in range(12)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=40)
    return path


@pytest.mark.parametrize("limit", [0, 1000, 20_000])
@pytest.mark.parametrize("name", ["a.mp4", "a.gif", "a.html", "a.cast", "a/"])
def test_full_disk(noise: Path, tmp_path: Path, artist: Artist, name: str, limit: int) -> None:
    """One line says so, and the old file is as it was."""
    artist.draw(np.zeros((8, 8), np.uint8), columns=4)  # what the cache holds is not on that disk
    is_folder = name.endswith("/")
    if not is_folder:
        (tmp_path / name).write_text("old")
    limit = limit // 4 if is_folder else limit  # each of its files is small
    done = subprocess.run(
        [
            *(sys.executable, "-c", FULL, str(limit)),
            *("play", str(noise), "-c", "150", "-o", f"{tmp_path}/{name}"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"asciiart: {tmp_path}/{name}: cannot be written (")
    assert done.stderr.count("\n") == 1
    left = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert left == ({} if is_folder else {name: "old"})
