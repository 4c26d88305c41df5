"""A vector drawing is read as flat regions, whatever shading it has."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from tiny_stock import HOUSE, rectangle, svg

from asciiart.train.contours.drawings import SIDE, FlatDrawing, crop_to_alpha, read_drawing

LEFT = rectangle(10, 10, 40, 80, "#c02010")
RIGHT = rectangle(50, 10, 40, 80, "#1040c0")


def regions(*shapes: str) -> FlatDrawing:
    """Return the regions of a drawing of shapes."""
    drawing = read_drawing(svg(*shapes))
    assert drawing is not None
    return drawing


def test_each_color_is_a_region_and_its_border_is_exact() -> None:
    labels, colors = regions(LEFT, RIGHT)
    height, width = labels.shape
    assert height == width == pytest.approx(0.8 * SIDE, abs=1)  # the margins are cut off
    middle = width // 2
    for half, color in (
        (labels[:, :middle], (0xC0, 0x20, 0x10)),
        (labels[:, middle:], (16, 64, 192)),
    ):
        (label,) = np.unique(half)
        assert tuple(colors[label]) == color


def test_outside_is_no_region() -> None:
    labels, colors = regions('<circle cx="50" cy="50" r="40" fill="#c02010"/>', RIGHT)
    assert set(np.unique(labels)) == {0, 1, 2}
    assert len(colors) == 3
    assert labels[0, 0] == labels[-1, 0] == 0
    assert labels[0, -1] != 0


def test_a_drawing_that_fills_its_frame_keeps_its_colors() -> None:
    labels, colors = regions(LEFT, RIGHT)
    assert 0 not in labels
    assert len(colors) == 3  # row 0 is not used


def test_the_longer_side_is_always_the_same() -> None:
    wide = svg(LEFT, RIGHT).replace(b"0 0 100 100", b"0 0 200 100")
    drawing = read_drawing(wide)
    assert drawing is not None
    assert drawing.labels.shape[1] == pytest.approx(0.4 * SIDE, abs=1)


def test_a_hole_is_outside() -> None:
    ring = (
        '<path fill-rule="evenodd" fill="#c02010" d="M10 10 H90 V90 H10 Z M40 40 H60 V60 H40 Z"/>'
    )
    labels, _ = regions(ring, rectangle(10, 10, 80, 10, "#1040c0"))
    assert labels[labels.shape[0] // 2, labels.shape[1] // 2] == 0


def test_colors_that_hardly_differ_are_one_region() -> None:
    labels, _ = regions(LEFT, RIGHT, rectangle(60, 20, 10, 10, "#1141c1"))
    assert set(np.unique(labels)) == {1, 2}


def test_a_compressed_drawing_is_the_same() -> None:
    plain, compressed = read_drawing(HOUSE), read_drawing(gzip.compress(HOUSE))
    assert plain is not None
    assert compressed is not None
    assert np.array_equal(plain.labels, compressed.labels)
    assert np.array_equal(plain.colors, compressed.colors)


@pytest.mark.parametrize("start", [0, 10], ids=["cut off", "with other bytes"])
def test_a_damaged_drawing_is_none(start: int) -> None:
    compressed = gzip.compress(HOUSE)
    assert read_drawing(compressed[:10] + b"\xff" * start + compressed[10 + start : -12]) is None


STOPS = '<stop offset="0" stop-color="#ff0000"></stop><stop stop-color="#0000ff"></stop>'
STYLED = STOPS.replace('stop-color="#ff0000"', 'style="stop-color:#ff0000;stop-opacity:1"')


@pytest.mark.parametrize(
    "gradient",
    [
        f'<linearGradient id="a">{STOPS}</linearGradient>',
        f'<radialGradient id="a">{STYLED}</radialGradient>',
        f'<linearGradient id="b">{STOPS}</linearGradient><radialGradient id="a" href="#b"/>',
        f'<linearGradient id="a" href="#b"/><linearGradient id="b">{STOPS}</linearGradient>',
    ],
    ids=["linear", "radial, styled", "with another's stops", "with a later one's stops"],
)
def test_a_gradient_is_its_mean_color(gradient: str) -> None:
    labels, colors = regions(gradient, rectangle(10, 10, 40, 80, "url(#a)"), RIGHT)
    label = labels[5, 5]
    assert (labels[:, : labels.shape[1] // 2 - 1] == label).all()
    assert colors[label].tolist() == [127, 0, 127]


def test_a_gradient_of_short_tags_is_one_color_of_its_own() -> None:
    gradient = f'<linearGradient id="a">{STOPS.replace("></stop>", "/>")}</linearGradient>'
    labels, colors = regions(gradient, rectangle(10, 10, 40, 80, "url(#a)"), RIGHT)
    assert len(np.unique(labels)) == 2
    red, green, blue = colors[labels[5, 5]].tolist()
    assert green == 0
    assert red + blue == pytest.approx(255, abs=1)


def test_a_gradient_that_follows_itself_ends() -> None:
    loop = '<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>'
    labels, _ = regions(loop, rectangle(10, 10, 40, 80, "url(#a)"), RIGHT)
    assert len(np.unique(labels)) == 2


def test_a_pattern_is_one_color_the_same_each_time() -> None:
    pattern = (
        '<pattern id="p" width="4" height="4" patternUnits="userSpaceOnUse">'
        '<circle r="2" cx="2" cy="2"/></pattern>'
    )
    first, again = (regions(pattern, rectangle(10, 10, 40, 80, "url(#p)"), RIGHT) for _ in "ab")
    assert len(np.unique(first.labels)) == 2
    assert np.array_equal(first.colors, again.colors)
    other = regions(pattern.replace('"p"', '"q"'), rectangle(10, 10, 40, 80, "url(#q)"), RIGHT)
    assert not np.array_equal(np.sort(first.colors, 0), np.sort(other.colors, 0))


@pytest.mark.parametrize("use", ['filter="url(#f)"', 'style="filter:url(#f)"'])
def test_filters_are_left_out(use: str) -> None:
    blur = '<filter id="f"><feGaussianBlur stdDeviation="8"/></filter>'
    soft = LEFT.replace("<rect", f"<rect {use}")
    assert np.array_equal(regions(blur, soft, RIGHT).labels, regions(LEFT, RIGHT).labels)


def test_writing_is_not_drawn_with_the_host_s_fonts() -> None:
    writing = '<text x="20" y="50" font-family="sans-serif" font-size="30">ABC</text>'
    assert np.array_equal(regions(LEFT, RIGHT, writing).labels, regions(LEFT, RIGHT).labels)


MANY = [
    rectangle(
        2 + 5 * (n % 18), 2 + 5 * (n // 18), 5, 5, f"#{8 * (n % 32):02x}{8 * (n // 32):02x}80"
    )
    for n in range(288)
]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no drawing",
        b"<svg",
        svg(LEFT),
        svg(rectangle(0, 0, 50, 100, "#c02010"), rectangle(50, 0, 50, 100, "#1040c0")),
        svg(rectangle(40, 40, 10, 10, "#c02010"), rectangle(50, 40, 10, 10, "#1040c0")),
        svg(rectangle(5, 45, 45, 12, "#c02010"), rectangle(50, 45, 45, 12, "#1040c0")),
        svg(*MANY),
        svg(LEFT, RIGHT, f"<!--{'x' * 100_000}-->"),
        svg(),
    ],
    ids=[
        *(
            "empty",
            "no XML",
            "cut off",
            "one color",
            "full page",
            "hardly anything",
            "a thin strip",
        ),
        *("too many colors", "too long", "nothing"),
    ],
)
def test_what_is_no_use_is_left_out(data: bytes) -> None:
    assert read_drawing(data) is None


def test_fewer_of_the_many_colors_are_read() -> None:
    assert len(regions(*MANY[:250]).colors) == 251


def test_margins_are_where_a_picture_is_transparent() -> None:
    rgba = np.full((10, 12, 4), 100, np.uint8)  # alpha 100 is more transparent than opaque
    rgba[2:5, 3:9, 3] = 200
    assert np.array_equal(crop_to_alpha(rgba), rgba[2:5, 3:9])
    assert crop_to_alpha(rgba[6:]).shape[0] == 0
