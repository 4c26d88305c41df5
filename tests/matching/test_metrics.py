"""The measures: perfect is 1, blank is 0, and tolerances are what DESIGN.md says they are."""

import tracemalloc

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asciiart.errors import OptionError
from asciiart.glyphs.grid import Placement
from asciiart.glyphs.typesetting import Typeset, draw_characters, typeset_rows
from asciiart.matching.metrics import (
    _paste_picture,
    brightness_steps,
    densest_ink,
    draw_text,
    drawing_ink,
    oriented_f,
    score,
    score_characters,
    tone_fidelity,
)


def page(*lines, shape=(160, 192)):
    ink = np.zeros(shape, np.float32)
    for start, end in lines:
        cv2.line(ink, start, end, 1.0, 3)
    return ink


CROSSED = page(((20, 20), (170, 140)), ((20, 120), (170, 60)), ((90, 10), (90, 150)))
VERTICAL = page(((90, 10), (90, 150)))


def scene():
    rng = np.random.default_rng(4)
    return cv2.GaussianBlur(rng.random((160, 192), np.float32), (0, 0), 9)


def test_the_same_ink_is_perfect():
    assert oriented_f(CROSSED, CROSSED) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("pair", [(0, 1), (1, 0), (0, 0)])
def test_a_blank_page_scores_nothing(pair):
    pages = (page(), CROSSED)
    assert oriented_f(pages[pair[0]], pages[pair[1]]) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("shift", "expected"), [(0, 1.0), (2, 1.0), (4, 1.0), (5, 0.0), (6, 0.0)])
@pytest.mark.parametrize("axis", [0, 1])
def test_a_stroke_4_px_beside_is_a_hit_and_farther_is_not(shift, expected, axis):
    stroke = VERTICAL if axis == 1 else page(((10, 80), (180, 80)))
    shifted = np.roll(stroke, shift, axis=axis)
    assert oriented_f(stroke, shifted).f == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize(
    ("degrees", "least", "most"), [(0, 1, 1), (10, 0.9, 1), (45, 0, 0.05), (90, 0, 0.05)]
)
def test_a_stroke_through_the_same_place_must_run_the_same_way(degrees, least, most):
    turn = np.deg2rad(degrees)
    dx, dy = (round(20 * float(v)) for v in (np.sin(turn), np.cos(turn)))
    upright = page(((90, 60), (90, 100)))
    turned = page(((90 - dx, 80 - dy), (90 + dx, 80 + dy)))
    assert least <= oriented_f(upright, turned).f <= most


def test_precision_is_of_the_text_and_recall_of_the_drawing():
    half = page(((90, 10), (90, 80)))
    fidelity = oriented_f(VERTICAL, half)
    assert fidelity.precision == pytest.approx(1, abs=0.02)
    assert fidelity.recall == pytest.approx(0.53, abs=0.04)
    assert fidelity.f == pytest.approx(2 * 0.53 / 1.53, abs=0.04)
    swapped = oriented_f(half, VERTICAL)
    assert (swapped.precision, swapped.recall) == (fidelity.recall, fidelity.precision)


def test_a_drawing_is_its_strokes_3_px_wide():
    gray = np.ones((40, 40), np.float32)
    gray[5:35, 10:19] = 0.5
    gray[5:35, 30:34] = 0.61  # too light to be a stroke
    ink = drawing_ink(gray)
    assert ink[20].tolist() == [0.0] * 13 + [1.0] * 3 + [0.0] * 24
    assert not drawing_ink(np.ones((8, 8), np.float32)).any()


def test_tone_of_the_picture_itself_is_1_and_of_its_negative_minus_1():
    itself, negative = (tone_fidelity(scene(), text, 16) for text in (scene(), 1 - scene()))
    assert (itself.r, itself.detail, itself.monotony) == (pytest.approx(1),) * 3
    assert (negative.r, negative.detail, negative.monotony) == (pytest.approx(-1),) * 3
    assert itself.range > 0.02
    assert negative.range == pytest.approx(-itself.range, rel=1e-4)


def test_tone_of_a_blank_page_is_0():
    blank = np.zeros((160, 192), np.float32)
    assert tone_fidelity(scene(), blank, 16) == (0.0, 0.0, 0.0, 0.0)
    assert tone_fidelity(blank, scene(), 16) == (0.0, 0.0, 0.0, 0.0)


