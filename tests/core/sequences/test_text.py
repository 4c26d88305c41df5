"""The convolutional text classifier, window by window, and what its words contribute."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from dropped import assert_dropped
from torch import Tensor

from asciiart.core.sequences.text import TextClassifier


def network() -> TextClassifier:
    torch.manual_seed(0)
    made = TextClassifier(20, 4, embedding_dim=6, kernel_sizes=(1, 2, 4), out_channels=5).eval()
    for parameter in made.parameters():  # biases too, which start at 0
        torch.nn.init.normal_(parameter, 0.0, 0.5)
    return made


def texts() -> Tensor:
    random = torch.Generator().manual_seed(1)
    tokens = torch.randint(1, 20, (6, 9), generator=random)
    for row, length in enumerate([9, 7, 4, 2, 1, 0]):
        tokens[row, length:] = 0
    return tokens


def by_hand(model: TextClassifier, words: list[int]) -> np.ndarray:
    """Kim 2014, equations 1 to 4, for one text: all windows that hold a word."""
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    kept = []
    for index, width in enumerate((1, 2, 4)):
        weight, bias = (weights[f"convolutions.{index}.{part}"] for part in ("weight", "bias"))
        empty = np.zeros((width - 1, 6))
        x = np.concatenate([empty, weights["embedding.weight"][words], empty])  # (T + .., E)
        for of_filter, its_bias in zip(weight, bias, strict=True):
            responses = [
                max(0.0, float((of_filter.T * x[start : start + width]).sum() + its_bias))
                for start in range(len(x) - width + 1)
            ]
            kept.append(max(responses, default=0.0) if words else 0.0)
    return weights["head.weight"] @ np.array(kept) + weights["head.bias"]


def test_logits_are_the_papers_equations() -> None:
    model = network()
    logits = model(texts()).detach().numpy()
    for row, length in enumerate([9, 7, 4, 2, 1, 0]):
        expected = by_hand(model, texts()[row, :length].tolist())
        np.testing.assert_allclose(logits[row], expected, rtol=1e-4, atol=1e-5)


def test_padding_has_no_influence() -> None:
    model = network()
    longer = torch.nn.functional.pad(texts(), (0, 5))
    torch.testing.assert_close(model(longer), model(texts()))


@pytest.mark.parametrize("shown", range(4))
def test_contributions_sum_to_the_logit_minus_the_bias(shown: int) -> None:
    model = network().double()
    classes = torch.full((6,), shown)
    found = model.locate(texts(), classes)
    logits = model(texts())[:, shown] - model.head.bias[shown]
    assert found.shape == (6, 9)
    torch.testing.assert_close(found.sum(1), logits.detach())
    assert found[texts() == 0].eq(0).all()


def test_each_text_is_explained_for_its_own_class() -> None:
    model, classes = network(), torch.tensor([3, 0, 1, 2, 3, 0])
    together = model.locate(texts(), classes)
    for row in range(6):
        alone = model.locate(texts()[row : row + 1], classes[row : row + 1])
        torch.testing.assert_close(together[row : row + 1], alone)


def test_without_filter_biases_contributions_are_input_times_gradient() -> None:
    model = network()
    for conv in model.convolutions:
        torch.nn.init.zeros_(conv.bias)  # type: ignore[arg-type]
    seen: list[Tensor] = []

    def keep(_: object, __: object, output: Tensor) -> None:
        output.retain_grad()
        seen.append(output)

    hook = model.embedding.register_forward_hook(keep)
    model(texts())[:, 2].sum().backward()
    hook.remove()
    assert seen[0].grad is not None
    expected = (seen[0] * seen[0].grad).sum(2)
    torch.testing.assert_close(model.locate(texts(), torch.full((6,), 2)), expected.detach())


def test_locate_finds_the_word_that_decides() -> None:
    torch.manual_seed(0)
    model = TextClassifier(30, 2, embedding_dim=8, kernel_sizes=(1, 2), out_channels=8, dropout=0.2)
    random = torch.Generator().manual_seed(0)
    tokens = torch.randint(2, 30, (200, 8), generator=random)
    labels = torch.arange(200) % 2
    places = torch.randint(0, 8, (200,), generator=random)
    tokens[torch.arange(200), places] = torch.where(labels == 1, 1, tokens[:, 0])
    optimizer = torch.optim.Adam(model.parameters(), 0.02)
    for _ in range(60):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(tokens), labels).backward()
        optimizer.step()
    positive = labels == 1
    found = model.eval().locate(tokens, labels).argmax(1)
    assert (found == places)[positive].float().mean() > 0.95


def test_dropout_before_the_head() -> None:
    model = TextClassifier(20, 4, out_channels=200, dropout=0.5)
    for conv in model.convolutions:
        torch.nn.init.ones_(conv.bias)  # type: ignore[arg-type]
        torch.nn.init.zeros_(conv.weight)  # type: ignore[arg-type]
    assert_dropped(model.head, model, lambda: model(texts()[:5]))


@pytest.mark.parametrize("kernel_sizes", [(), (3, 0)])
def test_wrong_kernel_sizes_are_named(kernel_sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="kernel_sizes must be"):
        TextClassifier(10, 2, kernel_sizes=kernel_sizes)
