"""Tests of asciiart.motion.decoding.video: films that PyAV decodes."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from films import CODECS, bright, film
from paths import FILMS
from PIL import Image

from asciiart.errors import ImageError, ImageWarning, install_command
from asciiart.motion.decoding.opening import open_frames
from asciiart.motion.frames import Frame

COUNT = 12


def read(data: bytes) -> tuple[list[Frame], str]:
    """Return the frames before a fault, and what is said of it."""
    frames: list[Frame] = []
    try:
        frames.extend(open_frames(data))
    except ImageError as error:
        return frames, str(error)
    return frames, ""


@pytest.mark.parametrize("container", CODECS)
def test_frames_of_a_video(container: str) -> None:
    frames = open_frames(film(container))
    for _ in range(2):
        shown = list(frames)
        assert [frame.pixels.shape for frame in shown] == [(48, 64, 3)] * COUNT
        assert [frame.seconds for frame in shown] == pytest.approx([0.04] * COUNT, abs=0.011)
        brightness = [float(frame.pixels[:, 40:].mean()) for frame in shown]
        assert brightness == sorted(brightness)
        assert shown[0].pixels[:, :24, 0].mean() > 200  # red comes first
    assert (frames.plays, frames.is_still, frames.is_live) == (1, False, False)


def test_file_of_a_video(tmp_path: Path) -> None:
    """Its name is none of FFmpeg's business."""
    path = tmp_path / "concat:a%02d|b.jpg"
    path.write_bytes(film("mp4"))
    assert len(list(open_frames(path))) == COUNT


def test_only_an_index_tells_the_count() -> None:
    assert open_frames(film("mp4")).count == COUNT
    assert open_frames(film("avi")).count is None
    assert open_frames(film("webm")).count is None


# --- proportions and direction --------------------------------------------------------------------


# --- time -----------------------------------------------------------------------------------------


def test_variable_frame_rate() -> None:
    """The case that was reported: an estimate from the length and the rate would be 12 frames."""
    shown = list(open_frames(FILMS / "vfr.mkv"))
    wanted = [0.1, 0.1, 1.0, 0.1, 0.1, 0.9, 0.1, 0.1]
    assert [frame.seconds for frame in shown] == pytest.approx(wanted)


@pytest.mark.parametrize("container", ["matroska", "webm", "mp4"])
def test_variable_frame_rates(container: str) -> None:
    times = [0, 0.1, 0.5, 0.55, 2.0, 14.0]
    shown = list(open_frames(film(container, bright(6), seconds=times)))
    assert [frame.seconds for frame in shown][:-1] == pytest.approx(np.diff(times).tolist())


def test_breaks_in_the_clock_are_no_pauses() -> None:
    shown = list(open_frames(film("matroska", bright(4), seconds=[0, 0.1, 4000, 4000.1])))
    assert [frame.seconds for frame in shown][1] < 2


@pytest.mark.parametrize("container", ["matroska", "webm", "avi", "flv", "asf", "ogg"])
def test_stream_that_announces_no_length(container: str) -> None:
    """It was sent while it was made, so that nothing could be said before."""
    shown, fault = read(film(container, seekable=False))
    assert (len(shown), fault) == (COUNT, "")


def test_wrong_lengths_are_not_believed() -> None:
    """The counts and durations of headers; the index is right."""
    avi = bytearray(film("avi"))
    struct.pack_into("<I", avi, avi.find(b"avih") + 8 + 16, 500)
    struct.pack_into("<I", avi, avi.find(b"strh") + 8 + 32, 500)
    mp4 = bytearray(film("mp4"))
    struct.pack_into(">I", mp4, mp4.find(b"mvhd") + 4 + 16, 10_000_000)
    struct.pack_into(">I", mp4, mp4.find(b"mdhd") + 4 + 16, 10_000_000)
    matroska = film("matroska")
    duration = struct.pack(">d", 480.0)
    assert duration in matroska
    matroska = matroska.replace(duration, struct.pack(">d", 9e6))
    for data in (bytes(avi), bytes(mp4), matroska):
        shown, fault = read(data)
        assert (len(shown), fault) == (COUNT, "")


