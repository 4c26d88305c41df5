"""Adversarial networks: losses against the probabilities' formulas, turns, conditioning."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from arrays import Array
from dcgan_reference import critic_of, fill, generator_of, shake
from torch import Tensor, nn

from asciiart.core.gan import (
    AdversarialBatch,
    ConvDiscriminator,
    ConvGenerator,
    GenerativeAdversarialNetwork,
    MLPDiscriminator,
    MLPGenerator,
    adversarial_batches,
    discriminator_loss,
    minimax_loss,
    non_saturating_loss,
)
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import Trainer, TrainerConfig


def convolutional(classes: int = 0, loss: str = "non_saturating") -> GenerativeAdversarialNetwork:
    torch.manual_seed(0)
    return GenerativeAdversarialNetwork(
        ConvGenerator(6, (8, 4), 16, num_classes=classes),
        ConvDiscriminator((4, 8), 16, num_classes=classes),
        loss=loss,
    )


def fully_connected(classes: int = 0) -> GenerativeAdversarialNetwork:
    torch.manual_seed(0)
    return GenerativeAdversarialNetwork(
        MLPGenerator(6, (8,), (1, 16, 16), num_classes=classes),
        MLPDiscriminator((1, 16, 16), (8,), num_classes=classes),
    )


def test_losses_follow_the_formulas_of_the_probabilities() -> None:
    real, fake = torch.randn(2, 9, dtype=torch.float64)
    d_real, d_fake = (1 / (1 + np.exp(-logits.numpy())) for logits in (real, fake))
    expected = -np.log(d_real).mean() - np.log(1 - d_fake).mean()
    assert discriminator_loss(real, fake).item() == pytest.approx(expected, rel=1e-12)
    assert minimax_loss(fake).item() == pytest.approx(np.log(1 - d_fake).mean(), rel=1e-12)
    assert non_saturating_loss(fake).item() == pytest.approx(-np.log(d_fake).mean(), rel=1e-12)


def test_losses_are_finite_where_the_probabilities_round_to_0_and_1() -> None:
    sure = torch.tensor([-1000.0, 1000.0])
    assert discriminator_loss(sure, sure).isfinite()
    assert minimax_loss(sure).isfinite()
    assert non_saturating_loss(sure).isfinite()


def test_minimax_gradient_vanishes_where_the_other_does_not() -> None:
    """A discriminator that is sure: D(G(z)) = sigmoid(-20)."""
    logits = torch.full((1,), -20.0, requires_grad=True)
    (minimax,) = torch.autograd.grad(minimax_loss(logits), logits)
    (other,) = torch.autograd.grad(non_saturating_loss(logits), logits)
    assert abs(minimax.item()) < 1e-8
    assert other.item() == pytest.approx(-1)


@pytest.mark.parametrize("turns", [1, 2])
def test_only_the_side_whose_turn_it_is_moves(turns: int) -> None:
    """With Adam, whose averages of gradients could move weights that have no gradient now."""
    gan = convolutional()
    batches = adversarial_batches(minibatches((torch.rand(8, 1, 16, 16),), 4), turns)
    before: dict[str, Tensor] = {}
    moved: list[set[str]] = []

    def watch(*_: object) -> None:
        now = {name: p.detach().clone() for name, p in gan.named_parameters()}
        moved.append({n.split(".")[0] for n in now if not torch.equal(now[n], before[n])})
        before.update(now)
        silent = "generator" if "discriminator" in moved[-1] else "discriminator"
        assert all(p.grad is None for p in getattr(gan, silent).parameters())

    before |= {name: p.detach().clone() for name, p in gan.named_parameters()}
    config = TrainerConfig(steps=2 * (turns + 1))
    Trainer(gan, batches, lambda _, batch: gan.loss(batch), config, [watch]).fit()
    assert moved == ([{"discriminator"}] * turns + [{"generator"}]) * 2
    assert all(p.requires_grad for p in gan.parameters())


def test_each_turn_of_the_discriminator_has_pictures_of_its_own() -> None:
    batches = adversarial_batches(lambda index: (torch.tensor([index]),), 2)
    found = [(batches(step).turn[0], batches(step).pictures.item()) for step in range(6)]
    assert found == [("d", 0), ("d", 1), ("g", 1), ("d", 2), ("d", 3), ("g", 3)]


def test_turns_have_their_losses() -> None:
    gan, real = fully_connected(), torch.rand(5, 1, 16, 16)
    for turn in ("discriminator", "generator"):
        torch.manual_seed(1)
        result = gan.loss(AdversarialBatch(turn, real))
        torch.manual_seed(1)
        fake = gan.discriminator(gan(torch.randn(5, 6)))
        whose = {
            "discriminator": discriminator_loss(gan.discriminator(real), fake),
            "generator": non_saturating_loss(fake),
        }
        assert result.loss.item() == pytest.approx(whose[turn].item())
        assert float(result.scores["fooled"]) == pytest.approx(fake.sigmoid().mean().item())


@pytest.mark.parametrize("size", [16, 24, 32])
def test_convolutional_shapes(size: int) -> None:
    pictures = ConvGenerator(6, (16, 8, 4), size, out_channels=2)(torch.randn(3, 6))
    assert pictures.shape == (3, 2, size, size)
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    assert ConvDiscriminator((4, 8, 16), size, in_channels=2)(pictures).shape == (3,)


@pytest.mark.parametrize("make", [fully_connected, convolutional])
def test_labels_reach_both_sides(make: object) -> None:
    assert callable(make)
    gan = make(classes=3).eval()

    def sample(seed: int, label: int) -> Tensor:
        random = torch.Generator().manual_seed(seed)
        pictures: Tensor = gan.sample(2, generator=random, labels=torch.full((2,), label))
        return pictures

    assert torch.equal(sample(0, 0), sample(0, 0))
    assert not torch.equal(sample(0, 0), sample(1, 0))
    assert not torch.equal(sample(0, 0), sample(0, 1))
    picture = sample(0, 0)
    answers = [gan.discriminator(picture, torch.full((2,), label)) for label in (0, 1)]
    assert not torch.equal(*answers)


def test_convolutional_discriminator_projects_on_the_class() -> None:
    """Miyato and Koyama 2018, equation 3, with the inner product written out."""
    discriminator = convolutional(3).discriminator.double().eval()
    pictures, labels = torch.rand(4, 1, 16, 16).double(), torch.tensor([2, 0, 1, 2])
    with torch.no_grad():
        features = discriminator.features(pictures * 2 - 1).numpy()  # type: ignore[operator]
        found = discriminator(pictures, labels).numpy()
    weights = {name: p.detach().numpy() for name, p in discriminator.named_parameters()}
    vectors = weights["class_vector.weight"].T[labels.numpy()]
    plain = features @ weights["logit.weight"][0] + weights["logit.bias"]
    np.testing.assert_allclose(found, plain + (vectors * features).sum(1), rtol=1e-9)


def test_impossible_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match=r"'wgan' is unknown \(there are: minimax"):
        convolutional(loss="wgan")
    with pytest.raises(ValueError, match="not 0"):
        adversarial_batches(lambda _: (torch.zeros(1),), 0)
    with pytest.raises(ValueError, match="size 20 cannot be halved 3 times"):
        ConvGenerator(6, (8, 4, 4), 20)
    with pytest.raises(ValueError, match="0 classes, but labels are given"):
        convolutional().sample(1, labels=torch.zeros(1, dtype=torch.long))
    with pytest.raises(ValueError, match="3 classes, but labels are missing"):
        convolutional(3).discriminator(torch.rand(2, 1, 16, 16))


def test_dcgans_generator_is_the_tutorials_of_torch() -> None:
    """Faults: a generator without its activations, or without its batch norm."""
    generator = ConvGenerator(6, (8, 4), 16)
    shake(generator)
    reference = generator_of(6)
    fill(reference, generator)
    noise = torch.randn(5, 6)
    for mode in (True, False):  # in training by the batch's statistics, then by the running ones
        generator.train(mode)
        reference.train(mode)
        expected = reference(noise[:, :, None, None]).sigmoid()
        torch.testing.assert_close(generator(noise), expected)


def test_dcgans_critic_is_the_tutorials_of_torch() -> None:
    """Faults: batch norm on the critic's first layer; a critic fed [0, 1] instead of [-1, 1]."""
    critic = ConvDiscriminator((4, 8), 16)
    shake(critic)
    reference = critic_of(1)
    fill(reference, critic)
    pictures = torch.rand(5, 1, 16, 16)
    for mode in (True, False):
        critic.train(mode)
        reference.train(mode)
        torch.testing.assert_close(critic(pictures), reference(2 * pictures - 1).flatten())


