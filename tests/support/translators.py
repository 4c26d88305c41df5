"""Untrained translators, what they read, and how likely they find it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from asciiart.core.learning.trainer import seed_everything
from asciiart.core.sequences.attention import ATTENTIONS
from asciiart.core.sequences.seq2seq import END, PAD, Seq2Seq, Seq2SeqConfig

SOURCE = torch.tensor([[3, 4, 5, 6], [6, 3, 0, 0], [5, 0, 0, 0]])
TARGET = torch.tensor([[3, 4, 4, END], [4, END, 0, 0], [3, 3, END, 0]])
VARIANTS = [None, *ATTENTIONS]

every_attention = pytest.mark.parametrize("attention", VARIANTS)


def translator(attention: str | None, *, cell: str = "gru", feeding: bool = False) -> Seq2Seq:
    seed_everything(1)
    config = Seq2SeqConfig(embedding_dim=4, hidden_size=8, num_layers=2, input_feeding=feeding)
    model = Seq2Seq(7, 5, attention=attention, cell=cell, config=config).double().eval()
    with torch.no_grad():
        model.decoder.out.weight.mul_(8)  # so that sequences differ in probability
    return model


def teacher_forced(model: Seq2Seq, source: Tensor, symbols: Tensor) -> Tensor:
    """Return the log probability (B,) of symbols (B, T), PAD left out."""
    log_probability = model(source, symbols).log_softmax(-1)
    chosen = log_probability.gather(2, symbols[..., None])[..., 0]
    return torch.where(symbols == PAD, 0.0, chosen).sum(1)
