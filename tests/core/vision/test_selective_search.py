"""Selective search: its measures by counting, its merging by hand, and that it finds objects."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
import torch
from torch import Tensor

from asciiart.core.vision.boxes import box_iou
from asciiart.core.vision.selective_search import (
    Region,
    enclosing,
    merge_all,
    segment,
    selective_search,
    similarity,
)


def quarters() -> tuple[np.ndarray, np.ndarray]:
    """A picture (3, 8, 8) of four squares: the upper two are alike; and the squares' labels."""
    picture = np.zeros((3, 8, 8))
    picture[0, :4] = 0.9
    picture[0, :4, 4:] = 0.92  # the same bin of 25
    picture[1, 4:, :4] = 0.9
    picture[2, 4:, 4:] = 0.9
    labels = np.kron(np.array([[0, 1], [2, 3]]), np.ones((4, 4), np.int64)).astype(np.int64)
    return picture, labels


def test_regions_are_counted() -> None:
    picture = np.random.default_rng(0).random((2, 6, 7))
    labels = np.zeros((6, 7), np.int64)
    labels[1:4, 2:6] = 1
    region = merge_all(picture, labels)[1]
    assert region.size == 12
    assert region.box == (2, 1, 6, 4)
    assert region.colors.shape == (2 * 25,)
    assert region.slopes.shape == (2 * 8 * 10,)
    for channel in range(2):
        counts = Counter((picture[channel, 1:4, 2:6] * 25).astype(int).ravel().tolist())
        expected = [counts[bin_] / 24 for bin_ in range(25)]
        np.testing.assert_allclose(region.colors[25 * channel : 25 * channel + 25], expected)
    assert region.slopes.sum() == pytest.approx(1)


def test_slopes_tell_which_way_a_picture_rises() -> None:
    picture = np.tile(np.linspace(0, 1, 20), (20, 1))[None]  # to the right
    slopes = merge_all(picture, np.zeros((20, 20), np.int64))[0].slopes.reshape(8, 10)
    middle = (slopes * np.arange(10)).sum(1)
    assert middle.argmax() == 0  # the direction of the columns
    assert middle[4] == 0  # it falls to the left
    assert middle[1] == pytest.approx(middle[7])  # up and down alike
    assert middle[1] > middle[2] == 0