def ramp(steps=64, width=20):
    return np.tile(np.repeat(np.linspace(0, 1, steps, dtype=np.float32), width), (96, 1))


def test_range_is_that_of_the_text_between_the_extremes_of_the_picture():
    assert tone_fidelity(ramp(), ramp(), 4).range == pytest.approx(1, abs=0.05)
    assert tone_fidelity(ramp(), 0.3 + 0.2 * ramp(), 4).range == pytest.approx(0.2, abs=0.01)
    assert tone_fidelity(ramp(), 0.2 * ramp(), 4, 0.25).range == pytest.approx(0.8, abs=0.04)
    middle = np.where((ramp() > 0.1) & (ramp() < 0.9), 1 - ramp(), ramp())
    assert tone_fidelity(ramp(), middle, 4).range == pytest.approx(1, abs=0.05)


def test_monotony_is_of_the_order_of_64_steps():
    order = np.arange(64)
    order[[20, 40]] = 40, 20
    swapped = np.tile(np.repeat(order / np.float32(63), 20), (96, 1)).astype(np.float32)
    assert tone_fidelity(ramp(), np.sqrt(ramp()), 1).monotony == 1
    expected = 1 - 6 * 2 * 20**2 / (64 * (64**2 - 1))  # Spearman's formula
    assert tone_fidelity(ramp(), swapped, 1).monotony == pytest.approx(expected, abs=2e-3)
    assert tone_fidelity(ramp(), np.round(ramp()), 1).monotony < 0.9  # equal steps are not ordered


def test_steps_that_a_picture_does_not_have_are_left_out():
    picture = np.array([[0, 0, 0.5, 1]], np.float32)
    steps = brightness_steps(picture, np.array([[0.1, 0.3, 0.4, 0.6]], np.float32))
    np.testing.assert_allclose(steps, [0.2, 0.4, 0.6])


def test_the_densest_character_is_one_of_ascii_or_of_the_text(font, mona):
    ascii_ink = densest_ink(font, None, "")
    assert ascii_ink == pytest.approx(float(draw_text(["@@@"], font, 32, 16).mean()), rel=1e-3)
    assert densest_ink(font, None, "a ") == ascii_ink
    assert densest_ink(font, None, "█") == 1
    assert ascii_ink < densest_ink(mona, MONA, "") < densest_ink(mona, MONA, "●") <= 1


def test_tone_does_not_care_for_contrast_or_brightness():
    assert tone_fidelity(scene(), 0.2 + 0.3 * scene(), 16).r == pytest.approx(1, abs=1e-4)


def test_tone_r_is_coarse_and_detail_is_fine():
    x = np.arange(192)
    stripes = np.tile(np.where(x // 16 % 2, 0.1, -0.1), (160, 1)).astype(np.float32)
    coarse = np.tile(0.2 * np.cos(np.pi * x / 191), (160, 1)).astype(np.float32)
    fidelity = tone_fidelity(coarse + stripes, coarse - stripes, 16)
    assert fidelity.r > 0.85
    assert fidelity.detail < -0.5


def test_text_is_drawn_in_cells_and_short_lines_are_filled_up(font):
    ink = draw_text(["█", "", "██"], font, 32, 16)
    assert ink.shape == (96, 32)
    assert ink[:32, :16].min() == 1
    assert ink[64:].min() == 1
    assert not ink[:32, 16:].any()
    assert not ink[32:64].any()


@pytest.mark.parametrize("rows", [[], [""], ["", ""]])
def test_no_text_cannot_be_scored(font, rows):
    with pytest.raises(OptionError, match="there is no text"):
        score(scene(), rows, font, "dark")


TEXT = ["/‾‾\\ |", "\\__/ |", " ##  |"]


@pytest.mark.parametrize("background", ["dark", "light"])
def test_a_picture_of_the_text_scores_high(font, background):
    ink = draw_text(TEXT, font, 32, 16)
    picture = ink if background == "dark" else 1 - ink
    fidelity = score(picture, TEXT, font, background)
    assert fidelity.tone.r > 0.999
    assert fidelity.tone.detail > 0.999
    if background == "light":
        assert fidelity.structure.f > 0.8


def test_on_the_wrong_background_tone_is_reversed(font):
    ink = draw_text(TEXT, font, 32, 16)
    assert score(ink, TEXT, font, "light").tone.r < -0.999


def test_the_picture_may_be_of_any_size(font):
    small = cv2.resize(1 - draw_text(TEXT, font, 32, 16), None, fx=0.5, fy=0.5)
    large = cv2.resize(1 - draw_text(TEXT, font, 32, 16), None, fx=3, fy=3)
    assert score(small, TEXT, font, "light").tone.r > 0.99  # type: ignore[arg-type]
    assert score(large, TEXT, font, "light").tone.r > 0.99  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "placement"),
    [
        (["      ", "  a#  ", "  #b  "], Placement(2, 1, 2, 2)),
        (["#   ", "b   "], Placement(-1, 0, 2, 2)),
        (["#b "], Placement(0, -1, 2, 2)),
    ],
    ids=["inside", "beyond the left", "beyond the top"],
)
@pytest.mark.parametrize("background", ["dark", "light"])
def test_a_placement_says_where_the_picture_lies(font, rows, placement, background):
    ink = draw_text(["a#", "#b"], font, 32, 16)
    picture = ink if background == "dark" else 1 - ink
    assert score(picture, rows, font, background, placement).tone.r > 0.99
    assert score(picture, rows, font, background).tone.r < 0.95


