"""Lines at the picture's own size: of drawings, of photographs, and of what cannot be read."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from paths import PICTURES
from PIL import Image

from asciiart.errors import ImageError, OptionError
from asciiart.page import picture_lines
from asciiart.page.contour_network import ContourMaps, load_line_network
from asciiart.page.picture_lines import trace_lines
from asciiart.page.thinning import thin

CAT = PICTURES / "photographs" / "cat.jpg"


def ring(stroke: int = 5) -> np.ndarray:
    """A black ring on white, and a dot of noise."""
    page = np.full((200, 300), 255, np.uint8)
    cv2.circle(page, (150, 100), 60, 0, stroke)
    page[20, 20] = 0
    return page


def test_a_drawing_s_strokes_become_their_middles() -> None:
    lines = trace_lines(ring(), detail=0.5)
    assert (lines.shape, lines.dtype) == ((200, 300), bool)
    down, right = np.nonzero(lines)
    away = np.hypot(down - 100, right - 150)
    assert np.abs(away - 60).max() < 2
    assert 300 < len(away) < 2 * np.pi * 60


def test_white_on_black_has_the_same_lines() -> None:
    np.testing.assert_array_equal(trace_lines(255 - ring()), trace_lines(ring()))


def test_what_is_transparent_is_white() -> None:
    ink = Image.fromarray(255 - ring())
    clear = Image.merge("LA", (Image.new("L", ink.size), ink))
    np.testing.assert_array_equal(trace_lines(clear), trace_lines(ring()))


@pytest.mark.parametrize("size", [(1, 1), (7, 3), (90, 40), (1500, 1100)])
def test_the_lines_of_a_photograph_have_its_size_and_are_thin(size: tuple[int, int]) -> None:
    with Image.open(CAT) as cat:
        picture = cat.resize(size)
    lines = trace_lines(picture)
    assert lines.shape == size[::-1]
    assert lines.any() == (min(size) > 10)
    np.testing.assert_array_equal(thin(lines), lines)


def test_the_contours_of_a_photograph_are_where_they_are_at_twice_the_size() -> None:
    with Image.open(CAT) as cat:
        small, large = cat.resize((480, 320)), cat.resize((960, 640))
    lines, doubled = trace_lines(small), trace_lines(large)
    near = cv2.dilate(cv2.resize(lines.astype(np.uint8), (960, 640)), np.ones((9, 9), np.uint8)) > 0
    assert near[doubled].mean() > 0.9
    assert 1.5 < doubled.sum() / lines.sum() < 2.5


def test_more_detail_has_more_lines() -> None:
    shares = [trace_lines(CAT, detail=detail).mean() for detail in (0, 0.25, 0.5, 0.75, 1)]
    assert shares == sorted(set(shares))
    assert not trace_lines(ring(), detail=0)[20, 20]
    assert trace_lines(ring(), detail=1)[20, 20]


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
@pytest.mark.parametrize("name", ["detail", "subject"])
def test_a_value_out_of_range_is_refused(name: str, value: float) -> None:
    with pytest.raises(OptionError, match=name):
        trace_lines(CAT, **{name: value})  # type: ignore[arg-type]


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(ImageError, match=r"no\.png"):
        trace_lines("no.png")
    with pytest.raises(ImageError, match="pixels"):
        trace_lines(CAT, max_pixels=100)


def test_the_network_sees_no_more_than_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, ...]] = []

    class Network:
        def look(self, rgb: np.ndarray) -> ContourMaps:
            seen.append(rgb.shape[:2])
            return load_line_network().look(rgb)

    monkeypatch.setattr(picture_lines, "load_line_network", Network)
    for shape in ((3000, 4000), (4000, 1000), (100, 50)):
        trace_lines(np.random.default_rng(0).random(shape))
    assert seen == [(360, 480), (480, 120), (200, 100)]
