"""Evaluation: means over examples, no gradients, and a network left as it was."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from asciiart.core.learning.evaluation import evaluate
from asciiart.core.learning.losses import supervised
from asciiart.core.learning.trainer import StepLoss

LOSS = supervised("cross_entropy")


def classified(count: int = 50) -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(0)
    inputs = torch.randn(count, 4, generator=random)
    return inputs, torch.randint(3, (count,), generator=random)


def test_batches_of_unequal_sizes_give_the_mean_over_all_examples() -> None:
    network, (inputs, targets) = nn.Linear(4, 3), classified()
    expected = nn.functional.cross_entropy(network(inputs), targets)
    accuracy = (network(inputs).argmax(1) == targets).float().mean()
    unequal = list(zip(inputs.split([30, 13, 7]), targets.split([30, 13, 7]), strict=True))
    for batches in (unequal, DataLoader(TensorDataset(inputs, targets), batch_size=16)):
        found = evaluate(network, batches, LOSS)
        assert list(found) == ["loss", "accuracy"]
        assert found["loss"] == pytest.approx(expected.item(), rel=1e-6)
        assert found["accuracy"] == pytest.approx(float(accuracy), rel=1e-6)


def test_the_network_is_in_evaluation_mode_without_gradients_and_then_as_before() -> None:
    network = nn.Sequential(nn.Linear(4, 3), nn.Dropout(), nn.BatchNorm1d(3))
    network[2].eval()  # as if frozen
    seen = []

    def loss(measured: nn.Module, batch: tuple[Tensor, ...]) -> StepLoss:
        seen.append((measured.training, network[1].training, torch.is_grad_enabled()))
        return LOSS(measured, batch)

    evaluate(network, [classified()], loss)
    assert seen == [(False, False, False)]
    assert [module.training for module in network] == [True, True, False]
    assert all(parameter.grad is None for parameter in network.parameters())


@pytest.mark.parametrize(
    "batch", [torch.ones(4, 2), {"x": torch.ones(4, 2)}, [(torch.ones(4, 2),)]]
)
def test_examples_are_counted_by_the_first_tensor(batch: object) -> None:
    batches = [batch, torch.zeros(1, 2)]
    values = iter([1.0, 6.0])
    found = evaluate(nn.Identity(), batches, lambda *_: StepLoss(torch.tensor(next(values))))
    assert found == {"loss": 2.0}


def test_nothing_to_evaluate_is_refused() -> None:
    with pytest.raises(ValueError, match="no examples"):
        evaluate(nn.Linear(1, 1), [], LOSS)
    with pytest.raises(ValueError, match="without a tensor in front: str"):
        evaluate(nn.Linear(1, 1), ["word"], lambda *_: StepLoss(torch.zeros(())))


def test_one_batch_and_a_function_are_refused() -> None:
    with pytest.raises(TypeError, match=r"such as a list of one: \[batch\]"):
        evaluate(nn.Linear(4, 3), classified(), LOSS)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not a function"):
        evaluate(nn.Linear(4, 3), lambda _: classified(), LOSS)  # type: ignore[arg-type]