def test_a_union_is_compared_as_if_it_had_been_counted() -> None:
    picture, labels = quarters()
    parts = merge_all(picture, labels)
    top = merge_all(picture, labels // 2)[0]
    union = parts[0].merged(parts[1])
    assert (union.size, union.box) == (top.size, top.box)
    np.testing.assert_allclose(union.colors, top.colors)
    np.testing.assert_allclose(union.slopes, top.slopes)


def test_similarity_adds_color_texture_size_and_fill() -> None:
    first = Region(4, (0, 0, 2, 2), np.array([0.5, 0.5]), np.array([0.2, 0.8]))
    second = Region(6, (4, 0, 6, 3), np.array([0.1, 0.9]), np.array([1.0, 0.0]))
    box = 6 * 3
    expected = (0.1 + 0.5) + 0.2 + (1 - 10 / 100) + (1 - (box - 10) / 100)
    assert similarity(first, second, 100) == pytest.approx(expected)
    assert enclosing(first.box, second.box) == (0, 0, 6, 3)


def test_the_most_alike_neighbors_are_merged_first() -> None:
    regions = merge_all(*quarters())
    assert len(regions) == 7  # four, and three unions
    assert regions[4].box == (0, 0, 8, 4)  # the upper two
    assert regions[6].box == (0, 0, 8, 8)
    assert regions[6].size == 64


def test_only_neighbors_are_merged() -> None:
    picture = np.zeros((1, 2, 9))
    picture[0, :, 3:6] = 1.0  # the outer two are equal, but apart
    labels = np.repeat(np.arange(3), 3)[None].repeat(2, 0)
    assert merge_all(picture, labels)[3].box in {(0, 0, 6, 2), (3, 0, 9, 2)}


def test_every_merge_is_the_one_of_the_most_alike_neighbors_left() -> None:
    """All pairs compared anew at each step, with histograms counted anew."""
    random = np.random.default_rng(0)
    picture = np.kron(random.random((2, 3, 4)), np.ones((4, 4))).astype(np.float64)
    labels = np.kron(np.arange(12).reshape(3, 4), np.ones((4, 4), np.int64)).astype(np.int64)
    parts = [labels == number for number in range(12)]
    expected = [counted(picture, part).box for part in parts]
    while len(parts) > 1:
        pairs = [(i, j) for i, j in combinations(range(len(parts)), 2) if touch(parts[i], parts[j])]
        best = max(
            pairs,
            key=lambda pair: similarity(
                counted(picture, parts[pair[0]]), counted(picture, parts[pair[1]]), labels.size
            ),
        )
        union = parts[best[0]] | parts[best[1]]
        parts = [part for number, part in enumerate(parts) if number not in best] + [union]
        expected.append(counted(picture, union).box)
    assert [region.box for region in merge_all(picture, labels)] == expected


def counted(picture: np.ndarray, part: np.ndarray) -> Region:
    """Return what is counted in a part (H, W) of a picture."""
    return merge_all(picture, part.astype(np.int64))[1] if not part.all() else _whole(picture)


def _whole(picture: np.ndarray) -> Region:
    return merge_all(picture, np.zeros(picture.shape[1:], np.int64))[0]


def touch(first: np.ndarray, second: np.ndarray) -> bool:
    across = (first[:, 1:] & second[:, :-1]) | (first[:, :-1] & second[:, 1:])
    down = (first[1:] & second[:-1]) | (first[:-1] & second[1:])
    return bool(across.any() or down.any())


def scene(seed: int) -> tuple[Tensor, Tensor]:
    """Two objects on 64 x 64 pixels, the first of two colors, over a soft ground."""
    random = torch.Generator().manual_seed(seed)
    picture = 0.1 * torch.rand(3, 64, 64, generator=random)
    left, top = torch.randint(2, 12, (2,), generator=random).tolist()
    picture[0, top : top + 14, left : left + 16] = 0.9
    picture[2, top + 14 : top + 28, left : left + 16] = 0.9
    low, right = torch.randint(36, 44, (2,), generator=random).tolist()
    picture[1, low : low + 18, right : right + 16] = 0.9
    boxes = [[left, top, left + 16, top + 28], [right, low, right + 16, low + 18]]
    return picture, torch.tensor(boxes).float()


def test_objects_are_found_also_those_of_two_colors() -> None:
    pictures, boxes = (torch.stack(part) for part in zip(*map(scene, range(3)), strict=True))
    found = selective_search(pictures, 150, generator=torch.Generator().manual_seed(0))
    assert found.shape == (3, 150, 4)
    assert (box_iou(boxes, found).amax(2) >= 0.5).all()
    assert found.min() >= 0
    assert found.max() <= 64
    assert (found[..., 2:] > found[..., :2]).all()


def test_boxes_come_once_ranked_by_the_generator_and_the_rest_is_the_whole() -> None:
    picture, _ = scene(0)
    first, second, other = (
        selective_search(
            picture[None], 400, scales=(10.0, 20.0), generator=torch.Generator().manual_seed(seed)
        )[0]
        for seed in (1, 1, 2)
    )
    assert torch.equal(first, second)
    assert not torch.equal(first, other)
    whole = first.eq(torch.tensor([0.0, 0, 64, 64])).all(1)
    assert whole[-1]
    own = [tuple(box) for box in first[~whole].tolist()]
    assert len(own) == len(set(own)) > 20
    assert set(own) == {tuple(box) for box in other.tolist()} - {(0.0, 0.0, 64.0, 64.0)}


def test_the_rank_is_the_place_from_the_top_times_a_random_number() -> None:
    picture = scene(0)[0].double().numpy()
    regions = merge_all(picture, segment(picture, 50.0))
    chances = torch.rand(len(regions), generator=torch.Generator().manual_seed(3)).tolist()
    from_top = list(reversed(regions))
    order = sorted(range(len(regions)), key=lambda number: (number + 1) * chances[number])
    expected = list(dict.fromkeys(from_top[number].box for number in order))
    found = selective_search(
        torch.from_numpy(picture)[None],
        len(expected),
        scales=(50.0,),
        generator=torch.Generator().manual_seed(3),
    )
    assert [tuple(box) for box in found[0].tolist()] == expected


def test_the_global_random_state_is_left_alone_where_a_generator_is_given() -> None:
    state = torch.get_rng_state()
    selective_search(scene(0)[0][None], 5, generator=torch.Generator())
    assert torch.equal(torch.get_rng_state(), state)


def test_gray_pictures_are_searched_too() -> None:
    picture = torch.zeros(1, 1, 40, 40)
    picture[:, :, 8:30, 10:26] = 1
    found = selective_search(picture, 60, scales=(30.0,))
    best = box_iou(torch.tensor([[[10.0, 8, 26, 30]]]), found).max()
    assert float(best) > 0.8


def test_segments_are_numbered_from_0_and_grow_with_the_scale() -> None:
    picture = scene(1)[0].double().numpy()
    fine, coarse = segment(picture, 10.0), segment(picture, 500.0)
    assert fine.min() == coarse.min() == 0
    assert fine.max() > coarse.max()
