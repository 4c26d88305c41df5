"""Attention: additive, multiplicative, scaled dot product, multi-head.

In every mask True marks a position that may be attended to. A row without any has weights and a
context of zeros, never NaN, and passes no gradient.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional


class Attended(NamedTuple):
    """The result of attending: a context and the weights that made it."""

    context: Tensor
    """Weighted sum of the values, (B, ..., F)."""
    weights: Tensor
    """Weights (B, ..., S); each row sums to 1, or is 0 where nothing may be attended to."""


def causal_mask(length: int, *, device: torch.device | None = None) -> Tensor:
    """Return the mask (1, T, T) that lets each position attend to itself and those before it."""
    return torch.ones(1, length, length, dtype=torch.bool, device=device).tril()


def padding_mask(lengths: Tensor, size: int) -> Tensor:
    """Return the mask (B, S) that is True at the first ``lengths`` (B,) of ``size`` positions."""
    positions = torch.arange(size, device=lengths.device)  # (S,)
    return positions < lengths[:, None]  # (S,) < (B, 1) -> (B, S)


def _masked_softmax(scores: Tensor, mask: Tensor | None) -> Tensor:
    if mask is None:
        return scores.softmax(-1)
    # The lowest finite number, not -inf: softmax of a row of -inf is NaN, and so is its gradient.
    weights = scores.masked_fill(~mask, torch.finfo(scores.dtype).min).softmax(-1)
    return weights.masked_fill(~mask, 0.0)


def scaled_dot_product(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None, *, dropout: float = 0.0
) -> Attended:
    """Return softmax(Q Kᵀ / √E) V and the weights (Vaswani et al. 2017, equation 1).

    Parameters
    ----------
    query, key, value
        (..., T, E), (..., S, E) and (..., S, F).
    mask
        Bool, of a shape that broadcasts to (..., T, S).
    dropout
        Share of the weights that are dropped before the sum, in training and evaluation alike: pass
        0 in evaluation. The returned weights are those before dropout.
    """
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])  # (..., T, S)
    weights = _masked_softmax(scores, mask)
    used = functional.dropout(weights, dropout) if dropout else weights
    return Attended(used @ value, weights)  # (..., T, S) x (..., S, F) -> (..., T, F)


class Attention(nn.Module):
    """Base of the attentions of recurrent decoders: one score for each query and key.

    A subclass defines `prepare`, everything that can be computed from the keys once for all
    queries, and `score`. A decoder that works step by step keeps the result of `prepare`.
    """

    def prepare(self, keys: Tensor) -> Tensor:
        """Return what `score` needs of keys (B, S, F), with the shape (B, S, any size)."""
        return keys

    def score(self, query: Tensor, prepared: Tensor) -> Tensor:
        """Return the scores (B, T, S) of queries (B, T, E) and prepared keys."""
        raise NotImplementedError

    def forward(
        self,
        query: Tensor,
        keys: Tensor,
        mask: Tensor | None = None,
        *,
        prepared: Tensor | None = None,
    ) -> Attended:
        """Attend to ``keys``, which are also the values.

        Parameters
        ----------
        query
            (B, E), for a context (B, F) and weights (B, S); or (B, T, E), for (B, T, F) and (B, T,
            S).
        keys
            (B, S, F).
        mask
            (B, S), bool.
        prepared
            ``prepare(keys)``, if it is already computed.
        """
        prepared = self.prepare(keys) if prepared is None else prepared
        queries = query if query.ndim == 3 else query[:, None]  # (B, T, E)
        scores = self.score(queries, prepared)  # (B, T, S)
        weights = _masked_softmax(scores, None if mask is None else mask[:, None])  # (B, T, S)
        context = weights @ keys  # (B, T, S) x (B, S, F) -> (B, T, F)
        if query.ndim == 3:
            return Attended(context, weights)
        return Attended(context[:, 0], weights[:, 0])  # (B, F), (B, S)


class AdditiveAttention(Attention):
    """Additive attention, score(q, k) = vᵀ tanh(W q + U k) (Bahdanau et al. 2015, A.1.2).

    It has no biases, as in the paper's formulas.
    """

    def __init__(self, query_size: int, key_size: int, hidden: int) -> None:
        super().__init__()
        self.query = nn.Linear(query_size, hidden, bias=False)
        self.key = nn.Linear(key_size, hidden, bias=False)
        self.energy = nn.Linear(hidden, 1, bias=False)

    def prepare(self, keys: Tensor) -> Tensor:
        """Return U k for all keys: (B, S, F) -> (B, S, A)."""
        prepared: Tensor = self.key(keys)
        return prepared

    def score(self, query: Tensor, prepared: Tensor) -> Tensor:
        """Return the scores (B, T, S)."""
        both = self.query(query)[:, :, None] + prepared[:, None]  # (B, T, S, A)
        scores: Tensor = self.energy(both.tanh())[..., 0]  # (B, T, S)
        return scores


class MultiplicativeAttention(Attention):
    """The three scores of Luong et al. 2015, section 3.1.

    ``dot`` is qᵀk (of equal sizes), ``general`` qᵀWk, ``concat`` vᵀ tanh(W [q; k]). The hidden size
    of concat, which the paper leaves open, is the query's.

    Raises
    ------
    ValueError
        If the score is unknown, or the sizes differ for ``dot``.
    """

    def __init__(self, query_size: int, key_size: int, score: str = "dot") -> None:
        super().__init__()
        if score not in ("dot", "general", "concat"):
            raise ValueError(f"score {score!r} is unknown (there are: dot, general, concat)")
        if score == "dot" and query_size != key_size:
            raise ValueError(f"score dot needs equal sizes, not query {query_size}, key {key_size}")
        self.kind = score
        self.query_size = query_size
        if score == "general":
            self.weight = nn.Linear(query_size, key_size, bias=False)  # holds Wᵀ
        elif score == "concat":
            self.weight = nn.Linear(query_size + key_size, query_size, bias=False)
            self.energy = nn.Linear(query_size, 1, bias=False)

    def prepare(self, keys: Tensor) -> Tensor:
        """Return the keys, for concat their half of W [q; k]: (B, S, F) -> (B, S, E)."""
        if self.kind != "concat":
            return keys
        return functional.linear(keys, self.weight.weight[:, self.query_size :])  # (B, S, E)

    def score(self, query: Tensor, prepared: Tensor) -> Tensor:
        """Return the scores (B, T, S)."""
        if self.kind == "concat":
            # W [q; k] = W₁ q + W₂ k, so that no pair of query and key is ever written side by side
            half = functional.linear(query, self.weight.weight[:, : self.query_size])  # (B, T, E)
            scores: Tensor = self.energy((half[:, :, None] + prepared[:, None]).tanh())[..., 0]
            return scores  # (B, T, S)
        if self.kind == "general":
            query = self.weight(query)  # (B, T, E) -> (B, T, F)
        return query @ prepared.transpose(1, 2)  # (B, T, F) x (B, F, S) -> (B, T, S)


def _additive(query_size: int, key_size: int) -> Attention:
    return AdditiveAttention(query_size, key_size, query_size)


ATTENTIONS: dict[str, Callable[[int, int], Attention]] = {
    "additive": _additive,
    "dot": lambda query, key: MultiplicativeAttention(query, key, "dot"),
    "general": lambda query, key: MultiplicativeAttention(query, key, "general"),
    "concat": lambda query, key: MultiplicativeAttention(query, key, "concat"),
}
"""Name -> constructor from the sizes of query and key; additive's hidden size is the query's."""


def build_attention(name: str, query_size: int, key_size: int) -> Attention:
    """Return the attention called ``name``.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if name not in ATTENTIONS:
        raise ValueError(f"attention {name!r} is unknown (there are: {', '.join(ATTENTIONS)})")
    return ATTENTIONS[name](query_size, key_size)


