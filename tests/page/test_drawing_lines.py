"""Drawings are told from photographs; each stroke becomes one line."""

import cv2
import numpy as np
import pytest
from made_pictures import scene

from asciiart.page.drawing_lines import as_strokes, find_paper, is_drawing, trace_drawing

STROKE = 16


def paper(height=200, width=240):
    return np.ones((height, width), np.float32)


def drawing(thickness=3):
    page = paper()
    cv2.circle(page, (80, 100), 50, 0.0, thickness)
    cv2.line(page, (20, 20), (220, 180), 0.0, thickness)
    cv2.polylines(page, [np.array([[150, 30], [220, 40], [200, 120]])], True, 0.0, thickness)
    return page


def pieces(lines):
    return cv2.connectedComponents(lines.astype(np.uint8), connectivity=8)[0] - 1


@pytest.mark.parametrize("thickness", [2, 3, 5, 8])
def test_strokes_on_a_page_are_a_drawing(thickness):
    assert is_drawing(drawing(thickness), STROKE)


def test_a_blurred_drawing_is_still_one():
    assert is_drawing(cv2.GaussianBlur(drawing(4), (0, 0), 1), STROKE)


@pytest.mark.parametrize("seed", range(5))
def test_a_scene_is_no_drawing(seed):
    assert not is_drawing(scene(seed), STROKE)
    assert not is_drawing(1 - scene(seed), STROKE)


def test_a_blank_page_is_no_drawing():
    assert not is_drawing(paper(), STROKE)


def test_a_page_with_too_much_ink_is_no_drawing():
    page = paper()
    page[:, ::3] = 0
    assert not is_drawing(page, STROKE)


def test_a_filled_area_is_no_drawing():
    page = paper()
    page[50:110, 60:120] = 0
    assert not is_drawing(page, STROKE)


def test_soft_shading_is_no_drawing():
    page = drawing()
    page[:, 120:] = np.minimum(page[:, 120:], 0.7)
    assert not is_drawing(page, STROKE)


@pytest.mark.parametrize("seed", range(3))
def test_speckled_ground_is_no_drawing(seed):
    random = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(random.normal(size=(300, 400)).astype(np.float32), (0, 0), 1.5)
    sand = np.clip(0.9 + 0.08 * grain / grain.std(), 0, 1)
    for x, y in random.integers(0, 300, (200, 2)).tolist():
        cv2.circle(sand, (x, y), 2, 0.2, -1)
    assert not is_drawing(sand, STROKE)


def test_a_drawing_on_paper_that_is_a_little_uneven_is_one():
    fading = np.linspace(1, 0.93, 200, dtype=np.float32)
    assert is_drawing(drawing() * fading[:, None] * np.resize(fading, 240), STROKE)


@pytest.mark.parametrize("thickness", [2, 3, 6, 12])
def test_a_stroke_yields_one_line_in_its_middle(thickness):
    page = paper()
    page[20:180, 100 : 100 + thickness] = 0
    lines = trace_drawing(page, stroke=STROKE, shortest=1)
    assert lines[30:170].sum(axis=1).tolist() == [1] * 140
    columns = np.nonzero(lines[30:170])[1]
    assert np.abs(columns - (100 + (thickness - 1) / 2)).max() <= 1


def test_a_filled_area_yields_its_outline():
    page = paper()
    page[50:150, 60:160] = 0
    lines = trace_drawing(page, stroke=STROKE, shortest=1)
    assert not lines[60:140, 70:150].any()
    assert not lines[:48].any()
    assert lines[100].sum() == 2
    assert lines[:, 110].sum() == 2


def test_faint_strokes_are_page():
    page = paper()
    page[20:180, 100:104] = 0.61
    assert not trace_drawing(page, stroke=STROKE, shortest=1).any()


@pytest.mark.parametrize(("shortest", "left"), [(1, 2), (20, 1), (200, 0)])
def test_short_pieces_of_a_drawing_are_dropped(shortest, left):
    page = paper()
    page[20, 20:30] = 0
    page[60, 20:120] = 0
    assert pieces(trace_drawing(page, stroke=STROKE, shortest=shortest)) == left


@pytest.mark.parametrize("inverted", [False, True])
def test_strokes_are_dark_on_paper_of_either_brightness(inverted):
    dark_on_white = drawing()
    given = 1 - dark_on_white if inverted else dark_on_white
    assert find_paper(given) == (not inverted)
    np.testing.assert_array_equal(as_strokes(given, find_paper(given)), dark_on_white)


def test_paper_is_what_most_pixels_are_nearer_to():
    gray = np.full((10, 10), 0.4, np.float32)
    gray[:6] = 0.6
    assert find_paper(gray) == 1
    assert find_paper(gray.T[:3] - 0.2) == 0