@pytest.mark.parametrize("background", ["dark", "light"])
def test_beyond_the_picture_is_no_stroke(font, background):
    drawing = 1 - draw_text(["a#", "#b"], font, 32, 16)
    rows, placement = ["     ", " a#  ", " #b  ", "     "], Placement(1, 1, 2, 2)
    assert score(drawing, rows, font, background, placement).structure.f > 0.99


def noise(height, width):
    return np.random.default_rng(5).random((height, width), np.float32)


def smooth(height, width):
    gray = cv2.GaussianBlur(noise(height, width), (0, 0), 5)
    return (gray - gray.min()) / (gray.max() - gray.min())


@given(st.tuples(*[st.integers(1, 30)] * 4), st.tuples(*[st.integers(0, 20)] * 4))
def test_a_picture_within_its_page_is_resized_as_a_whole(sizes, margins):
    (height, width, *own), (top, bottom, left, right) = sizes, margins
    shape = (top + height + bottom, left + width + right)
    page = _paste_picture(noise(*own), Placement(left, top, width, height), shape, 0.5)
    how = cv2.INTER_AREA if own[0] * own[1] > height * width else cv2.INTER_CUBIC
    expected = np.full(shape, 0.5, np.float32)
    scaled = np.clip(cv2.resize(noise(*own), (width, height), interpolation=how), 0, 1)
    expected[top : top + height, left : left + width] = scaled
    np.testing.assert_array_equal(page, expected)


@pytest.mark.parametrize("scale", [0.3, 0.8, 1, 1.3, 7.3])
@pytest.mark.parametrize("left", [-90, -30, 30, 90])
@pytest.mark.parametrize("top", [-60, 60])
def test_a_part_of_a_picture_is_that_of_the_whole(scale, left, top):
    width, height = round(192 * scale), round(160 * scale)
    left, top = round(left * scale), round(top * scale)
    shape = (height - abs(top), width - abs(left))
    gray = smooth(160, 192)
    page = _paste_picture(gray, Placement(left, top, width, height), shape, 0.0)
    around = _paste_picture(gray, Placement(0, 0, width, height), (height, width), 0.0)
    whole = np.zeros_like(page)
    seen = around[max(-top, 0) :, max(-left, 0) :][: shape[0] - max(top, 0)]
    seen = seen[:, : shape[1] - max(left, 0)]
    whole[max(top, 0) :, max(left, 0) :] = seen
    np.testing.assert_allclose(page, whole, atol=0.02)


@pytest.mark.parametrize("scale", [0.6, 3])
def test_a_part_of_a_picture_is_no_brighter_than_white(scale):
    gray = (noise(40, 60) > 0.5).astype(np.float32)
    page = _paste_picture(gray, Placement(-9, -9, 60 * scale, 40 * scale), (12, 24), 0.0)
    assert (page.min(), page.max()) == (0, 1)


@pytest.mark.parametrize("left", [-200, 64, 10**9])
@pytest.mark.parametrize("top", [-(10**9), 0, 48])
def test_a_picture_beside_its_page_is_not_seen(left, top):
    page = _paste_picture(noise(9, 9), Placement(left, top, 100, 100), (48, 64), 0.25)
    assert (page == 0.25).all()