def test_batch_norm_follows_every_layer_but_the_last_and_the_critics_first() -> None:
    """Faults: a generator without batch norm, batch norm on the critic's first layer."""
    kinds = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d)
    gan = convolutional()
    orders = [
        "".join(
            "n" if isinstance(m, nn.BatchNorm2d) else "w"
            for m in net.modules()
            if isinstance(m, kinds)
        )
        for net in (gan.generator, gan.discriminator)
    ]
    assert orders == ["wnwnw", "wwnw"]


def test_fully_connected_networks_are_their_layers_one_by_one() -> None:
    """Faults: a generator without its ReLU; a critic fed [0, 1] instead of [-1, 1]."""
    gan = fully_connected().double()
    p = {name: value.detach().numpy() for name, value in gan.named_parameters()}

    def linear(name: str, x: Array) -> Array:
        out: Array = x @ p[f"{name}.weight"].T + p[f"{name}.bias"]
        return out

    noise = torch.randn(4, 6, dtype=torch.float64)
    hidden = np.maximum(linear("generator.net.0", noise.numpy()), 0)
    pictures = 1 / (1 + np.exp(-linear("generator.net.2", hidden)))
    made = gan(noise)
    np.testing.assert_allclose(made.flatten(1).detach(), pictures, rtol=1e-10)
    hidden = linear("discriminator.net.0", 2 * pictures - 1)
    hidden = np.where(hidden > 0, hidden, 0.2 * hidden)
    expected = linear("discriminator.net.2", hidden)[:, 0]
    np.testing.assert_allclose(gan.discriminator(made).detach(), expected, rtol=1e-10)


def test_generators_leave_the_global_random_state_alone() -> None:
    gan, before = fully_connected(), torch.get_rng_state()
    losses = []
    for seed in (0, 0, 1):
        random = torch.Generator().manual_seed(seed)
        turn = AdversarialBatch("generator", torch.rand(3, 1, 16, 16, generator=random))
        losses.append(gan.loss(turn, generator=random).loss.item())
        gan.sample(2, generator=random)
    assert losses[0] == losses[1] != losses[2]
    assert torch.equal(torch.get_rng_state(), before)
