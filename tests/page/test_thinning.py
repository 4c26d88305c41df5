"""Thinning leaves the centre lines of strokes, and leaves them connected."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from paths import PICTURES
from PIL import Image
from skimage.morphology import skeletonize

from asciiart.page import thinning
from asciiart.page.thinning import thin

DRAWINGS = sorted((PICTURES / "drawings").glob("*.png"))

masks = hnp.arrays(bool, st.tuples(st.integers(1, 14), st.integers(1, 14)))


def label(mask):
    count, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    return count - 1, labels


def share_near(one, other):
    """Share of one skeleton's pixels that have one of the other beside them."""
    near = cv2.dilate(other.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return (one & near).sum() / one.sum()


def strokes(seed):
    """A mask of thick curves and polygons."""
    rng = np.random.default_rng(seed)
    page = np.zeros((96, 96), np.uint8)
    for _ in range(3):
        points = rng.integers(8, 88, (4, 2)).astype(np.int32)
        cv2.polylines(page, [points], bool(rng.integers(2)), 1, int(rng.integers(3, 8)))
    return page.astype(bool)


def areas(seed):
    """A mask of areas of any shape, of which some reach over the border, and perhaps noise."""
    rng = np.random.default_rng(seed)
    page = np.zeros(rng.integers(1, 130, 2), np.uint8)
    for _ in range(rng.integers(1, 5)):
        points = rng.integers(-20, 140, (5, 2)).astype(np.int32)
        cv2.fillPoly(page, [points], int(rng.integers(4) > 0))
    if rng.integers(3) == 0:
        page |= rng.random(page.shape) < 0.4
    return page.astype(bool)


@given(masks)
def test_the_skeleton_lies_inside_the_mask(mask):
    skeleton = thin(mask)
    assert skeleton.shape == mask.shape
    assert skeleton.dtype == bool
    assert not (skeleton & ~mask).any()


@given(masks)
def test_a_piece_stays_one_piece(mask):
    skeleton = thin(mask)
    count, labels = label(mask)
    left = sum(bool(skeleton[labels == i].any()) for i in range(1, count + 1))
    assert label(skeleton)[0] == left


@given(st.integers(0, 2**32 - 1))
def test_no_stroke_is_lost_or_broken(seed):
    mask = strokes(seed)
    assert label(thin(mask))[0] == label(mask)[0]


@given(st.integers(0, 2**32 - 1))
def test_no_loop_is_closed_or_opened(seed):
    mask = np.pad(strokes(seed), 1)

    def background(m):
        return cv2.connectedComponents((~m).astype(np.uint8), connectivity=4)[0]

    assert background(thin(mask)) == background(mask)


def test_a_dot_of_four_pixels_is_not_lost():
    mask = np.zeros((6, 6), bool)
    mask[2:4, 2:4] = True
    assert thin(mask).any()


@pytest.mark.parametrize(
    "width",
    [1, 2, 3, 4, 5],
)
def test_a_diagonal_stays_as_long_as_it_is(width):
    diagonal = np.zeros((20, 24), bool)
    for i in range(14):
        diagonal[3 + i, 3 + i : 3 + i + width] = True
    assert thin(diagonal).sum() >= 11


@pytest.mark.parametrize("thickness", [1, 2, 3, 5, 8])
def test_a_bar_becomes_a_line_of_one_pixel_in_its_middle(thickness):
    mask = np.zeros((40, 60), bool)
    mask[10 : 10 + thickness, 5:55] = True
    skeleton = thin(mask)
    assert skeleton.sum(axis=0).max() == 1
    rows = np.unique(np.nonzero(skeleton[:, 15:45])[0])
    assert len(rows) == 1
    assert abs(rows[0] - (10 + (thickness - 1) / 2)) <= 0.5
    assert skeleton[:, 15:45].any(axis=0).all()


def test_a_line_of_one_pixel_stays_as_it_is():
    mask = np.zeros((20, 20), bool)
    mask[3, 2:15] = True
    mask[np.arange(5, 15), np.arange(5, 15)] = True
    np.testing.assert_array_equal(thin(mask), mask)


@pytest.mark.parametrize("down", [1, -1])
@pytest.mark.parametrize("right", [1, -1])
@pytest.mark.parametrize("start", ["level", "upright"])
def test_staircases_lose_their_corners(down, right, start):
    steps = np.zeros((24, 24), bool)
    for i in range(6):
        steps[3 + i, 3 + 3 * i : 7 + 3 * i] = True
    steps = (steps if start == "level" else steps.T)[::down, ::right]
    skeleton = thin(steps)
    assert steps.sum() == 24
    assert 18 <= skeleton.sum() <= 19
    assert label(skeleton)[0] == 1


def test_a_diagonal_staircase_stays_as_long_as_it_is():
    steps = np.zeros((20, 20), bool)
    for i in range(2, 17):
        steps[i, i : i + 2] = True
    assert thin(steps).sum() >= 13


@given(st.integers(0, 2**32 - 1), st.integers(0, 20))
def test_looking_only_where_something_changed_gives_the_same(seed, whole_rounds):
    mask = areas(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(thinning, "_WHOLE_ROUNDS", 1000)
        plain = thin(mask)
        patch.setattr(thinning, "_WHOLE_ROUNDS", whole_rounds)
        np.testing.assert_array_equal(thin(mask), plain)


def test_an_area_costs_no_more_than_its_pixels(monkeypatch):
    looked_at = []

    def count(mask):
        looked_at.append(mask.size)
        return codes(mask)

    codes = thinning._codes
    monkeypatch.setattr(thinning, "_codes", count)
    thin(np.ones((400, 400), bool))
    assert sum(looked_at) <= 20 * 400 * 400  # and not 400 times, once for each pass


def test_nothing_has_no_skeleton():
    assert not thin(np.zeros((5, 5), bool)).any()


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_on_drawings_it_is_close_to_scikit_images(path):
    mask = np.asarray(Image.open(path).convert("L")) < 150
    ours, theirs = thin(mask), skeletonize(mask)
    assert share_near(ours, theirs) > 0.995
    assert share_near(theirs, ours) > 0.97
    assert abs(int(ours.sum()) / int(theirs.sum()) - 1) < 0.05
    assert label(ours)[0] == label(mask)[0]


def test_there_are_drawings():
    assert len(DRAWINGS) >= 6
