"""Which words make a text good or bad, learned from whole texts that are called good or bad."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.sequences.decoding import PAD
from asciiart.core.sequences.text import check_kernel_sizes

CHANNELS = ("static", "trained", "random")
"""Embeddings of a word: given vectors, kept or trained further; or random ones, trained."""


class WordLocalizer(nn.Module):
    """Sentiment classifier that localizes its words: tokens (B, T), `PAD` after them -> (B, K).

    Lee et al. 2018, "Sentiment classification with word localization based on weakly supervised
    learning with a convolutional neural network". A word has an embedding in each of several
    channels: in one the given ``vectors`` (V, E), which stay as they are, so that words that do not
    occur in training are still understood by their neighbors; in another vectors that training
    changes. Filters look at all channels, the mean over the words follows, and one linear layer;
    as in class activation maps of pictures (Zhou et al. 2016), that layer's weights then tell what
    each word contributes.

    One channel alone gives the CNN-static, CNN-non-static (``trained``) and CNN-rand of Kim 2014.
    Departure: padding takes no part. A feature belongs to the word at the middle of its window (for
    an even size the one before the middle).

    Raises
    ------
    ValueError
        If there are no channels, one is unknown or occurs twice; or as for `TextClassifier`.
    """

    static: Tensor | None

    def __init__(
        self,
        vectors: Tensor,
        num_classes: int,
        *,
        channels: Sequence[str] = ("static", "trained"),
        kernel_sizes: tuple[int, ...] = (3, 4, 5),
        out_channels: int = 100,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        if not channels or set(channels) - set(CHANNELS) or len(set(channels)) < len(channels):
            raise ValueError(f"channels must be some of {', '.join(CHANNELS)}, not {channels}")
        check_kernel_sizes(kernel_sizes)
        self.kernel_sizes = kernel_sizes
        vocab_size, embedding_dim = vectors.shape
        self.register_buffer("static", vectors.clone() if "static" in channels else None)
        self.embeddings = nn.ModuleDict(
            {
                channel: nn.Embedding(vocab_size, embedding_dim, padding_idx=PAD)
                for channel in channels
                if channel != "static"
            }
        )
        if "trained" in channels:
            trained = self.embeddings["trained"]
            assert isinstance(trained, nn.Embedding)
            trained.weight.data.copy_(vectors)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(len(channels) * embedding_dim, out_channels, size) for size in kernel_sizes
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(out_channels * len(kernel_sizes), num_classes)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the logits (B, K); a text without words gets the bias."""
        features = self._features(tokens)  # (B, C·sizes, T)
        words = (tokens != PAD).sum(1, keepdim=True).clamp(min=1)  # (B, 1)
        out: Tensor = self.head(self.dropout(features.sum(2) / words))  # (B, C·sizes) -> (B, K)
        return out

    @torch.no_grad()
    def localize(self, tokens: Tensor) -> Tensor:
        """Return the class activation maps (B, K, T) over the words.

        A map's mean over the words, plus the bias, is the logit of its class (without dropout). It
        is positive where a word speaks for the class and 0 at padding.
        """
        maps: Tensor = self.head.weight @ self._features(tokens)  # (K, C) x (B, C, T)
        return maps  # (B, K, T)

    def _features(self, tokens: Tensor) -> Tensor:
        real = (tokens != PAD)[:, None]  # (B, 1, T)
        channels = [embedding(tokens) for embedding in self.embeddings.values()]  # (B, T, E) each
        if self.static is not None:
            channels = [self.static[tokens], *channels]
        words = torch.cat(channels, 2).transpose(1, 2) * real  # (B, T, n·E) -> (B, n·E, T)
        features = [
            functional.relu(conv(functional.pad(words, ((size - 1) // 2, size // 2))))  # (B, C, T)
            for conv, size in zip(self.convolutions, self.kernel_sizes, strict=True)
        ]
        return torch.cat(features, 1) * real  # (B, C·sizes, T)
