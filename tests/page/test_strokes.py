"""Strokes have a skeleton and a direction, in bins of 22.5 degrees with a tolerance."""

import cv2
import numpy as np
import pytest

from asciiart.page.strokes import (
    DIRECTIONS,
    TOLERANCE,
    center_lines,
    direction_maps,
    find_strokes,
    thick_parts,
    tolerance_maps,
)
from asciiart.page.thinning import thin


def line(degrees):
    """Ink of a stroke through the page's middle, 0 = vertical, turning clockwise."""
    page = np.zeros((96, 96), np.float32)
    turn = np.deg2rad(degrees)
    reach = np.array([np.sin(turn), -np.cos(turn)]) * 36
    start, end = (tuple(np.rint(48 + sign * reach).astype(int).tolist()) for sign in (-1, 1))
    return cv2.line(page, start, end, 1.0, 3)


def middle(maps):
    """The maps without the ends of the stroke, where directions turn."""
    yy, xx = np.mgrid[:96, :96]
    return maps & (np.hypot(yy - 48, xx - 48) < 24)


@pytest.mark.parametrize("bin_", range(8))
def test_a_stroke_has_the_bin_of_its_direction(bin_):
    maps = middle(direction_maps(find_strokes(line(22.5 * bin_))))
    counts = maps.sum(axis=(1, 2))
    assert counts[bin_] > 30
    assert counts[bin_] >= 0.95 * counts.sum()


def test_each_pixel_of_the_skeleton_has_one_bin():
    strokes = find_strokes(line(30) + line(100))
    maps = direction_maps(strokes)
    assert maps.shape == (DIRECTIONS, 96, 96)
    np.testing.assert_array_equal(maps.sum(axis=0), strokes.skeleton)
    assert strokes.length == maps.sum() > 60


@pytest.mark.parametrize("bin_", range(8))
def test_bins_beside_a_direction_are_tolerated_and_no_others(bin_):
    maps = tolerance_maps(find_strokes(line(22.5 * bin_ + 5)))
    middles = maps[:, 44:53, 44:53].any(axis=(1, 2))
    tolerated = {bin_, (bin_ + 1) % 8}
    assert {int(i) for i in np.flatnonzero(middles)} == tolerated


def test_tolerance_reaches_4_pixels_from_the_skeleton():
    strokes = find_strokes(line(0))
    (column,) = np.flatnonzero(strokes.skeleton[48])
    near = np.flatnonzero(tolerance_maps(strokes)[0, 48])
    assert TOLERANCE == 4
    assert near.tolist() == list(range(column - 4, column + 5))
    nearer = np.flatnonzero(tolerance_maps(strokes, tolerance=2)[0, 48])
    assert nearer.tolist() == list(range(column - 2, column + 3))


def test_faint_ink_is_no_stroke():
    assert find_strokes(line(0) * np.float32(0.34)).length == 0
    assert find_strokes(line(0) * np.float32(0.36)).length > 60


def test_blank_paper_has_no_strokes():
    strokes = find_strokes(np.zeros((32, 32), np.float32))
    assert strokes.length == 0
    assert not direction_maps(strokes).any()
    assert not tolerance_maps(strokes).any()


def test_a_square_is_its_outline_and_a_stroke_its_center():
    ink = np.zeros((60, 90), bool)
    ink[10:50, 10:50] = True
    ink[10:50, 70:75] = True
    lines = center_lines(ink, 9)
    assert not lines[14:46, 14:46].any()
    assert lines[12:48, 9:13].any(axis=1).all()
    assert lines[9:13, 12:48].any(axis=0).all()
    assert np.flatnonzero(lines[30, 60:]).tolist() == [12]
    np.testing.assert_array_equal(center_lines(ink, 45), thin(ink))


def ellipse(size):
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))


@pytest.mark.parametrize("stroke", [2, 3, 8, 9, 16, 33, 64])
def test_a_disc_is_thick_from_the_width_of_a_stroke_on(stroke):
    for size in (stroke - 1, stroke, stroke + 1):
        ink = np.pad(ellipse(size), 40).astype(bool)
        opened = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_OPEN, ellipse(stroke))
        thick = thick_parts(ink, stroke)
        np.testing.assert_array_equal(thick, opened)
        assert thick.any() == (size >= stroke)