# --- transparency ---------------------------------------------------------------------------------


# --- files that are not whole ---------------------------------------------------------------------


@pytest.mark.parametrize("container", sorted(set(CODECS) - {"mp4", "mov", "mpeg"}))
@pytest.mark.parametrize("share", [0.6, 0.85])
def test_frames_before_a_cut_are_kept(container: str, share: float) -> None:
    data = film(container)
    shown, fault = read(data[: int(share * len(data))])
    assert 1 <= len(shown) < COUNT or container == "asf"  # whose index, at its end, is large
    whole = list(open_frames(data))
    assert all((a.pixels == b.pixels).all() for a, b in zip(shown, whole, strict=False))
    frames = "1 frame is" if len(shown) == 1 else f"{len(shown)} frames are"
    assert fault == f"bytes: damaged or cut short ({frames} whole)"


def test_cut_program_stream() -> None:
    """Its frames lie in few large packets, the last of which is not whole."""
    data = film("mpeg", bright(40, 96, 128))
    shown, fault = read(data[: len(data) // 2])
    assert 1 <= len(shown) < 40
    assert "cut short" in fault


def with_index_first(muxer: dict[str, str], path: Path) -> bytes:
    """Return a film whose index comes first, or in pieces."""
    with (
        av.open(io.BytesIO(film("mp4", options={"g": "4"}))) as source,
        av.open(str(path), "w", format="mp4", container_options=muxer) as out,
    ):
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.size:
                packet.stream = stream
                out.mux(packet)
    return path.read_bytes()


@pytest.mark.parametrize("flags", ["faststart", "frag_keyframe+empty_moov"])
def test_cut_mp4(tmp_path: Path, flags: str) -> None:
    data = with_index_first({"movflags": flags}, tmp_path / "a.mp4")
    assert read(data)[1] == ""
    for share in (0.4, 0.6, 0.8, 0.95):
        shown, fault = read(data[: int(share * len(data))])
        assert 1 <= len(shown) < COUNT
        assert "damaged or cut short" in fault


def test_mp4_that_is_cut_between_two_frames(tmp_path: Path) -> None:
    """What is there is whole, but the index promises more."""
    data = with_index_first({"movflags": "faststart"}, tmp_path / "a.mp4")
    with av.open(io.BytesIO(data)) as container:
        ends = list(container.streams.video[0].index_entries)[5].pos
    shown, fault = read(data[:ends])
    assert len(shown) == 5
    assert fault == f"bytes: damaged or cut short (5 of {COUNT} frames are whole)"


def test_mp4_without_its_end() -> None:
    """Where an MP4 says what is in it."""
    with pytest.raises(ImageError, match="its header or index cannot be read"):
        open_frames(film("mp4")[:-400])


def test_damage_in_the_midst_is_told() -> None:
    """As players do it, the film goes on."""
    data = bytearray(film("avi", bright(40), codec="mpeg4"))
    for i in range(len(data) // 2, len(data) // 2 + 8):
        data[i] ^= 0x55
    with pytest.warns(ImageWarning, match="bytes: 1 frame is not whole"):
        shown = list(open_frames(bytes(data)))
    assert len(shown) == 40
    with pytest.raises(ImageError, match="bytes: 1 frame is not whole, which strict refuses"):
        list(open_frames(bytes(data), strict=True))


def test_broadcast_that_begins_in_the_midst() -> None:
    """The frames before the first that can be decoded are no fault."""
    data = film("mpegts", bright(40), options={"g": "10", "bf": "0"})
    packets = [data[i : i + 188] for i in range(0, len(data), 188)]
    shown, fault = read(b"".join(packets[:2] + packets[40:]))
    assert 20 <= len(shown) < 40
    assert fault == ""


# --- files that are no films ----------------------------------------------------------------------


def sound(container: str, cover: bytes | None = None) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream("aac" if container == "mp4" else "libopus", rate=48000)
        picture = None
        if cover is not None:
            picture = out.add_stream("mjpeg", rate=1)
            picture.width, picture.height, picture.pix_fmt = 64, 48, "yuvj420p"
            picture.disposition = av.stream.Disposition.attached_pic
        for _ in range(20):
            samples = np.zeros((1, 2 * 1024), np.int16)
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
            frame.sample_rate = 48000
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        if picture is not None:
            packet = av.Packet(cover)
            packet.stream = picture
            packet.pts = packet.dts = 0
            out.mux(packet)
    return file.getvalue()


@pytest.mark.parametrize("container", ["mp4", "webm", "ogg"])
def test_sound_is_no_film(container: str) -> None:
    with pytest.raises(ImageError, match="bytes: holds no moving picture"):
        open_frames(sound(container))


def test_cover_of_a_sound_is_no_film() -> None:
    jpeg = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(jpeg, "JPEG")
    data = sound("mp4", jpeg.getvalue())
    with av.open(io.BytesIO(data)) as container:
        assert len(container.streams.video) == 1
    with pytest.raises(ImageError, match="bytes: holds no moving picture"):
        open_frames(data)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.mp4"
    path.write_bytes(film("mp4"))
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("evil.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10.0,\n{}\n#EXT-X-ENDLIST\n"),
        ("bytes.ffconcat", "ffconcat version 1.0\nfile '{}'\n"),
        ("a.mp4", "#EXTM3U\n#EXTINF:10.0,\nfile://{}\n#EXT-X-ENDLIST\n"),
        ("a.pls", "[playlist]\nFile1={}\n"),
        ("a.mpd", '<?xml version="1.0"?><MPD><BaseURL>{}</BaseURL></MPD>'),
        ("a.sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=video 5004 RTP/AVP 96\n"),
    ],
)
def test_playlists_open_no_other_file(secret: Path, name: str, text: str) -> None:
    path = secret.with_name(name)
    path.write_text(text.format(secret))
    for source in (path, path.read_bytes()):
        with pytest.raises(ImageError, match="a playlist, not a picture"):
            open_frames(source)


def test_patterns_of_names_are_no_films(tmp_path: Path) -> None:
    for i in range(3):
        Image.new("RGB", (8, 8)).save(tmp_path / f"a{i}.png")
    with pytest.raises(ImageError, match="No such file"):
        open_frames(tmp_path / "a%d.png")


def test_track_that_lies_in_another_file(secret: Path, tmp_path: Path) -> None:
    """An MP4 may name one as the place of its frames; FFmpeg would know how to follow that."""
    data = film("mp4")
    at = data.find(b"dref")
    assert data[at + 4 :].startswith(struct.pack(">3I4sI", 0, 1, 12, b"url ", 1))
    name = f"{secret}".encode() + b"\0"
    reference = struct.pack(">I4sI", 12 + len(name), b"url ", 0) + name
    dref = struct.pack(">I4s2I", 16 + len(reference), b"dref", 0, 1) + reference
    grown = len(dref) - (8 + 8 + 12)
    old = data[at - 4 : at + 4 + 8 + 12]
    changed = bytearray(data.replace(old, dref))
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
        place = changed.find(kind) - 4
        size = struct.unpack_from(">I", changed, place)[0]
        struct.pack_into(">I", changed, place, size + grown)
    path = tmp_path / "outside.mp4"
    path.write_bytes(changed)
    shown, fault = read(path.read_bytes())
    assert not shown or fault == ""  # it shows nothing, or what lies in itself
    opened = subprocess.run(
        [sys.executable, "-c", OPENED, str(path)], capture_output=True, text=True, check=True
    )
    assert "secret.mp4" not in opened.stdout


OPENED = """
import sys
names = []
sys.addaudithook(lambda event, args: names.append(args[0]) if event == "open" else None)
from asciiart.motion.decoding.opening import open_frames
from asciiart.errors import ImageError
try:
    list(open_frames(sys.argv[1]))
except ImageError:
    pass
print(names)
"""


# --- limits ---------------------------------------------------------------------------------------


def test_too_many_pixels() -> None:
    with pytest.raises(ImageError, match="64 x 48 pixels are more than max_pixels 3000 allows"):
        open_frames(film("mp4"), max_pixels=3000)


def test_frames_of_a_film_count_thrice() -> None:
    """Some are held at once; 8K passes the usual limit."""
    said = "64 x 48 pixels are too many for a film, of which 3 frames .* max_pixels 9216 would"
    with pytest.raises(ImageError, match=said):
        open_frames(film("mp4"), max_pixels=9000)
    assert len(list(open_frames(film("mp4"), max_pixels=9216))) == COUNT
    open_frames(b"YUV4MPEG2 W7680 H4320 F25:1 C420\nFRAME\n")


def test_too_many_pixels_for_their_aspect() -> None:
    data = film("mov", sample_aspect_ratio=Fraction(4, 1))
    with pytest.raises(ImageError, match="256 x 48 pixels are more than max_pixels 10000 allows"):
        list(open_frames(data, max_pixels=10_000))


@pytest.mark.parametrize(
    ("header", "size"),
    [
        (b"YUV4MPEG2 W16000 H16000 F25:1 C420\nFRAME\n", "16000 x 16000"),
        (b"DKIF\0\0 \0VP90" + struct.pack("<2H5I", 16000, 16000, 25, 1, 1, 0, 0), "16000 x 16000"),
    ],
)
def test_absurd_dimensions_are_refused_before_anything_is_decoded(header: bytes, size: str) -> None:
    start = time.monotonic()
    with pytest.raises(ImageError, match=f"{size} pixels are more than max_pixels"):
        open_frames(header)
    assert time.monotonic() - start < 1


def test_absurd_count_of_frames_is_refused() -> None:
    """Half a gigabyte would be taken for the index alone."""
    data = bytearray(film("mp4"))
    struct.pack_into(">2I", data, data.find(b"stsz") + 8, 1, 20_000_000)
    struct.pack_into(">I", data, data.find(b"stsc") + 16, 20_000_000)
    with pytest.raises(ImageError, match="announces more than 4,000,000 frames"):
        open_frames(bytes(data))


PEAK = """
import sys
from pathlib import Path
from asciiart.errors import ImageError
from asciiart.motion.decoding.opening import open_frames
try:
    list(open_frames(Path(sys.argv[1])))
except ImageError as error:
    print(error)
[peak] = [line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line]
print(int(peak.split()[1]) // 1000)
"""


@pytest.mark.parametrize("name", ["large-alpha.webm", "long-run.mp4"])
def test_small_files_take_little_memory(name: str) -> None:
    """Damaged files, found by fuzzing: 1 and 2 GB were taken."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(FILMS / name)], capture_output=True, text=True, check=True
    )
    said, megabytes = done.stdout.splitlines()
    assert "are whole" in said or "announces more than" in said
    assert int(megabytes) < 400
    assert done.stderr == ""


def test_streams_that_turn_up_while_the_film_is_read() -> None:
    """A damaged file, found by fuzzing, at whose end PyAV looks for one that it does not know."""
    assert read((FILMS / "late-streams.flv").read_bytes())[1] != ""


# --- silence, and life without PyAV ---------------------------------------------------------------


@pytest.mark.parametrize("container", ["mp4", "avi", "mpegts", "matroska"])
def test_what_ffmpeg_says_is_not_heard(container: str, capfd: pytest.CaptureFixture[str]) -> None:
    data = bytearray(film(container))
    for i in range(len(data) // 3, len(data), 50):
        data[i] ^= 0xFF
    read(bytes(data))
    read(bytes(data[: len(data) // 2]))
    assert capfd.readouterr() == ("", "")


WITHOUT = "import sys; sys.modules['av'] = None; from asciiart.__main__ import main; main()"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["film.mp4", "-o", "a.gif"], 1, "asciiart: film.mp4: a video needs PyAV: "),
        (["a.gif", "-o", "a.mp4"], 2, "asciiart: a.mp4: MP4 needs PyAV: "),
    ],
)
def test_without_pyav(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    (tmp_path / "film.mp4").write_bytes(film("mp4"))
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, "play", *arguments],
        cwd=tmp_path,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert done.stderr == f"{said}{install_command('video')}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]
