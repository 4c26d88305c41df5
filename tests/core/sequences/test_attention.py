"""Each attention against its formula in NumPy and against torch's own."""

from __future__ import annotations

from typing import Any

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
    assert causal_mask(2, 1).tolist() == [[[True, True, False], [True, True, True]]]
    assert padding_mask(torch.tensor([0, 2]), 3).tolist() == [[False] * 3, [True, True, False]]


def written_out(query: Array, key: Array, value: Array, mask: Array | None) -> tuple[Array, Array]:
    """Context and weights, softmax(Q Kᵀ / √E) V, in NumPy; rows that see nothing are 0."""
    scores = np.exp(query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1]))
    scores = scores if mask is None else np.where(mask, scores, 0.0)
    sums = scores.sum(-1, keepdims=True)
    weights = np.divide(scores, sums, out=np.zeros_like(scores), where=sums > 0)
    return weights @ value, weights


@pytest.mark.parametrize("masked", [False, True])
def test_scaled_dot_product_is_the_formula_by_torchs_kernel_and_with_weights(masked: bool) -> None:
    query, key, value = random(2, 3, 5, 4), random(2, 3, 6, 4, seed=1), random(2, 3, 6, 7, seed=2)
    mask = random(2, 1, 5, 6, seed=3) > -0.5 if masked else None
    if mask is not None:
        mask[0, 0, 2] = False
    seen_by_numpy = None if mask is None else mask.numpy()
    context, weights = written_out(query.numpy(), key.numpy(), value.numpy(), seen_by_numpy)
    quick = scaled_dot_product(query, key, value, mask)
    assert quick.weights is None
    np.testing.assert_allclose(quick.context, context, atol=1e-12)
    seen = scaled_dot_product(query, key, value, mask, need_weights=True)
    np.testing.assert_allclose(seen.context, context, atol=1e-12)
    assert seen.weights is not None
    np.testing.assert_allclose(seen.weights, weights, atol=1e-12)


def test_weights_are_only_held_in_memory_if_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[object, ...]] = []
    kernel = functional.scaled_dot_product_attention

    def counted(*given: Any) -> Tensor:
        calls.append(given)
        return kernel(*given)

    monkeypatch.setattr(functional, "scaled_dot_product_attention", counted)
    attention, x = MultiHeadAttention(8, 2).double(), random(2, 5, 8)
    assert attention(x, x).weights is None
    assert len(calls) == 1
    assert attention(x, x, need_weights=True).weights.shape == (2, 2, 5, 5)
    assert len(calls) == 1


@pytest.mark.parametrize("need_weights", [False, True])
def test_a_head_that_may_look_at_nothing_has_zeros_and_finite_gradients(need_weights: bool) -> None:
    attention, x = MultiHeadAttention(8, 2).double(), random(2, 5, 8).requires_grad_()
    mask = padding_mask(torch.tensor([0, 5]), 5)[:, None]
    context = attention(x, x, mask, need_weights=need_weights).context
    assert not context[0].any()
    context.square().sum().backward()
    assert x.grad is not None
    assert x.grad.isfinite().all()
    assert not x.grad[0].any()


def test_attending_to_a_cache_is_attending_to_all_positions() -> None:
    attention, x = MultiHeadAttention(8, 2, bias=True).double(), random(2, 6, 8)
    whole = attention(x, x, causal_mask(6)).context
    first, rest = x[:, :4], x[:, 4:]
    seen = attention.project(first).followed_by(attention.project(rest))
    torch.testing.assert_close(
        attention.attend(rest, seen, causal_mask(2, 4)).context, whole[:, 4:]
    )


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("cross", [False, True])
def test_multi_head_is_torch_s_with_the_same_weights(cross: bool, bias: bool) -> None:
    ours = MultiHeadAttention(8, 2, bias=bias).double()
    theirs = nn.MultiheadAttention(8, 2, bias=bias, batch_first=True).double()
    projections = [ours.query, ours.key, ours.value]
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([p.weight for p in projections]))
        theirs.out_proj.weight.copy_(ours.out.weight)
        if bias:
            theirs.in_proj_bias.copy_(torch.cat([p.bias for p in projections]))
            theirs.out_proj.bias.copy_(ours.out.bias)
    query = random(2, 5, 8)
    keys = random(2, 6, 8, seed=1) if cross else query
    padding = padding_mask(torch.tensor([5, 2]), keys.shape[1])
    causal = torch.ones(1, 5, 6, dtype=torch.bool).tril() if cross else causal_mask(5)
    seen = ours(query, keys, causal & padding[:, None], need_weights=True)
    context, weights = theirs(
        query, keys, keys, ~padding, attn_mask=~causal[0], average_attn_weights=False
    )
    torch.testing.assert_close(seen.context, context)
    torch.testing.assert_close(seen.weights, weights)
    torch.testing.assert_close(ours(query, keys, causal & padding[:, None]).context, context)


def test_dropout_of_weights_only_in_training() -> None:
    attention, x = MultiHeadAttention(8, 2, dropout=0.5).double(), random(2, 5, 8)
    assert not torch.equal(attention(x, x).context, attention(x, x).context)
    one, two = (attention(x, x, need_weights=True) for _ in range(2))
    assert not torch.equal(one.context, two.context)
    assert torch.equal(one.weights, two.weights)
    attention.eval()
    assert torch.equal(attention(x, x).context, attention(x, x).context)


def test_errors_name_the_value() -> None:
    with pytest.raises(ValueError, match="'cosine'"):
        build_attention("cosine", 4, 4)
    with pytest.raises(ValueError, match="'cosine'"):
        MultiplicativeAttention(4, 4, "cosine")
    with pytest.raises(ValueError, match="query 3, key 4"):
        MultiplicativeAttention(3, 4, "dot")
    with pytest.raises(ValueError, match="embed_dim 8, 3"):
        MultiHeadAttention(8, 3)
    with pytest.raises(ValueError, match=r"\(2, 5\)"):
        MultiHeadAttention(8, 2)(torch.zeros(2, 5, 8), torch.zeros(2, 5, 8), torch.ones(2, 5) > 0)


def test_the_hidden_size_of_additive_is_free() -> None:
    assert AdditiveAttention(3, 4, 7).energy.weight.shape == (1, 7)
