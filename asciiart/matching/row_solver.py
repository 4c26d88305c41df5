"""Stage 5, rows whose characters differ in width: scores of every window -> the best path.

A row is a path over its columns; each step is a character, as many columns long as the character
is wide. The best path from the left end to every column is found by dynamic programming
(Bellman 1957), for all rows at once, so a row is solved exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ids = NDArray[np.int32]


class Step(NamedTuple):
    """The best that a character of one width can do from every column on."""

    span: int
    """Columns that it covers."""
    scores: Floats
    """(R, C), -inf where there is none; it counts where a whole span is left."""
    alone: bool = False
    """Whether it neither begins a row nor follows another step that is ``alone``."""


class _Paths(NamedTuple):
    """The best paths to every column, whose last step is not (0) or is (1) alone."""

    values: Floats
    """(2, C + 1, R)."""
    taken: Ids
    """(2, C + 1, R), the last step."""
    after_alone: NDArray[np.bool_]
    """(C + 1, R), whether the step before one that is not alone is."""


def solve_rows(steps: Sequence[Step]) -> Ids:
    """Return which step the best path of each row takes from each column (R, C), -1 for none.

    A path begins at a row's left end and may end anywhere: what is not covered is blank and
    scores 0. Of paths that are equally good the one whose last step comes first in ``steps`` is
    taken, and of their ends the first.
    """
    return _walk_back(_find_paths(steps), np.array([step.span for step in steps]))


def score_rows(steps: Sequence[Step]) -> Floats:
    """Return what the best path of each row scores (R,), as `solve_rows` finds it."""
    return np.asarray(_find_paths(steps).values.max(axis=(0, 1)))


def _find_paths(steps: Sequence[Step]) -> _Paths:
    rows, columns = steps[0].scores.shape
    arriving, spans = _by_end(steps, columns)
    alone = np.array([step.alone for step in steps])
    margin = int(spans.max())
    best = np.full((2, margin + columns + 1, rows), -np.inf, np.float32)
    best[1, margin] = 0  # at its beginning a row stands as after a step that is alone
    taken = np.zeros((2, columns + 1, rows), np.int32)
    after_alone = np.zeros((columns + 1, rows), bool)
    free, single = np.flatnonzero(~alone), np.flatnonzero(alone)
    every = np.arange(rows)
    for end in range(1, columns + 1):
        if len(free):
            before = best[:, margin + end - spans[free]]  # (2, S', R)
            values = before.max(axis=0) + arriving[end, free]
            chosen = values.argmax(axis=0)
            best[0, margin + end] = values[chosen, every]
            taken[0, end] = free[chosen]
            after_alone[end] = (before[1] > before[0])[chosen, every]
        if len(single):
            values = best[0, margin + end - spans[single]] + arriving[end, single]
            chosen = values.argmax(axis=0)
            best[1, margin + end] = values[chosen, every]
            taken[1, end] = single[chosen]
    return _Paths(best[:, margin:], taken, after_alone)


def _by_end(steps: Sequence[Step], columns: int) -> tuple[Floats, NDArray[np.int64]]:
    """Return the scores by the column where a step ends (C + 1, S, R), and the spans (S,)."""
    rows = steps[0].scores.shape[0]
    arriving = np.full((columns + 1, len(steps), rows), -np.inf, np.float32)
    for number, step in enumerate(steps):
        if step.span <= columns:
            arriving[step.span :, number] = step.scores[:, : columns + 1 - step.span].T
    return arriving, np.array([step.span for step in steps])


def _walk_back(paths: _Paths, spans: NDArray[np.int64]) -> Ids:
    """Return each row's best path, from its best end to its beginning."""
    _, ends, rows = paths.values.shape
    path = np.full((rows, ends - 1), -1, np.int32)
    last = paths.values.max(axis=0).argmax(axis=0)  # (R,)
    for row in range(rows):
        end = int(last[row])
        state = int(paths.values[1, end, row] > paths.values[0, end, row])
        while end > 0:
            step = int(paths.taken[state, end, row])
            state = 0 if state else int(paths.after_alone[end, row])
            end -= int(spans[step])
            path[row, end] = step
    return path
