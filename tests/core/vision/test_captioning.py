"""Show, attend and tell: its equations, and hard attention's gradient by enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from numpy_layers import array, block, pool
from torch import Tensor

from asciiart.core.sequences.decoding import beam_search, greedy
from asciiart.core.vision.captioning import Captioner, CaptionerConfig, GridEncoder

TARGET = torch.tensor([[4, 3, 5, 2], [3, 2, 0, 0], [5, 4, 2, 0]])


def captioner(attention: str = "soft", **changes: object) -> Captioner:
    torch.manual_seed(0)
    small = {
        "channels": (4, 6),
        "embedding_dim": 5,
        "hidden_size": 7,
        "attention_size": 3,
        "dropout": 0.0,
    }
    options = {**small, "attention": attention, **changes}
    model = Captioner(CaptionerConfig(vocab_size=6, **options))  # type: ignore[arg-type]
    for parameter in model.decoder.parameters():  # far from uniform weights
        torch.nn.init.normal_(parameter, 0.0, 0.7)
    return model


def pictures(count: int = 3, height: int = 4, width: int = 6) -> Tensor:
    return torch.rand(count, 1, height, width, generator=torch.Generator().manual_seed(1))


def sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))


def softmax(x: np.ndarray) -> np.ndarray:
    exponentials = np.exp(x - x.max())
    return np.asarray(exponentials / exponentials.sum())


@pytest.mark.parametrize("attention", ["soft", "hard"])
def test_every_step_is_the_papers_equations(attention: str) -> None:
    model = captioner(attention).double().eval()
    grid = model.encoder(pictures().double())
    out = model(pictures().double(), TARGET)
    w = {name: value.numpy() for name, value in model.decoder.state_dict().items()}

    def layer(name: str, x: np.ndarray) -> np.ndarray:
        return np.asarray(x @ w[f"{name}.weight"].T + w.get(f"{name}.bias", 0))

    for row in range(3):
        a = grid[row].detach().numpy()  # (S, F)
        h = np.tanh(layer("first_hidden", a.mean(0)))
        c = np.tanh(layer("first_cell", a.mean(0)))
        for t, symbol in enumerate([1, *TARGET[row, :-1].tolist()]):
            both = layer("attention.query", h) + layer("attention.key", a)
            alpha = softmax(layer("attention.energy", np.tanh(both))[:, 0])
            z = a[alpha.argmax()]
            if attention == "soft":
                z = sigmoid(layer("gate", h)) * (alpha @ a)
            y = w["embedding.weight"][symbol]
            gates = np.concatenate([y, z]) @ w["core.weight_ih"].T + w["core.bias_ih"]
            i, f, g, o = np.split(gates + h @ w["core.weight_hh"].T + w["core.bias_hh"], 4)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            logits = layer("head", y + layer("from_hidden", h) + layer("from_context", z))
            np.testing.assert_allclose(out.logits[row, t].detach().numpy(), logits)
            np.testing.assert_allclose(out.weights[row, t].detach().numpy(), alpha)


def log_likelihood(logits: Tensor) -> np.ndarray:
    shares = logits.log_softmax(2).detach().numpy()
    return np.array(
        [sum(shares[b, t, s] for t, s in enumerate(row) if s) for b, row in enumerate(TARGET)]
    )


def test_the_soft_loss_is_equation_14() -> None:
    model = captioner(doubly_stochastic=0.3).eval()
    out = model(pictures(), TARGET)
    weights = out.weights.detach().numpy()
    uneven = [
        ((1 - weights[row, :length].sum(0)) ** 2).sum() for row, length in enumerate((4, 2, 3))
    ]
    expected = (-log_likelihood(out.logits) + 0.3 * np.array(uneven)).mean()
    assert model.loss(pictures(), TARGET).loss.item() == pytest.approx(expected, rel=1e-5)


def gradients(model: Captioner) -> dict[str, Tensor]:
    found = {
        name: value.grad.clone()
        for name, value in model.named_parameters()
        if value.grad is not None
    }
    model.zero_grad()
    return found


@pytest.mark.parametrize("entropy_weight", [0.0, 0.7])
def test_the_hard_losss_expected_gradient_is_the_bounds(entropy_weight: float) -> None:
    """L = sum_s p(s | a) log p(y | s, a), over all 36 ways to look twice at six places."""
    model = captioner("hard", entropy_weight=entropy_weight).double().eval()
    model.baseline.fill_(-2.5)  # any number: it changes the variance alone
    picture, target = pictures(1).double(), torch.tensor([[4, 2]])
    ways = [torch.tensor([way]) for way in itertools.product(range(6), repeat=2)]
    bound = torch.zeros((), dtype=torch.double)
    surrogate = torch.zeros((), dtype=torch.double)
    total = torch.zeros((), dtype=torch.double)
    for way in ways:
        out = model(picture, target, places=way)
        probability = out.weights.gather(2, way[..., None]).prod()
        shares = out.logits.log_softmax(2).gather(2, target[..., None]).sum()
        entropy = -(out.weights * out.weights.log()).sum()
        # H's own dependence on where one looked first is not in the paper's formula
        bound = bound + probability * shares + probability.detach() * entropy_weight * entropy
        surrogate = surrogate + probability.detach() * model.loss(picture, target, places=way).loss
        total = total + probability.detach()
    assert total.item() == pytest.approx(1)
    bound.backward()
    exact = gradients(model)
    surrogate.backward()
    found = gradients(model)
    assert exact.keys() == found.keys()
    for name, gradient in exact.items():
        torch.testing.assert_close(-found[name], gradient, atol=1e-10, rtol=1e-6)
    assert exact["decoder.attention.energy.weight"].abs().max() > 1e-3


def test_padding_adds_nothing_to_the_loss() -> None:
    for attention in ("soft", "hard"):
        model = captioner(attention).eval()
        longer = torch.nn.functional.pad(TARGET, (0, 3))
        torch.testing.assert_close(
            model.loss(pictures(), longer).loss, model.loss(pictures(), TARGET).loss
        )


def test_the_baseline_is_the_papers_moving_average() -> None:
    model = captioner("hard")
    expected = 0.0
    for _ in range(3):
        scores = model.loss(pictures(), TARGET).scores
        expected = 0.9 * expected + 0.1 * float(scores["log_likelihood"])
        assert model.baseline.item() == pytest.approx(expected, rel=1e-5)
    model.eval()
    model.loss(pictures(), TARGET)
    assert model.baseline.item() == pytest.approx(expected, rel=1e-5)


def test_hard_attention_draws_places_by_their_weights() -> None:
    model = captioner("hard", expected_share=0.25)
    out = model(pictures(1).expand(4000, -1, -1, -1), TARGET[:1, :1].expand(4000, -1))
    assert out.softly.float().mean().item() == pytest.approx(0.25, abs=0.03)
    hard, weights = out.looked[~out.softly, 0], out.weights[0, 0]
    assert hard.max(1).values.eq(1).all()
    assert hard.sum(1).eq(1).all()
    torch.testing.assert_close(hard.mean(0), weights, atol=0.04, rtol=0)
    torch.testing.assert_close(out.looked[out.softly], out.weights[out.softly])


def test_pictures_that_are_looked_at_softly_give_no_score() -> None:
    model = captioner("hard", expected_share=1.0, entropy_weight=0.0)
    out = model(pictures(), TARGET)
    expected = -log_likelihood(out.logits).mean()
    model = captioner("hard", expected_share=1.0, entropy_weight=0.0)
    assert model.loss(pictures(), TARGET).loss.item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("attention", ["soft", "hard"])
def test_captions_are_what_the_model_says_of_them(attention: str) -> None:
    model = captioner(attention).eval()
    found = model.caption(pictures(), max_steps=9)
    length = found.symbols.shape[1]
    assert found.weights.shape == (3, length, 2, 3)
    torch.testing.assert_close(found.weights.sum((2, 3)), torch.ones(3, length))
    out = model(pictures(), found.symbols)
    taken = out.logits.log_softmax(2).gather(2, found.symbols[..., None])[..., 0]
    total = (taken * (found.symbols != 0)).sum(1)
    torch.testing.assert_close(found.log_probability, total)
    torch.testing.assert_close(found.weights.flatten(2), out.weights)
    assert torch.equal(greedy(model, pictures(), max_steps=9).symbols, found.symbols)
    best = beam_search(model, pictures(), width=1, max_steps=9)
    assert torch.equal(best.symbols[:, 0], found.symbols)


def test_the_grid_keeps_places_row_by_row() -> None:
    torch.manual_seed(0)
    encoder = GridEncoder((3, 4, 5)).eval()
    assert encoder.grid_size(22, 16) == (5, 4)
    dark = torch.zeros(1, 1, 22, 16)
    light = dark.clone()
    light[0, 0, 13, 2] = 5.0  # row 3, column 0 of 4 x 4 pixels each
    change = (encoder(light) - encoder(dark)).abs().sum(2)[0]  # (S,)
    assert change.shape == (20,)
    assert change.view(5, 4).argmax() == 3 * 4 + 0


def test_an_unknown_attention_is_named() -> None:
    with pytest.raises(ValueError, match="firm"):
        captioner("firm")


def test_the_encoder_layer_by_layer() -> None:
    torch.manual_seed(0)
    encoder = GridEncoder((3, 4, 5), in_channels=2).eval()
    picture = torch.rand(2, 2, 12, 8, generator=torch.Generator().manual_seed(1))
    first, _, second, __, third = encoder.layers
    maps = block(pool(block(pool(block(array(picture), first), 2, 2), second), 2, 2), third)
    expected = maps.reshape(2, 5, 6).swapaxes(1, 2)
    np.testing.assert_allclose(array(encoder(picture)), expected, atol=1e-5)


@pytest.mark.parametrize("attention", ["soft", "hard"])
def test_dropout_acts_before_the_output_layer_in_training(attention: str) -> None:
    """Fault: dropout removed from the captioner."""
    model = captioner(attention, dropout=0.5)
    model.encoder.eval()
    seen: list[Tensor] = []
    model.decoder.head.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    places = torch.zeros(3, 4, dtype=torch.long) if attention == "hard" else None
    model(pictures(), TARGET, places=places)
    dropped = torch.stack(seen)  # (T, B, E)
    seen.clear()
    model.eval()(pictures(), TARGET, places=places)
    kept = torch.stack(seen)
    lost = dropped == 0
    assert 0.2 < float(lost.float().mean()) < 0.8
    torch.testing.assert_close(dropped[~lost], 2 * kept[~lost])


def test_the_generator_draws_where_hard_attention_looks() -> None:
    model = captioner("hard").train()
    model.encoder.eval()
    state = torch.get_rng_state()
    first, second, other = (
        model(pictures(), TARGET, generator=torch.Generator().manual_seed(seed))
        for seed in (1, 1, 2)
    )
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(first.looked, second.looked)
    assert not torch.equal(first.looked, other.looked)
    losses = [
        model.loss(pictures(), TARGET, generator=torch.Generator().manual_seed(1)).loss
        for model in (captioner("hard"), captioner("hard"))
    ]
    assert torch.equal(*losses)
