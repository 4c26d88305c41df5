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

from asciiart.io.pictures.arrays import Mask
from asciiart.matching.arrays import Floats, Ids

RowPath = NDArray[np.int32]
"""(R, C): the step taken from each column, -1 for none."""


class RowStep(NamedTuple):
    """The best character of one width from every column on."""

    span: int
    """Columns that it covers."""
    scores: Floats
    """(R, C), -inf where there is none; those that would leave the row are ignored."""
    no_adjacent_spaces: bool = False
    """Whether this is a space that may neither begin a row nor follow another such step."""


class _Paths(NamedTuple):
    """The best paths to every column, in two states.

    In state 1 the last step is restricted, that is, a space for which ``no_adjacent_spaces`` holds;
    in state 0 it is not. A row begins in state 1.
    """

    values: Floats
    """(2, C + 1, R), scores of the paths."""
    taken: NDArray[np.int32]
    """(2, C + 1, R), the last step."""
    after_restricted: Mask
    """(C + 1, R), for a path in state 0, whether it was in state 1 before its last step."""


def solve_rows(steps: Sequence[RowStep]) -> RowPath:
    """Return which step the best path of each row takes from each column (R, C), -1 for none.

    A path begins at a row's left end and may end anywhere: the rest of the row is blank and scores
    0. Of equally good paths the shortest is taken, and of these the one whose last step comes first
    in ``steps``.
    """
    return _walk_back(_find_paths(steps), np.array([step.span for step in steps]))


def score_rows(steps: Sequence[RowStep]) -> Floats:
    """Return the score of each row's best path (R,), as `solve_rows` finds it."""
    return np.asarray(_find_paths(steps).values.max(axis=(0, 1)))


def _find_paths(steps: Sequence[RowStep]) -> _Paths:
    """Return the best paths to every column, from left to right."""
    rows, columns = steps[0].scores.shape
    arriving, spans = _by_end(steps, columns)
    restricted = np.array([step.no_adjacent_spaces for step in steps])
    margin = int(spans.max())
    best = np.full((2, margin + columns + 1, rows), -np.inf, np.float32)
    best[1, margin] = 0
    taken = np.zeros((2, columns + 1, rows), np.int32)
    after_restricted = np.zeros((columns + 1, rows), bool)
    free, spaces = np.flatnonzero(~restricted), np.flatnonzero(restricted)
    every = np.arange(rows)
    for end in range(1, columns + 1):
        if len(free):
            before = best[:, margin + end - spans[free]]  # (2, S', R)
            values = before.max(axis=0) + arriving[end, free]
            chosen = values.argmax(axis=0)
            best[0, margin + end] = values[chosen, every]
            taken[0, end] = free[chosen]
            after_restricted[end] = (before[1] > before[0])[chosen, every]
        if len(spaces):
            values = best[0, margin + end - spans[spaces]] + arriving[end, spaces]
            chosen = values.argmax(axis=0)
            best[1, margin + end] = values[chosen, every]
            taken[1, end] = spaces[chosen]
    return _Paths(best[:, margin:], taken, after_restricted)


def _by_end(steps: Sequence[RowStep], columns: int) -> tuple[Floats, Ids]:
    """Return the scores by the column where a step ends (C + 1, S, R), and the spans (S,)."""
    rows = steps[0].scores.shape[0]
    arriving = np.full((columns + 1, len(steps), rows), -np.inf, np.float32)
    for number, step in enumerate(steps):
        if step.span <= columns:
            arriving[step.span :, number] = step.scores[:, : columns + 1 - step.span].T
    return arriving, np.array([step.span for step in steps])


def _walk_back(paths: _Paths, spans: Ids) -> RowPath:
    """Return each row's best path, from its best end to its beginning."""
    _, ends, rows = paths.values.shape
    path = np.full((rows, ends - 1), -1, np.int32)
    last = paths.values.max(axis=0).argmax(axis=0)  # (R,)
    for row in range(rows):
        end = int(last[row])
        state = int(paths.values[1, end, row] > paths.values[0, end, row])
        while end > 0:
            step = int(paths.taken[state, end, row])
            state = 0 if state else int(paths.after_restricted[end, row])
            end -= int(spans[step])
            path[row, end] = step
    return path
