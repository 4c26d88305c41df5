"""Tests of canvas: rows, alternatives and arrays that nobody can change."""

import copy
import dataclasses
import pickle

import numpy as np
import pytest

from asciiart.art.canvas import Alternative
from asciiart.color.fill import Fill
from asciiart.errors import OptionError
from asciiart.pipeline import draw


def test_rows_are_whole_lines_and_the_text_has_no_trailing_blanks(small_art):
    assert small_art.rows == (" <a&b ", "xx  yz", "      ")
    assert str(small_art) == " <a&b\nxx  yz\n"


def test_art_does_not_change(small_art):
    with pytest.raises(dataclasses.FrozenInstanceError):
        small_art.mode = "structure"


def arrays_of(art):
    arrays = {name: getattr(art, name) for name in ("characters", "glyph_ids", "scores", "colors")}
    return arrays if art.fill is None else {**arrays, **art.fill._asdict()}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"mode": "structure"},
        {"quality": "good"},
        {"fill": True},
        {"charset": "blocks", "dither": "ordered"},
        {"font": "Mona"},
        {"font": "M PLUS 1 Code", "charset": "ascii+kana"},
    ],
)
def test_arrays_of_an_art_are_read_only(options):
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[5:30, 10:20] = (255, 0, 0, 200)
    for name, array in arrays_of(draw(pixels, columns=10, **options)).items():
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = array[0, 1]
        assert not array.flags.writeable, name


def test_a_copied_art_is_read_only_too(filled_art):
    loaded = pickle.loads(pickle.dumps(filled_art))
    for art in (loaded, copy.copy(filled_art), copy.deepcopy(filled_art)):
        assert str(art) == str(filled_art)
        assert not any(array.flags.writeable for array in arrays_of(art).values())


def test_arrays_that_an_art_is_made_of_stay_writable(filled_art):
    mine = {name: np.array(array) for name, array in arrays_of(filled_art).items()}
    fill = Fill(*(mine.pop(name) for name in Fill._fields))
    art = dataclasses.replace(filled_art, **mine, fill=fill)
    assert all(array.flags.writeable for array in (*mine.values(), *fill))
    assert not any(array.flags.writeable for array in arrays_of(art).values())


def test_alternatives_are_characters_with_scores_best_first(small_art):
    assert small_art.glyphs == " <a&bxyz"
    assert small_art.alternatives(0, 1) == [
        Alternative("<", 2.5),
        Alternative("a", pytest.approx(1.2345679)),  # type: ignore[arg-type]
    ]
    assert small_art.alternatives(0, 1, k=1) == [("<", 2.5)]


def test_a_blank_cell_has_but_the_space(small_art):
    assert small_art.alternatives(2, 0) == [(" ", 2.5)]


@pytest.mark.parametrize(("row", "column"), [(3, 0), (0, 6), (-1, 0), (0, -1)])
def test_a_cell_that_is_not_there_is_refused(small_art, row, column):
    with pytest.raises(OptionError) as caught:
        small_art.alternatives(row, column)
    assert str(caught.value) == f"no cell ({row}, {column}) in 3 rows of 6 columns"


@pytest.mark.parametrize("k", [0, 3, -1])
def test_more_alternatives_than_were_kept_are_refused(small_art, k):
    with pytest.raises(OptionError, match=f"k must be 1 to 2, .* not {k}$"):
        small_art.alternatives(0, 0, k=k)
