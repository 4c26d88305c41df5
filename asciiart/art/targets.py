"""Where a text will be pasted, and what it has to keep to there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from asciiart.errors import OptionError
from asciiart.io.terminal.color_mode import ColorMode


class TargetColors(NamedTuple):
    """The colors of a place that has its own, 0xRRGGBB, and how it is told that there are some."""

    inks: tuple[int, ...]
    """What SGR 30 to 37 show."""
    papers: tuple[int, ...]
    """What SGR 40 to 47 show; 0 alone takes them away again."""
    tag: str
    """What stands after the fence before a colored text."""


@dataclass(frozen=True)
class Target:
    """What a place asks of text art.

    Budgets and sjis's measures are the places' own; columns are estimates, since places show as
    many as their windows have room for.
    """

    name: str
    """What ``target`` calls it."""
    description: str
    """What it is, in a few words."""
    font: str | None = None
    """What it shows text in; None for a monospaced font of the reader's, which any stands for."""
    charset: str = "ascii"
    """What is drawn with unless something else is said."""
    encoding: str = "utf-8"
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
    colors: TargetColors | None = None
    """Those of the text; None where it has none."""

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


_ALL = (
    Target(
        "sjis",
        "Japanese boards: Mona or MS PGothic at 16 px, rows 18 px; no half-width space first in a "
        "row or after another, only characters of cp932",
        font="Mona",
        charset="ascii+kana+symbols",
        encoding="cp932",
        boards=True,
    ),
    # https://discord.com/developers/docs/resources/message (4,000 for those who pay)
    Target(
        "discord",
        "a message of 2,000 characters in a code block of 60 columns, fewer in its own 16 colors",
        exclude="`",
        columns=60,
        budget=2000,
        fence="```",
        # https://gist.github.com/kkrypt0nn/a02506f3712ff2d1c8ca7c9e0aed7c06 (on the dark page)
        colors=TargetColors(
            inks=(
                *(0x4F545C, 0xDC322F, 0x859900, 0xB58900),
                *(0x268BD2, 0xD33682, 0x2AA198, 0xFFFFFF),
            ),
            papers=(
                *(0x002B36, 0xCB4B16, 0x586E75, 0x657B83),
                *(0x839496, 0x6C71C4, 0x93A1A1, 0xFDF6E3),
            ),
            tag="ansi",
        ),
    ),
    # Its API refuses longer ones: "Body is too long (maximum is 65536 characters)".
    Target(
        "github",
        "a comment of 65,536 characters or a README, a code block of 80 columns",
        exclude="`",
        columns=80,
        budget=65_536,
        fence="```",
    ),
    # https://dev.twitch.tv/docs/api/reference/#send-chat-message
    Target(
        "twitch",
        "a message of 500 characters: 30 columns of braille, wrapped by the chat",
        charset="braille",
        columns=30,
        budget=500,
        separator=" ",
        blank="\u2800",
    ),
    # 3GPP TS 23.038, 6.1.2.1.1: 160 characters of the default alphabet in a message of one part
    Target(
        "sms",
        "one message: 160 characters that GSM 03.38 counts once, 16 columns",
        encoding="ascii",
        exclude="`[]{}\\^~|",
        columns=16,
        budget=160,
    ),
    # RFC 5322, 2.1.1: at most 78; 72 leaves room for marks of quotation
    Target("plain", "mail and text files: ASCII in 72 columns", encoding="ascii", columns=72),
)
TARGETS = {target.name: target for target in _ALL}
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


def check_color(target: Target, mode: ColorMode) -> None:
    """Refuse colors that a target does not show.

    Raises
    ------
    OptionError
        If they are none of its own.
    """
    if mode is ColorMode.NONE:
        return
    if target.colors is None:
        raise OptionError(
            f"target {target.name} shows no colors: color must be none, not {mode.value}",
            "target",
            "color",
        )
    if mode is not ColorMode.ANSI16:
        raise OptionError(
            f"target {target.name} shows its own colors alone: color must be 16 or none, not "
            f"{mode.value}",
            "target",
            "color",
        )


def wrap_for_target(text: str, target: Target, *, colored: bool = False) -> str:
    """Return a text as it is pasted at a target: fenced, its rows joined and its blanks shown."""
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
    """Return in what a text (not dressed yet) does not fit a target, and what would; "" if it does.

    ``pasted`` is what is pasted where that is more than the text dressed, as with codes for its
    colors. Characters are counted as UTF-16 has them, as browsers do.
    """
    from wcwidth import wcswidth  # noqa: PLC0415 - `--help` needs it not

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
    """Return how many columns to try instead of so many, with which what is pasted does not fit.

    A text grows with the square of its columns, and the codes of its colors nearly so.
    """
    budget = math.inf if target.budget is None else target.budget
    share = min(1.0, math.sqrt(budget / _length(pasted)))
    return max(1, min(columns - 1, int(columns * share)))


def allowed_characters(
    characters: str, target: Target, *, numeric_references: bool, asked_for: str = ""
) -> str:
    """Return those of ``characters`` that a target shows as they are.

    With ``numeric_references`` also those that its encoding lacks.

    Raises
    ------
    OptionError
        If it does not show one that was ``asked_for`` by itself, or none but blanks.
    """
    refused = [character for character in target.exclude if character in asked_for]
    if refused:
        raise OptionError(
            f"charset: {refused[0]!r} cannot be used with target {target.name}", "target"
        )
    kept = "".join(character for character in characters if character not in target.exclude)
    if not numeric_references:
        kept = encodable_characters(kept, target.encoding, asked_for=asked_for)
    if not kept.strip():
        raise OptionError(
            f"charset: target {target.name} can use none of these characters", "target"
        )
    return kept


def encodable_characters(characters: str, encoding: str, *, asked_for: str = "") -> str:
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
            f"numeric_references writes it as &#{ord(refused[0])};",
            "numeric_references",
        )
    return "".join(character for character in characters if character not in lacking)
