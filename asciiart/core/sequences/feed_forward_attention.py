"""Attention without recurrence: a weighted mean over time, for values and for words.

Raffel and Ellis 2015, "Feed-forward networks with attention can solve some long-term memory
problems". `core.sequences.memory_tasks` has the problems.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from asciiart.core.learning.initializers import initialize
from asciiart.core.sequences.attention import Attended
from asciiart.core.sequences.decoding import PAD, source_lengths
from asciiart.core.sequences.recurrent import build_cell, run_cell

SLOPE = 0.01
"""Slope of the leaky rectifiers below zero."""


class MeanOverTime(nn.Module):
    """The mean of all steps: what attention is when nothing deserves more of it than the rest."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Attended:
        """Return the mean (B, D) of the steps of x (B, T, D) where ``mask`` (B, T) is True."""
        return _weigh(x, torch.zeros_like(x[..., 0]), mask)


class FeedForwardAttention(nn.Module):
    """A learned weight for each step: x (B, T, D) -> the weighted mean (B, D).

    ``e_t = tanh(w · x_t + b)``, ``α = softmax(e)``, ``c = Σ α_t x_t``. There is no query: what is
    important is learned once for all sequences. As the score is within ±1, no step weighs more than
    e² = 7.4 times as much as another; if not ``bounded``, the tanh is left out, and one step may
    have all the weight.
    """

    def __init__(self, in_features: int, *, bounded: bool = True) -> None:
        super().__init__()
        self.energy = nn.Linear(in_features, 1)
        self.bounded = bounded

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Attended:
        """Attend to the steps where ``mask`` (B, T) is True; weights (B, T)."""
        scores = self.energy(x)[..., 0]  # (B, T, D) -> (B, T)
        return _weigh(x, scores.tanh() if self.bounded else scores, mask)


def _weigh(x: Tensor, scores: Tensor, mask: Tensor | None) -> Attended:
    if mask is not None:  # the lowest number, not -inf, which gives NaN where all is masked
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    weights = scores.softmax(1)  # (B, T)
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)
    return Attended(torch.einsum("bt,btd->bd", weights, x), weights)


POOLINGS = ("attention", "mean")
"""Ways in which a `FeedForwardAttentionNetwork` makes one vector of all steps."""


class FeedForwardAttentionNetwork(nn.Module):
    """The network of Raffel and Ellis 2015, section 2: x (B, T, I) -> (B, K).

    Each step is transformed alone, ``h_t = f(W x_t + b)``; attention makes one vector of all; two
    more layers give the output. All have leaky rectifiers f, the last, too, as in the paper: its
    targets are not negative. The order of the steps has no influence except through the inputs.

    Raises
    ------
    ValueError
        If the pooling is none of `POOLINGS`.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        hidden_size: int = 100,
        pooling: str = "attention",
    ) -> None:
        super().__init__()
        if pooling not in POOLINGS:
            raise ValueError(f"pooling {pooling!r} is unknown (there are: {', '.join(POOLINGS)})")
        self.embed = nn.Sequential(nn.Linear(in_features, hidden_size), nn.LeakyReLU(SLOPE))
        self.pool = MeanOverTime() if pooling == "mean" else FeedForwardAttention(hidden_size)
        self.head = nn.Sequential(
            nn.Linear(hidden_size, hidden_size),
            nn.LeakyReLU(SLOPE),
            nn.Linear(hidden_size, out_features),
            nn.LeakyReLU(SLOPE),
        )
        initialize(self, "he_normal")

    def attend(self, x: Tensor, mask: Tensor | None = None) -> Attended:
        """Return the vector (B, D) of each sequence, and the weights (B, T) of its steps."""
        attended: Attended = self.pool(self.embed(x), mask)  # (B, T, I) -> (B, T, D) -> (B, D)
        return attended

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the outputs (B, K)."""
        out: Tensor = self.head(self.attend(x, mask).context)  # (B, D) -> (B, K)
        return out


class AttentionTextClassifier(nn.Module):
    """Text classifier that weighs the words: tokens (B, T), `PAD` after the words -> (B, K).

    Embedded words are read by a bidirectional recurrent layer, so that each is seen among its
    neighbors, and feed-forward attention takes their weighted mean: the word level of Yang et al.
    2016, "Hierarchical attention networks for document classification", with the simpler score of
    Raffel and Ellis 2015, not bounded. If ``cell`` is None, each word is judged alone.

    A weight says where the classifier looked, not for which class the word speaks; for that see
    `WordLocalizer` and `TextClassifier.locate`.
    """

    def __init__(
        self,
        vocab_size: int,
        num_classes: int,
        *,
        embedding_dim: int = 128,
        hidden_size: int = 64,
        cell: str | None = "gru",
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=PAD)
        self.cell = None
        if cell is not None:
            self.cell = build_cell(cell, embedding_dim, hidden_size, bidirectional=True)
        width = embedding_dim if cell is None else 2 * hidden_size
        self.attention = FeedForwardAttention(width, bounded=False)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width, num_classes)

    def attend(self, tokens: Tensor) -> Attended:
        """Return the vector of each text and the weights (B, T) of its words, 0 at padding.

        Raises
        ------
        ValueError
            If a text that a recurrent layer reads has no words.
        """
        x = self.embedding(tokens)  # (B, T) -> (B, T, E)
        if self.cell is not None:
            x = run_cell(self.cell, x, lengths=source_lengths(tokens)).outputs  # (B, T, 2D)
        attended: Attended = self.attention(x, tokens != PAD)  # (B, 2D), (B, T)
        return attended

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the logits (B, K)."""
        out: Tensor = self.head(self.dropout(self.attend(tokens).context))  # (B, 2D) -> (B, K)
        return out
