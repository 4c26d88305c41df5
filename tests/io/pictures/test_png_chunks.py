"""PNG files cut short and damaged: as much is repaired as can be known."""

from __future__ import annotations

import io
import struct
import zlib
from typing import BinaryIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moving_files import MadeFrame, apng
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from asciiart.errors import ImageError
from asciiart.io.pictures.arrays import Pixels
from asciiart.io.pictures.png_chunks import SIGNATURE, read_animated_png, read_chunks, repair

HEIGHT, WIDTH = 20, 16
PIXELS = np.random.default_rng(5).integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)


def encoded() -> bytes:
    text, file = PngInfo(), io.BytesIO()
    text.add_text("Title", "noise")
    Image.fromarray(PIXELS).save(file, "PNG", pnginfo=text)
    return file.getvalue()


PNG = encoded()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + zlib.crc32(name + data).to_bytes(4)


def interlaced() -> bytes:
    """Return a PNG that says that it is interlaced; only its end is looked at."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 1)
    data = zlib.compress(bytes(100))
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", data)


def damaged(name: bytes, content: bytes = PNG) -> bytes:
    """Return a file in which a bit of a chunk's data is wrong."""
    at = content.index(name) + 4
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def pixels(content: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(content)))


def decode(file: BinaryIO) -> Image.Image:
    return Image.open(file).convert("RGBA")


def test_chunks_are_read_in_order() -> None:
    chunks = read_chunks(io.BytesIO(PNG))
    assert [each.name for each in chunks] == [b"IHDR", b"tEXt", b"IDAT", b"IEND"]
    assert all(each.is_whole and each.is_sound for each in chunks)
    assert [PNG[each.start - 4 : each.start] for each in chunks] == [e.name for e in chunks]
    assert chunks[0].length == 13


@given(st.integers(len(SIGNATURE), len(PNG) - 1))
def test_a_file_cut_anywhere_ends_in_a_chunk_that_is_not_whole_or_lacks_an_end(end: int) -> None:
    chunks = read_chunks(io.BytesIO(PNG[:end]))
    assert all(each.is_whole for each in chunks[:-1])
    assert not chunks or chunks[-1].name != b"IEND" or not chunks[-1].is_whole


def test_what_follows_the_end_is_not_read() -> None:
    assert len(read_chunks(io.BytesIO(PNG + chunk(b"tEXt", b"x")))) == 4


def test_a_sound_file_is_handed_on() -> None:
    file = io.BytesIO(PNG)
    repaired = repair(file, "a", None)
    assert repaired.file is file
    assert file.tell() == 0
    assert (repaired.faults, repaired.rows) == ((), None)


def test_a_damaged_chunk_that_can_be_spared_is_dropped() -> None:
    repaired = repair(io.BytesIO(damaged(b"tEXt")), "a", None)
    assert repaired.faults == ("the checksum of its tEXt chunk is wrong",)
    assert repaired.rows is None
    content = repaired.file.read()
    assert b"tEXt" not in content
    np.testing.assert_array_equal(pixels(content), PIXELS)


@pytest.mark.parametrize("name", [b"IHDR", b"IDAT"])
def test_a_damaged_chunk_that_pixels_need_is_refused(name: bytes) -> None:
    with pytest.raises(ValueError, match=f"^the checksum of its {name.decode()} chunk is wrong$"):
        repair(io.BytesIO(damaged(name)), "a", None)


@given(st.integers(PNG.index(b"IDAT") + 4, len(PNG) - 1))
def test_of_a_file_that_is_cut_all_whole_rows_are_kept(end: int) -> None:
    try:
        repaired = repair(io.BytesIO(PNG[:end]), "a", None)
    except ValueError:  # not even the first row is there
        assert end < PNG.index(b"IDAT") + 4 + 3 * (1 + 3 * WIDTH)
        return
    assert repaired.rows is not None
    shown = pixels(repaired.file.read())
    assert shown.shape == PIXELS.shape
    np.testing.assert_array_equal(shown[: repaired.rows], PIXELS[: repaired.rows])


def test_a_file_without_a_whole_row_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^the data end too early$"):
        repair(io.BytesIO(PNG[: PNG.index(b"IDAT") + 8]), "a", None)


def test_more_of_the_file_is_more_of_the_picture() -> None:
    start = PNG.index(b"IDAT") + 100
    ends = range(start, len(PNG) - 12, 30)
    rows = [repair(io.BytesIO(PNG[:end]), "a", None).rows or 0 for end in ends]
    assert rows == sorted(rows)
    assert rows[0] < HEIGHT // 2
    assert rows[-1] >= HEIGHT - 1


def test_a_file_without_its_end_alone_lacks_no_row() -> None:
    assert repair(io.BytesIO(PNG[:-12]), "a", None).rows == HEIGHT


def test_an_interlaced_file_that_is_cut_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^the data end too early$"):
        repair(io.BytesIO(interlaced()), "a", None)


def test_a_file_that_is_cut_has_a_limit_of_pixels() -> None:
    assert repair(io.BytesIO(PNG[:-12]), "a", HEIGHT * WIDTH).rows == HEIGHT
    with pytest.raises(ImageError, match=r"^a: 16 x 20 pixels are more than max_pixels 319"):
        repair(io.BytesIO(PNG[:-12]), "a", HEIGHT * WIDTH - 1)


# Animated PNG

FRAMES = [MadeFrame(np.full((4, 6, 4), level, np.uint8)) for level in (255, 128)]
FILM = apng(FRAMES, 4, 6)


def test_a_still_picture_is_no_animation() -> None:
    assert read_animated_png(io.BytesIO(PNG), "a", None, decode) is None


def test_frames_are_counted_before_any_is_decoded() -> None:
    def refuse(file: BinaryIO) -> Image.Image:
        raise AssertionError(file)

    read = read_animated_png(io.BytesIO(FILM), "a", None, refuse)
    assert read is not None
    assert (read.count, read.size, read.faults) == (2, (6, 4), ())


def test_frames_are_decoded_one_by_one() -> None:
    read = read_animated_png(io.BytesIO(FILM), "a", None, decode)
    assert read is not None
    first = next(read.frames())
    assert first.milliseconds == 100
    np.testing.assert_array_equal(np.asarray(first.image), FRAMES[0].pixels)


def test_an_animation_without_its_end_is_told() -> None:
    read = read_animated_png(io.BytesIO(FILM[:-12]), "a", None, decode)
    assert read is not None
    assert read.faults == ("cut short; its end is missing",)
    assert len(list(read.frames())) == 2


def test_a_frame_that_is_cut_is_refused_after_the_whole_ones() -> None:
    read = read_animated_png(io.BytesIO(FILM[:-20]), "a", None, decode)
    assert read is not None
    frames = read.frames()
    next(frames)
    with pytest.raises(ValueError, match=r"^the data end too early"):
        next(frames)


def test_each_frame_has_a_limit_of_pixels() -> None:
    with pytest.raises(ImageError, match=r"^a: 6 x 4 pixels are more than max_pixels 23"):
        read_animated_png(io.BytesIO(FILM), "a", 23, decode)
