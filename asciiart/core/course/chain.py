"""A function as a chain of simple ones: values forward, derivatives backward."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Link(NamedTuple):
    """One simple function of a chain."""

    name: str
    """How it is written, with its argument."""
    function: Callable[[float], float]
    """The function itself."""
    derivative: Callable[[float], float]
    """Its derivative, at the same argument."""


class LinkPass(NamedTuple):
    """The numbers that pass a link on the way forward and on the way back."""

    name: str
    """The link's."""
    argument: float
    """The input of its function."""
    value: float
    """The output of its function."""
    slope: float
    """Its own derivative at the argument."""
    gradient: float
    """The derivative of the whole chain's value by this link's argument."""


EXERCISE: tuple[Link, ...] = (
    Link("a = log x", math.log, lambda x: 1 / x),
    Link("b = a^2", lambda a: a**2, lambda a: 2 * a),
    Link("c = -b", lambda b: -b, lambda _: -1.0),
    Link("d = sin c", math.sin, math.cos),
    Link("y = e^d", math.exp, math.exp),
)
"""e^(sin(-(log x)²)), for x > 0."""


def differentiate(links: Sequence[Link], x: float) -> list[LinkPass]:
    """Return a row for each link, the first first: back-propagation through a chain.

    Forward, each link's value is the next one's argument. Backward, the gradient starts at 1 and is
    multiplied by each link's own slope. The value of the chain is in the last row, its derivative
    by x in the first.
    """
    arguments = [x]
    for link in links:
        arguments.append(link.function(arguments[-1]))
    rows: list[LinkPass] = []
    gradient = 1.0
    for link, argument, value in reversed(
        list(zip(links, arguments[:-1], arguments[1:], strict=True))
    ):
        slope = link.derivative(argument)
        gradient *= slope
        rows.append(LinkPass(link.name, argument, value, slope, gradient))
    return rows[::-1]
