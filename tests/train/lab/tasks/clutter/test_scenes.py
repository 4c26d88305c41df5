"""Scenes hold the letters that they say, where they say."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from scene_makers import MANY, maker
from torch import Tensor

from asciiart.core.vision.boxes import box_iou
from asciiart.train.lab.tasks.clutter.scenes import CLASSES, SceneConfig, scene_batches

PLAIN = SceneConfig(letters=(1, 1), clutter=(0, 0), noise=0.0)


def test_letters_lie_in_their_boxes_and_nothing_else_is_there() -> None:
    scenes = maker(PLAIN)(50, 3)
    for picture, box in zip(scenes.pictures[:, 0], scenes.boxes[:, 0].int().tolist(), strict=True):
        left, top, right, bottom = box
        inside = picture[top:bottom, left:right]
        assert inside[0].max() > 0.15  # the box is tight: a letter's strength is at least 0.6
        assert inside[:, -1].max() > 0.15
        outside = picture.clone()
        outside[top:bottom, left:right] = 0
        assert outside.max() <= 0.3


def test_a_label_names_the_letter_in_the_box() -> None:
    makes = maker(PLAIN)
    scenes = makes(200, 0)
    sizes = scenes.boxes[:, 0, 2:] - scenes.boxes[:, 0, :2]  # (B, 2)
    own = makes.letters.boxes[:, 2:] - makes.letters.boxes[:, :2]  # (N, 2)
    for i, label in enumerate(scenes.labels[:, 0]):
        candidates = makes.letters.tiles[makes.letters.labels == label]
        fits = (own[makes.letters.labels == label] == sizes[i]).all(1)
        left, top, right, bottom = scenes.boxes[i, 0].int().tolist()
        seen = scenes.pictures[i, 0, top:bottom, left:right]
        found = [_crop(tile) for tile in candidates[fits]]
        assert any(torch.allclose(seen / seen.max(), crop / crop.max()) for crop in found)


def _crop(tile: Tensor) -> Tensor:
    left, top, right, bottom = component_box(tile)
    return tile[top:bottom, left:right]


def component_box(tile: Tensor) -> list[int]:
    rows, columns = (tile > 0.3).any(1).nonzero(), (tile > 0.3).any(0).nonzero()
    return [int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1]


@pytest.mark.parametrize(("size", "most"), [(72, 4), (40, 9)])
def test_letters_of_a_picture_do_not_touch(size: int, most: int) -> None:
    scenes = maker(replace(MANY, size=size, letters=(1, most)))(100, 1)
    assert scenes.labels[:, 0].gt(0).all()
    counts = (scenes.labels > 0).sum(1)
    assert counts.min() == 1
    assert (counts.max() == most) == (size == 72)  # nine have no room
    assert scenes.boxes[scenes.labels == 0].eq(0).all()
    overlaps = box_iou(scenes.boxes, scenes.boxes)  # (B, G, G)
    assert overlaps.triu(1).max() == 0


def test_all_classes_and_places_occur() -> None:
    scenes = maker(SceneConfig())(2000, 2)
    assert torch.unique(scenes.labels[:, 0]).tolist() == list(range(1, len(CLASSES) + 1))
    assert "I" not in CLASSES
    corners = scenes.boxes[:, 0]
    assert corners[:, :2].amin(0).tolist() == [0, 0]
    assert corners[:, 2:].amax(0).tolist() == [48, 48]


def test_a_small_spread_keeps_the_letter_in_the_middle() -> None:
    boxes = maker(SceneConfig())(200, 2, spread=0.1).boxes[:, 0]
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    assert (middles - 24).abs().max() < 4


def test_the_letter_is_not_the_only_ink() -> None:
    plain, cluttered = (maker(replace(PLAIN, clutter=task))(100, 5) for task in ((0, 0), (6, 10)))
    assert cluttered.pictures.sum() > 2 * plain.pictures.sum()


def test_batches_depend_on_seed_and_step() -> None:
    makes = maker()
    first, again = (scene_batches(makes, 4, seed=3)(7) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first.pictures, scene_batches(makes, 4, seed=3)(8).pictures)
    assert not torch.equal(first.pictures, scene_batches(makes, 4, seed=4)(7).pictures)
