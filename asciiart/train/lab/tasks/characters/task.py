"""Lab task: predict the next character of lines from Unicode's code charts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import StepLoss, TrainerConfig
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
from asciiart.errors import OptionError
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.tasks.characters.chart_lines import (
    ALPHABET,
    LONGEST,
    NameLines,
    joined,
    split_lines,
    to_symbols,
    to_text,
)
from asciiart.train.lab.tasks.characters.n_grams import CopyingNGram, best_n_gram

_EMBEDDING = 32
_STREAMS, _WINDOW = 32, 48
"""Texts read in parallel, and characters after which the gradient is truncated."""
_UNITS = 192
"""Units of each recurrent network."""
_ROWS = 16
"""Lines in a batch of the GPT."""
_SHOWN = 30
"""Number of invented lines to show."""
_NOTHING = -100
"""Target that stands for no symbol, which `functional.cross_entropy` ignores."""


def _recurrent(cell: str) -> Stateful:
    symbols = len(ALPHABET)
    config = RecurrentConfig(cell=cell, hidden_size=_UNITS)
    model = SequenceModel(symbols, symbols, embedding_dim=_EMBEDDING, config=config)
    return Stateful(model, _STREAMS)


def _gpt() -> GPT:
    config = GPTConfig(
        vocab_size=len(ALPHABET),
        max_length=LONGEST,
        num_layers=2,
        num_heads=4,
        embed_dim=96,
        dropout=0.0,
    )
    return GPT(config)


_NETWORKS: Mapping[str, Callable[[], Stateful | GPT]] = {
    "rnn": lambda: _recurrent("rnn"),
    "lstm": lambda: _recurrent("lstm"),
    "gru": lambda: _recurrent("gru"),
    "gpt": _gpt,
}
"""Name -> constructor. The recurrent networks have equally many units."""
_RATES = {"rnn": 6e-3, "lstm": 1e-2, "gru": 1e-2, "gpt": 6e-3}
_STEPS = {"rnn": 1200, "lstm": 1200, "gru": 1200, "gpt": 1500}


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001
    """Return the network called ``network`` as it is before training."""
    return _NETWORKS[network]()


def padded(lines: Sequence[str]) -> Tensor:
    """Return lines as symbols (N, T + 1), each after a newline, with `_NOTHING` after its own."""
    rows = [to_symbols(f"\n{line}\n") for line in lines]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=_NOTHING)


def _line_entropy(logits: Tensor, rows: Tensor, reduction: str) -> Tensor:
    """Return the cross-entropy of all symbols but the first of padded rows (B, T + 1)."""
    targets = rows[:, 1:].flatten()  # (B·T,)
    return functional.cross_entropy(logits.flatten(0, 1), targets, reduction=reduction)


def line_loss(network: nn.Module, batch: tuple[Tensor, ...]) -> StepLoss:
    """Return the cross-entropy of whole lines, padded rows (B, T + 1), for `Trainer`."""
    (rows,) = batch
    rows = rows[:, : int((rows != _NOTHING).sum(1).max())]  # no longer than the longest
    return StepLoss(_line_entropy(network(rows[:, :-1].clamp(min=0)), rows, "mean"))


def learn(network: str, lesson: Lesson, lines: Sequence[str]) -> Stateful | GPT:
    """Return the network called ``network``, in evaluation mode, trained on ``lines``."""
    model = lesson.build(_NETWORKS[network])
    config = TrainerConfig(
        steps=_STEPS[network],
        learning_rate=_RATES[network],
        optimizer="adamw",
        schedule="warm_cosine",
        clip_norm=1.0,
    )
    title = f"characters, {network}"
    if isinstance(model, GPT):
        batches = minibatches((padded(lines),), min(_ROWS, len(lines)), seed=lesson.seed)
        lesson.fit(model, batches, line_loss, config, title=title)
    else:
        windows = truncated_windows(to_symbols(joined(lines)), _STREAMS, _WINDOW)
        lesson.fit(model, windows, truncated_loss, config, title=title)
    return model.eval()


@torch.no_grad()
def cross_entropy(network: nn.Module, lines: Sequence[str]) -> float:
    """Return the mean of -log P in nats, over all characters of ``lines`` and their newlines.

    Each line is read separately, after a newline.
    """
    device = next(network.parameters()).device
    total = count = 0.0
    by_length = sorted(lines, key=len)  # so that little is filled up
    for start in range(0, len(lines), 256):
        rows = padded(by_length[start : start + 256]).to(device)  # (B, T + 1)
        logits = _logits(network, rows[:, :-1].clamp(min=0))  # (B, T, V)
        total += float(_line_entropy(logits, rows, "sum"))
        count += int((rows[:, 1:] != _NOTHING).sum())
    return total / count


def _logits(network: nn.Module, x: Tensor) -> Tensor:
    if isinstance(network, Stateful):  # its streams are of training; here every line is new
        output: SequenceOutput = network.model(x)
        return output.outputs
    logits: Tensor = network(x)
    return logits


def continue_line(
    network: nn.Module,
    beginning: str,
    count: int,
    *,
    temperature: float = 1.0,
    generator: torch.Generator | None = None,
) -> list[str]:
    """Return ``count`` lines that begin with ``beginning``, sampled from a network."""
    device = next(network.parameters()).device
    prompt = to_symbols(f"\n{beginning}").expand(count, -1).to(device)  # (B, P)
    steps = LONGEST - prompt.shape[1]
    if isinstance(network, GPT):
        drawn = network.sample(prompt, steps, temperature=temperature, generator=generator)
        drawn = drawn[:, prompt.shape[1] :]  # (B, P + T) -> (B, T)
    else:
        assert isinstance(network, Stateful)
        drawn = sample(network.model, prompt, steps, temperature=temperature, generator=generator)
    return [beginning + to_text(row).partition("\n")[0] for row in drawn]


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> str:  # noqa: ARG001
    """Return the most probable line that begins with ``given``.

    Raises
    ------
    OptionError
        If it is longer than any line, or has other characters than lines have.
    """
    beginning = given.upper()
    wrong = [sign for sign in beginning if sign not in ALPHABET[1:]]
    if wrong:
        raise OptionError(f"{wrong[0]!r} is in no line (there are: A to Z, 0 to 9, space, + -)")
    if len(beginning) > LONGEST - 2:
        raise OptionError(f"{len(beginning)} characters are more than a line's {LONGEST - 2}")
    (line,) = continue_line(model, beginning, 1, temperature=0)
    return line


def count_pairs(lines: Sequence[str]) -> MarkovChain:
    """Return the bigram chain of ``lines``."""
    chain = MarkovChain(len(ALPHABET))
    chain.fit([to_symbols(joined(lines))])
    return chain


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on most of the lines; test on the characters of the others."""
    lines = split_lines(lesson.seed, validate=lesson.validate)
    model = learn(network, lesson, lines.training)
    chain = count_pairs(lines.training)
    nats = cross_entropy(model, lines.held_out)
    chain_nats = chain.cross_entropy([to_symbols(joined(lines.held_out))])
    baselines = _baselines(lines)
    figures = {
        "nats saved": chain_nats - nats,
        "nats per character": nats,
        "nats per character, bigram chain": chain_nats,
        **{f"nats per character, {name}": found for name, found in baselines.items()},
        "weights": float(sum(weights.numel() for weights in model.parameters())),
        "lines": float(len(lines.held_out)),
    }
    saved = {name: chain_nats - found for name, found in baselines.items()}
    samples = _samples(network, model, chain, lines, lesson.seed)
    return Outcome(model, figures, samples, saved)


