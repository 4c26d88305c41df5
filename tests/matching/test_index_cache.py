"""Indexes are read back from their files as they were, or built anew."""

import hashlib
import io
import tracemalloc
import zipfile

import numpy as np
import pytest
from glyph_indexes import CELL, SCORE, HalfEncoder, index_of
from hypothesis import given, settings
from hypothesis import strategies as st

from asciiart.matching.index_cache import cached_index, pack_index, unpack_index

INDEX = index_of(np.random.default_rng(7).normal(size=(4, 9)).astype(np.float32))
BYTES = pack_index(INDEX)


@pytest.fixture
def encoder():
    return HalfEncoder()


@pytest.fixture
def load(font, encoder, tmp_path):
    """Return `cached_index` with all but a few arguments given."""

    def load_index(characters=" ab", strict=False, digest="1", folder=tmp_path / "deep" / "cache"):
        return cached_index(
            font,
            characters,
            encoder,
            SCORE,
            cell=CELL,
            strict=strict,
            folder=folder,
            model_digest=digest,
        )

    return load_index


def equal(one, other):
    return (
        one.characters,
        one.density,
        one.column_code_size,
        one.spans.tolist(),
        one.inks.tolist(),
    ) == (
        other.characters,
        other.density,
        other.column_code_size,
        other.spans.tolist(),
        other.inks.tolist(),
    ) and {span: keys.tolist() for span, keys in one.keys.items()} == {
        span: keys.tolist() for span, keys in other.keys.items()
    }


def test_bytes_round_trip():
    read = unpack_index(BYTES)
    assert equal(read, INDEX)
    assert read.keys[1].dtype == np.float32


def test_the_same_index_has_the_same_bytes():
    again = index_of(INDEX.keys[1].copy())
    assert pack_index(again) == BYTES


@settings(max_examples=300)
@given(st.integers(0, len(BYTES) - 1), st.integers(1, 255))
def test_a_byte_that_was_changed_anywhere_is_seen(position, change):
    damaged = bytearray(BYTES)
    damaged[position] ^= change
    assert unpack_index(bytes(damaged)) is None


@given(st.integers(0, len(BYTES) - 1))
def test_a_file_that_was_cut_anywhere_is_seen(length):
    assert unpack_index(BYTES[:length]) is None


@pytest.mark.parametrize("data", [b"", b"no index", BYTES + b"\0"], ids=["empty", "text", "longer"])
def test_what_is_no_index_is_seen(data):
    assert unpack_index(data) is None


def test_the_second_time_the_index_comes_from_its_file(load, encoder, tmp_path):
    first, second = load(), load()
    assert equal(first, second)
    assert encoder.calls == [3]
    (path,) = (tmp_path / "deep" / "cache").iterdir()
    assert path.read_bytes() == pack_index(first)


@pytest.mark.parametrize(
    "wishes",
    [{"characters": " abc"}, {"strict": True}, {"digest": "2"}],
    ids=lambda w: next(iter(w)),
)
def test_another_wish_is_another_file(load, encoder, tmp_path, wishes):
    load()
    load(**wishes)
    assert len(encoder.calls) == 2
    assert len(list((tmp_path / "deep" / "cache").iterdir())) == 2


@pytest.mark.parametrize("position", [0, 20, 60, -1])
def test_a_damaged_file_is_rebuilt(load, encoder, tmp_path, position):
    whole = load()
    (path,) = (tmp_path / "deep" / "cache").iterdir()
    good = path.read_bytes()
    damaged = bytearray(good)
    damaged[position] ^= 255
    path.write_bytes(damaged)
    assert equal(load(), whole)
    assert len(encoder.calls) == 2
    assert path.read_bytes() == good


def sealed(arrays, compress=False):
    """Return a file of the cache with a right digest."""
    buffer = io.BytesIO()
    (np.savez_compressed if compress else np.savez)(buffer, **arrays)
    body = buffer.getvalue()
    return BYTES[: BYTES.index(b"\n") + 1] + hashlib.sha256(body).digest() + body


