"""Small plots for a self-contained HTML page: curves, scattered glyphs and pictures.

Colors are CSS variables of the page (``--line``, ``--soft``, ``--text``), which sets them for light
and dark mode.
"""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.rasterize import Ink

PlotValues = NDArray[np.float64]
"""Values along an axis of a plot, or positions (N, 2) in one."""

_WIDTH, _HEIGHT = 290, 190
"""Size in pixels of a plot of curves."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 20, 8, 24
"""Margins in pixels for the labels of its axes."""
_BINS = 180
"""Largest number of points in a curve."""
_LOG_FROM = 20.0
"""Ratio of the largest to the smallest value from which an axis may be logarithmic."""
_APART = 1e-6
"""Initial sideways distance in pixels between two labels at the same position."""


class Axis(NamedTuple):
    """A map from values to pixels."""

    low: float
    """Lowest value."""
    high: float
    """Highest value."""
    first: float
    """Pixel of ``low``."""
    last: float
    """Pixel of ``high``."""
    log: bool = False
    """Whether the axis is logarithmic."""

    def place(self, values: PlotValues) -> PlotValues:
        """Return the pixels of values, clipped to the ends of the axis."""
        low, high, given = self.low, self.high, np.clip(values, self.low, self.high)
        if self.log:
            low, high, given = math.log(low), math.log(high), np.log(given)
        return np.asarray(self.first + (given - low) / (high - low) * (self.last - self.first))

    def ticks(self) -> list[float]:
        """Return three to eight round values."""
        return _decades(self.low, self.high) if self.log else _round_steps(self.low, self.high)


def _round_steps(low: float, high: float) -> list[float]:
    unit = 10.0 ** math.floor(math.log10(high - low))
    step = next(unit * m for m in (0.2, 0.5, 1, 2) if (high - low) / (unit * m) <= 6)
    count = math.floor(high / step + 1e-9) - math.ceil(low / step - 1e-9) + 1
    return [(math.ceil(low / step - 1e-9) + i) * step for i in range(count)]


def _decades(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1, 2, 5) if len(powers) <= 3 else (1,)
    values = [m * 10.0**power for power in powers for m in factors]
    return [value for value in values if low <= value <= high]


class Binned(NamedTuple):
    """A long series reduced to few points."""

    steps: PlotValues
    """(P,), the middle step of each point, from 1."""
    mean: PlotValues
    """Mean (P,) of each point's values."""
    low: PlotValues
    """10th percentile (P,) of each point's values."""
    high: PlotValues
    """90th percentile (P,) of each point's values."""


def bin_series(values: Sequence[float], steps: int) -> Binned:
    """Return at most 180 points of a series whose values are evenly spaced from 1 to ``steps``."""
    where = np.linspace(1, max(steps, 1), len(values))
    parts = np.array_split(np.asarray(values, np.float64), min(_BINS, len(values)))
    middle = np.array_split(where, len(parts))
    low, high = (np.array([np.percentile(part, q) for part in parts]) for q in (10, 90))
    means = np.array([part.mean() for part in parts])
    return Binned(np.array([part.mean() for part in middle]), means, low, high)


def _value_axis(curve: Binned, more: Sequence[float], *, log: bool) -> Axis:
    """Return an axis that shows the means, some more values and most of the percentiles."""
    low = min(float(curve.mean.min()), float(np.percentile(curve.low, 5)), *more)
    high = max(float(curve.mean.max()), float(np.percentile(curve.high, 95)), *more)
    if log and low > 0 and high / low > _LOG_FROM:
        return Axis(low, high, _HEIGHT - _BOTTOM, _TOP, log=True)
    room = 0.05 * (high - low) or 0.05 * abs(high) or 1.0
    floor = 0.0 if 0 <= low < 2 * room else low - room
    return Axis(floor, high + room, _HEIGHT - _BOTTOM, _TOP)


def _points(x: PlotValues, y: PlotValues) -> str:
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


def _grid(steps: Axis, values: Axis) -> Iterator[str]:
    """Yield both axes' lines and labels."""
    left, right, bottom = steps.first, steps.last, values.first
    for tick in values.ticks():
        y = float(values.place(np.array(tick)))
        yield f'<path class="grid" d="M{left} {y:.1f}H{right}"/>'
        yield f'<text x="{left - 5}" y="{y + 3.5:.1f}" text-anchor="end">{tick:.4g}</text>'
    for tick in steps.ticks():
        x = float(steps.place(np.array(tick)))
        yield f'<path class="grid" d="M{x:.1f} {bottom}v4"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{tick:,.6g}</text>'


