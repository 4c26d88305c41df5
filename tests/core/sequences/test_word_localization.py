"""The localizing classifier in NumPy; its maps; what fixed vectors know of words never seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from dropped import assert_dropped
from numpy_recurrent import to_array
from torch import Tensor, nn

from asciiart.core.sequences.word_localization import WordLocalizer

TEXTS = torch.tensor([[3, 7, 2, 9, 4], [5, 4, 0, 0, 0], [8, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
LENGTHS = (5, 2, 1, 0)
SIZES = (1, 2, 3)


def vectors(count: int = 10, size: int = 4) -> Tensor:
    return torch.randn(count, size, generator=torch.Generator().manual_seed(0))


def network(channels: Sequence[str] = ("static", "trained")) -> WordLocalizer:
    torch.manual_seed(0)
    made = WordLocalizer(vectors(), 3, channels=channels, kernel_sizes=SIZES, out_channels=5)
    for parameter in made.parameters():
        nn.init.normal_(parameter, 0.0, 0.5)
    return made.double().eval()


def features_by_hand(model: WordLocalizer, words: list[int]) -> np.ndarray:
    """Rectified responses (T, C·sizes) of the windows around each word."""
    weights = {name: to_array(value) for name, value in model.state_dict().items()}
    tables = [weights[name] for name in weights if name == "static" or "embeddings" in name]
    x = np.concatenate([table[words] for table in tables], 1)  # (T, channels·E)
    columns = []
    for index, size in enumerate(SIZES):
        weight, bias = (weights[f"convolutions.{index}.{part}"] for part in ("weight", "bias"))
        before = (size - 1) // 2
        around = np.pad(x, ((before, size - 1 - before), (0, 0)))
        windows = [around[t : t + size].T for t in range(len(words))]
        responses = [np.einsum("ces,es->c", weight, window) + bias for window in windows]
        columns.append(np.maximum(responses, 0))
    return np.concatenate(columns, 1)


@pytest.mark.parametrize(
    "channels", [("static", "trained"), ("static",), ("random",), ("static", "trained", "random")]
)
def test_logits_and_maps_in_numpy(channels: Sequence[str]) -> None:
    model = network(channels)
    logits, maps = model(TEXTS).detach(), model.localize(TEXTS)
    head, bias = to_array(model.head.weight), to_array(model.head.bias)
    for row, length in enumerate(LENGTHS):
        if not length:
            np.testing.assert_allclose(logits[row], bias)
            assert not maps[row].any()
            continue
        features = features_by_hand(model, TEXTS[row, :length].tolist())
        np.testing.assert_allclose(logits[row], head @ features.mean(0) + bias)
        np.testing.assert_allclose(maps[row, :, :length], head @ features.T)
        assert not maps[row, :, length:].any()


def test_a_map_s_mean_is_the_logit_without_the_bias() -> None:
    model = network()
    means = model.localize(TEXTS).sum(2)[:3] / torch.tensor([[5], [2], [1]])
    torch.testing.assert_close(means, (model(TEXTS) - model.head.bias)[:3].detach())


def test_static_vectors_are_kept_and_the_trained_begin_with_them() -> None:
    given = vectors()
    model = WordLocalizer(given, 2, channels=("static", "trained", "random"), out_channels=4)
    trained, drawn = (model.embeddings[name].weight for name in ("trained", "random"))
    assert isinstance(trained, Tensor)
    assert isinstance(drawn, Tensor)
    assert torch.equal(trained, given)
    assert not torch.equal(drawn, given)
    assert "static" not in dict(model.named_parameters())
    optimizer = torch.optim.SGD(model.parameters(), 1.0)
    model(TEXTS).pow(2).sum().backward()
    optimizer.step()
    assert torch.equal(given, vectors())
    assert not torch.equal(trained, given)
    given.zero_()  # a copy was made
    assert model.static is not None
    assert torch.equal(model.static, vectors())


def test_dropout_before_the_head() -> None:
    model = WordLocalizer(vectors(), 3, kernel_sizes=(1,), out_channels=300, dropout=0.5)
    nn.init.ones_(model.convolutions[0].bias)  # type: ignore[arg-type]
    nn.init.zeros_(model.convolutions[0].weight)  # type: ignore[arg-type]
    assert_dropped(model.head, model, lambda: model(TEXTS[:3]))


GOOD, BAD, PLAIN = range(1, 21), range(21, 41), range(41, 100)


def word_vectors() -> Tensor:
    """Vectors of 100 words; those of good words are alike, and those of bad words."""
    made = vectors(100, 8)
    made[GOOD, 0] += 4
    made[BAD, 0] -= 4
    return made


def reviews(count: int, known: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Texts with one word that is good or bad, its place, and whether it is good.

    Half of the good and bad words occur in the texts of training (``known``), the others elsewhere.
    """
    random = torch.Generator().manual_seed(int(known))
    tokens = torch.randint(PLAIN[0], PLAIN[-1] + 1, (count, 9), generator=random)
    places = torch.randint(9, (count,), generator=random)
    labels = torch.arange(count) % 2
    words = torch.randint(10, (count,), generator=random) + (0 if known else 10)
    tokens[torch.arange(count), places] = torch.where(labels == 1, GOOD[0] + words, BAD[0] + words)
    return tokens, places, labels


def trained(channels: Sequence[str]) -> WordLocalizer:
    torch.manual_seed(0)
    model = WordLocalizer(
        word_vectors(), 2, channels=channels, kernel_sizes=(1, 3), out_channels=8, dropout=0.2
    )
    tokens, _, labels = reviews(200, known=True)
    optimizer = torch.optim.Adam(model.parameters(), 0.02)
    for _ in range(80):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(tokens), labels).backward()
        optimizer.step()
    return model.eval()


def test_words_that_decide_are_found_though_no_place_was_ever_told() -> None:
    model = trained(("static", "trained"))
    tokens, places, labels = reviews(200, known=True)
    maps = model.localize(tokens)[torch.arange(200), labels]  # (B, T)
    assert (maps.argmax(1) == places).float().mean() > 0.9


def test_fixed_vectors_know_words_that_never_occurred() -> None:
    tokens, places, labels = reviews(200, known=False)
    two, alone = trained(("static", "trained")), trained(("random",))
    right = [(model(tokens).argmax(1) == labels).float().mean() for model in (two, alone)]
    assert right[0] > 0.9
    assert right[1] < 0.7
    maps = two.localize(tokens)[torch.arange(200), labels]
    assert (maps.argmax(1) == places).float().mean() > 0.8


@pytest.mark.parametrize("channels", [(), ("static", "static"), ("glove",)])
def test_wrong_channels_are_named(channels: Sequence[str]) -> None:
    with pytest.raises(ValueError, match="channels must be some of static, trained, random"):
        WordLocalizer(vectors(), 2, channels=channels)


def test_wrong_kernel_sizes_are_named() -> None:
    with pytest.raises(ValueError, match="kernel_sizes must be"):
        WordLocalizer(vectors(), 2, kernel_sizes=(0,))
