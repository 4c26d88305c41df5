"""Attentions that must look at a given key, and translations of a few symbols."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from example import Example
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.sequences.attention import (
    AdditiveAttention,
    MultiHeadAttention,
    MultiplicativeAttention,
)
from asciiart.core.sequences.decoding import END
from asciiart.core.sequences.seq2seq import Seq2Seq, Seq2SeqConfig, teacher_forcing_loss

PLACES = torch.tensor([4, 0, 2, 1])


def queries_and_keys() -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(0)
    return torch.randn(4, 6, generator=random), torch.randn(4, 5, 8, generator=random)


def looks_elsewhere(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return functional.nll_loss(network(*batch).weights.log(), PLACES)


def elsewhere(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(looks_elsewhere(network, batch))


def sequences() -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(0)
    return torch.randn(2, 3, 8, generator=random), torch.randn(2, 4, 8, generator=random)


def squared_error(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    wanted = torch.randn(2, 3, 8, generator=torch.Generator().manual_seed(1))
    return functional.mse_loss(network(*batch).context, wanted)


def root_error(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(squared_error(network, batch).sqrt())


def translations() -> tuple[Tensor, Tensor]:
    source = torch.tensor([[3, 4, 5], [5, 4, 0], [3, 0, 0]])
    target = torch.tensor([[3, 3, 4, END], [4, END, 0, 0], [5, 3, END, 0]])
    return source, target


def translation_loss(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return teacher_forcing_loss(network, (batch[0], batch[1])).loss


def translation_error(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(translation_loss(network, batch))


def attending(build: Callable[[], nn.Module]) -> Example:
    return Example(build, queries_and_keys, (4, 8), looks_elsewhere, elsewhere, below=0.1)


def translating(attention: str | None, cell: str = "gru", **options: Any) -> Example:
    config = Seq2SeqConfig(embedding_dim=8, hidden_size=16, **options)
    return Example(
        build=lambda: Seq2Seq(6, 6, attention=attention, cell=cell, config=config),
        inputs=translations,
        shape=(3, 4, 6),
        loss=translation_loss,
        overfits=translation_error,
        below=0.1,
        steps=100,
    )


EXAMPLES = {
    "AdditiveAttention": attending(lambda: AdditiveAttention(6, 8, 10)),
    "MultiplicativeAttention-general": attending(lambda: MultiplicativeAttention(6, 8, "general")),
    "MultiplicativeAttention-concat": attending(lambda: MultiplicativeAttention(6, 8, "concat")),
    "MultiHeadAttention": Example(
        build=lambda: MultiHeadAttention(8, 2),
        inputs=sequences,
        shape=(2, 3, 8),
        loss=squared_error,
        overfits=root_error,
        below=0.1,
        steps=500,
    ),
    "Seq2Seq": translating(None, bidirectional=False),
    "Seq2Seq-lstm-deep": translating(None, "lstm", num_layers=2),
    "Seq2Seq-additive": translating("additive"),
    "Seq2Seq-dot-feeding": translating("dot", input_feeding=True),
    "Seq2Seq-general": translating("general", "lstm"),
    "Seq2Seq-concat": translating("concat"),
}
