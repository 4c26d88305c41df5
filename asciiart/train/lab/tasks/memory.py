"""Lab task: the product of two marked numbers among many, long after they were read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.core.sequences.feed_forward_attention import FeedForwardAttentionNetwork
from asciiart.core.sequences.memory_tasks import (
    SHORTEST,
    MemoryProblem,
    memory_batches,
    multiplication_problem,
    share_right,
)
from asciiart.core.sequences.recurrent import RecurrentConfig, SequenceModel, SequenceOutput
from asciiart.errors import OptionError
from asciiart.train.lab.lesson import Lesson, Outcome

_STEPS = 30
"""Least number of steps of a sequence; the longest have a tenth more."""
_LONGER = 60
"""Number of steps of sequences longer than any that was learned from."""
_BATCH = 100
_GROWTH = 0.7
"""Share of the training after which sequences grow no longer."""
_UNITS = 64
_ASKED = 20
"""Batches of the test, and again of the validation."""
_LEARNED = 100
"""Batches that regressions learn from."""
_FIRST_VALIDATION, _FIRST_HELD_OUT = 10**6, 2 * 10**6
"""Numbers of their first batches, beyond those of training."""
_LISTED = 12
"""Number of answers to show."""
_FEATURES = 300
"""Random features of a step."""
_TAILS = (5, 10, 20, 40)
"""Numbers of last steps from which linear regressions predict."""
_PENALTIES = (1e-4, 1e-2, 1.0, 100.0)
_CELLS = ("lstm", "gru_cho", "rnn")
_COMPARED = "rnn"
"""Network that forgets, with which the others are compared; it need not beat the regressions."""
NETWORKS = ("feed-forward", *_CELLS)
"""Attention without recurrence, and recurrent networks with equally many units."""
_TRAINING_STEPS = {"feed-forward": 5000, "lstm": 2000, "gru_cho": 2000, "rnn": 2000}
_RATES = {"feed-forward": 3e-3, "lstm": 1e-2, "gru_cho": 1e-2, "rnn": 1e-3}


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001
    """Return the network called ``network`` as it is before training."""
    if network == "feed-forward":
        return FeedForwardAttentionNetwork(2, 1)
    config = RecurrentConfig(cell=network, hidden_size=_UNITS)
    return SequenceModel(2, 1, arity="many-to-one", config=config)


def predict(network: nn.Module, inputs: Tensor) -> Tensor:
    """Return the answers (B, 1) of a network to sequences (B, T, 2)."""
    if isinstance(network, SequenceModel):
        output: SequenceOutput = network(inputs)
        return output.outputs
    answers: Tensor = network(inputs)
    return answers


def squared_error(network: nn.Module, batch: MemoryProblem) -> StepLoss:
    """Return the mean squared error, for `Trainer`; ``right`` is the share of right answers."""
    answers = predict(network, batch.inputs)  # (B, 1)
    right = share_right(answers.detach(), batch.targets)
    return StepLoss(functional.mse_loss(answers, batch.targets), {"right": right})


def growing_batches(seed: int, count: int) -> Callable[[int], MemoryProblem]:
    """Return a function from one of ``count`` steps to its batch, with ever longer sequences.

    Lengths are drawn from the shortest to one that grows until it is that of the test: a curriculum
    (Bengio et al. 2009), without which recurrent networks take long to learn what to keep.
    """

    def batch(number: int) -> MemoryProblem:
        share = min(1.0, number / (_GROWTH * count))
        longest = SHORTEST + round(share * (_STEPS + _STEPS // 10 - SHORTEST))
        generator = torch.Generator().manual_seed(hash((seed, number)) % 2**63)
        steps = int(torch.randint(SHORTEST, longest + 1, (), generator=generator))
        return multiplication_problem(_BATCH, steps, generator=generator)

    return batch


def _problems(first: int, steps: int, seed: int, count: int = _ASKED) -> list[MemoryProblem]:
    make = memory_batches(multiplication_problem, _BATCH, steps, seed=seed)
    return [make(number) for number in range(first, first + count)]


def share_of(answer: Callable[[Tensor], Tensor], problems: Sequence[MemoryProblem]) -> float:
    """Return the share of right answers, averaged over problems of equal size."""
    shares = [share_right(answer(problem.inputs), problem.targets) for problem in problems]
    return sum(shares) / len(shares)


def _fit(
    features: Callable[[Tensor], Tensor], problems: Sequence[MemoryProblem], penalty: float
) -> Callable[[Tensor], Tensor]:
    """Return the ridge regression from features (B, F) of sequences to their answers."""
    x = torch.cat([features(problem.inputs) for problem in problems]).double()  # (N, F)
    y = torch.cat([problem.targets for problem in problems]).double()  # (N, 1)
    mean, scale = x.mean(0), x.std(0).clamp(min=1e-6)
    x, center = (x - mean) / scale, y.mean(0)
    equations = x.T @ x + penalty * torch.eye(x.shape[1], dtype=torch.double)  # (F, F)
    weights = torch.linalg.solve(equations, x.T @ (y - center))  # (F, 1)
    return lambda inputs: (((features(inputs).double() - mean) / scale) @ weights + center).float()


def _tail(inputs: Tensor, size: int) -> Tensor:
    """Return the last ``size`` steps (B, 2 size), with zeros before shorter sequences."""
    return functional.pad(inputs, (0, 0, size, 0))[:, -size:].flatten(1)


def baselines(
    training: Sequence[MemoryProblem],
    validation: Sequence[MemoryProblem],
    asked: Sequence[MemoryProblem],
    seed: int,
) -> dict[str, float]:
    """Return what linear regressions reach, each with its best settings on validation.

    They see the last steps; or the unweighted mean over time of random features of each step,
    ``relu(W x_t + b)``.
    """
    random = torch.Generator().manual_seed(seed)
    weights = torch.randn(3, _FEATURES, generator=random)  # two inputs and a bias
    tails = [partial(_tail, size=size) for size in _TAILS]

    def means(inputs: Tensor) -> Tensor:
        seen = functional.pad(inputs, (0, 1), value=1.0) @ weights  # (B, T, 3) -> (B, T, F)
        return seen.relu().mean(1)  # (B, F)

    found = {}
    for name, choices in (
        ("regression on the last steps", tails),
        ("regression on the mean", [means]),
    ):
        fitted = [_fit(features, training, p) for features in choices for p in _PENALTIES]
        best = max(fitted, key=lambda regression: share_of(regression, validation))
        found[name] = share_of(best, asked)
    return found


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on sequences that grow, none of which comes twice; test on others, and longer ones."""
    model = lesson.build(lambda: build(network, {}))
    batches = growing_batches(lesson.seed, _TRAINING_STEPS[network])
    config = TrainerConfig(
        steps=_TRAINING_STEPS[network],
        learning_rate=_RATES[network],
        optimizer="adam",
        schedule="warm_cosine",
        clip_norm=1.0,
    )
    lesson.fit(model, batches, squared_error, config, title=f"memory, {network}")
    model.eval()
    first = _FIRST_VALIDATION if lesson.validate else _FIRST_HELD_OUT
    asked = _problems(first, _STEPS, lesson.seed)
    with torch.no_grad():
        figures = {
            "right": share_of(lambda x: predict(model, x), asked),
            "right, twice as long": share_of(
                lambda x: predict(model, x), _problems(first, _LONGER, lesson.seed)
            ),
            "sequences": float(_BATCH * _ASKED),
        }
        samples = _table(model, asked[0])
    cheap = baselines(
        _problems(0, _STEPS, lesson.seed, count=_LEARNED),
        _problems(_FIRST_VALIDATION, _STEPS, lesson.seed),
        asked,
        lesson.seed,
    )
    if network == _COMPARED:
        figures |= {f"right, {name}": share for name, share in cheap.items()}
        cheap = {}
    return Outcome(model, figures, samples, cheap)


