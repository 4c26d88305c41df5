"""Views of arrays that cannot be written to."""

from __future__ import annotations

import numpy as np
import pytest

from asciiart.io.pictures.arrays import read_only


def test_a_view_cannot_be_written_to() -> None:
    view = read_only(np.zeros((2, 3), np.uint8))
    with pytest.raises(ValueError, match="read-only"):
        view[0, 0] = 1


def test_the_array_itself_still_can_be_and_the_view_shows_it() -> None:
    array = np.zeros((2, 3), np.uint8)
    view = read_only(array)
    array[0, 0] = 1
    assert view[0, 0] == 1


def test_a_view_of_a_view_shows_the_same_array_and_is_read_only_too() -> None:
    array = np.zeros((2, 3), np.uint8)
    again = read_only(read_only(array))
    assert not again.flags.writeable
    assert np.shares_memory(again, array)
