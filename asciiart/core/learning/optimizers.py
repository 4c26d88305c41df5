"""Optimizers and learning-rate schedules by name, over `torch.optim`."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from torch import nn, optim
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

Parameters = Iterable[nn.Parameter]

OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "sgd": optim.SGD,
    "momentum": partial(optim.SGD, momentum=0.9),
    "nag": partial(optim.SGD, momentum=0.9, nesterov=True),
    "adagrad": optim.Adagrad,
    "adadelta": optim.Adadelta,
    "rmsprop": partial(optim.RMSprop, alpha=0.9),
    "adam": optim.Adam,
    "adam_half": partial(optim.Adam, betas=(0.5, 0.999)),
    "adamw": partial(optim.AdamW, weight_decay=1e-4),
}
"""Name -> constructor from parameters, ``lr`` and further options, as `torch.optim` names them.

``rmsprop`` forgets by the 0.9 of Hinton's lecture (Tieleman and Hinton 2012), not by torch's 0.99.
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


_HOW_IT_IS_COMPUTED = ("foreach", "fused", "capturable", "differentiable")


def optimizer_options(name: str) -> dict[str, Any]:
    """Return the options of the optimizer called ``name`` with their defaults.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    if name not in OPTIMIZERS:
        raise ValueError(f"optimizer {name!r} is unknown (there are: {', '.join(OPTIMIZERS)})")
    parameters = inspect.signature(OPTIMIZERS[name]).parameters
    return {
        option: parameter.default
        for option, parameter in parameters.items()
        if option not in ("params", "lr", *_HOW_IT_IS_COMPUTED)
    }


def build_optimizer(
    name: str, parameters: Parameters, learning_rate: float, **options: Any
) -> Optimizer:
    """Return the optimizer called ``name``.

    Parameters
    ----------
    name
        A name of `OPTIMIZERS`.
    parameters
        What it changes.
    learning_rate
        The learning rate.
    **options
        Any of `optimizer_options`, such as ``momentum``, ``alpha`` (the share of the old squares
        that RMSProp keeps), ``betas``, ``eps`` or ``weight_decay``.

    Raises
    ------
    ValueError
        If the name or an option is unknown, or an option has an impossible value.
    """
    known = optimizer_options(name)
    for option in options:
        if option not in known:
            raise ValueError(f"{name} has no option {option!r} (it has: {', '.join(known)})")
    try:
        return OPTIMIZERS[name](parameters, lr=learning_rate, **options)
    except TypeError as error:
        raise ValueError(f"{name} with {options}: {error}") from error


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
