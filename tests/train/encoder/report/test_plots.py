"""Plots: their points are the data's, and nothing lies on anything else without need."""

from __future__ import annotations

import re
from base64 import b64decode

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asciiart.train.encoder.report.plots import (
    Axis,
    bin_series,
    outline,
    part_labels,
    picture_uri,
    plot_curve,
    project,
)

FINITE = st.floats(-1e6, 1e6, allow_nan=False)


@given(st.lists(FINITE, min_size=1, max_size=500), st.integers(1, 10_000))
def test_binned_series_keeps_order_and_mean(values: list[float], steps: int) -> None:
    binned = bin_series(values, steps)
    assert len(binned.mean) == min(180, len(values))
    assert np.all(np.diff(binned.steps) >= 0)
    assert binned.steps.min() >= 1
    assert binned.steps.max() <= max(1, steps)
    assert (binned.low <= binned.high).all()
    if len(values) <= 180:
        assert binned.mean == pytest.approx(np.array(values))


@given(FINITE, st.floats(1e-3, 1e6))
def test_ticks_are_few_and_within(low: float, span: float) -> None:
    axis = Axis(low, low + span, 200, 0)
    ticks = axis.ticks()
    assert 2 <= len(ticks) <= 8
    assert all(low - 1e-6 * span <= tick <= low + span * (1 + 1e-6) for tick in ticks)


def test_logarithmic_axis() -> None:
    axis = Axis(0.1, 10, 200, 0, log=True)
    assert axis.ticks() == [0.1, 0.2, 0.5, 1, 2, 5, 10]
    assert axis.place(np.array([0.1, 1, 10, 100])) == pytest.approx([200, 100, 0, 0])


@pytest.mark.parametrize(
    "series",
    [[1.0], [2.0, 1.0], [0.0] * 5, [-3.0, 5.0, 1.0], [float("nan"), 1.0, float("inf")], []],
)
def test_curve_of_any_series(series: list[float]) -> None:
    svg = plot_curve("a < b", series, len(series), log=True)
    assert "a &lt; b" in svg
    assert not re.search(r"\bnan\b|\binf\b", svg)
    points = re.search(r'<polyline class="curve" points="([^"]+)"', svg)
    assert points is not None
    places = np.array([pair.split(",") for pair in points[1].split()], float)
    assert ((places >= 0) & (places <= (290, 190))).all()


def test_curve_falls_as_its_series_does() -> None:
    svg = plot_curve("loss", [8.0, 4.0, 2.0, 1.0], 4)
    points = re.search(r'<polyline class="curve" points="([^"]+)"', svg)
    assert points is not None
    x, y = np.array([pair.split(",") for pair in points[1].split()], float).T
    assert (np.diff(x) > 0).all()
    assert np.diff(y) == pytest.approx([4 * (y[3] - y[2]), 2 * (y[3] - y[2]), y[3] - y[2]], abs=0.3)


def test_what_was_judged_lies_where_the_curve_would() -> None:
    judged = {0: 8.0, 2: 4.0, 4: float("nan")}
    svg = plot_curve("loss", [2.0, 4.0, 2.0], 4, judged)
    (curve,) = re.findall(r'class="curve" points="([^"]+)"', svg)
    dots = re.findall(r'<circle class="judged" cx="([\d.]+)" cy="([\d.]+)"', svg)
    assert len(dots) == svg.count("<circle") == 2
    assert dots[1][1] == curve.split()[1].split(",")[1]
    assert float(dots[0][1]) < float(dots[1][1])
    assert 'class="judged"' not in plot_curve("loss", [1.0], 1)


def test_outline_filled_by_even_odd_is_the_ink_again() -> None:
    ink = np.zeros((60, 40), np.float32)
    cv2.circle(ink, (20, 30), 15, 1, -1)
    cv2.circle(ink, (20, 30), 7, 0, -1)
    polygons = [
        np.array([pair.split() for pair in part[1:].split("L")], int)
        for part in outline(ink).split("Z")
        if part
    ]
    assert len(polygons) == 2
    filled = cv2.fillPoly(np.zeros(ink.shape, np.uint8), polygons, 1)
    assert np.mean(filled != (ink > 0.5)) < 0.03
    assert outline(np.zeros((8, 8), np.float32)) == ""


def test_picture_is_a_png_of_the_ink() -> None:
    ink = np.array([[0, 0.5], [1, 2]], np.float32)
    kind, data = picture_uri(ink).split(",")
    assert kind == "data:image/png;base64"
    gray = cv2.imdecode(np.frombuffer(b64decode(data), np.uint8), cv2.IMREAD_UNCHANGED)
    assert gray.tolist() == [[255, 128], [0, 0]]


def test_projection_keeps_the_plane_in_which_points_lie() -> None:
    random = np.random.default_rng(0)
    plane = random.normal(size=(30, 2)) * (5, 1)
    axes, _ = np.linalg.qr(random.normal(size=(12, 2)))
    flat, share = project(plane @ axes.T + 3)
    assert share == pytest.approx(1)

    def distances(points: np.ndarray) -> np.ndarray:
        return np.linalg.norm(points[:, None] - points, axis=2)

    assert distances(flat) == pytest.approx(distances(plane))
    assert flat[:, 0].std() > flat[:, 1].std()
    again, half = project(random.normal(size=(200, 4)))
    assert 0.45 < half < 0.65
    assert (again[np.abs(again).argmax(axis=0), [0, 1]] > 0).all()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_projection_of_few_or_equal_points(count: int) -> None:
    flat, share = project(np.ones((count, 5)))
    assert flat.shape == (count, 2)
    assert (flat == 0).all()
    assert share == 1
    assert project(np.arange(3.0)[:, None])[0].shape == (3, 2)


def overlapping(labels: np.ndarray, size: tuple[float, float]) -> int:
    apart = np.abs(labels[:, None] - labels)
    hits = (apart < np.array(size) - 1).all(axis=2)
    return int(hits.sum() - len(labels)) // 2


def test_labels_part_and_stay_near() -> None:
    spots = np.random.default_rng(1).uniform(0, 150, (40, 2))
    size = (14.0, 20.0)
    labels = part_labels(spots, size)
    assert overlapping(spots, size) > 20
    assert overlapping(labels, size) <= 3
    assert np.abs(labels - spots).max() < 80
    together = part_labels(np.zeros((3, 2)), size)
    assert overlapping(together, size) == 0
    alone = np.array([[0.0, 0.0], [100.0, 0.0]])
    assert part_labels(alone, size) == pytest.approx(alone, abs=1e-3)
