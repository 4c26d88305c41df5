"""Lab task: predict the next character in Unicode names, tested on names never seen."""

from __future__ import annotations

import random
import sys
import unicodedata
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.trainer import TrainerConfig
from asciiart.core.sequences.gpt import GPT, GPTConfig
from asciiart.core.sequences.markov import MarkovChain
from asciiart.core.sequences.recurrent import (
    RecurrentConfig,
    SequenceModel,
    SequenceOutput,
    Stateful,
    sample,
    truncated_loss,
    truncated_windows,
)
from asciiart.train.lab.lesson import Lesson, Outcome

ALPHABET = "\n -ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""All characters of the names; each name ends with a newline and begins after one."""
_FORMULAIC = ("HANGUL SYLLABLE", "CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH")
_HELD_OUT_SHARE = 10
"""One name in this many is held out."""
_NOTHING = -100
"""Target that stands for no symbol, which `functional.cross_entropy` ignores."""
_EMBEDDING = 32
_STREAMS, _WINDOW = 64, 64
"""Texts read in parallel, and characters after which the gradient is truncated."""
_UNITS = 160
"""Units of each recurrent network."""
_LONGEST = 128
"""Number of positions of the transformer, more than the characters of any name."""
_LINES = 30
"""Number of invented names to show."""


class Names(NamedTuple):
    """Names of characters, in an order that depends on the seed."""

    training: tuple[str, ...]
    """Names to train on."""
    held_out: tuple[str, ...]
    """Names to test on."""


def names_of_characters(seed: int) -> Names:
    """Return the names of this Python's Unicode characters that were individually chosen.

    Names of Hangul syllables and of ideographs, which follow a rule, are left out, and so are all
    with a digit, nearly all of which are numbered (EGYPTIAN HIEROGLYPH A001). A name's checksum
    decides whether it is held out.
    """
    found = [unicodedata.name(chr(code), "0") for code in range(sys.maxunicode + 1)]
    real = sorted(
        name
        for name in set(found)
        if name.isascii() and not any(map(str.isdigit, name))
        if not name.startswith(_FORMULAIC)
    )
    random.Random(seed).shuffle(real)
    return Names(
        tuple(name for name in real if zlib.crc32(name.encode()) % _HELD_OUT_SHARE),
        tuple(name for name in real if not zlib.crc32(name.encode()) % _HELD_OUT_SHARE),
    )


def to_symbols(text: str) -> Tensor:
    """Return the indices (T,) of a text's characters in the alphabet."""
    return torch.tensor([ALPHABET.index(character) for character in text])


def to_text(symbols: Sequence[int] | Tensor) -> str:
    """Return the text of the indices (T,) of its characters in the alphabet."""
    return "".join(ALPHABET[int(symbol)] for symbol in symbols)


def lines(names: Sequence[str]) -> str:
    """Return names as a text, one per line, after an empty line."""
    return "\n" + "".join(f"{name}\n" for name in names)


class WindowTransformer(nn.Module):
    """A transformer with the interface of `Stateful`; it sees only its window."""

    def __init__(self, model: GPT) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor, first: bool = False) -> Tensor:  # noqa: ARG002
        """Return the logits (B, T, V); ``first`` has no effect."""
        logits: Tensor = self.model(x)
        return logits


def _recurrent(cell: str) -> nn.Module:
    symbols = len(ALPHABET)
    config = RecurrentConfig(cell=cell, hidden_size=_UNITS)
    model = SequenceModel(symbols, symbols, embedding_dim=_EMBEDDING, config=config)
    return Stateful(model, _STREAMS)


def _transformer() -> nn.Module:
    config = GPTConfig(
        vocab_size=len(ALPHABET),
        max_length=_LONGEST,
        num_layers=2,
        num_heads=4,
        embed_dim=64,
        dropout=0.0,
    )
    return WindowTransformer(GPT(config))


_NETWORKS: Mapping[str, Callable[[], nn.Module]] = {
    "rnn": lambda: _recurrent("rnn"),
    "lstm": lambda: _recurrent("lstm"),
    "gru": lambda: _recurrent("gru"),
    "transformer": _transformer,
}
"""Name -> constructor. The recurrent networks have equally many units."""
_RATES = {"rnn": 1e-2, "lstm": 1e-2, "gru": 1e-2, "transformer": 3e-3}


