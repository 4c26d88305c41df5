"""A text as it is pasted at its target, and whether it fits there."""

from __future__ import annotations

import math

from asciiart.art.targets import Target


def wrap_for_target(text: str, target: Target, *, colored: bool = False) -> str:
    """Return a text as it is pasted at a target: with its fences, separators and blanks.

    ``colored`` says that it holds codes for colors, which the fence has to announce.
    """
    if target.blank != " ":
        lines = text.split("\n")
        width = max(target.columns or 0, *map(len, lines))
        rows = [line.ljust(width).replace(" ", target.blank) for line in lines]
        text = target.separator.join(rows)
    if not target.fence:
        return text
    tag = target.colors.tag if colored and target.colors else ""
    return f"{target.fence}{tag}\n{text}\n{target.fence}"


def describe_overflow(text: str, target: Target, pasted: str | None = None) -> str:
    """Return why an unwrapped text does not fit a target, and which size would; "" if it fits.

    ``pasted`` is the text as it is pasted, if that is longer than the wrapped text, for example
    because of codes for its colors. Characters are counted in UTF-16, as browsers count them.
    """
    from wcwidth import wcswidth  # noqa: PLC0415 - slow to import

    lines = text.split("\n")
    columns = max(wcswidth(line) for line in lines)
    plain = wrap_for_target(text, target)
    count = _length(plain if pasted is None else pasted)
    if target.budget is not None and count > target.budget:
        shape = len(lines) / columns
        sizes = (size for size in range(columns, 1, -1) if shape * size <= target.rows_of(size))
        best = next(sizes, 1)
        if pasted is not None and pasted != plain:
            best = fewer_columns(columns, pasted, target)
        best = min(best, target.columns or best)
        more = f"{count:,} characters, of which {target.name} takes {target.budget:,}"
        return f"{more} (about columns {best} fits)"
    if target.columns is not None and columns > target.columns:
        return f"{columns} columns, of which {target.name} shows {target.columns}"
    return ""


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def fewer_columns(columns: int, pasted: str, target: Target) -> int:
    """Return how many columns to try next for a text of ``columns`` that was too long.

    A text grows with the square of its columns, and so, nearly, do the codes for its colors.
    """
    budget = math.inf if target.budget is None else target.budget
    share = min(1.0, math.sqrt(budget / _length(pasted)))
    return max(1, min(columns - 1, int(columns * share)))
