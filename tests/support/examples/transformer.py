"""Transformers that turn words around or go on with them."""

from __future__ import annotations

from typing import Any

import torch
from example import Example
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.sequences.transformer import (
    DecoderLayer,
    DecoderOnlyTransformer,
    EncoderLayer,
    Transformer,
    TransformerConfig,
)

CONFIG = TransformerConfig(size=32, heads=4, layers=2, hidden=64, dropout=0.0, longest=8)
LEARNED = TransformerConfig(size=32, layers=1, hidden=64, positions="learned", longest=7)
POST_NORM = TransformerConfig(size=32, layers=1, hidden=64, dropout=0.0, pre_norm=False)


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


def language_model(config: TransformerConfig) -> Example:
    return Example(
        build=lambda: DecoderOnlyTransformer(20, config),
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
    "DecoderOnlyTransformer": language_model(CONFIG),
    "DecoderOnlyTransformer-learned": language_model(LEARNED),
    "EncoderLayer": layer(EncoderLayer, states(4, 5, 32)),
    "DecoderLayer": layer(DecoderLayer, states(4, 5, 32), states(4, 6, 32)),
}
