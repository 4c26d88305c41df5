"""Faces are found where they are, at any size, and only where there is one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from tiny_stock import SKIN, drawn_person

from asciiart.train.contours.teacher import FacePlace, find_face

PERSON = drawn_person((240, 180), (90, 70), 50)


def test_a_face_is_found() -> None:
    place = find_face(PERSON)
    assert place is not None
    assert np.abs(np.subtract(place.center, (90, 70))).max() < 8
    skin = (PERSON[..., :3] == SKIN).all(2)
    mask = place.mask(240, 180)
    assert mask[skin].mean() > 0.8
    assert (PERSON[..., 3] > 0)[mask].mean() > 0.75
    assert not mask[140:].any()


@pytest.mark.parametrize("longest", [120, 300])
def test_where_it_is_does_not_depend_on_the_size_that_is_looked_at(longest: int) -> None:
    large = np.asarray(cv2.resize(PERSON, (360, 480), interpolation=cv2.INTER_CUBIC), np.uint8)
    place = find_face(large, longest)
    assert place is not None
    assert np.abs(np.subtract(place.center, (180, 140))).max() < 16
    assert 50 < place.axes[0] < 100


def test_what_transparent_pixels_hide_is_not_seen() -> None:
    hidden = PERSON.copy()
    hidden[..., :3] = np.where(hidden[..., 3:] == 0, 255, hidden[..., :3])
    assert find_face(hidden) == find_face(PERSON)
    gone = PERSON.copy()
    gone[..., 3] = 0
    assert find_face(gone) is None


def test_no_face() -> None:
    random = np.random.default_rng(0)
    assert find_face(random.integers(0, 256, (160, 120, 4), np.uint8)) is None
    assert find_face(PERSON[130:]) is None


def test_of_several_faces_none_is_the_face() -> None:
    assert find_face(np.hstack([PERSON, PERSON])) is None


def test_a_face_far_down_is_a_mistake() -> None:
    low = np.pad(PERSON, ((160, 0), (0, 0), (0, 0)))
    assert find_face(low) is None
    assert find_face(low, lowest=0.7) is not None


def test_a_mask_is_an_ellipse() -> None:
    mask = FacePlace((30, 40), (12, 20)).mask(90, 70)
    assert mask.shape == (90, 70)
    rows, columns = np.nonzero(mask)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (20, 60, 18, 42)
    assert mask.sum() == pytest.approx(np.pi * 12 * 20, rel=0.08)
    assert not FacePlace((-50, -50), (12, 20)).mask(90, 70).any()
