"""Transfer: what is frozen stays, what is new learns, and few labels suffice."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.convnets import VGG, GoogLeNet, ResNet
from asciiart.core.layers import ConvNet
from asciiart.core.learning.optimizers import OPTIMIZERS
from asciiart.core.learning.trainer import StepLoss, Trainer, TrainerConfig
from asciiart.core.learning.transfer import freeze, replace_head, transfer, unfreeze

Batch = tuple[Tensor, Tensor]


def network() -> ResNet:
    torch.manual_seed(0)
    return ResNet((1, 1), num_classes=4, in_channels=1, width=4, small_input=True)


def bars(count: int, kinds: int, seed: int) -> Batch:
    """Pictures of 12 x 12 with a bar in one of ``kinds`` directions, and which."""
    random = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % kinds
    y, x = torch.meshgrid(torch.arange(12.0) - 5.5, torch.arange(12.0) - 5.5, indexing="ij")
    turns = labels * torch.pi / kinds + 0.3 * (kinds == 3)
    away = torch.einsum("b,hw->bhw", turns.cos(), y) - torch.einsum("b,hw->bhw", turns.sin(), x)
    shift = 4 * torch.rand(count, 1, 1, generator=random) - 2
    noise = 0.3 * torch.randn(count, 12, 12, generator=random)
    return ((away + shift).abs() < 1.2)[:, None].float() + noise[:, None], labels


def entropy(model: nn.Module, batch: Batch) -> StepLoss:
    return StepLoss(functional.cross_entropy(model(batch[0]), batch[1]))


def accuracy(model: nn.Module, batch: Batch) -> float:
    with torch.no_grad():
        return float((model.eval()(batch[0]).argmax(1) == batch[1]).float().mean())


def state_of(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def config(**changes: object) -> TrainerConfig:
    return TrainerConfig(**{"steps": 5, "learning_rate": 0.05, **changes})  # type: ignore[arg-type]


def test_a_frozen_trunk_keeps_parameters_and_statistics_while_the_head_learns() -> None:
    model = network()
    before = state_of(model)
    trainer = transfer(model, 3, lambda step: bars(6, 3, step), entropy, config())
    fresh = model.classifier.weight.detach().clone()
    trainer.fit()
    after = state_of(model)
    for name in before:
        if not name.startswith("classifier"):
            assert torch.equal(before[name], after[name]), name
    assert model.classifier.out_features == 3
    assert not torch.equal(fresh, model.classifier.weight)


def test_frozen_layers_do_not_use_a_batchs_statistics_in_training() -> None:
    model = network()
    freeze(model)
    picture = bars(6, 3, 0)[0]
    expected = model.eval()(picture)
    torch.testing.assert_close(model.train()(picture), expected)
    loose = network()
    assert not torch.allclose(loose.train()(picture), expected)


def test_frozen_dropout_drops_nothing() -> None:
    torch.manual_seed(0)
    model = VGG((1, 1), num_classes=4, in_channels=1, width=4, small_input=True).train()
    picture = bars(6, 3, 0)[0]
    assert not torch.equal(model(picture), model(picture))
    freeze(model)
    assert torch.equal(model.train()(picture), model(picture))


def test_what_is_thawed_learns_again() -> None:
    model = network()
    freeze(model.trunk)
    assert not any(parameter.requires_grad for parameter in model.trunk.parameters())
    assert model.classifier.weight.requires_grad
    unfreeze(model.trunk)
    before = state_of(model)
    Trainer(model, lambda step: bars(8, 4, step), entropy, config(steps=1)).fit()
    after = state_of(model)
    assert all(not torch.equal(before[name], after[name]) for name in before)


def test_a_frozen_network_can_be_copied_and_the_copy_unfrozen() -> None:
    model = network()
    freeze(model)
    freeze(model)  # twice is once
    twin = copy.deepcopy(model).train()
    picture = bars(6, 3, 0)[0]
    expected = model.eval()(picture)
    torch.testing.assert_close(twin(picture), expected)
    unfreeze(twin)
    assert not torch.allclose(twin.train()(picture), expected)
    torch.testing.assert_close(model.train()(picture), expected)


def test_a_network_that_was_frozen_learns_whole_if_the_trunk_has_a_rate() -> None:
    model = network()
    transfer(model, 3, lambda step: bars(6, 3, step), entropy, config(steps=1)).fit()
    before = state_of(model)
    learn = transfer(
        model, 2, lambda step: bars(6, 2, step), entropy, config(steps=1), trunk_rate=0.01
    )
    learn.fit()
    after = state_of(model)
    trunk = [name for name in before if name.startswith("trunk")]
    assert all(not torch.equal(before[name], after[name]) for name in trunk)


def test_a_new_head_has_the_old_ones_place_and_kind() -> None:
    model = network().double()
    old = model.classifier
    (layer,) = replace_head(model, 7)
    assert layer is model.classifier is not old
    assert layer.weight.shape == (7, old.in_features)
    assert layer.weight.dtype == torch.double
    assert not layer.bias.any()
    assert model(bars(2, 3, 0)[0].double()).shape == (2, 7)


def test_auxiliary_heads_are_replaced_too() -> None:
    model = GoogLeNet(5, in_channels=1, width=0.1, small_input=True)
    assert len(replace_head(model, 3)) == 3
    output = model(torch.rand(2, 1, 32, 32))
    assert [tuple(logits.shape) for logits in output] == [(2, 3)] * 3


def test_the_head_and_the_trunk_have_rates_of_their_own() -> None:
    model = network()
    trainer = transfer(
        model,
        3,
        lambda step: bars(6, 3, step),
        entropy,
        config(optimizer="sgd", steps=1, schedule="constant"),
        trunk_rate=0.001,
    )
    head, trunk = trainer.optimizer.param_groups
    assert (head["lr"], trunk["lr"]) == (0.05, 0.001)
    assert [id(p) for p in head["params"]] == [id(p) for p in model.classifier.parameters()]
    assert sum(p.numel() for p in head["params"] + trunk["params"]) == sum(
        p.numel() for p in model.parameters()
    )
    start = {name: value.detach().clone() for name, value in model.named_parameters()}
    trainer.fit()
    for name, value in model.named_parameters():
        rate = 0.05 if name.startswith("classifier") else 0.001
        assert value.grad is not None
        torch.testing.assert_close(value.detach(), start[name] - rate * value.grad)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_takes_two_rates(optimizer: str) -> None:
    model = network()
    settings = config(optimizer=optimizer, schedule="warm_cosine", steps=40, learning_rate=0.01)
    trainer = transfer(model, 3, lambda step: bars(6, 3, step), entropy, settings, trunk_rate=0.001)
    assert [group["initial_lr"] for group in trainer.optimizer.param_groups] == [0.01, 0.001]
    before = state_of(model)
    trainer.config = config(steps=3)
    trainer.fit()
    after = state_of(model)
    assert all(not torch.equal(before[name], after[name]) for name in before)


def test_both_rates_follow_the_schedule() -> None:
    trainer = transfer(
        network(),
        3,
        lambda step: bars(6, 3, step),
        entropy,
        config(steps=4, schedule="linear"),
        trunk_rate=0.01,
    )
    trainer.fit()
    head, trunk = (group["lr"] for group in trainer.optimizer.param_groups)
    assert trunk == pytest.approx(head / 5)
    assert head < 0.05


def test_few_labels_suffice_after_another_task() -> None:
    """Three directions from 6 examples, after four others from many."""
    learned = network()
    many = config(steps=50, learning_rate=0.01)
    Trainer(learned, lambda step: bars(24, 4, step), entropy, many).fit()
    few, asked = bars(6, 3, 1000), bars(120, 3, 2000)
    settings = config(steps=40, learning_rate=0.02)
    transfer(learned, 3, lambda _: few, entropy, settings).fit()
    scratch: ConvNet = network()
    replace_head(scratch, 3)
    Trainer(scratch, lambda _: few, entropy, settings).fit()
    assert accuracy(learned, asked) > accuracy(scratch, asked) + 0.05
    assert accuracy(learned, asked) > 0.75
