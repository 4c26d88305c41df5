"""Tests of asciiart.motion.recording.recorder: each format is read back by another reader."""

from __future__ import annotations

import base64
import io
import json
import re
import signal
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from emulator import Emulator
from films import read_video
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from PIL import Image

from asciiart.errors import ImageError, OptionError, OutputError
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.motion.animation import Animation, animate
from asciiart.motion.frames import Frame, WantedSize, full_size
from asciiart.motion.recording.recorder import animation_format, save
from asciiart.options import Options
from asciiart.pipeline import Artist

COUNT, COLUMNS = 5, 24
OPTIONS = Options(columns=COLUMNS)


def discs(count: int = COUNT) -> Iterator[NDArray[np.uint8]]:
    y, x = np.mgrid[:60, :80]
    for i in range(count):
        disc = (x - 20 - 8 * i) ** 2 + (y - 30) ** 2 < 15**2
        yield np.where(disc[..., None], (250, 200, 30), (0, 0, 40)).astype(np.uint8)


@pytest.fixture(scope="module")
def artist() -> Artist:
    return Artist()


@pytest.fixture
def animation(artist: Artist) -> Animation:
    """Return a disc that moves, 10 frames a second."""
    return animate(list(discs()), OPTIONS, artist=artist, fps=10)


def texts(artist: Artist) -> list[str]:
    return [str(art) for art in animate(list(discs()), OPTIONS, artist=artist)]


@pytest.mark.parametrize("color", ["none", "truecolor"])
def test_gif(animation: Animation, artist: Artist, tmp_path: Path, color: str) -> None:
    """Each frame is the picture of its art, but for the 256 colors."""
    save(animation, tmp_path / "a.gif", color=color, plays=0)
    arts = list(animate(list(discs()), OPTIONS, artist=artist))
    with Image.open(tmp_path / "a.gif") as image:
        assert (image.n_frames, image.info["loop"]) == (COUNT, 0)  # type: ignore[attr-defined]
        for i, art in enumerate(arts):
            image.seek(i)
            assert image.info["duration"] == 100
            shown = np.asarray(image.convert("RGB"), int)
            art.save(tmp_path / "one.png", color=color)
            with Image.open(tmp_path / "one.png") as one:
                wanted = np.asarray(one.convert("RGB").resize(image.size), int)
            assert np.abs(shown - wanted).mean() < 14


@pytest.mark.parametrize(("plays", "loop"), [(1, None), (3, 2), (0, 0)])
def test_gif_plays(animation: Animation, tmp_path: Path, plays: int, loop: int | None) -> None:
    save(animation, tmp_path / "a.gif", plays=plays)
    with Image.open(tmp_path / "a.gif") as image:
        assert image.info.get("loop") == loop


def test_gif_keeps_the_time(artist: Artist, tmp_path: Path) -> None:
    """Frames of 1/70 s are joined, and no rounding adds up."""
    save(animate(list(discs(21)), OPTIONS, artist=artist, fps=70), tmp_path / "a.gif")
    with Image.open(tmp_path / "a.gif") as image:
        durations = []
        for i in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(i)
            durations.append(image.info["duration"])
    assert min(durations) >= 20
    assert sum(durations) == pytest.approx(300, abs=20)


def test_still_frames_of_a_gif_are_one(artist: Artist, tmp_path: Path) -> None:
    save(animate([next(discs())] * 4, OPTIONS, artist=artist, fps=10), tmp_path / "a.gif")
    with Image.open(tmp_path / "a.gif") as image:
        assert (image.n_frames, image.info["duration"]) == (1, 400)  # type: ignore[attr-defined]


def test_cast(animation: Animation, artist: Artist, tmp_path: Path) -> None:
    save(animation, tmp_path / "a.cast", color="truecolor")
    header, *events = map(json.loads, (tmp_path / "a.cast").read_text("utf-8").splitlines())
    rows = len(texts(artist)[0].split("\n"))
    assert (header["version"], header["width"], header["height"]) == (2, COLUMNS, rows)
    times = [time for time, _, _ in events]
    assert times == [0, *(pytest.approx(i / 10) for i in range(COUNT)), pytest.approx(0.5)]
    emulator = Emulator(COLUMNS, rows)
    shown = []
    for _, kind, codes in events:
        assert kind == "o"
        emulator.feed(codes)
        shown.append("\n".join(line.rstrip() for line in emulator.text))
    assert shown[1:-1] == texts(artist)
    assert emulator.modes == {25: True, 7: True}


