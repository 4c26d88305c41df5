"""Optimizers and learning-rate schedules by name, over `torch.optim`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from torch import nn, optim
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

Parameters = Iterable[nn.Parameter]

OPTIMIZERS: dict[str, Callable[[Parameters, float], Optimizer]] = {
    "sgd": lambda parameters, rate: optim.SGD(parameters, lr=rate),
    "momentum": lambda parameters, rate: optim.SGD(parameters, lr=rate, momentum=0.9),
    "nag": lambda parameters, rate: optim.SGD(parameters, lr=rate, momentum=0.9, nesterov=True),
    "adagrad": lambda parameters, rate: optim.Adagrad(parameters, lr=rate),
    "adadelta": lambda parameters, rate: optim.Adadelta(parameters, lr=rate),
    "rmsprop": lambda parameters, rate: optim.RMSprop(parameters, lr=rate),
    "adam": lambda parameters, rate: optim.Adam(parameters, lr=rate),
    "adam_half": lambda parameters, rate: optim.Adam(parameters, lr=rate, betas=(0.5, 0.999)),
    "adamw": lambda parameters, rate: optim.AdamW(parameters, lr=rate, weight_decay=1e-4),
}
"""Name -> constructor from parameters and learning rate.

``adam_half`` is Adam with half the usual momentum, as adversarial networks need (DCGAN, Radford
et al. 2016).
"""

WARM_UP = 0.05
"""Share of the steps in which a warmed-up schedule rises."""


def _warm_cosine(progress: float) -> float:
    if progress < WARM_UP:
        return progress / WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP)))


SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda _: 1.0,
    "linear": lambda progress: 1 - progress,
    "cosine": lambda progress: 0.5 * (1 + math.cos(math.pi * progress)),
    "warm_cosine": _warm_cosine,
    "exponential": lambda progress: float(0.01**progress),
    "step": lambda progress: 0.1 ** int(3 * progress),
}
"""Name -> share of the learning rate, from the share of the steps that are done."""


def build_optimizer(name: str, parameters: Parameters, learning_rate: float) -> Optimizer:
    """Return the optimizer called ``name``.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if name not in OPTIMIZERS:
        raise ValueError(f"optimizer {name!r} is unknown (there are: {', '.join(OPTIMIZERS)})")
    return OPTIMIZERS[name](parameters, learning_rate)


def build_schedule(name: str, optimizer: Optimizer, steps: int) -> LambdaLR:
    """Return the schedule called ``name`` over ``steps`` steps.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if name not in SCHEDULES:
        raise ValueError(f"schedule {name!r} is unknown (there are: {', '.join(SCHEDULES)})")
    factor = SCHEDULES[name]
    return LambdaLR(optimizer, lambda step: factor(min(1.0, (step + 1) / max(1, steps))))
