"""Lab task: the bidirectional algorithm, learned by networks that read in both directions."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import StepLoss, Trainer, TrainerConfig
from asciiart.core.sequences.recurrent import RecurrentConfig, SequenceModel, SequenceOutput
from asciiart.errors import OptionError
from asciiart.train.lab.data.word_parts import split_words
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.tasks.direction.rules import levels

_LETTERS = (
    string.ascii_lowercase,
    "".join(map(chr, range(0x5D0, 0x5EB))),  # Hebrew
    "".join(chr(code) for code in range(0x627, 0x64B) if chr(code).isalpha() and code != 0x640),
)
_DIGITS = (string.digits, "".join(map(chr, range(0x660, 0x66A))))
_SEPARATORS, _TERMINATORS, _OTHERS = "+-,.:/", "$%#€", " !?&;*="
SIGNS = "".join((*_LETTERS, *_DIGITS, _SEPARATORS, _TERMINATORS, _OTHERS))
"""All characters of the lines; symbol 0 is none of them."""
_LENGTH = 32
"""Characters of a line, at most."""
_TRAINING, _ASKED = 20_000, 1000
_LEVELS = 3
_NONE = -100
"""Level where a line has ended, which `functional.cross_entropy` ignores."""
_EMBEDDING, _UNITS = 32, 48
_STEPS, _BATCH = 900, 64
_REACHES = (2, 6, 12)
"""How many characters to the left and right the regressions see."""
_REGRESSION = TrainerConfig(steps=400, learning_rate=0.03, schedule="cosine")
_SHOWN = 12
"""Lines to show."""


class Lines(NamedTuple):
    """Lines in three parts."""

    training: tuple[str, ...]
    validation: tuple[str, ...]
    """Lines by which the baselines are tuned."""
    held_out: tuple[str, ...]
    """Lines to test on, the validation's while choices are made."""


def make_line(generator: random.Random) -> str:
    """Return a line of words in one script or two, numbers and punctuation, in order of reading."""
    scripts = generator.sample(_LETTERS, 2)
    digits = generator.choice(_DIGITS)
    line = ""
    while len(line) < _LENGTH - 8:
        kind = generator.random()
        if kind < 0.45:
            letters = generator.choices(scripts, (3, 1))[0]
            line += "".join(generator.choices(letters, k=generator.randint(1, 4)))
        elif kind < 0.65:
            line += _make_number(generator, digits)
        else:
            line += "".join(generator.choices(_SEPARATORS + _OTHERS, k=generator.randint(1, 2)))
        line += generator.choice(("", " "))
    return line[:_LENGTH].strip()


def _make_number(generator: random.Random, digits: str) -> str:
    parts = ["".join(generator.choices(digits, k=generator.randint(1, 2))) for _ in range(2)]
    number = generator.choice((parts[0], generator.choice(_SEPARATORS).join(parts)))
    sign = generator.choice(_TERMINATORS)
    return generator.choice((number, number, sign + number, number + sign))


def make_lines(training: int, asked: int, seed: int, *, validate: bool = False) -> Lines:
    """Return the given numbers of different lines; a line's checksum decides what it is for."""
    generator = random.Random(seed)
    made = dict.fromkeys(make_line(generator) for _ in range(3 * training // 2 + 20 * asked))
    learned, held_out = split_words(made, validate=validate)
    tuning = split_words(made, validate=True).held_out
    return Lines(learned[:training], tuning[:asked], held_out[:asked])


def to_symbols(lines: Sequence[str]) -> Tensor:
    """Return lines as symbols (N, T), 0 where a line has ended."""
    rows = [[SIGNS.index(sign) + 1 for sign in line] for line in lines]
    return nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)


def to_levels(lines: Sequence[str]) -> Tensor:
    """Return the levels (N, T) of the lines' characters, and `_NONE` where a line has ended."""
    rows = [torch.tensor(levels(line)) for line in lines]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=_NONE)


def _network(cell: str, *, bidirectional: bool = True) -> SequenceModel:
    units = _UNITS if bidirectional else 2 * _UNITS
    config = RecurrentConfig(cell=cell, hidden_size=units, bidirectional=bidirectional)
    return SequenceModel(len(SIGNS) + 1, _LEVELS, embedding_dim=_EMBEDDING, config=config)


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001
    """Return the network called ``network`` as it is before training."""
    return _network(network.removeprefix("bi-"))


