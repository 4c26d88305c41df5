"""Letters in several styles of lettering: outlined, striped, dotted and so on."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from asciiart.glyphs.font import Font
from asciiart.train.lab.data.drawn_letters import draw_letters

LETTERS = string.ascii_uppercase
"""The letters that are drawn."""
SIZE = 48
"""Side of a picture in pixels."""
_CAPITAL, _BASELINE = 0.7, 0.85
_PERIOD = 5.0
"""Distance in pixels of stripes and dots."""

Restyling = Callable[[Tensor], Tensor]
"""Ink (N, S, S) of plain letters -> ink in a style."""


def _grid() -> tuple[Tensor, Tensor]:
    steps = torch.arange(float(SIZE))
    rows, columns = torch.meshgrid(steps, steps, indexing="ij")
    return rows, columns


def _waves(places: Tensor) -> Tensor:
    """Return stripes, 0 to 1, along places (S, S) in pixels."""
    return (2 * (2 * torch.pi * places / _PERIOD).sin() + 0.5).clamp(0, 1)


def _wide(ink: Tensor, reach: int) -> Tensor:
    return functional.max_pool2d(ink[:, None], 2 * reach + 1, 1, reach)[:, 0]


def outlined(ink: Tensor) -> Tensor:
    """Return the rims of letters."""
    return (_wide(ink, 1) - ink).clamp(0, 1)


def striped(ink: Tensor) -> Tensor:
    """Return letters of level stripes."""
    return ink * _waves(_grid()[0])


def hatched(ink: Tensor) -> Tensor:
    """Return letters of slanted stripes."""
    rows, columns = _grid()
    return ink * _waves((rows + columns) / 2**0.5)


def dotted(ink: Tensor) -> Tensor:
    """Return letters of dots."""
    rows, columns = _grid()
    return ink * (2 * (_waves(rows) * _waves(columns))).clamp(0, 1)


def shadowed(ink: Tensor) -> Tensor:
    """Return letters with a gray shadow to the lower right."""
    moved = functional.pad(ink, (3, 0, 3, 0))[:, :SIZE, :SIZE]
    return torch.maximum(ink, 0.5 * moved)


def reversed_(ink: Tensor) -> Tensor:
    """Return white letters on a striped ground."""
    return (1 - ink) * _waves(_grid()[1])


STYLES: Mapping[str, Restyling] = {
    "plain": lambda ink: ink,
    "outlined": outlined,
    "striped": striped,
    "hatched": hatched,
    "dotted": dotted,
    "shadowed": shadowed,
    "reversed": reversed_,
}
"""Name -> style; the first is how the letters come that are given another one."""


class Lettering(NamedTuple):
    """Letters of some fonts, still plain."""

    inks: Tensor
    """(N, S, S), 0 to 1."""
    labels: Tensor
    """(N,), indices in `LETTERS`."""


def lettering(fonts: Sequence[Font]) -> Lettering:
    """Return the capitals of all fonts."""
    drawn = [
        torch.from_numpy(draw_letters(font, LETTERS, SIZE, capital=_CAPITAL, baseline=_BASELINE))
        for font in fonts
    ]
    return Lettering(torch.cat(drawn), torch.arange(len(LETTERS)).repeat(len(fonts)))


def in_styles(inks: Tensor, styles: Tensor) -> Tensor:
    """Return plain letters (N, S, S) in the styles of indices (N,): (N, 1, S, S)."""
    out = torch.empty_like(inks)
    for number, style in enumerate(STYLES.values()):
        chosen = styles == number
        out[chosen] = style(inks[chosen])
    return out[:, None]
