"""Contours run along the ridges of what the network says, closed where it is in doubt."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asciiart.io.pictures.arrays import Gray, Mask
from asciiart.page.contour_network import ContourMaps
from asciiart.page.contours import (
    _closed,
    _Edges,
    _follow_edges,
    enlarge_lines,
    trace_contours,
)
from asciiart.page.thinning import thin

HEIGHT, WIDTH = 100, 120
SURE, DOUBTFUL, NONE = 4.0, -0.6, -8.0


def page(value: float = NONE) -> Gray:
    return np.full((HEIGHT, WIDTH), value, np.float32)


def line(place: slice | int = slice(None), logit: float = SURE, column: int = 60) -> Gray:
    """Return a page with an upright ridge in some rows."""
    logits = page()
    logits[place, column - 1 : column + 2] = logit - 1
    logits[place, column] = logit
    return logits


def maps(border: Gray, **others: Gray) -> ContourMaps:
    """Return what the network says."""
    line_ = others.get("line", border)
    heads = {"line": line_, "subject": page(8.0), "face": page(), "fine_line": line_}
    return ContourMaps(border, **{**heads, **others})


def trace(border: Gray, *, detail: float = 0.5, weight: float = 0.0, **others: Gray) -> Mask:
    """Return the lines; ``weight`` is that of the subject, ``others`` are the other heads."""
    return trace_contours(maps(border, **others), detail=detail, subject=weight)


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("logit", [SURE, 1.0])
def test_a_ridge_is_one_line_along_its_top(upright: bool, logit: float) -> None:
    logits = np.full((120, 120), NONE, np.float32)
    logits[:, 59:62], logits[:, 60] = logit - 1, logit
    border = logits if upright else np.ascontiguousarray(logits.T)
    square = np.full_like(border, 8.0)
    lines = trace(border, face=-square, subject=square)
    lines = lines if upright else lines.T
    assert lines[5:-5].sum(axis=1).tolist() == [1] * 110
    assert set(np.nonzero(lines[5:-5])[1].tolist()) <= {59, 60, 61}


def test_a_round_ridge_is_a_closed_line() -> None:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    ring = np.asarray(SURE - 2 * np.abs(np.hypot(x - 60, y - 50) - 30), np.float32)
    yy, xx = np.nonzero(trace(ring))
    radii = np.hypot(xx - 60, yy - 50)
    assert 28 <= radii.min() <= radii.max() <= 33
    turns = np.histogram(np.arctan2(yy - 50, xx - 60), 36, (-np.pi, np.pi))[0]
    assert turns.min() > 0


@pytest.mark.parametrize("value", [NONE, 0.0, SURE])
def test_where_the_network_says_the_same_everywhere_there_is_no_line(value: float) -> None:
    assert not trace(page(value), detail=1.0).any()


def test_a_gap_is_closed_where_the_network_is_in_doubt() -> None:
    border = line()
    border[40:52, 59:62] = line(logit=DOUBTFUL)[40:52, 59:62]
    assert trace(border)[5:-5].any(axis=1).all()
    border[40:52] = NONE
    assert not trace(border)[43:49].any()


def test_doubtful_ends_are_unraveled() -> None:
    border = line(slice(0, 50))
    border[50:] = line(logit=DOUBTFUL)[50:]
    lines = trace(border)
    assert lines[5:48].any(axis=1).all()
    assert not lines[60:95].any()


def test_what_is_only_doubtful_is_no_line() -> None:
    assert not trace(line(logit=DOUBTFUL)).any()


@pytest.mark.parametrize("logit", [NONE, 6.0])
def test_what_the_network_is_certain_of_no_detail_changes(logit: float) -> None:
    for detail in (0.0, 0.5, 1.0):
        assert trace(line(logit=logit), detail=detail).any() == (logit > 0)


def test_more_detail_lets_more_doubtful_lines_pass() -> None:
    found = [trace(line(logit=DOUBTFUL), detail=detail).any() for detail in (0.0, 0.5, 1.0)]
    assert found == [False, False, True]


def test_lines_within_objects_take_more_detail_than_borders() -> None:
    inner = line()
    assert not trace(page(), detail=0.5, line=inner).any()
    assert trace(page(), detail=1.0, line=inner).any()


def test_the_lines_behind_the_subject_are_thinned_out() -> None:
    border = np.maximum(line(column=20, logit=0.5), line(column=100, logit=0.5))
    subject = page(-8.0)
    subject[:, 60:] = 8.0
    everywhere = trace(border, subject=subject)
    assert everywhere[:, 15:25].any()
    lines = trace(border, weight=1.0, subject=subject)
    assert not lines[:, 15:25].any()
    np.testing.assert_array_equal(lines[:, 80:], everywhere[:, 80:])


def test_a_picture_without_a_subject_keeps_its_lines() -> None:
    border = line(logit=0.5)
    for share in (-8.0, 0.0, 8.0):
        assert trace(border, weight=1.0, subject=page(share)).any() == (share > -8.0)


def test_in_a_face_short_and_doubtful_lines_are_kept() -> None:
    eyes = line(slice(40, 44), logit=0.0)
    face = page()
    face[20:80, 30:90] = 8.0
    assert not trace(page(), line=eyes).any()
    lines = trace(page(), face=face, line=eyes)
    assert lines[38:46, 58:63].any()


def test_in_a_face_lines_are_as_doubtful_as_with_all_detail() -> None:
    brow = line(slice(30, 60), logit=DOUBTFUL)
    face = page()
    face[20:80, 30:90] = 8.0
    assert not trace(page(), line=brow).any()
    assert trace(page(), detail=1.0, line=brow)[35:55].any(axis=1).all()
    assert trace(page(), face=face, line=brow)[35:55].any(axis=1).all()


def test_a_gap_of_a_pixel_in_what_canny_finds_is_closed() -> None:
    dx = np.zeros((40, 40), np.int16)
    dx[:, 20] = 9000
    dx[18] = 0
    edges = _Edges(dx, np.zeros_like(dx), np.zeros(dx.shape, bool))
    assert _follow_edges(edges, 0.5)[5:-5, 20].all()


@given(seed=st.integers(0, 30))
@settings(max_examples=10, deadline=None)
def test_more_detail_is_more_lines(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(0, 3, (HEIGHT, WIDTH)).astype(np.float32)
    border = np.asarray(cv2.GaussianBlur(noise, (0, 0), 3) * 8 - 1, np.float32)
    details = (0.0, 0.25, 0.5, 0.75, 1.0)
    counts = [int(trace(border, detail=detail).sum()) for detail in details]
    assert counts[-1] > 2 * counts[0]
    assert all(more >= 0.9 * fewer for fewer, more in pairwise(counts))


@pytest.mark.parametrize(("length", "kept"), [(2, False), (40, True)])
def test_short_lines_are_dropped(length: int, kept: bool) -> None:
    assert trace(line(slice(30, 30 + length))).any() == kept


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_enlarged_lines_are_as_thin_and_where_they_were(scale: int) -> None:
    lines = np.zeros((60, 80), np.uint8)
    cv2.circle(lines, (40, 30), 20, 1, 1)
    large = enlarge_lines(lines > 0, (60 * scale, 80 * scale))
    assert (large.shape, large.dtype) == ((60 * scale, 80 * scale), bool)
    down, right = np.nonzero(large)
    radii = np.hypot(right - scale * 40.5, down - scale * 30.5)
    assert np.abs(radii - 20 * scale).max() <= 1.5 * scale
    assert large.sum() < 1.5 * 2 * np.pi * 20 * scale
    np.testing.assert_array_equal(thin(large), large)
    np.testing.assert_array_equal(enlarge_lines(large, large.shape), large)


def test_gaps_of_a_pixel_are_closed_at_the_picture_s_border_too() -> None:
    lines = np.ones((1, 40), bool).repeat(9, axis=0)
    lines[:4], lines[5:] = False, False
    lines[4, 20] = False
    closed = _closed(lines)
    assert closed[4].all()
    assert not closed[[0, 8]].any()
