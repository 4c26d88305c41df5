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

``adam_half`` is Adam with beta1 = 0.5, which adversarial networks need (DCGAN, Radford et al.
2016)."""

WARM_UP = 0.05
"""Share of the steps during which the learning rate of a schedule with warm-up rises."""


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
"""Name -> function from the share of steps done to a factor of the learning rate, both 0 to 1."""


def build_optimizer(name: str, parameters: Parameters, learning_rate: float) -> Optimizer:
    """Return the optimizer called ``name``.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    if name not in OPTIMIZERS:
        raise ValueError(f"optimizer {name!r} is unknown (there are: {', '.join(OPTIMIZERS)})")
    return OPTIMIZERS[name](parameters, learning_rate)


def build_schedule(name: str, optimizer: Optimizer, steps: int) -> LambdaLR:
    """Return the learning-rate schedule called ``name`` over ``steps`` steps.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    if name not in SCHEDULES:
        raise ValueError(f"schedule {name!r} is unknown (there are: {', '.join(SCHEDULES)})")
    factor = SCHEDULES[name]
    return LambdaLR(optimizer, lambda step: factor(min(1.0, (step + 1) / max(1, steps))))