def _table(model: nn.Module, problem: MemoryProblem) -> str:
    """Return some sequences' marked numbers, and what the network answers."""
    answers = predict(model, problem.inputs)[:_LISTED, 0]
    lines = ["step number  step number  product  answer"]
    for inputs, answer in zip(problem.inputs, answers, strict=False):
        places = (inputs[:, 1] == 1).nonzero()[:, 0].tolist()
        numbers = inputs[places, 0].tolist()
        marked = "  ".join(
            f"{place:4} {number:6.3f}" for place, number in zip(places, numbers, strict=True)
        )
        lines.append(f"{marked}  {numbers[0] * numbers[1]:7.3f}  {answer:6.3f}")
    return "\n".join([*lines, ""])


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> str:  # noqa: ARG001
    """Return the product of two numbers, given as text, that come among many others.

    Raises
    ------
    OptionError
        If they are not two numbers from 0 to 1.
    """
    try:
        first, second = map(float, given.replace(",", " ").split())
    except ValueError as error:
        raise OptionError(f"two numbers are needed, such as '0.5 0.8', not {given!r}") from error
    if not (0 <= first <= 1 and 0 <= second <= 1):
        raise OptionError(f"numbers from 0 to 1 are needed, not {given!r}")
    inputs = multiplication_problem(1, _STEPS, generator=torch.Generator().manual_seed(0)).inputs
    places = (inputs[0, :, 1] == 1).nonzero()[:, 0]  # (2,)
    inputs[0, places, 0] = torch.tensor([first, second])
    with torch.no_grad():
        product = float(predict(model, inputs))
    at = " and ".join(str(place) for place in places.tolist())
    return f"{product:.3f} (the numbers were steps {at} of {_STEPS}; right is {first * second:.3f})"
