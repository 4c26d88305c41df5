"""Recurrent networks: values of every arity, and a language model of five symbols."""

from __future__ import annotations

from typing import Any

import torch
from example import Example
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.sequences.cells import GRUCell
from asciiart.core.sequences.recurrent import RecurrentConfig, SequenceModel, Stateful
from asciiart.core.sequences.sequence_autoencoder import SequenceAutoencoder

STEPS = 4


def values(*shape: int) -> tuple[Tensor]:
    return (torch.rand(*shape, generator=torch.Generator().manual_seed(0)),)


def symbols() -> tuple[Tensor]:
    return (torch.randint(5, (2, 6), generator=torch.Generator().manual_seed(0)),)


def wanted(outputs: Tensor) -> Tensor:
    return torch.rand(outputs.shape, generator=torch.Generator().manual_seed(1)).round()


def squared_error(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    outputs = network(*batch).outputs
    return functional.mse_loss(outputs, wanted(outputs))


def root_error(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(squared_error(network, batch).sqrt())


def next_symbol(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    logits = network(batch[0], True) if isinstance(network, Stateful) else network(*batch).outputs
    return functional.cross_entropy(logits[:, :-1].flatten(0, 1), batch[0][:, 1:].flatten())


def next_symbol_error(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(next_symbol(network, batch))


def model(arity: str, cell: str, activation: str = "identity", **options: Any) -> SequenceModel:
    config = RecurrentConfig(cell=cell, hidden_size=16, **options)
    return SequenceModel(
        3, 2, arity=arity, steps=STEPS, output_activation=activation, config=config
    )


def step_error(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return functional.mse_loss(network(*batch), wanted(batch[0][:, :4]) - 0.5)


def step_root_error(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(step_error(network, batch).sqrt())


def sequence_error(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return functional.mse_loss(network(*batch), batch[0])


def sequence_root_error(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(sequence_error(network, batch).sqrt())


def cell_of(variant: str) -> Example:
    return Example(
        build=lambda: GRUCell(6, 4, variant=variant),
        inputs=lambda: (*values(2, 6), values(2, 4)[0]),
        shape=(2, 4),
        loss=step_error,
        overfits=step_root_error,
        below=0.1,
        steps=150,
    )


def language_model() -> SequenceModel:
    return SequenceModel(5, 5, embedding_dim=8, config=RecurrentConfig(hidden_size=16))


def of_values(arity: str, cell: str, **options: Any) -> Example:
    one, gives_one = arity.startswith("one"), arity.endswith("one")
    return Example(
        build=lambda: model(arity, cell, **options),
        inputs=lambda: values(3, 3) if one else values(3, STEPS, 3),
        shape=(3, 2) if gives_one else (3, STEPS, 2),
        loss=squared_error,
        overfits=root_error,
        below=0.1,
        steps=400,
    )


EXAMPLES = {
    "GRUCell": cell_of("cho"),
    "GRUCell-torch": cell_of("torch"),
    "SequenceAutoencoder": Example(
        build=lambda: SequenceAutoencoder(3, config=RecurrentConfig(hidden_size=16)),
        inputs=lambda: values(3, STEPS, 3),
        shape=(3, STEPS, 3),
        loss=sequence_error,
        overfits=sequence_root_error,
        below=0.1,
        steps=300,
    ),
    "SequenceModel-rnn": of_values("many-to-many", "rnn"),
    "SequenceModel-lstm-deep": of_values("many-to-many", "lstm", num_layers=2),
    "SequenceModel-gru-bidirectional": of_values("many-to-one", "gru", bidirectional=True),
    "SequenceModel-gru-as-taught": of_values("many-to-many", "gru_cho"),
    "SequenceModel-elman-as-taught": of_values("many-to-many", "rnn", activation="tanh"),
    "SequenceModel-one-to-many": of_values("one-to-many", "lstm"),
    "SequenceModel-one-to-one": Example(
        build=lambda: model("one-to-one", "rnn"),
        inputs=lambda: (*values(3, 3), values(3, 1, 16)),  # a state, or W_hh would see zeros only
        shape=(3, 2),
        loss=squared_error,
        overfits=root_error,
        below=0.1,
        steps=400,
    ),
    "SequenceModel-language": Example(
        build=language_model,
        inputs=symbols,
        shape=(2, 6, 5),
        loss=next_symbol,
        overfits=next_symbol_error,
        below=0.1,
    ),
    "Stateful": Example(
        build=lambda: Stateful(language_model(), batch_size=2),
        inputs=symbols,
        shape=(2, 6, 5),
        loss=next_symbol,
        overfits=next_symbol_error,
        below=0.1,
    ),
}
