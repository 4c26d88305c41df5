"""The Art value: what it says of itself, its alternatives, and how cells get their neighbors."""

import numpy as np
import pytest

from asciiart.errors import OptionError
from asciiart.matching.glyph_index import Neighbors
from asciiart.matching.match import scatter_neighbors


def test_repr_is_short(small_art):
    assert repr(small_art) == "<Art 6 x 3 tone 'DejaVu Sans Mono' on dark>"


def test_a_notebook_shows_it_as_html_in_colors(small_art):
    shown = small_art._repr_html_()
    assert "&lt;a" in shown
    assert "color:#ff0808" in shown


def test_ipython_is_given_html_and_the_text(small_art):
    both = {"text/plain": str(small_art), "text/html": small_art._repr_html_()}
    assert small_art._repr_mimebundle_() == both
    assert small_art._repr_mimebundle_(include={"image/png"}) == {}
    plain = {"text/plain": str(small_art)}
    assert small_art._repr_mimebundle_(include=["text/plain", "image/png"]) == plain
    assert small_art._repr_mimebundle_(exclude=["text/html"]) == plain


def test_render_and_save_go_through_the_renderers(small_art, tmp_path):
    assert small_art.render() == small_art.render("text")
    small_art.save(tmp_path / "art.txt")
    saved = (tmp_path / "art.txt").read_text()
    assert saved.splitlines() == [" <a&b", "xx  yz", ""]
    with pytest.raises(OptionError):
        small_art.save(tmp_path / "art.xyz")


def test_cells_that_were_searched_get_their_neighbors_and_others_a_space():
    where = np.array([[False, True, False], [True, False, True]])
    ids = np.array([[5, 6], [7, 8], [9, 1]], np.int32)
    scores = np.array([[0.9, 0.8], [0.7, 0.6], [0.5, 0.4]], np.float32)
    placed = scatter_neighbors(Neighbors(ids, scores), where)
    assert placed.glyph_ids.tolist() == [
        [[0, -1], [5, 6], [0, -1]],
        [[7, 8], [0, -1], [9, 1]],
    ]
    assert placed.scores[0, 0].tolist() == [0, 0]
    np.testing.assert_array_equal(placed.scores[where], scores)
    assert (placed.glyph_ids.dtype, placed.scores.dtype) == (np.int32, np.float32)


def test_nothing_searched_is_blank_paper():
    nothing = Neighbors(np.empty((0, 3), np.int32), np.empty((0, 3), np.float32))
    placed = scatter_neighbors(nothing, np.zeros((2, 2), bool))
    assert placed.glyph_ids.tolist() == [[[0, -1, -1]] * 2] * 2