def _baselines(lines: NameLines) -> dict[str, float]:
    """Return what models that only count need, in nats per character."""
    training, validation, held_out = ([to_symbols(x).tolist() for x in part] for part in lines)
    model = best_n_gram(training, validation, len(ALPHABET))
    copying = CopyingNGram(model, validation)
    return {
        "an interpolated n-gram": model.cross_entropy(held_out),
        "an n-gram that copies": copying.cross_entropy(held_out),
    }


def _samples(
    network: str, model: nn.Module, chain: MarkovChain, lines: NameLines, seed: int
) -> str:
    """Return lines sampled from the network, and some from the chain."""
    generator = torch.Generator().manual_seed(seed)
    made = continue_line(model, "", _SHOWN, generator=generator)
    walk = to_text(chain.sample(_SHOWN * LONGEST, start=0, generator=generator))
    babble = walk.strip("\n").split("\n")[: _SHOWN // 3]
    known, unseen = set(lines.training), set(lines.held_out)
    marks = ["*" if line in unseen else "=" if line in known else " " for line in made]
    page = [network.upper(), *(f"{mark} {line}" for mark, line in zip(marks, made, strict=True))]
    page += ["", "* a real line it never saw, = one that it learned from", "", "BIGRAM CHAIN"]
    return "\n".join([*page, *(f"  {line}" for line in babble), ""])
