"""Transformers that turn words around or go on with them."""

from __future__ import annotations

from typing import Any

import torch
from example import Example
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.sequences.gpt import GPT, GPTConfig
from asciiart.core.sequences.transformer import (
    DecoderLayer,
    EncoderLayer,
    Transformer,
    TransformerConfig,
)

CONFIG = TransformerConfig(
    embed_dim=32, num_heads=4, num_layers=2, hidden_size=64, dropout=0.0, max_length=8
)
LEARNED = TransformerConfig(
    embed_dim=32,
    num_layers=1,
    hidden_size=64,
    positions="learned",
    max_length=7,
    tie_weights="all",
)
POST_NORM = TransformerConfig(
    embed_dim=32, num_layers=1, hidden_size=64, dropout=0.0, pre_norm=False, tie_weights="output"
)
SMALL = GPTConfig(vocab_size=20, max_length=8, num_layers=2, num_heads=4, embed_dim=32, dropout=0.0)


def words(seed: int = 0) -> Tensor:
    return torch.randint(3, 20, (6, 7), generator=torch.Generator().manual_seed(seed))


def translation_loss(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return functional.cross_entropy(network(*batch).flatten(0, 1), batch[1].flatten())


def next_symbol_loss(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    wanted = words(1)
    wanted[:, 0] = 5  # from one symbol nothing can be told
    return functional.cross_entropy(network(*batch).flatten(0, 1), wanted.flatten())


def states(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def squared_error(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return functional.mse_loss(network(*batch), batch[0].flip(2))


def translation(config: TransformerConfig) -> Example:
    return Example(
        build=lambda: Transformer(20, 20, config),
        inputs=lambda: (words(), words(1)),
        shape=(6, 7, 20),
        loss=translation_loss,
        overfits=lambda network, batch: float(translation_loss(network, batch)),
        below=0.1,
        learning_rate=3e-3,
    )


def language_model(config: GPTConfig) -> Example:
    return Example(
        build=lambda: GPT(config),
        inputs=lambda: (words(),),
        shape=(6, 7, 20),
        loss=next_symbol_loss,
        overfits=lambda network, batch: float(next_symbol_loss(network, batch)),
        below=0.1,
        learning_rate=3e-3,
    )


def layer(kind: type[EncoderLayer | DecoderLayer], *inputs: Tensor) -> Example:
    return Example(
        build=lambda: kind(CONFIG),
        inputs=lambda: inputs,
        shape=(4, 5, 32),
        loss=squared_error,
        overfits=lambda network, batch: float(squared_error(network, batch)),
        below=0.1,
        learning_rate=3e-3,
    )


EXAMPLES = {
    "Transformer": translation(CONFIG),
    "Transformer-post-norm": translation(POST_NORM),
    "Transformer-learned-tied": translation(LEARNED),
    "GPT": language_model(SMALL),
    "EncoderLayer": layer(EncoderLayer, states(4, 5, 32)),
    "DecoderLayer": layer(DecoderLayer, states(4, 5, 32), states(4, 6, 32)),
}