class MultiHeadAttention(nn.Module):
    """Multi-head attention, for self-attention and cross-attention (Vaswani et al. 2017, 3.2.2).

    It has no biases, as in the paper. ``dropout`` applies to the attention weights, as in the
    authors' program; the paper does not mention it.

    Raises
    ------
    ValueError
        If ``heads`` does not divide ``size``.
    """

    def __init__(self, size: int, heads: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        if heads < 1 or size % heads:
            raise ValueError(f"heads must divide size {size}, {heads} does not")
        self.heads = heads
        self.dropout = dropout
        self.query = nn.Linear(size, size, bias=False)
        self.key = nn.Linear(size, size, bias=False)
        self.value = nn.Linear(size, size, bias=False)
        self.out = nn.Linear(size, size, bias=False)

    def _split(self, x: Tensor) -> Tensor:
        parts = x.reshape(*x.shape[:2], self.heads, -1)  # (B, T, E) -> (B, T, h, E/h)
        return parts.transpose(1, 2)  # (B, h, T, E/h)

    def forward(self, query: Tensor, keys: Tensor, mask: Tensor | None = None) -> Attended:
        """Attend from ``query`` (B, T, E) to ``keys`` (B, S, E), which are also the values.

        ``mask`` has three axes that broadcast to (B, T, S): ``causal_mask(T)``,
        ``padding_mask(lengths, S)[:, None]`` or both joined by ``&``. The context is (B, T, E); the
        weights are (B, heads, T, S).

        Raises
        ------
        ValueError
            If the mask does not have three axes.
        """
        if mask is not None and mask.ndim != 3:  # (B, S) and (T, S) could not be told apart
            raise ValueError(f"mask must be (B or 1, T or 1, S), not {tuple(mask.shape)}")
        seen = scaled_dot_product(
            self._split(self.query(query)),  # (B, h, T, E/h)
            self._split(self.key(keys)),  # (B, h, S, E/h)
            self._split(self.value(keys)),  # (B, h, S, E/h)
            None if mask is None else mask[:, None],  # (B, 1, T, S)
            dropout=self.dropout if self.training else 0.0,
        )
        joined = seen.context.transpose(1, 2).flatten(2)  # (B, h, T, E/h) -> (B, T, E)
        context: Tensor = self.out(joined)
        return Attended(context, seen.weights)