def plot_curve(
    title: str,
    series: Sequence[float],
    steps: int,
    judged: Mapping[int, float] = MappingProxyType({}),
    *,
    log: bool = False,
) -> str:
    """Return an <svg> of a series over the training steps: means and the middle 80 % of values.

    ``judged`` maps steps to figures measured after them, drawn as dots. Values that are not finite
    are left out. With ``log`` the axis is logarithmic if the values differ enough.
    """
    finite = [value for value in series if math.isfinite(value)] or [0.0]
    points = {step: value for step, value in judged.items() if math.isfinite(value)}
    curve = bin_series(finite, steps)
    across = Axis(0, max(steps, 2), _LEFT, _WIDTH - _RIGHT)
    up = _value_axis(curve, list(points.values()), log=log)
    x = across.place(curve.steps)
    band = _points(np.append(x, x[::-1]), up.place(np.append(curve.high, curve.low[::-1])))
    label = escape(f"{title} over {steps} steps, at last {curve.mean[-1]:.4g}")
    return (
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">'
        f"{''.join(_grid(across, up))}"
        f'<polygon class="band" points="{band}"/>'
        f'<polyline class="curve" points="{_points(x, up.place(curve.mean))}"/>'
        f"{''.join(_dots(points, across, up))}</svg>"
    )


def _dots(points: Mapping[int, float], across: Axis, up: Axis) -> Iterator[str]:
    """Yield a line through some points, and the points."""
    x, y = across.place(np.array([*points], float)), up.place(np.array([*points.values()]))
    if points:
        yield f'<polyline class="judged" points="{_points(x, y)}"/>'
    for a, b in zip(x, y, strict=True):
        yield f'<circle class="judged" cx="{a:.1f}" cy="{b:.1f}" r="2"/>'


def outline(ink: Ink) -> str:
    """Return the outlines of ink (h, w) as the ``d`` of an SVG path, for the even-odd fill rule."""
    found, _ = cv2.findContours((ink > 0.5).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    parts = []
    for contour in found:
        corners = cv2.approxPolyDP(contour, 0.7, closed=True)[:, 0]
        parts.append("M" + "L".join(f"{x} {y}" for x, y in corners) + "Z")
    return "".join(parts)


def picture_uri(ink: Ink) -> str:
    """Return a data: URI of ink (H, W) as a PNG, black on white."""
    gray = np.rint(255 * (1 - np.clip(ink, 0, 1))).astype(np.uint8)
    return "data:image/png;base64," + b64encode(cv2.imencode(".png", gray)[1].tobytes()).decode()


def project(points: PlotValues) -> tuple[PlotValues, float]:
    """Return points (G, 2), projected on their two principal axes, and the explained variance.

    The explained variance is a share, 0 to 1. Each axis points to its farthest point, which fixes
    the signs.
    """
    centered = points - points.mean(axis=0)
    _, sizes, axes = np.linalg.svd(centered, full_matrices=False)
    flat = centered @ axes[:2].T
    flat *= np.sign(np.take_along_axis(flat, np.abs(flat).argmax(axis=0)[None], 0) + _APART)
    flat = np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))
    total = float(np.square(sizes).sum())
    return flat, float(np.square(sizes[:2]).sum()) / total if total else 1.0


def part_labels(spots: PlotValues, size: tuple[float, float], times: int = 300) -> PlotValues:
    """Return positions (G, 2) for labels of a size (across, down) at which few overlap.

    Overlapping pairs push each other apart in the shorter direction, and every label is pulled to
    its spot.
    """
    place = spots + _APART * np.arange(len(spots))[:, None]
    box = np.asarray(size, np.float64)
    for _ in range(times):
        apart = place[:, None] - place
        lack = np.maximum(box - np.abs(apart), 0)
        lack[~(lack > 0).all(axis=2)] = 0
        lack[np.arange(len(place)), np.arange(len(place))] = 0
        across = lack[..., 0] < lack[..., 1]
        push = np.where(np.stack([across, ~across], 2), np.sign(apart) * lack, 0).sum(axis=1)
        place = place + 0.3 * push + 0.01 * (spots - place)
    return np.asarray(place)
