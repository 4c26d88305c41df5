"""Where a text will be pasted, and what it has to keep to there."""

from __future__ import annotations

from dataclasses import dataclass

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


TARGETS = {
    target.name: target
    for target in (
        Target(
            name="sjis",
            description="Japanese boards: Mona or MS PGothic at 16 px, rows 18 px, cp932",
            font="Mona",
            charset="ascii+kana+symbols",
            encoding="cp932",
        ),
    )
}
"""Every target, by name. Half-width spaces neither begin a row there nor follow one another."""


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
