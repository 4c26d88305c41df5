"""The lecture's experiment: an autoencoder that has seen nothing but 2 is shown a 5."""

from __future__ import annotations

import pytest
import torch
from sklearn.datasets import load_digits
from torch import Tensor

from asciiart.core.autoencoders.dense import Autoencoder
from asciiart.core.autoencoders.one_class import learn_one_class, nearest_class, restore
from asciiart.core.learning.trainer import TrainerConfig


def digits() -> tuple[Tensor, Tensor]:
    found = load_digits()
    return torch.tensor(found.images, dtype=torch.float32) / 16, torch.tensor(found.target)


@pytest.fixture(scope="module")
def knows_2() -> Autoencoder:
    pictures, labels = digits()
    torch.manual_seed(0)
    config = TrainerConfig(steps=200, learning_rate=1e-2)
    return learn_one_class(pictures[:1200], labels[:1200], 2, (32, 3), config)


def test_who_knows_only_2_restores_every_5_as_a_2(knows_2: Autoencoder) -> None:
    pictures, labels = digits()
    known = pictures[:1200], labels[:1200]
    twos, fives = (pictures[1200:][labels[1200:] == digit] for digit in (2, 5))
    assert (nearest_class(fives, *known) == 5).float().mean() > 0.85
    assert (nearest_class(restore(knows_2, fives), *known) == 2).float().mean() > 0.95
    assert (nearest_class(restore(knows_2, twos), *known) == 2).float().mean() > 0.9


def test_the_error_tells_that_it_is_another_class(knows_2: Autoencoder) -> None:
    pictures, labels = digits()
    errors = (restore(knows_2, pictures) - pictures).square().mean((1, 2))[1200:]
    twos, fives = (errors[labels[1200:] == digit] for digit in (2, 5))
    assert fives.mean() > 3 * twos.mean()


def test_nearest_class_is_the_one_of_the_nearest_mean() -> None:
    pictures = torch.tensor([[0.0, 0], [0, 2], [4, 4], [6, 4]])
    labels = torch.tensor([7, 7, 3, 3])  # means (0, 1) and (5, 4)
    shown = torch.tensor([[1.0, 2], [4, 3], [2, 2.4]])
    assert nearest_class(shown, pictures, labels).tolist() == [7, 3, 7]


def test_restoring_leaves_the_mode_of_the_network(knows_2: Autoencoder) -> None:
    knows_2.train()
    restore(knows_2, torch.zeros(2, 8, 8))
    assert knows_2.training


def test_a_class_without_pictures_is_refused() -> None:
    with pytest.raises(ValueError, match="class 4"):
        learn_one_class(torch.zeros(2, 3), torch.tensor([1, 2]), 4, (2,), TrainerConfig())
