"""Where a text will be pasted, and what it has to keep to there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from asciiart.errors import OptionError


@dataclass(frozen=True)
class Target:
    """What a place asks of text art."""

    name: str
    """As ``--target`` takes it."""
    description: str
    """What it is, in a few words."""
    font: str
    """What it shows text in."""
    charset: str
    """What is drawn with unless something else is said."""
    encoding: str
    """What posts are kept in."""
    exclude: str = ""
    """Characters that it would misread."""
    boards: bool = False
    """Whether half-width spaces neither begin a row there nor follow one another."""
    columns: int | None = None
    """Half-width characters that fit a line; None where it depends."""
    budget: int | None = None
    """Characters that a post may have, everything counted; None where none are counted."""
    fence: str = ""
    """What stands on a line before the text and on one after it."""
    separator: str = "\n"
    """What stands between rows."""
    blank: str = " "
    """What stands for a space."""

    @property
    def rows(self) -> int | None:
        """Rows of all its columns that keep to the budget; None where neither is known."""
        if self.columns is None or self.budget is None:
            return None
        return self.rows_of(self.columns)

    def rows_of(self, columns: int) -> int:
        """Return how many rows of so many columns keep to the budget, which there must be."""
        fences = 2 * (len(self.fence) + 1) if self.fence else 0
        room = (self.budget or 0) - fences + len(self.separator)
        return room // (columns + len(self.separator))


TARGETS = {
    target.name: target
    for target in (
        Target(
            name="sjis",
            description="Japanese boards: Mona or MS PGothic at 16 px, rows 18 px, cp932",
            font="Mona",
            charset="ascii+kana+symbols",
            encoding="cp932",
            boards=True,
        ),
        Target(
            name="discord",
            description="a message of 2,000 characters in a code block of 60 columns",
            font="DejaVu Sans Mono",
            charset="ascii",
            encoding="utf-8",
            exclude="`",
            columns=60,
            budget=2000,
            fence="```",
        ),
        Target(
            name="github",
            description="a comment of 65,536 characters or a README, a code block of 80 columns",
            font="DejaVu Sans Mono",
            charset="ascii",
            encoding="utf-8",
            exclude="`",
            columns=80,
            budget=65_536,
            fence="```",
        ),
        Target(
            name="twitch",
            description="a message of 500 characters: 30 columns of braille, wrapped by the chat",
            font="Spleen 8x16",
            charset="braille",
            encoding="utf-8",
            columns=30,
            budget=500,
            separator=" ",
            blank="\u2800",
        ),
        Target(
            name="sms",
            description="one message: 160 characters that GSM 03.38 counts once, 16 columns",
            font="DejaVu Sans Mono",
            charset="ascii",
            encoding="ascii",
            exclude="`[]{}\\^~|",
            columns=16,
            budget=160,
        ),
        Target(
            name="plain",
            description="mail and text files: ASCII in 72 columns",
            font="DejaVu Sans Mono",
            charset="ascii",
            encoding="ascii",
            columns=72,
        ),
    )
}
"""Every target, by name."""


def find_target(name: str) -> Target:
    """Return the target of a name.

    Raises
    ------
    OptionError
        If there is none.
    """
    if name not in TARGETS:
        raise OptionError(f"target {name!r} is unknown (there are: {', '.join(TARGETS)})")
    return TARGETS[name]


class Size(NamedTuple):
    """How large a text is to be where nobody says so."""

    columns: int | None
    """Half-width characters in a line."""
    rows: int | None
    """Lines at most."""


def default_size(target: str | None, columns: int | None) -> Size:
    """Return the size that suits a target's name; ``columns`` where it has no width itself."""
    found = None if target is None else find_target(target)
    if found is None or found.columns is None:
        return Size(columns, None)
    return Size(found.columns, found.rows)


def dress(text: str, target: Target) -> str:
    """Return a text as it is pasted at a target: fenced, its rows joined and its blanks shown."""
    if target.blank != " ":
        lines = text.split("\n")
        width = max(target.columns or 0, *map(len, lines))
        rows = [line.ljust(width).replace(" ", target.blank) for line in lines]
        text = target.separator.join(rows)
    return f"{target.fence}\n{text}\n{target.fence}" if target.fence else text


def misfit(text: str, target: Target) -> str:
    """Return in what a text (not dressed yet) does not fit a target, and what would; "" if it does.

    Characters are counted as UTF-16 has them, as browsers do.
    """
    from wcwidth import wcswidth  # noqa: PLC0415 - `--help` needs it not

    lines = text.split("\n")
    columns = max(wcswidth(line) for line in lines)
    count = len(dress(text, target).encode("utf-16-le")) // 2
    if target.budget is not None and count > target.budget:
        shape = len(lines) / columns
        sizes = (size for size in range(columns, 1, -1) if shape * size <= target.rows_of(size))
        more = f"{count:,} characters, of which {target.name} takes {target.budget:,}"
        return f"{more} (about --columns {next(sizes, 1)} fits)"
    if target.columns is not None and columns > target.columns:
        return f"{columns} columns, of which {target.name} shows {target.columns}"
    return ""


def usable(characters: str, target: Target, *, references: bool, asked_for: str = "") -> str:
    """Return those of ``characters`` that a target shows as they are.

    With ``references`` also those that its encoding lacks.

    Raises
    ------
    OptionError
        If it does not show one that was ``asked_for`` by itself, or none but blanks.
    """
    refused = [character for character in target.exclude if character in asked_for]
    if refused:
        raise OptionError(f"charset: {refused[0]!r} cannot be used with --target {target.name}")
    kept = "".join(character for character in characters if character not in target.exclude)
    if not references:
        kept = writable(kept, target.encoding, asked_for=asked_for)
    if not kept.strip():
        raise OptionError(f"charset: --target {target.name} can use none of these characters")
    return kept


def writable(characters: str, encoding: str, *, asked_for: str = "") -> str:
    """Return those of ``characters`` that an encoding has.

    Raises
    ------
    OptionError
        If it lacks one that was ``asked_for`` by itself.
    """
    lacking = [c for c in characters if not c.encode(encoding, "ignore")]
    refused = [character for character in lacking if character in asked_for]
    if refused:
        raise OptionError(
            f"charset: {refused[0]!r} (U+{ord(refused[0]):04X}) cannot be written in {encoding}; "
            "--references writes it as a numeric reference"
        )
    return "".join(character for character in characters if character not in lacking)