@pytest.mark.parametrize("own", [(1, 1), (8, 8), (3000, 2000)])
def test_of_a_picture_far_larger_than_its_page_only_what_is_seen_is_scaled(own):
    gray = np.linspace(0, 1, own[0], dtype=np.float32)[:, None].repeat(own[1], axis=1)
    whole = Placement(-500 * 128, -250 * 96, 1000 * 128, 1000 * 96)
    _paste_picture(gray, whole, (96, 128), 0.0)  # whatever is loaded with the first
    tracemalloc.start()
    page = _paste_picture(gray, whole, (96, 128), 0.0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * page.nbytes + 2 * gray.nbytes
    expected = np.interp(0.2505 * own[0] - 0.5, np.arange(own[0]), gray[:, 0])
    np.testing.assert_allclose(page, expected, atol=0.01)


def test_a_page_smaller_than_a_pixel_of_a_long_picture():
    page = _paste_picture(noise(1, 10**6), Placement(-(10**9), 0, 10**10, 3), (3, 5), 0.5)
    assert page.shape == (3, 5)
    assert np.ptp(page) < 0.01


MONA = Typeset(16, 18)
MONA_TEXT = ["　／￣￣＼", "（　ﾟДﾟ　）", "　＼＿＿／"]


def mona_picture(mona, scale=2, typeset=MONA, columns=None):
    characters = typeset_rows(MONA_TEXT, mona, typeset, columns)
    return 1 - draw_characters(characters, mona, typeset, scale * typeset.line_height, scale)


@pytest.mark.parametrize("size", [(16, 18), (12, 14), (24, 27)])
def test_a_picture_of_proportional_text_scores_high(mona, size):
    typeset = Typeset(*size)
    picture = mona_picture(mona, typeset=typeset)
    fidelity = score(picture, MONA_TEXT, mona, "light", typeset=typeset)
    assert fidelity.tone.r > 0.98
    assert fidelity.structure.f > 0.8
    assert score(1 - picture, MONA_TEXT, mona, "dark", typeset=typeset).tone.r > 0.98


def test_proportional_text_is_measured_at_32_px_per_em(mona):
    picture = np.roll(mona_picture(mona), 3, axis=1)
    text = draw_characters(typeset_rows(MONA_TEXT, mona, MONA), mona, MONA, 36, 2)
    fidelity = score(picture, MONA_TEXT, mona, "light", typeset=MONA)
    assert fidelity.structure == oriented_f(drawing_ink(picture), text)
    full = densest_ink(mona, MONA, "".join(MONA_TEXT))
    assert fidelity.tone == tone_fidelity(picture, 1 - text, 16, full)


def test_a_placement_of_proportional_text_is_in_pixels(mona):
    picture = mona_picture(mona)
    height, width = (size // 2 for size in picture.shape)
    rows = ["", *(f"　{row}" for row in MONA_TEXT)]
    placement = Placement(11, 18, width, height)  # the ideographic space is 11 wide
    assert score(picture, rows, mona, "light", placement, typeset=MONA).tone.r > 0.99
    assert score(picture, rows, mona, "light", typeset=MONA).tone.r < 0.9


def test_the_page_may_be_wider_than_its_rows(mona):
    picture = mona_picture(mona, columns=300)
    assert score(picture, MONA_TEXT, mona, "light", typeset=MONA, columns=300).tone.r > 0.99
    assert score(picture, MONA_TEXT, mona, "light", typeset=MONA).tone.r < 0.9


def test_full_width_characters_are_scored_in_two_cells(wide_font):
    characters = typeset_rows(["a漢b", "あ=="], wide_font, None)
    width = wide_font.cell(32, 4).width
    picture = 1 - draw_characters(characters, wide_font, None, 32, width)
    fidelity = score_characters(picture, characters, wide_font, None, "light")
    assert fidelity.tone.r > 0.999
    assert fidelity == score(picture, ["a漢b", "あ=="], wide_font, "light")


def test_a_text_that_would_take_too_much_memory_is_not_scored(font):
    rows = ["x" * 2000] * 66
    message = "66 lines of 2,000 columns is too large to be scored; 65 of these lines are not"
    with pytest.raises(OptionError, match=message):
        score(np.ones((8, 8), np.float32), rows, font, "dark")
