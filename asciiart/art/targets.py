"""Targets: the places where text art is pasted, and what each of them demands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from asciiart.errors import OptionError
from asciiart.io.terminal.color_mode import ColorMode


class TargetColors(NamedTuple):
    """The colors of a place that has its own, 0xRRGGBB, and the tag that turns them on."""

    inks: tuple[int, ...]
    """Eight colors of text, shown for SGR 30 to 37."""
    papers: tuple[int, ...]
    """Eight colors behind text, shown for SGR 40 to 47; only SGR 0 removes them."""
    tag: str
    """Word that follows the opening fence of a colored text."""


@dataclass(frozen=True)
class Target:
    """A place where text art is pasted, with its limits.

    Budgets and the measures of sjis are documented by the places themselves, as they were in
    December 2026; columns are estimates, since a place shows as many as its window has room for.
    """

    name: str
    """Value of the option ``target``."""
    description: str
    """Summary in a few words."""
    font: str | None = None
    """Font that it displays; None if that is the reader's own monospaced font."""
    charset: str = "ascii"
    """Characters to draw with unless others are chosen."""
    encoding: str = "utf-8"
    """Encoding in which it stores posts."""
    exclude: str = ""
    """Characters that it would interpret as markup."""
    no_adjacent_spaces: bool = False
    """Whether it drops a half-width space that begins a row or follows another one."""
    columns: int | None = None
    """Half-width characters that fit a line; None if that depends on the reader."""
    budget: int | None = None
    """Characters allowed in a post, fences and line breaks included; None if unlimited."""
    fence: str = ""
    """Line that encloses the text, above and below."""
    separator: str = "\n"
    """Characters between two rows."""
    blank: str = " "
    """Character that stands for a space."""
    colors: TargetColors | None = None
    """Its own colors; None if it shows text without colors."""

    @property
    def rows(self) -> int | None:
        """Number of full rows that fit the budget; None without a budget or a width."""
        if self.columns is None or self.budget is None:
            return None
        return self.rows_of(self.columns)

    def rows_of(self, columns: int) -> int:
        """Return how many rows of ``columns`` characters fit the budget, which there must be."""
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
        no_adjacent_spaces=True,
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
    # https://docs.slack.dev/reference/methods/chat.postMessage: at most 4,000 are recommended
    Target(
        "slack",
        "a message of 4,000 characters in a code block of 60 columns",
        exclude="`",
        columns=60,
        budget=4000,
        fence="```",
    ),
    # https://core.telegram.org/bots/api#sendmessage
    Target(
        "telegram",
        "a message of 4,096 characters in a code block of 40 columns",
        exclude="`",
        columns=40,
        budget=4096,
        fence="```",
    ),
    # https://developers.facebook.com/docs/whatsapp/cloud-api/messages/text-messages
    Target(
        "whatsapp",
        "a message of 4,096 characters, monospaced, in 30 columns",
        exclude="`",
        columns=30,
        budget=4096,
        fence="```",
    ),
    # https://spec.matrix.org/latest/client-server-api/#size-limits: an event has at most 65,536
    # bytes, and holds the text twice, plain and as HTML, whose references take up to 6 bytes
    Target(
        "matrix",
        "an event of 65,536 bytes, in which a text of 8,000 characters of ASCII fits for certain: "
        "a code block of 80 columns",
        exclude="`",
        encoding="ascii",
        columns=80,
        budget=8000,
        fence="```",
    ),
    # https://docs.joinmastodon.org/user/posting/#text
    Target(
        "mastodon",
        "a post of 500 characters: 30 columns of braille",
        charset="braille",
        columns=30,
        budget=500,
        blank="\u2800",
    ),
    # https://docs.bsky.app/docs/advanced-guides/posts: 300 graphemes
    Target(
        "bluesky",
        "a post of 300 characters: 24 columns of braille",
        charset="braille",
        columns=24,
        budget=300,
        blank="\u2800",
    ),
    # https://docs.x.com/fundamentals/counting-characters: 280, of which braille counts two each
    Target(
        "x",
        "a post of 280 characters, of which a braille pattern counts two: 16 columns of braille",
        charset="braille",
        columns=16,
        budget=140,
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
"""All targets by name."""


def find_target(name: str) -> Target:
    """Return the target with a name.

    Raises
    ------
    OptionError
        If there is none.
    """
    if name not in TARGETS:
        raise OptionError(f"target {name!r} is unknown (there are: {', '.join(TARGETS)})")
    return TARGETS[name]


class Size(NamedTuple):
    """The default size of a text."""

    columns: int | None
    """Half-width characters in a line; None if undetermined."""
    rows: int | None
    """Maximum number of lines; None if unlimited."""


def default_size(target: str | None, columns: int | None, rows: int | None = None) -> Size:
    """Return the size that suits a target, or ``columns`` and ``rows`` if it has no width.

    Raises
    ------
    OptionError
        If there is no such target.
    """
    found = None if target is None else find_target(target)
    if found is None or found.columns is None:
        return Size(columns, rows)
    return Size(found.columns, found.rows)


def check_color(target: Target, mode: ColorMode) -> None:
    """Refuse colors that a target does not show.

    Raises
    ------
    OptionError
        If ``mode`` asks for colors and is not the target's own.
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


def allowed_characters(
    characters: str, target: Target, *, numeric_references: bool, asked_for: str = ""
) -> str:
    """Return those of ``characters`` that can be used with a target.

    With ``numeric_references``, characters missing from its encoding are kept, too, since they are
    written as numeric references.

    Raises
    ------
    OptionError
        If a character that was ``asked_for`` by itself cannot be used, or only blanks can.
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
        If it lacks a character that was ``asked_for`` by itself.
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
