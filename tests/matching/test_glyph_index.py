"""FAISS finds what brute force finds, and a cache file is exact or rebuilt."""

import hashlib
import io
import tracemalloc
import zipfile
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asciiart.errors import FontError
from asciiart.glyphs.font import load_font
from asciiart.glyphs.grid import Cell
from asciiart.glyphs.rasterize import rasterize, rasterize_row
from asciiart.glyphs.typesetting import Typeset
from asciiart.matching.encoder import CodeSpec, GlyphCodes
from asciiart.matching.glyph_index import GlyphIndex, build_index, cached_index
from asciiart.matching.scores import StructureScore

SCORE = StructureScore()
CELL = Cell(height=16, width=8, aspect=2.0, unit=8)


def index_of(keys, characters=" ab@"):
    """Return an index of glyphs that are all one column wide."""
    return GlyphIndex(
        characters,
        spans=np.ones(len(keys), np.int64),
        keys={1: keys},
        inks=np.arange(len(keys), dtype=np.float32),
        density=0.375,
        column_code_size=4,
    )


INDEX = index_of(np.random.default_rng(7).normal(size=(4, 9)).astype(np.float32))
BYTES = INDEX.to_bytes()


@dataclass
class HalfEncoder:
    """Gives each glyph its ink in the cell's upper and lower half, and a bias of 1/4 of all."""

    spec = CodeSpec(cell_height=16, stride=(8, 8), size=1, receptive_margin=0)
    supersampling = 1
    calls: list[int] = field(default_factory=list)

    def encode_glyphs(self, inks, score):
        assert score is SCORE
        inks = np.pad(inks, ((0, 0), (0, 0), (0, -inks.shape[2] % 8)))
        self.calls.append(len(inks))
        glyphs, height, width = inks.shape
        parts = inks.reshape(glyphs, 2, height // 2, width // 8, 8).sum(axis=(2, 4))
        return GlyphCodes(parts[..., None], -parts.sum(axis=(1, 2)) / 4)


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


@given(st.integers(1, 40), st.integers(1, 60), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_search_is_brute_force(glyphs, cells, k, seed):
    rng = np.random.default_rng(seed)
    # small integers, so that scores are exact and ties are many
    keys = rng.integers(-3, 4, (glyphs, 5)).astype(np.float32)
    codes = rng.integers(-3, 4, (cells, 4)).astype(np.float32)
    index = index_of(keys, "".join(map(chr, range(32, 32 + glyphs))))
    found = index.search(codes, k)

    scores = codes @ keys[:, :-1].T + keys[:, -1]
    kept = min(k, glyphs)
    assert found.glyph_ids.shape == found.scores.shape == (cells, kept)
    np.testing.assert_array_equal(found.scores, -np.sort(-scores, axis=1)[:, :kept])
    np.testing.assert_array_equal(
        np.take_along_axis(scores, found.glyph_ids.astype(np.int64), axis=1), found.scores
    )
    assert all(len(set(ids)) == kept for ids in found.glyph_ids.tolist())


def test_without_ties_the_ids_are_those_of_brute_force():
    codes = np.random.default_rng(1).normal(size=(50, 8)).astype(np.float32)
    scores = codes @ INDEX.keys[1][:, :-1].T + INDEX.keys[1][:, -1]
    found = INDEX.search(codes, 4)
    np.testing.assert_array_equal(found.glyph_ids, np.argsort(-scores, axis=1))
    assert (found.glyph_ids.dtype, found.scores.dtype) == (np.int32, np.float32)


def test_no_cell_to_search_gives_no_neighbor():
    assert INDEX.search(np.empty((0, 8), np.float32), 3).glyph_ids.shape == (0, 3)


def test_bytes_round_trip():
    read = GlyphIndex.from_bytes(BYTES)
    assert equal(read, INDEX)
    assert read.keys[1].dtype == np.float32


def test_the_same_index_has_the_same_bytes():
    again = index_of(INDEX.keys[1].copy())
    assert again.to_bytes() == BYTES


@settings(max_examples=300)
@given(st.integers(0, len(BYTES) - 1), st.integers(1, 255))
def test_a_byte_that_was_changed_anywhere_is_seen(position, change):
    damaged = bytearray(BYTES)
    damaged[position] ^= change
    assert GlyphIndex.from_bytes(bytes(damaged)) is None


@given(st.integers(0, len(BYTES) - 1))
def test_a_file_that_was_cut_anywhere_is_seen(length):
    assert GlyphIndex.from_bytes(BYTES[:length]) is None


@pytest.mark.parametrize("data", [b"", b"no index", BYTES + b"\0"], ids=["empty", "text", "longer"])
def test_what_is_no_index_is_seen(data):
    assert GlyphIndex.from_bytes(data) is None


def test_a_built_index_holds_keys_biases_and_density(font, encoder):
    index = build_index(font, " aあ@", encoder, SCORE, cell=CELL)
    assert index.characters == " a@"
    assert index.spans.tolist() == [1, 1, 1]
    inks = rasterize(font, " a@", 16, 8)
    assert index.keys[1].shape == (3, 3)
    np.testing.assert_allclose(index.inks, inks.sum(axis=(1, 2)), rtol=1e-5)
    assert index.blanks.tolist() == [0]
    np.testing.assert_allclose(index.keys[1][:, 0], inks[:, :8].sum(axis=(1, 2)), rtol=1e-5)
    np.testing.assert_allclose(index.keys[1][:, 1], inks[:, 8:].sum(axis=(1, 2)), rtol=1e-5)
    np.testing.assert_allclose(index.keys[1][:, 2], -inks.sum(axis=(1, 2)) / 4, rtol=1e-5)
    assert index.density == pytest.approx(inks.mean(axis=(1, 2)).max())


def test_a_strict_index_refuses_what_the_font_lacks(font, encoder):
    with pytest.raises(FontError, match="lacks 'あ'"):
        build_index(font, " aあ", encoder, SCORE, cell=CELL, strict=True)


def test_the_second_time_the_index_comes_from_its_file(load, encoder, tmp_path):
    first, second = load(), load()
    assert equal(first, second)
    assert encoder.calls == [3]
    (path,) = (tmp_path / "deep" / "cache").iterdir()
    assert path.read_bytes() == first.to_bytes()


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


@pytest.fixture(scope="module")
def japanese():
    return load_font("M PLUS 1 Code")


def test_full_width_glyphs_have_keys_of_two_cells_column_by_column(japanese, encoder):
    index = build_index(japanese, " aあ一b", encoder, SCORE, cell=CELL)
    assert (index.characters, index.spans.tolist()) == (" aあ一b", [1, 1, 2, 2, 1])
    assert {span: keys.shape for span, keys in index.keys.items()} == {1: (3, 3), 2: (2, 5)}
    ink = rasterize(japanese, "あ", 16, 16, cells=2)[0]
    quarters = [ink[:8, :8], ink[8:, :8], ink[:8, 8:], ink[8:, 8:]]
    np.testing.assert_allclose(index.keys[2][0, :4], [part.sum() for part in quarters], rtol=1e-5)
    assert index.column_code_size == 2
    np.testing.assert_array_equal(index.strips_of(2)[0].ravel(), index.keys[2][0, :4])


def test_only_glyphs_of_the_width_asked_for_are_found(japanese, encoder):
    index = build_index(japanese, " aあ一b", encoder, SCORE, cell=CELL)
    ids = index.search(np.ones((3, 4), np.float32), 9, span=2).glyph_ids
    assert sorted(ids[0].tolist()) == [2, 3]
    np.testing.assert_array_equal(index.spans_at(np.array([[2, -1], [0, 4]])), [[2, 0], [1, 1]])


def test_monospaced_rows_need_no_ideographic_space(japanese, encoder):
    assert build_index(japanese, " \u3000あ", encoder, SCORE, cell=CELL).characters == " あ"


def test_glyphs_of_a_proportional_font_have_their_advances_in_pixels(encoder):
    mona = load_font("Mona")
    cell = Cell(height=24, width=1, aspect=18, unit=8)
    index = build_index(mona, " \u3000i亜", encoder, SCORE, cell=cell, typeset=Typeset(16, 18))
    assert index.spans.tolist() == [5, 11, 3, 16]
    assert index.blanks.tolist() == [0, 1]
    assert {span: keys.shape[1] for span, keys in index.keys.items()} == {3: 3, 5: 3, 11: 5, 16: 5}
    drawn = rasterize_row(mona, "亜", 16, 18, 16)
    assert index.inks[3] == pytest.approx(drawn.sum() * 24 / 18, rel=0.02)


def test_little_ink_is_preferred_by_its_cost():
    dear = INDEX.with_ink_penalty(0.5)
    np.testing.assert_array_equal(dear.keys[1][:, :-1], INDEX.keys[1][:, :-1])
    np.testing.assert_allclose(dear.keys[1][:, -1], INDEX.keys[1][:, -1] - [0, 0.5, 1, 1.5])


def test_strip_moments_are_the_sum_of_outer_products():
    strips = np.concatenate([INDEX.strips_of(1).reshape(-1, 4)])
    np.testing.assert_allclose(INDEX.strip_moments, strips.T @ strips, rtol=1e-5)
