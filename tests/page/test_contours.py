"""Each contour and each dark stroke of a photograph becomes one line, where the network agrees."""

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_pictures import scene

from asciiart.page.contours import _bend_across, _find_normals, trace_photograph

CERTAIN = 20.0


def trace(gray, *, logit=CERTAIN, detail=0.5):
    return trace_photograph(gray, np.full_like(gray, logit), detail=detail)


def page(value=1.0, height=100, width=120):
    return np.full((height, width), value, np.float32)


@pytest.mark.parametrize("dark", [0.0, 0.3, 0.7])
@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("inverted", [True, False])
def test_an_edge_yields_one_line_on_its_dark_side(dark, upright, inverted):
    gray = page(height=120)
    gray[:, 60:] = dark
    if inverted:
        gray = gray[:, ::-1]
    lines = trace(np.ascontiguousarray(gray if upright else gray.T))
    lines = lines if upright else lines.T
    assert lines[5:-5].sum(axis=1).tolist() == [1] * 110
    columns = np.nonzero(lines[5:-5])[1]
    assert np.abs(columns - (57.5 if inverted else 61.5)).max() <= 1.5


@pytest.mark.parametrize("thickness", [1, 2, 3])
def test_a_dark_stroke_yields_one_line_in_its_middle(thickness):
    gray = page(0.6)
    gray[:, 60 : 60 + thickness] = 0.3
    lines = trace(gray)
    assert lines[5:-5].sum(axis=1).tolist() == [1] * 90
    columns = np.nonzero(lines[5:-5])[1]
    assert np.abs(columns - (60 + (thickness - 1) / 2)).max() <= 1


def test_a_round_thing_yields_a_closed_line():
    gray = page(0.8)
    cv2.circle(gray, (60, 50), 30, 0.3, -1)
    lines = trace(gray)
    yy, xx = np.nonzero(lines)
    radii = np.hypot(xx - 60, yy - 50)
    assert 26 <= radii.min() <= radii.max() <= 31
    turns = np.histogram(np.arctan2(yy - 50, xx - 60), 36, (-np.pi, np.pi))[0]
    assert turns.min() > 0


@pytest.mark.parametrize("value", [0.0, 0.3, 0.5, 0.77, 1.0])
@pytest.mark.parametrize("shape", [(100, 120), (160, 160), (17, 39), (1, 1), (1, 30)])
def test_a_flat_page_has_no_contours(value, shape):
    assert not trace(np.full(shape, value, np.float32), detail=1.0).any()


def test_lines_are_where_the_network_sees_contours():
    gray = page()
    gray[:, 30:] = 0.3
    gray[:, 90:] = 0.9
    logits = np.full_like(gray, CERTAIN)
    logits[:, 60:] = -CERTAIN
    lines = trace_photograph(gray, logits, detail=0.5)
    assert lines[:, :60].any(axis=1).all()
    assert not lines[:, 60:].any()


@pytest.mark.parametrize("logit", [-CERTAIN, CERTAIN])
def test_what_the_network_is_certain_of_no_detail_changes(logit):
    gray = page()
    gray[:, 60:] = 0.3
    for detail in (0.0, 0.5, 1.0):
        assert trace(gray, logit=logit, detail=detail).any() == (logit > 0)


def test_more_detail_lets_more_doubtful_contours_pass():
    gray = page()
    gray[:, 60:] = 0.3
    found = [trace(gray, logit=-1.0, detail=detail).any() for detail in (0.0, 0.5, 1.0)]
    assert found == [False, True, True]


@given(turn=st.floats(0, np.pi), period=st.floats(12, 40))
@settings(max_examples=20, deadline=None)
def test_the_response_is_the_second_derivative_across_a_wave(turn, period):
    y, x = np.mgrid[:80, :80].astype(np.float32)
    k = 2 * np.pi / period
    wave = np.cos(k * (x * np.cos(turn) + y * np.sin(turn))).astype(np.float32)
    found = _bend_across(wave, _find_normals(wave))[10:-10, 10:-10]
    assert np.abs(found + k * k * wave[10:-10, 10:-10]).max() < 0.25 * k * k


@given(seed=st.integers(0, 30))
@settings(max_examples=10, deadline=None)
def test_more_detail_is_more_lines(seed):
    gray = scene(seed)
    noise = np.random.default_rng(seed).normal(0, 3, gray.shape).astype(np.float32)
    logits = np.asarray(cv2.GaussianBlur(noise, (0, 0), 4) * 8, np.float32)
    details = (0.0, 0.25, 0.5, 0.75, 1.0)
    counts = [int(trace_photograph(gray, logits, detail=detail).sum()) for detail in details]
    assert counts[-1] > 2 * counts[0]
    assert all(more >= 0.9 * fewer for fewer, more in pairwise(counts))


@pytest.mark.parametrize(("length", "kept"), [(3, False), (40, True)])
def test_short_lines_are_dropped(length, kept):
    gray = page()
    gray[30 : 30 + length, 60:62] = 0.2
    assert trace(gray).any() == kept
