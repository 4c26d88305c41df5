"""The subject: found, cropped to and cut out, but only where it is clear."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from paths import ANTENNA, PICTURES

from asciiart.errors import ImageError
from asciiart.io.pictures.arrays import Gray, Pixels
from asciiart.io.pictures.image import load_image
from asciiart.options import Options
from asciiart.page import subject
from asciiart.page.contour_network import ContourMaps
from asciiart.page.subject import (
    WHOLE,
    CropBox,
    KnownSubject,
    box_around,
    find_subject,
    show_subject,
)
from asciiart.pipeline import draw

FLOWER = PICTURES / "photographs" / "flower.jpg"
BOTH = Options(crop="subject", background_removal=True)
REMOVED = Options(background_removal=True)
CROPPED = Options(crop="subject")

Says = Callable[[Gray, Gray], None]
"""Makes the network say of each pixel how surely it is the subject's and a face's."""


class _FixedNetwork:
    """A network that says the same of the middle and of faces, whatever it sees."""

    def __init__(self, inside: Gray, face: Gray) -> None:
        self._maps = inside, face

    def look(self, rgb: Pixels) -> ContourMaps:
        inside, face = (
            np.asarray(cv2.resize(each, rgb.shape[1::-1]), np.float32) for each in self._maps
        )
        return ContourMaps(inside, inside, inside, face, inside)


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Says:
    def say(inside: Gray, face: Gray) -> None:
        network = _FixedNetwork(inside, face)
        monkeypatch.setattr(subject, "load_line_network", lambda: network)

    return say


def meadow(height: int = 240, width: int = 320) -> Pixels:
    """Return a green texture (H, W, 3) that is no paper."""
    grain = np.random.default_rng(0).normal(0, 30, (height, width, 1))
    return np.clip(grain + np.array([70, 130, 60]), 0, 255).astype(np.uint8)


def ball(rgb: Pixels) -> Pixels:
    """Return a picture with a red ball in it."""
    return np.asarray(cv2.circle(rgb.copy(), (200, 120), 50, (220, 40, 40), -1), np.uint8)


def ball_mask(shape: tuple[int, ...] = (240, 320)) -> Any:
    return cv2.circle(np.zeros(shape[:2], np.uint8), (200, 120), 50, 1, -1) > 0


def around_ball(sureness: float = 4.0) -> Gray:
    """Return what a network says that finds the ball, but not its border."""
    share = cv2.GaussianBlur(ball_mask().astype(np.float32), (0, 0), 8)
    return np.asarray(sureness * (2 * share - 1), np.float32)


def nothing() -> Gray:
    return np.full((240, 320), -9, np.float32)


def overlap(opacity: Pixels | None, expected: Any) -> float:
    assert opacity is not None
    found = opacity >= 128
    return float((found & expected).sum() / (found | expected).sum())


def test_a_subject_is_cut_out_where_its_color_ends(say: Says) -> None:
    say(around_ball(), nothing())
    opacity = find_subject(load_image(ball(meadow())))
    assert overlap(opacity, ball_mask()) > 0.95


def test_the_shipped_network_finds_a_flower() -> None:
    picture = load_image(str(FLOWER))
    opacity = find_subject(picture)
    assert opacity is not None
    height, width = opacity.shape
    assert opacity[height // 2, width // 2] == 255
    assert not opacity[: height // 20].any()
    assert not opacity[:, : width // 8].any()


@pytest.mark.parametrize(("inside", "outside"), [(-0.2, -0.9), (-9, -9), (9, 9)])
def test_what_is_hardly_a_subject_is_left_whole(say: Says, inside: float, outside: float) -> None:
    say(np.where(ball_mask(), np.float32(inside), np.float32(outside)), nothing())
    picture = load_image(ball(meadow()))
    assert find_subject(picture) is None
    assert show_subject(picture, BOTH) == (picture, WHOLE)


def test_where_network_and_colors_disagree_the_picture_stays_whole(say: Says) -> None:
    """The network says a wide area, of which only the ball differs from what lies around it."""
    wide = nothing()
    wide[20:220, 60:310] = 0.85
    wide[100:140, 180:220] = 4
    say(wide, nothing())
    picture = load_image(ball(meadow()))
    assert find_subject(picture) is None
    assert find_subject(picture, is_sure=True) is not None


def test_below_a_face_there_is_a_body(say: Says) -> None:
    rgb = meadow()
    rgb[180:, 100:220] = (60, 60, 140)
    cv2.circle(rgb, (160, 110), 40, (220, 170, 150), -1)
    face = nothing()
    cv2.circle(face, (160, 110), 40, 4.0, -1)
    say(np.maximum(face, -3), nothing())
    without = find_subject(load_image(rgb))
    say(np.maximum(face, -3), face)
    opacity = find_subject(load_image(rgb))
    assert opacity is not None
    assert opacity[185:235, 105:215].mean() > 250
    assert opacity[:60].max() == 0
    assert without is None or without[185:235].mean() < 10


def test_small_pieces_are_dropped_and_small_holes_closed(say: Says) -> None:
    rgb = ball(meadow())
    cv2.circle(rgb, (200, 120), 6, (70, 130, 60), -1)
    cv2.circle(rgb, (40, 40), 7, (220, 40, 40), -1)
    inside = around_ball()
    cv2.circle(inside, (40, 40), 7, 4.0, -1)
    say(inside, nothing())
    opacity = find_subject(load_image(rgb))
    assert opacity is not None
    assert opacity[120, 200] == 255
    assert opacity[:70, :70].max() == 0


def logo() -> Pixels:
    """Return a ring in color on paper that is not quite white, with a little noise."""
    noise = np.random.default_rng(0).integers(-4, 5, (120, 200, 3))
    rgb = (np.full((120, 200, 3), 245) + noise).astype(np.uint8)
    return np.asarray(cv2.circle(rgb, (100, 60), 30, (20, 60, 200), 12), np.uint8)


def test_paper_around_a_logo_lies_behind_it_but_not_what_it_encloses() -> None:
    opacity = find_subject(load_image(logo()))
    assert opacity is not None
    expected = cv2.circle(np.zeros((120, 200), np.uint8), (100, 60), 36, 1, -1) > 0
    assert overlap(opacity, expected) > 0.95
    assert set(np.unique(opacity)) == {0, 255}  # it is not enlarged, hence sharp


def test_a_drawing_is_cropped_to_its_strokes() -> None:
    rgb = load_image(str(ANTENNA)).on(255)
    wide = np.pad(rgb, ((100, 100), (300, 300), (0, 0)), constant_values=255)
    shape = show_subject(load_image(wide), CROPPED).picture.rgb.shape
    assert rgb.shape[0] <= shape[0] <= 1.1 * rgb.shape[0]
    assert shape[1] <= rgb.shape[1] + 0.1 * rgb.shape[0] + 2


@pytest.mark.parametrize("options", [CROPPED, REMOVED, BOTH])
def test_blank_pictures_stay_whole(options: Options) -> None:
    for value in (0, 128, 255):
        picture = load_image(np.full((40, 60, 3), value, np.uint8))
        assert show_subject(picture, options) == (picture, WHOLE)
    clear = load_image(np.zeros((40, 60, 4), np.uint8))
    assert show_subject(clear, options) == (clear, WHOLE)


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 1), (3, 3), (1, 700), (700, 1), (5, 9)])
@pytest.mark.parametrize("options", [CROPPED, REMOVED, BOTH])
def test_tiny_and_thin_pictures_are_drawn(shape: tuple[int, int], options: Options) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    shown = show_subject(load_image(rgb), options).picture
    assert shown.rgb.size > 0
    assert shown.alpha is None or shown.alpha.shape == shown.rgb.shape[:2]


def test_what_is_transparent_lies_behind() -> None:
    rgba = np.dstack([meadow(100, 100), np.zeros((100, 100), np.uint8)])
    rgba[40:60, 30:70, 3] = 255
    rgba[50, 70, 3] = 20  # a shadow
    shown = show_subject(load_image(rgba), CROPPED).picture
    assert shown.alpha is not None
    assert shown.rgb.shape == (20 + 2 * 3, 41 + 2 * 3, 3)
    removed = show_subject(load_image(rgba), REMOVED).picture
    np.testing.assert_array_equal(removed.alpha, rgba[..., 3])


def test_a_picture_with_round_corners_is_cut_out_as_others(say: Says) -> None:
    say(around_ball(), nothing())
    alpha = np.full((240, 320), 255, np.uint8)
    alpha[:3, :3] = 0
    shown = show_subject(load_image(np.dstack([ball(meadow()), alpha])), REMOVED).picture
    assert shown.alpha is not None
    assert overlap(shown.alpha, ball_mask()) > 0.95


def test_nothing_happens_unasked() -> None:
    picture = load_image(ball(meadow()))
    assert show_subject(picture, Options()) == (picture, WHOLE)


def test_a_crop_keeps_a_margin_and_what_is_behind(say: Says) -> None:
    say(around_ball(), nothing())
    rgb = ball(meadow())
    shown = show_subject(load_image(rgb), CROPPED).picture
    assert shown.alpha is None
    assert 105 <= shown.rgb.shape[0] <= 125
    assert 105 <= shown.rgb.shape[1] <= 125
    both = show_subject(load_image(rgb), BOTH).picture
    np.testing.assert_array_equal(both.rgb, shown.rgb)
    assert both.alpha is not None
    assert both.alpha[0, 0] == 0


@pytest.mark.parametrize(("color", "behind"), [((220, 220, 40), 0), ((60, 10, 10), 255)])
def test_lines_keep_the_outline_of_what_is_cut_out(
    say: Says, color: tuple[int, int, int], behind: int
) -> None:
    say(around_ball(), nothing())
    rgb = meadow()
    rgb[ball_mask()] = color
    shown = show_subject(
        load_image(rgb), Options(mode="structure", background_removal=True)
    ).picture
    assert shown.alpha is None
    assert (shown.rgb[:40] == behind).all()
    assert (shown.rgb[120, 200] == color).all()


@given(
    arrays(
        np.uint8,
        st.tuples(st.integers(1, 40), st.integers(1, 40)),
        elements=st.sampled_from([0, 0, 0, 0, 0, 0, 0, 15, 16, 255]),
    )
)
def test_a_crop_never_loses_a_pixel_of_the_subject(opacity: Pixels) -> None:
    inside = opacity >= 16
    cropped = inside[box_around(opacity).slices(*opacity.shape)]
    assert cropped.sum() == inside.sum()
    assert cropped.size


@given(
    st.integers(1, 3000), st.integers(1, 3000), st.lists(st.floats(0, 1), min_size=4, max_size=4)
)
def test_a_box_of_any_picture_lies_in_it(height: int, width: int, sides: list[float]) -> None:
    top, bottom = sorted(sides[:2])
    left, right = sorted(sides[2:])
    rows, columns = CropBox(top, left, bottom, right).slices(height, width)
    assert 0 <= rows.start <= rows.stop <= height
    assert 0 <= columns.start <= columns.stop <= width


@given(
    st.integers(1, 3000), st.integers(1, 3000), st.lists(st.floats(0, 1), min_size=4, max_size=4)
)
def test_a_rounded_box_is_what_is_cut(height: int, width: int, sides: list[float]) -> None:
    top, bottom = sorted(sides[:2])
    left, right = sorted(sides[2:])
    box = CropBox(top, left, bottom, right)
    rows, columns = box.slices(height, width)
    rounded = box.rounded(height, width)
    found = np.multiply(rounded, [height, width, height, width])
    np.testing.assert_allclose(found, [rows.start, columns.start, rows.stop, columns.stop])
    assert rounded.united(box) == rounded


def test_the_box_of_a_cropped_picture_is_told(say: Says) -> None:
    say(around_ball(), nothing())
    picture = load_image(ball(meadow()))
    for options in (CROPPED, BOTH):
        shown, box = show_subject(picture, options)
        np.testing.assert_array_equal(shown.rgb, picture.rgb[box.slices(240, 320)])
        assert box == box.rounded(240, 320) != WHOLE
    assert show_subject(picture, REMOVED).box == WHOLE
    known = KnownSubject(CropBox(0, 0.4999, 1, 1))
    assert show_subject(picture, CROPPED, known).box == CropBox(0, 159 / 320, 1, 1)


def test_boxes_unite() -> None:
    one, other = CropBox(0.1, 0.2, 0.3, 0.4), CropBox(0.2, 0.1, 0.25, 0.5)
    assert one.united(other) == other.united(one) == CropBox(0.1, 0.1, 0.3, 0.5)
    assert WHOLE.united(one) == WHOLE
    assert CropBox(0.25, 0.5, 0.75, 1.0).whole_size(50, 60) == (100, 120)


def test_a_film_s_box_and_clearness_hold_for_its_frames(say: Says) -> None:
    say(around_ball(), nothing())
    picture = load_image(ball(meadow()))
    assert show_subject(picture, BOTH, KnownSubject(None)) == (picture, WHOLE)
    box = CropBox(0, 0.5, 1, 1)
    assert show_subject(picture, CROPPED, KnownSubject(box)).picture.rgb.shape == (240, 160, 3)
    shown = show_subject(picture, BOTH, KnownSubject(box)).picture
    assert shown.alpha is not None
    assert shown.alpha.shape == (240, 160)


def _bytes_of(path: Path) -> bytes:
    opacity = find_subject(load_image(str(path)))
    assert opacity is not None
    return opacity.tobytes()


def test_the_same_picture_gives_the_same_bytes_whatever_was_drawn_before() -> None:
    first = _bytes_of(FLOWER)
    cv2.setRNGSeed(77)
    _random_numbers()
    assert _bytes_of(FLOWER) == first


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_gives_the_same_bytes() -> None:
    first = _bytes_of(FLOWER)
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply(_bytes_of, (FLOWER,)) == first


def _random_numbers() -> bytes:
    """Return the next numbers of OpenCV's generator."""
    numbers = np.empty((4, 4), np.float32)
    cv2.randu(numbers, np.zeros(1), np.ones(1))
    return numbers.tobytes()


def test_the_caller_s_random_numbers_stay_as_they_are(say: Says) -> None:
    say(around_ball(), nothing())
    cv2.setRNGSeed(5)
    expected = _random_numbers()
    cv2.setRNGSeed(5)
    assert find_subject(load_image(ball(meadow()))) is not None
    assert _random_numbers() == expected


@pytest.mark.parametrize("wishes", [{}, {"mode": "structure"}, {"fill": True, "charset": "blocks"}])
def test_rows_follow_the_cropped_picture(say: Says, wishes: dict[str, Any]) -> None:
    say(around_ball(), nothing())
    rgb = ball(meadow())
    whole = draw(rgb, columns=30, **wishes)
    art = draw(rgb, columns=30, crop="subject", background_removal=True, **wishes)
    assert len(whole.rows) < len(art.rows) <= 16
    assert not art.rows[0][:4].strip()


def test_a_page_that_is_too_large_only_once_it_is_cropped_is_refused() -> None:
    rgb = np.full((40, 4000, 3), 255, np.uint8)
    rgb[:, 2000] = 0
    with pytest.raises(ImageError, match="array"):
        draw(rgb, columns=3000, crop="subject")
    assert draw(rgb, columns=3000).characters.shape == (16, 3000)