def learn(network: str, lesson: Lesson, names: Sequence[str]) -> nn.Module:
    """Return the network called ``network``, in evaluation mode, trained on ``names``."""
    model = lesson.build(_NETWORKS[network])
    text = to_symbols(lines(names))
    config = TrainerConfig(
        steps=1000,
        learning_rate=_RATES[network],
        optimizer="adamw",
        schedule="warm_cosine",
        clip_norm=1.0,
    )
    windows = truncated_windows(text, _STREAMS, _WINDOW)
    lesson.fit(model, windows, truncated_loss, config, title=f"characters, {network}")
    return model.eval()


@torch.no_grad()
def cross_entropy(network: nn.Module, names: Sequence[str]) -> float:
    """Return the mean of -log P in nats, over all characters of ``names`` and their newlines.

    Each name is read separately, after a newline.
    """
    device = next(network.parameters()).device
    total = count = 0.0
    by_length = sorted(names, key=len)  # so that little is filled up
    for start in range(0, len(names), 256):
        rows = [to_symbols(f"\n{name}\n") for name in by_length[start : start + 256]]
        padded = nn.utils.rnn.pad_sequence(rows, True, _NOTHING).to(device)  # (B, T + 1)
        targets = padded[:, 1:].flatten()  # (B * T,)
        logits = _logits(network, padded[:, :-1].clamp(min=0)).flatten(0, 1)  # (B * T, V)
        total += float(functional.cross_entropy(logits, targets, reduction="sum"))
        count += int((targets != _NOTHING).sum())
    return total / count


def _logits(network: nn.Module, x: Tensor) -> Tensor:
    if isinstance(network, Stateful):  # its streams are of training; here every line is new
        output: SequenceOutput = network.model(x)
        return output.outputs
    logits: Tensor = network(x)
    return logits


@torch.no_grad()
def make_names(network: nn.Module, count: int, seed: int) -> list[str]:
    """Return names sampled from a network."""
    device = next(network.parameters()).device
    generator = torch.Generator(device).manual_seed(seed)
    prompt = to_symbols("\n").expand(count, 1).to(device)  # (B, 1)
    if isinstance(network, Stateful):
        drawn = sample(network.model, prompt, _LONGEST - 1, generator=generator)  # (B, T)
    else:
        assert isinstance(network, WindowTransformer)
        drawn = network.model.sample(prompt, _LONGEST - 1, generator=generator)[:, 1:]
    return [to_text(row).partition("\n")[0] for row in drawn]


def count_pairs(names: Sequence[str]) -> MarkovChain:
    """Return the bigram chain of ``names``."""
    chain = MarkovChain(len(ALPHABET))
    chain.fit([to_symbols(lines(names))])
    return chain


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on most of the names; test on the characters of the others."""
    names = names_of_characters(lesson.seed)
    model = learn(network, lesson, names.training)
    chain = count_pairs(names.training)
    nats = cross_entropy(model, names.held_out)
    chain_nats = chain.cross_entropy([to_symbols(lines(names.held_out))])
    figures = {
        "nats saved": chain_nats - nats,
        "nats per character": nats,
        "nats per character, bigram chain": chain_nats,
        "weights": float(sum(weights.numel() for weights in model.parameters())),
        "names": float(len(names.held_out)),
    }
    return Outcome(model, figures, _samples(network, model, chain, names, lesson.seed))


def _samples(network: str, model: nn.Module, chain: MarkovChain, names: Names, seed: int) -> str:
    """Return names sampled from the network, beside some from the chain."""
    made = make_names(model, _LINES, seed)
    generator = torch.Generator().manual_seed(seed)
    walk = to_text(chain.sample(_LINES * _LONGEST, start=0, generator=generator))
    babble = walk.strip("\n").split("\n")
    width = max(map(len, made)) + 4
    known, unseen = set(names.training), set(names.held_out)
    page = [f"  {network.upper():{width}}BIGRAM CHAIN"]
    for name, chained in zip(made, babble, strict=False):
        mark = "*" if name in unseen else "=" if name in known else " "
        page.append(f"{mark} {name:{width}}{chained}")
    return "\n".join([*page, "", "* a real name it never saw, = one that it learned from", ""])
