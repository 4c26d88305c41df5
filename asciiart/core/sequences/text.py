"""Text classification by convolution, with each word's contribution to the decision."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.initializers import initialize
from asciiart.core.sequences.decoding import PAD


def check_kernel_sizes(kernel_sizes: tuple[int, ...]) -> None:
    """Raise a ValueError unless there are kernel sizes, all of at least 1."""
    if not kernel_sizes or min(kernel_sizes) < 1:
        raise ValueError(f"kernel_sizes must be one or more of at least 1, not {kernel_sizes}")


class TextClassifier(nn.Module):
    """Convolutional text classifier (Kim 2014, "Convolutional neural networks for sentence ...").

    Filters of several widths slide over the embedded words, max pooling over time keeps the largest
    response of each, and one linear layer with dropout classifies them: the paper's CNN-rand.

    Departures: no max-norm constraint on the last layer (the optimizer's weight decay replaces it);
    every window that holds a word counts, so texts shorter than the widest filter need no padding;
    and padding has no influence at all, while it takes part in the paper.

    Shapes: tokens (B, T), `PAD` after the words -> logits (B, K). ``out_channels`` is the number of
    filters of each of the ``kernel_sizes``.

    Raises
    ------
    ValueError
        If there are no kernel sizes, or one is not positive.
    """

    def __init__(
        self,
        vocab_size: int,
        num_classes: int,
        *,
        embedding_dim: int = 128,
        kernel_sizes: tuple[int, ...] = (3, 4, 5),
        out_channels: int = 100,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        check_kernel_sizes(kernel_sizes)
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=PAD)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(embedding_dim, out_channels, size, padding=size - 1) for size in kernel_sizes
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(out_channels * len(kernel_sizes), num_classes)
        initialize(self, "xavier_uniform")

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the logits (B, K) of texts (B, T)."""
        words = self._embed(tokens)  # (B, E, T)
        pooled = [
            self._responses(conv, words, tokens).amax(dim=2)  # (B, C, N) -> (B, C)
            for conv in self._filters()
        ]
        out: Tensor = self.head(self.dropout(torch.cat(pooled, dim=1)))  # (B, C·sizes) -> (B, K)
        return out

    @torch.no_grad()
    def locate(self, tokens: Tensor, classes: Tensor) -> Tensor:
        """Return each word's contribution to the logit of its text's class.

        A class activation map (Zhou et al. 2016) over words. The logit is its bias plus, for each
        filter, the head's weight times the response of the filter's winning window, and a response
        above zero is a sum over the window's words. The decomposition is therefore exact: a text's
        contributions sum to its logit (without dropout) minus the bias. A filter's own bias is
        divided equally among the words of the window.

        Parameters
        ----------
        tokens
            (B, T).
        classes
            (B,), 0 to K - 1, the classes whose logits are explained.

        Returns
        -------
        Tensor
            (B, T), positive where a word speaks for the class; 0 at padding.
        """
        words = self._embed(tokens)  # (B, E, T)
        head = self.head.weight[classes].chunk(len(self.convolutions), dim=1)  # (B, C) each
        total = torch.zeros_like(words[:, 0])  # (B, T)
        for conv, weight in zip(self._filters(), head, strict=True):
            total += self._contributions(conv, words, tokens, weight)
        return total

    def _filters(self) -> list[nn.Conv1d]:
        return [conv for conv in self.convolutions if isinstance(conv, nn.Conv1d)]

    def _embed(self, tokens: Tensor) -> Tensor:
        words: Tensor = self.embedding(tokens)  # (B, T, E)
        # The gradient keeps padding at zero; the product does, whatever weights were loaded.
        words = words * (tokens != PAD).unsqueeze(2)
        return words.transpose(1, 2)  # (B, E, T)

    @staticmethod
    def _responses(conv: nn.Conv1d, words: Tensor, tokens: Tensor) -> Tensor:
        """Return the rectified responses (B, C, T + width - 1), 0 where a window has no word."""
        width = conv.kernel_size[0]
        real = (tokens != PAD).to(words.dtype).unsqueeze(1)  # (B, 1, T)
        holds = functional.max_pool1d(functional.pad(real, (width - 1, width - 1)), width, 1)
        responses: Tensor = functional.relu(conv(words)) * holds  # (B, C, N)
        return responses

    def _contributions(
        self, conv: nn.Conv1d, words: Tensor, tokens: Tensor, head: Tensor
    ) -> Tensor:
        """Return each word's part (B, T) through filters of one width; ``head`` is (B, C)."""
        width, beside = conv.kernel_size[0], conv.kernel_size[0] - 1
        best, winner = self._responses(conv, words, tokens).max(dim=2)  # (B, C) each
        places = winner.unsqueeze(2) + torch.arange(width, device=winner.device)  # (B, C, width)
        padded = functional.pad(words, (beside, beside)).transpose(1, 2)  # (B, T + 2 beside, E)
        real = functional.pad(tokens != PAD, (beside, beside))  # (B, T + 2 beside)
        rows = torch.arange(len(tokens), device=tokens.device).view(-1, 1, 1)  # (B, 1, 1)
        parts = torch.einsum("bcwe,cew->bcw", padded[rows, places], conv.weight)  # (B, C, width)
        if conv.bias is not None:
            here = real[rows, places].to(words.dtype)  # (B, C, width)
            parts = parts + conv.bias.view(1, -1, 1) * here / here.sum(2, keepdim=True).clamp(min=1)
        parts = parts * (head * (best > 0)).unsqueeze(2)  # a rectified window gives nothing
        total = torch.zeros_like(padded[:, :, 0])  # (B, T + 2 beside)
        total.scatter_add_(1, places.flatten(1), parts.flatten(1))
        return total[:, beside : beside + words.shape[2]]  # (B, T)
