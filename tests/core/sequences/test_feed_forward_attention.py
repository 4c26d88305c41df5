"""Feed-forward attention against NumPy, on the addition problem, and on words."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from arrays import Array
from dropped import assert_dropped
from numpy_recurrent import run_layers, softmax, to_array
from torch import Tensor, nn

from asciiart.core.learning.losses import supervised
from asciiart.core.learning.trainer import Trainer, TrainerConfig
from asciiart.core.sequences.feed_forward_attention import (
    AttentionTextClassifier,
    FeedForwardAttention,
    FeedForwardAttentionNetwork,
    MeanOverTime,
)
from asciiart.core.sequences.memory_tasks import addition_problem, memory_batches, share_right


def randoms(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def leaky(x: Array) -> Array:
    return np.where(x > 0, x, 0.01 * x)


@pytest.mark.parametrize("pooling", ["attention", "mean"])
def test_the_paper_s_equations(pooling: str) -> None:
    torch.manual_seed(0)
    network = FeedForwardAttentionNetwork(2, 3, hidden_size=4, pooling=pooling).double()
    for parameter in network.parameters():  # biases too, which start at 0
        nn.init.normal_(parameter)
    weights = {name: to_array(value) for name, value in network.state_dict().items()}
    x = randoms(5, 6, 2)
    h = leaky(x.numpy() @ weights["embed.0.weight"].T + weights["embed.0.bias"])
    alpha = np.full((5, 6), 1 / 6)
    if pooling == "attention":
        energy = h @ weights["pool.energy.weight"][0] + weights["pool.energy.bias"]
        alpha = softmax(np.tanh(energy))
    context = np.einsum("bt,btd->bd", alpha, h)
    s = leaky(context @ weights["head.0.weight"].T + weights["head.0.bias"])
    y = leaky(s @ weights["head.2.weight"].T + weights["head.2.bias"])
    np.testing.assert_allclose(network(x).detach(), y)
    np.testing.assert_allclose(network.attend(x).weights.detach(), alpha)


@pytest.mark.parametrize("pool", [FeedForwardAttention(3).double(), MeanOverTime()])
def test_what_is_masked_has_no_weight_and_no_influence(pool: nn.Module) -> None:
    x = randoms(2, 5, 3)
    mask = torch.arange(5) < torch.tensor([[5], [2]])
    found = pool(x, mask)
    torch.testing.assert_close(found.context[1:], pool(x[1:, :2]).context)
    assert not found.weights[1, 2:].any()
    x.requires_grad_()
    nothing = pool(x, torch.zeros_like(mask))
    assert not nothing.context.any()
    assert not nothing.weights.any()
    nothing.context.sum().backward()
    assert x.grad is not None
    assert not x.grad.any()  # and no NaN


def test_a_score_is_bounded_unless_told_otherwise() -> None:
    x = torch.tensor([[[100.0], [-100.0]]])
    for bounded, most in ((True, np.exp(2) / (np.exp(2) + 1)), (False, 1.0)):
        attention = FeedForwardAttention(1, bounded=bounded)
        nn.init.ones_(attention.energy.weight)
        assert attention(x).weights.max().item() == pytest.approx(most)


def right_after_training(pooling: str) -> float:
    torch.manual_seed(0)
    network = FeedForwardAttentionNetwork(2, 1, hidden_size=32, pooling=pooling)
    batches = memory_batches(addition_problem, 32, 100)
    config = TrainerConfig(steps=200, learning_rate=0.03, schedule="warm_cosine")
    Trainer(network, batches, supervised("squared_error"), config).fit()
    asked = addition_problem(500, 104, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        return share_right(network(asked.inputs), asked.targets)


def test_attention_learns_to_add_across_a_hundred_steps_and_the_mean_does_not() -> None:
    """By the criterion of the paper; both are trained alike."""
    assert right_after_training("attention") > 0.65
    assert right_after_training("mean") < 0.35


TEXTS = torch.tensor([[3, 7, 2, 9], [5, 4, 0, 0], [8, 0, 0, 0]])


def classifier(cell: str | None) -> AttentionTextClassifier:
    torch.manual_seed(0)
    model = AttentionTextClassifier(10, 3, embedding_dim=4, hidden_size=5, cell=cell)
    return model.double().eval()


@pytest.mark.parametrize("cell", [None, "rnn", "lstm", "gru", "gru_cho"])
def test_the_text_classifier_in_numpy(cell: str | None) -> None:
    model = classifier(cell)
    table, energy = to_array(model.embedding.weight), model.attention.energy
    logits, weights = model(TEXTS).detach(), model.attend(TEXTS).weights.detach()
    for row, length in enumerate((4, 2, 1)):
        x = table[TEXTS[row, :length].numpy()]  # (T, E)
        if cell is not None:
            assert model.cell is not None
            x, _ = run_layers(cell, model.cell, x)  # (T, 2D)
        alpha = softmax(x @ to_array(energy.weight)[0] + to_array(energy.bias))
        expected = to_array(model.head.weight) @ (alpha @ x) + to_array(model.head.bias)
        np.testing.assert_allclose(logits[row], expected)
        np.testing.assert_allclose(weights[row], np.pad(alpha, (0, 4 - length)))


def test_dropout_before_the_head() -> None:
    model = AttentionTextClassifier(10, 3, hidden_size=64, dropout=0.5)
    assert_dropped(model.head, model, lambda: model(TEXTS))


@pytest.mark.parametrize("cell", [None, "gru"])
def test_the_word_that_decides_has_the_weight(cell: str | None) -> None:
    """Word 1 makes a text good, word 2 bad; a third of the texts have neither."""
    torch.manual_seed(0)
    random = torch.Generator().manual_seed(0)
    tokens = torch.randint(3, 30, (200, 8), generator=random)
    labels = torch.arange(200) % 3
    places = torch.randint(0, 8, (200,), generator=random)
    tokens[torch.arange(200), places] = torch.where(labels == 0, tokens[:, 0], labels)
    model = AttentionTextClassifier(30, 3, embedding_dim=8, hidden_size=8, cell=cell)
    optimizer = torch.optim.Adam(model.parameters(), 0.02)
    for _ in range(80):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(tokens[:100]), labels[:100]).backward()
        optimizer.step()
    new, its_labels = tokens[100:], labels[100:]  # texts never seen
    found = model.eval().attend(new).weights.argmax(1) == places[100:]
    assert found[its_labels > 0].float().mean() > 0.9
    assert (model(new).argmax(1) == its_labels).float().mean() > 0.9


def test_errors_name_the_value() -> None:
    with pytest.raises(ValueError, match="'median'"):
        FeedForwardAttentionNetwork(2, 1, pooling="median")
    with pytest.raises(ValueError, match="1 to 4"):
        classifier("gru")(torch.zeros_like(TEXTS))
