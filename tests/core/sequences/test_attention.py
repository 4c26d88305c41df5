"""Each attention against its formula in NumPy and against torch's own."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from arrays import Array
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.sequences.attention import (
    ATTENTIONS,
    AdditiveAttention,
    MultiHeadAttention,
    MultiplicativeAttention,
    build_attention,
    causal_mask,
    padding_mask,
    scaled_dot_product,
)


def random(*shape: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def parameters(module: nn.Module) -> dict[str, Array]:
    return {name: value.detach().numpy() for name, value in module.named_parameters()}


def additive(p: dict[str, Array], q: Array, k: Array) -> float:
    inner = np.tanh(p["query.weight"] @ q + p["key.weight"] @ k)
    return float(p["energy.weight"][0] @ inner)


def dot(_: dict[str, Array], q: Array, k: Array) -> float:
    return float(q @ k)


def general(p: dict[str, Array], q: Array, k: Array) -> float:
    return float(q @ p["weight.weight"].T @ k)


def concat(p: dict[str, Array], q: Array, k: Array) -> float:
    return float(p["energy.weight"][0] @ np.tanh(p["weight.weight"] @ np.concatenate([q, k])))


SCORES = {"additive": additive, "dot": dot, "general": general, "concat": concat}


@pytest.mark.parametrize("name", ATTENTIONS)
def test_scores_weights_and_context_follow_the_formula(name: str) -> None:
    size = 4 if name == "dot" else 3
    attention = build_attention(name, size, 4).double()
    query, keys = random(2, 5, size), random(2, 6, 4, seed=1)
    seen = attention(query, keys)
    p, k = parameters(attention), keys.numpy()
    for b, t in np.ndindex(2, 5):
        scores = np.array([SCORES[name](p, query[b, t].numpy(), k[b, s]) for s in range(6)])
        weights = np.exp(scores) / np.exp(scores).sum()
        np.testing.assert_allclose(seen.weights[b, t].detach(), weights, atol=1e-12)
        np.testing.assert_allclose(seen.context[b, t].detach(), weights @ k[b], atol=1e-12)


@pytest.mark.parametrize("name", ATTENTIONS)
def test_one_query_is_a_sequence_of_one(name: str) -> None:
    attention = build_attention(name, 4, 4).double()
    query, keys, mask = random(2, 4), random(2, 6, 4), padding_mask(torch.tensor([6, 2]), 6)
    one, many = attention(query, keys, mask), attention(query[:, None], keys, mask)
    assert one.context.shape == (2, 4)
    assert one.weights.shape == (2, 6)
    torch.testing.assert_close(one.context, many.context[:, 0])
    prepared = attention.prepare(keys)
    torch.testing.assert_close(attention(query, keys, mask, prepared=prepared), one)


@pytest.mark.parametrize("name", ATTENTIONS)
def test_a_mask_is_the_same_as_leaving_the_keys_out(name: str) -> None:
    attention = build_attention(name, 4, 4).double()
    query, keys = random(2, 3, 4), random(2, 6, 4)
    masked = attention(query, keys, padding_mask(torch.tensor([2, 2]), 6))
    torch.testing.assert_close(masked.context, attention(query, keys[:, :2]).context)
    assert not masked.weights[..., 2:].any()
    torch.testing.assert_close(masked.weights.sum(-1), torch.ones(2, 3).double())


@pytest.mark.parametrize("name", ATTENTIONS)
def test_a_row_that_may_look_at_nothing_is_zero_and_so_is_its_gradient(name: str) -> None:
    attention = build_attention(name, 4, 4).double()
    query = random(2, 4).requires_grad_()
    seen = attention(query, random(2, 6, 4), padding_mask(torch.tensor([0, 6]), 6))
    seen.context.square().sum().backward()
    assert not seen.context[0].any()
    assert not seen.weights[0].any()
    assert query.grad is not None
    assert query.grad.isfinite().all()
    assert not query.grad[0].any()
    assert query.grad[1].any()


def test_masks() -> None:
    assert causal_mask(3).tolist() == [
        [[True, False, False], [True, True, False], [True, True, True]]
    ]
    assert padding_mask(torch.tensor([0, 2]), 3).tolist() == [[False] * 3, [True, True, False]]


def test_scaled_dot_product_is_torch_s() -> None:
    query, key, value = random(2, 3, 5, 4), random(2, 3, 6, 4, seed=1), random(2, 3, 6, 7, seed=2)
    mask = random(2, 1, 5, 6, seed=3) > -0.5
    mask[..., 0] = True
    seen = scaled_dot_product(query, key, value, mask)
    expected = functional.scaled_dot_product_attention(query, key, value, mask)
    torch.testing.assert_close(seen.context, expected)
    torch.testing.assert_close(seen.weights @ value, expected)
    plain = functional.scaled_dot_product_attention(query, key, value)
    torch.testing.assert_close(scaled_dot_product(query, key, value).context, plain)


@pytest.mark.parametrize("cross", [False, True])
def test_multi_head_is_torch_s_with_the_same_weights(cross: bool) -> None:
    ours = MultiHeadAttention(8, 2).double()
    theirs = nn.MultiheadAttention(8, 2, bias=False, batch_first=True).double()
    with torch.no_grad():
        projections = [ours.query.weight, ours.key.weight, ours.value.weight]
        theirs.in_proj_weight.copy_(torch.cat(projections))
        theirs.out_proj.weight.copy_(ours.out.weight)
    query = random(2, 5, 8)
    keys = random(2, 6, 8, seed=1) if cross else query
    padding = padding_mask(torch.tensor([5, 2]), keys.shape[1])
    causal = torch.ones(1, 5, 6, dtype=torch.bool).tril() if cross else causal_mask(5)
    seen = ours(query, keys, causal & padding[:, None])
    context, weights = theirs(
        query, keys, keys, ~padding, attn_mask=~causal[0], average_attn_weights=False
    )
    torch.testing.assert_close(seen.context, context)
    torch.testing.assert_close(seen.weights, weights)


def test_dropout_of_weights_only_in_training() -> None:
    attention, x = MultiHeadAttention(8, 2, dropout=0.5).double(), random(2, 5, 8)
    assert not torch.equal(attention(x, x).context, attention(x, x).context)
    assert torch.equal(attention(x, x).weights, attention(x, x).weights)
    attention.eval()
    assert torch.equal(attention(x, x).context, attention(x, x).context)


def test_errors_name_the_value() -> None:
    with pytest.raises(ValueError, match="'cosine'"):
        build_attention("cosine", 4, 4)
    with pytest.raises(ValueError, match="'cosine'"):
        MultiplicativeAttention(4, 4, "cosine")
    with pytest.raises(ValueError, match="query 3, key 4"):
        MultiplicativeAttention(3, 4, "dot")
    with pytest.raises(ValueError, match="size 8, 3"):
        MultiHeadAttention(8, 3)
    with pytest.raises(ValueError, match=r"\(2, 5\)"):
        MultiHeadAttention(8, 2)(torch.zeros(2, 5, 8), torch.zeros(2, 5, 8), torch.ones(2, 5) > 0)


def test_the_hidden_size_of_additive_is_free() -> None:
    assert AdditiveAttention(3, 4, 7).energy.weight.shape == (1, 7)