@pytest.mark.parametrize("color", ["none", "truecolor"])
def test_html(animation: Animation, artist: Artist, tmp_path: Path, color: str) -> None:
    """The rows of each frame, put together as the page's script does."""
    save(animation, tmp_path / "a.html", color=color, plays=0)
    page = (tmp_path / "a.html").read_text("utf-8")
    assert page.count("</script>") == 2
    assert "http" not in page
    found = re.search(r"PLAYS = 0, FRAMES = \[\n(.*),\n\];\n</script>", page, re.DOTALL)
    assert found is not None
    shown: dict[int, str] = {}
    for line, text in zip(found[1].split(",\n"), texts(artist), strict=True):
        seconds, changed = json.loads(line)
        assert seconds == pytest.approx(0.1)
        shown |= {int(row): html for row, html in changed.items()}
        rows = [re.sub("<[^>]*>", "", shown[row]) for row in sorted(shown)]
        plain = [
            row.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for row in rows
        ]
        assert "\n".join(row.rstrip() for row in plain) == text


@pytest.mark.parametrize(
    ("font", "charset"), [("Mona", "ascii"), ("M PLUS 1 Code", "ascii+kana+kanji")]
)
def test_html_with_characters_of_different_widths(tmp_path: Path, font: str, charset: str) -> None:
    """The page carries a font with what any frame shows."""
    artist = Artist(font=font, charset=charset)
    save(animate(list(discs()), OPTIONS, artist=artist), tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text("utf-8")
    carried = re.search(r"base64,([^)]*)\) format\('woff'\)", page)
    assert carried is not None
    with TTFont(io.BytesIO(base64.b64decode(carried[1]))) as small:
        had = set(map(chr, small.getBestCmap()))
    shown = set().union(*texts(artist)) - {"\n"}
    assert shown <= had
    assert all(unicodedata.mirrored(other) for other in had - shown)  # those of what is shown


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


@pytest.mark.parametrize(("color", "suffix"), [("none", "txt"), ("16", "ans")])
def test_folder(
    animation: Animation, artist: Artist, tmp_path: Path, color: str, suffix: str
) -> None:
    save(animation, f"{tmp_path}/texts/", color=color)
    files = sorted((tmp_path / "texts").iterdir())
    assert [file.name for file in files] == [f"frame-0000{i + 1}.{suffix}" for i in range(COUNT)]
    plain = [re.sub(r"\x1b\[[\d;]*m", "", file.read_text("utf-8")) for file in files]
    assert plain == [f"{text}\n" for text in texts(artist)]


def test_folder_that_holds_something_stays_as_it_is(animation: Animation, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="cannot be written"):
        save(animation, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert (tmp_path / "mine.txt").read_text() == "mine"


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
    animation = Animation(_Broken(3, ImageError("film: cut short")), artist, OPTIONS)  # type: ignore[arg-type]
    with pytest.raises(ImageError, match="cut short"):
        save(animation, tmp_path / "a", format_)
    whole = Animation(_Broken(3, ImageError("film: cut short")), artist, OPTIONS, max_frames=3)  # type: ignore[arg-type]
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
        save(Animation(_Broken(3, fault), artist, OPTIONS), tmp_path / "a", format_)  # type: ignore[arg-type]
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
    save(Animation(_Camera(signal.SIGINT, at), artist, OPTIONS), tmp_path / "texts")  # type: ignore[arg-type]
    assert len(list((tmp_path / "texts").iterdir())) == at + 1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_recording_of_a_camera_is_kept_when_the_program_must_end(
    artist: Artist, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as ended:
        save(Animation(_Camera(signal.SIGTERM), artist, OPTIONS), tmp_path / "texts")  # type: ignore[arg-type]
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
