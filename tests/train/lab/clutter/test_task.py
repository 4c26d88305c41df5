"""Task clutter: scenes hold what they say, rules without learning find what is plain."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from asciiart.core.vision.boxes import Truth, box_iou
from asciiart.glyphs.font import load_font
from asciiart.train.lab.clutter import scenes as clutter_scenes
from asciiart.train.lab.clutter import task
from asciiart.train.lab.clutter.rules import component_boxes, darkest_blob, largest_component
from asciiart.train.lab.clutter.scenes import (
    CLASSES,
    SceneConfig,
    SceneMaker,
    Scenes,
    scene_batches,
)
from asciiart.train.lab.clutter.task import TASK, hits, recall
from asciiart.train.lab.fonts import HELD_OUT_FONTS, TRAINING_FONTS
from asciiart.train.lab.lesson import Lesson

LESSON = Lesson(
    Path(), steps=3, training_fonts=("DejaVu Sans Mono",), held_out_fonts=("Spleen 8x16",)
)
MANY = SceneConfig(size=72, letters=(1, 4), clutter=(2, 5))
PLAIN = SceneConfig(letters=(1, 1), clutter=(0, 0), noise=0.0)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for fewer pictures, with fewer pieces of clutter, to be quick."""
    monkeypatch.setattr(task, "_ASKED", 72)
    monkeypatch.setattr(clutter_scenes, "_PIECES", 90)


@cache
def maker(config: SceneConfig = MANY) -> SceneMaker:
    return SceneMaker([load_font("DejaVu Sans Mono")], config)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("network", TASK.bars)
def test_learns_and_is_judged(network: str) -> None:
    outcome = TASK.teach(network, LESSON)
    assert next(iter(outcome.figures)) == TASK.figure
    assert all(math.isfinite(figure) and figure >= 0 for figure in outcome.figures.values())
    counts = {"letters", "last glimpse's distance in pixels"}
    assert all(value <= 1 for name, value in outcome.figures.items() if name not in counts)
    assert isinstance(outcome.samples, Image.Image)
    assert outcome.samples.width > 500
    assert not outcome.network.training


@pytest.mark.usefixtures("few")
def test_the_seed_decides() -> None:
    first, second, other = (
        TASK.teach("cam", replace(LESSON, seed=seed)).network.state_dict() for seed in (1, 1, 2)
    )
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_no_font_is_both_learned_and_judged_by() -> None:
    assert not set(TRAINING_FONTS) & set(HELD_OUT_FONTS)


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


def test_the_first_letters_of_the_attention_model_are_near_the_middle() -> None:
    spreads: list[float] = []
    makes = maker(task.FEW_CLASSES)

    def make(count: int, seed: int, spread: float) -> Scenes:
        spreads.append(spread)
        return makes(count, seed, spread)

    task._learn_ram(make, replace(LESSON, steps=5))  # type: ignore[arg-type]
    assert spreads == pytest.approx([0.1, 0.55, 1, 1, 1])


def test_batches_depend_on_seed_and_step() -> None:
    makes = maker()
    first, again = (scene_batches(makes, 4, seed=3)(7) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first.pictures, scene_batches(makes, 4, seed=3)(8).pictures)
    assert not torch.equal(first.pictures, scene_batches(makes, 4, seed=4)(7).pictures)


def test_components_are_found_with_the_largest_first() -> None:
    picture = torch.zeros(1, 12, 14)
    picture[0, 1:3, 2:4] = 1
    picture[0, 3, 4] = picture[0, 4, 5] = 0.8  # hangs on by its corners
    picture[0, 8:12, 10:14] = 0.5
    picture[0, 0, 13] = 0.2  # too pale
    assert component_boxes(picture).tolist() == [[10, 8, 14, 12], [2, 1, 6, 5]]
    assert largest_component(picture[None]).tolist() == [[12, 10]]
    assert component_boxes(torch.zeros(1, 5, 5)).shape == (0, 4)


def test_the_darkest_blob_is_where_most_ink_is() -> None:
    pictures = torch.zeros(2, 1, 40, 40)
    pictures[0, 0, 5:20, 20:35] = 0.6
    pictures[1, 0, 25:40, 0:15] = 1
    pictures[:, 0, 0:3, 0:3] = 1
    assert darkest_blob(pictures).tolist() == [[27.5, 12.5], [7.5, 32.5]]


def test_hits_and_recall_by_hand() -> None:
    boxes = torch.tensor([[2.0, 3, 6, 9]] * 4)
    points = torch.tensor([[2.0, 3], [5.9, 8.9], [6, 5], [4, 9]])
    assert hits(points, boxes) == 0.5
    truth = Truth(
        torch.tensor([[0.0, 0, 10, 10], [20, 20, 30, 30], [0, 0, 0, 0]]), torch.tensor([1, 2, 0])
    )
    near, far = (
        torch.tensor([[0.0, 0, 10, 6], [20, 20, 30, 24]]),
        torch.tensor([[15.0, 15, 16, 16]]),
    )
    assert recall([near, far], [truth, truth]) == 0.25
