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


class HeadsAttended(NamedTuple):
    """The result of scaled dot products, which need no weights in memory to make a context."""

    context: Tensor
    """Weighted sum of the values, (B, ..., T, F)."""
    weights: Tensor | None
    """Weights (B, ..., T, S) as in `Attended`; None unless they were asked for."""


class KeysValues(NamedTuple):
    """Keys and values of S positions, already split into h heads: what a K/V cache keeps."""

    keys: Tensor
    """(B, h, S, E/h)."""
    values: Tensor
    """(B, h, S, E/h)."""

    def followed_by(self, later: KeysValues) -> KeysValues:
        """Return the keys and values of these positions and then of ``later`` ones."""
        keys = torch.cat([self.keys, later.keys], 2)  # (B, h, S + T, E/h)
        return KeysValues(keys, torch.cat([self.values, later.values], 2))


def causal_mask(length: int, past: int = 0, *, device: torch.device | None = None) -> Tensor:
    """Return the mask (1, T, P + T) that lets each position attend to itself and those before it.

    ``past`` is the number P of positions that come before the T positions that attend.
    """
    every = torch.ones(1, length, past + length, dtype=torch.bool, device=device)
    return every.tril(past)  # (1, T, P + T)


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
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    *,
    dropout: float = 0.0,
    need_weights: bool = False,
) -> HeadsAttended:
    """Return softmax(Q Kᵀ / √E) V (Vaswani et al. 2017, equation 1).

    torch's own kernel computes it, which never holds all weights in memory. With ``need_weights``
    the formula is written out instead, and its weights are returned too.

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
    if not need_weights:
        context = functional.scaled_dot_product_attention(query, key, value, mask, dropout)
        return HeadsAttended(context, None)
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])  # (..., T, S)
    weights = _masked_softmax(scores, mask)
    used = functional.dropout(weights, dropout) if dropout else weights
    return HeadsAttended(used @ value, weights)  # (..., T, S) x (..., S, F) -> (..., T, F)


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

    def __init__(self, query_size: int, key_size: int, hidden_size: int) -> None:
        super().__init__()
        self.query = nn.Linear(query_size, hidden_size, bias=False)
        self.key = nn.Linear(key_size, hidden_size, bias=False)
        self.energy = nn.Linear(hidden_size, 1, bias=False)

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

    The paper has no biases, GPT-2 has them. ``dropout`` applies to the attention weights, as in the
    authors' program; the paper does not mention it.

    `forward` is `project` followed by `attend`. A decoder that works step by step keeps what
    `project` returned for earlier positions (a K/V cache) and calls the two itself.

    Raises
    ------
    ValueError
        If ``num_heads`` does not divide ``embed_dim``.
    """

    def __init__(
        self, embed_dim: int, num_heads: int, *, dropout: float = 0.0, bias: bool = False
    ) -> None:
        super().__init__()
        if num_heads < 1 or embed_dim % num_heads:
            raise ValueError(f"num_heads must divide embed_dim {embed_dim}, {num_heads} does not")
        self.num_heads = num_heads
        self.dropout = dropout
        self.query = nn.Linear(embed_dim, embed_dim, bias=bias)
        self.key = nn.Linear(embed_dim, embed_dim, bias=bias)
        self.value = nn.Linear(embed_dim, embed_dim, bias=bias)
        self.out = nn.Linear(embed_dim, embed_dim, bias=bias)

    def _split(self, x: Tensor) -> Tensor:
        parts = x.reshape(*x.shape[:2], self.num_heads, -1)  # (B, T, E) -> (B, T, h, E/h)
        return parts.transpose(1, 2)  # (B, h, T, E/h)

    def project(self, keys: Tensor) -> KeysValues:
        """Return the keys and values of positions (B, S, E)."""
        return KeysValues(self._split(self.key(keys)), self._split(self.value(keys)))

    def attend(
        self,
        query: Tensor,
        seen: KeysValues,
        mask: Tensor | None = None,
        *,
        need_weights: bool = False,
    ) -> HeadsAttended:
        """Attend from ``query`` (B, T, E) to projected positions; else as `forward`."""
        if mask is not None and mask.ndim != 3:  # (B, S) and (T, S) could not be told apart
            raise ValueError(f"mask must be (B or 1, T or 1, S), not {tuple(mask.shape)}")
        heads, weights = scaled_dot_product(
            self._split(self.query(query)),  # (B, h, T, E/h)
            seen.keys,  # (B, h, S, E/h)
            seen.values,  # (B, h, S, E/h)
            None if mask is None else mask[:, None],  # (B, 1, T, S)
            dropout=self.dropout if self.training else 0.0,
            need_weights=need_weights,
        )
        context: Tensor = self.out(heads.transpose(1, 2).flatten(2))  # (B, h, T, E/h) -> (B, T, E)
        return HeadsAttended(context, weights)

    def forward(
        self,
        query: Tensor,
        keys: Tensor,
        mask: Tensor | None = None,
        *,
        need_weights: bool = False,
    ) -> HeadsAttended:
        """Attend from ``query`` (B, T, E) to ``keys`` (B, S, E), which are also the values.

        ``mask`` has three axes that broadcast to (B, T, S): ``causal_mask(T)``,
        ``padding_mask(lengths, S)[:, None]`` or both joined by ``&``. The context is (B, T, E); the
        weights, if ``need_weights``, are (B, num_heads, T, S).

        Raises
        ------
        ValueError
            If the mask does not have three axes.
        """
        return self.attend(query, self.project(keys), mask, need_weights=need_weights)