def arrays_in(data):
    body = io.BytesIO(data[data.index(b"\n") + 1 + 32 :])
    with np.load(body) as arrays:
        return dict(arrays)


CRAFTED = {
    "terminal code": {"characters": np.array(" \x1bb")},
    "another character": {"characters": np.array(" ac")},
    "another order": {"characters": np.array(" ba")},
    "twice": {"characters": np.array(" aa")},
    "no space": {"characters": np.array("ab ")},
    "too many": {"characters": np.array(" ab@")},
    "none": {"characters": np.array("")},
    "many": {"characters": np.array([" ab"])},
    "bytes": {"characters": np.array(b" ab")},
    "object": {"characters": np.array([" ab"], object)},
    "not finite": {"keys1": np.full((3, 3), np.nan, np.float32)},
    "other keys": {"keys1": np.zeros((3, 4), np.float32)},
    "one key less": {"keys1": np.zeros((2, 3), np.float32)},
    "doubles": {"keys1": np.zeros((3, 3))},
    "complex": {"keys1": np.zeros((3, 3), complex)},
    "spans of 0": {"spans": np.zeros(3, np.int64), "keys0": np.zeros((3, 1), np.float32)},
    "wide": {"spans": np.full(3, 1 << 40), "keys1099511627776": np.zeros((3, 3), np.float32)},
    "fractions": {"spans": np.ones(3)},
    "negative ink": {"inks": np.full(3, -1, np.float32)},
    "no ink": {"inks": np.zeros(2, np.float32)},
    "density": {"density": np.array(np.inf)},
    "column_code_size": {"column_code_size": np.array(1 << 40)},
}


@pytest.mark.parametrize("crafted", CRAFTED.values(), ids=CRAFTED)
def test_a_crafted_file_is_rebuilt(load, encoder, tmp_path, crafted):
    whole = load()
    (path,) = (tmp_path / "deep" / "cache").iterdir()
    good = path.read_bytes()
    path.write_bytes(sealed(arrays_in(good) | crafted))
    assert equal(load(), whole)
    assert len(encoder.calls) == 2
    assert path.read_bytes() == good


def test_a_file_that_unpacks_to_more_is_rebuilt(load, encoder, tmp_path):
    whole = load()
    (path,) = (tmp_path / "deep" / "cache").iterdir()
    bomb = {"keys1": np.zeros((1 << 14, 1 << 10), np.float32)}
    path.write_bytes(sealed(arrays_in(path.read_bytes()) | bomb, compress=True))
    assert path.stat().st_size < 1 << 20
    tracemalloc.start()
    assert equal(load(), whole)
    assert tracemalloc.get_traced_memory()[1] < 1 << 24
    tracemalloc.stop()
    assert len(encoder.calls) == 2


def test_a_file_that_says_it_is_larger_is_rebuilt(load, encoder, tmp_path):
    whole = load()
    (path,) = (tmp_path / "deep" / "cache").iterdir()
    good = path.read_bytes()
    body = io.BytesIO(good[good.index(b"\n") + 33 :])
    header = {"descr": "<f4", "fortran_order": False, "shape": (1 << 20, 1 << 20)}
    claim = io.BytesIO()
    np.lib.format.write_array_header_1_0(claim, header)
    with zipfile.ZipFile(body) as old, zipfile.ZipFile(crafted := io.BytesIO(), "w") as new:
        for name in old.namelist():
            new.writestr(name, claim.getvalue() if name == "keys1.npy" else old.read(name))
    digest = hashlib.sha256(crafted.getvalue()).digest()
    path.write_bytes(good[: good.index(b"\n") + 1] + digest + crafted.getvalue())
    tracemalloc.start()
    assert equal(load(), whole)
    assert tracemalloc.get_traced_memory()[1] < 1 << 24
    tracemalloc.stop()
    assert len(encoder.calls) == 2


def test_a_folder_that_cannot_be_written_is_done_without(load, tmp_path):
    occupied = tmp_path / "file"
    occupied.write_text("not a folder")
    assert load(folder=occupied).characters == " ab"
    assert occupied.read_text() == "not a folder"
