"""Cheap ways to make pictures of a letter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from asciiart.train.lab.tasks.make.cheap import (
    CHEAP,
    analogies,
    blends,
    common_gaussian,
    gaussians,
    noised_copies,
)
from asciiart.train.lab.tasks.make.judging import Emblems


def random(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def emblems(pictures: torch.Tensor, labels: list[int]) -> Emblems:
    return Emblems(pictures, torch.tensor(labels), torch.zeros(len(labels), dtype=torch.long))


def test_noised_copies_are_known_pictures_of_the_letter_with_noise() -> None:
    known = emblems(torch.tensor([[0.0] * 50, [9.0] * 50, [99.0] * 50]), [1, 1, 0])
    made = noised_copies(known, torch.ones(200), random(), deviation=0.3)
    rest = made - known.pictures[(made.mean(1) > 4).long()]
    assert rest.std() == pytest.approx(0.3, abs=0.02)
    assert 0.3 < (made.mean(1) > 4).float().mean() < 0.7


def test_blends_are_means_of_some() -> None:
    known = emblems(torch.eye(5), [1, 1, 1, 1, 0])
    made = blends(known, torch.ones(500), random(), parts=2)
    torch.testing.assert_close(made.sum(1), torch.ones(500))
    assert (made > 0).sum(1).max() == 2
    assert made.min() >= 0
    assert made.mean(0).tolist() == pytest.approx([0.25] * 4 + [0], abs=0.05)


@pytest.mark.parametrize("make", [gaussians, common_gaussian])
def test_the_gaussian_has_mean_and_variance(make: Callable[..., torch.Tensor]) -> None:
    values = torch.rand(60, 3, generator=random()) * torch.tensor([3.0, 1.0, 0.1])
    known = emblems(torch.cat((values, values[:30] + 7)), [1] * 60 + [0] * 30)
    asked = torch.ones(20_000, dtype=torch.long)
    made = make(known, asked, random(1), kept=3)
    torch.testing.assert_close(made.mean(0), values.mean(0), atol=0.05, rtol=0)
    expected = values.T.cov(correction=0)
    if make is common_gaussian:
        expected = (60 * expected + 30 * values[:30].T.cov(correction=0)) / 90
    torch.testing.assert_close(made.T.cov(correction=0), expected, atol=0.05, rtol=0)
    first = make(known, asked[:100], random(1), kept=1)
    assert torch.linalg.matrix_rank(first - values.mean(0), rtol=1e-3) == 1


def test_analogies_move_a_picture_as_another_letter_moves() -> None:
    """With letters that differ by a shift alone, all of a letter's pictures can be made."""
    styles = torch.tensor([[0.0, 0.0], [5.0, 0.0], [0.0, 5.0]])
    known = emblems(torch.cat((styles[:1], styles + 1)), [0, 1, 1, 1])
    made = analogies(known, torch.zeros(100), random())
    assert {tuple(each) for each in made.tolist()} == {tuple(each) for each in styles.tolist()}


@pytest.mark.parametrize("name", CHEAP)
def test_so_many_are_made(name: str) -> None:
    labels = torch.tensor([0, 1] * 4)
    pictures = labels[:, None] * 9 + torch.rand(8, 6, generator=random())
    made = CHEAP[name](emblems(pictures, labels.tolist()), labels[:5], random())
    assert made.shape == (5, 6)
    assert ((made.mean(1) > 5) == (labels[:5] == 1)).all()