class WindowRegression(nn.Module):
    """Softmax regression on the characters around each: symbols (B, T) -> logits (B, T, K)."""

    def __init__(self, reach: int) -> None:
        super().__init__()
        self.reach = reach
        self.weights = nn.Embedding(len(SIGNS) + 1, (2 * reach + 1) * _LEVELS)
        nn.init.zeros_(self.weights.weight)
        self.bias = nn.Parameter(torch.zeros(_LEVELS))

    def forward(self, symbols: Tensor) -> Tensor:
        """Return the logits (B, T, K)."""
        wide = functional.pad(symbols, (self.reach, self.reach))  # (B, T + 2R)
        votes = self.weights(wide).unflatten(2, (-1, _LEVELS))  # (B, T + 2R, 2R + 1, K)
        length = symbols.shape[1]
        parts = [votes[:, i : i + length, i] for i in range(2 * self.reach + 1)]  # (B, T, K) each
        return torch.stack(parts).sum(0) + self.bias


def _logits(network: nn.Module, symbols: Tensor) -> Tensor:
    if isinstance(network, SequenceModel):
        output: SequenceOutput = network(symbols, lengths=(symbols != 0).sum(1))
        return output.outputs
    logits: Tensor = network(symbols)
    return logits


def level_loss(network: nn.Module, batch: tuple[Tensor, ...]) -> StepLoss:
    """Return the cross-entropy of the levels (B, T) of symbols (B, T), for `Trainer`."""
    symbols, wanted = batch
    logits = _logits(network, symbols)  # (B, T, K)
    return StepLoss(functional.cross_entropy(logits.flatten(0, 1), wanted.flatten()))


@torch.no_grad()
def predict(network: nn.Module, lines: Sequence[str]) -> Tensor:
    """Return the most probable levels (N, T) of the lines' characters."""
    device = next(network.parameters()).device
    return _logits(network, to_symbols(lines).to(device)).argmax(2).cpu()


class Shares(NamedTuple):
    """Shares that are right."""

    lines: float
    """Lines with every level right."""
    characters: float


def shares_right(network: nn.Module, lines: Sequence[str]) -> Shares:
    """Return the shares of lines and of characters whose levels a network finds."""
    wanted = to_levels(lines)  # (N, T)
    right = (predict(network, lines) == wanted) | (wanted == _NONE)
    real = wanted != _NONE
    return Shares(float(right.all(1).float().mean()), float(right[real].float().mean()))


Batches = Callable[[int], tuple[Tensor, ...]]


def window_regression(batches: Batches, validation: Sequence[str]) -> WindowRegression:
    """Return the regression, of those with different reaches, that does best on validation."""
    found = []
    for reach in _REACHES:
        regression = WindowRegression(reach)
        Trainer(regression, batches, level_loss, _REGRESSION).fit()
        found.append(regression)
    return max(found, key=lambda regression: shares_right(regression, validation))


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on generated lines; test on others, against one direction and against windows."""
    lines = make_lines(_TRAINING, _ASKED, lesson.seed, validate=lesson.validate)
    data = to_symbols(lines.training), to_levels(lines.training)
    batches = minibatches(data, min(_BATCH, len(lines.training)), seed=lesson.seed)
    config = TrainerConfig(
        steps=_STEPS, learning_rate=1e-2, optimizer="adam", schedule="warm_cosine", clip_norm=1.0
    )
    cell = network.removeprefix("bi-")
    model = lesson.build(lambda: _network(cell))
    lesson.fit(model, batches, level_loss, config, title=f"direction, {network}")
    forward = lesson.build(lambda: _network(cell, bidirectional=False))
    lesson.fit(forward, batches, level_loss, config, title=f"direction, {cell} forward only")
    found = shares_right(model.eval(), lines.held_out)
    figures = {
        "exact lines": found.lines,
        "characters": found.characters,
        "lines": float(len(lines.held_out)),
    }
    window = window_regression(batches, lines.validation)
    baselines = {
        "the same, read forward only": shares_right(forward.eval(), lines.held_out).lines,
        "regression on a window": shares_right(window, lines.held_out).lines,
    }
    return Outcome(model, figures, _samples(model, lines.held_out), baselines)


def _samples(model: nn.Module, lines: Sequence[str]) -> str:
    """Return some lines in order of reading, with the levels found and, if different, the right."""
    page = []
    for line, found in zip(lines[:_SHOWN], predict(model, lines[:_SHOWN]), strict=True):
        page += [_isolated(line), _written(found[: len(line)].tolist())]
        page += [] if page[-1] == _written(levels(line)) else [f"{_written(levels(line))} is right"]
    return "\n".join([*page, ""])


def _isolated(line: str) -> str:
    """Return a line whose characters a terminal does not bring into another order."""
    return f"\u202d{line}\u202c"


def _written(found: Sequence[int]) -> str:
    return "".join(map(str, found))


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> str:  # noqa: ARG001
    """Return the level of each character of a line.

    Raises
    ------
    OptionError
        If it is empty, or has a character that was not learned.
    """
    line = given.lower()
    wrong = [sign for sign in line if sign not in SIGNS]
    if wrong or not line:
        raise OptionError(f"{wrong[0]!r} was not learned" if wrong else "a line is needed")
    return _written(predict(model, [line])[0].tolist())
