"""The manual page and the shells' completions, as the wheel carries them in ``share``.

They are made of the commands themselves: ``python tests/support/shell_files.py`` writes them anew.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from asciiart import __version__
from asciiart.cli.main import main

SHARE = Path(__file__).parents[2] / "share"
COMPLETIONS = {
    "bash": "bash-completion/completions/asciiart",
    "zsh": "zsh/site-functions/_asciiart",
    "fish": "fish/vendor_completions.d/asciiart.fish",
}
"""Shell to the file that it looks for below ``share``."""
MANUAL = "man/man1/asciiart.1"

ENVIRONMENT = {
    "ASCIIART_COMMAND_OPTION": "Default of an option, such as ASCIIART_DRAW_COLUMNS of "
    "asciiart draw --columns, or ASCIIART_LAB_TRAIN_STEPS.",
    "ASCIIART_CONFIG": "The file of defaults, in place of the one in the user's configuration "
    "folder.",
    "ASCIIART_FONT_PATH": "Folders in which fonts are looked for, in place of the system's; "
    "separated as in PATH.",
    "ASCIIART_HOME": "A folder with more models in models/ and fonts in fonts/.",
    "NO_COLOR, FORCE_COLOR, COLORTERM, TERM": "The colors that --color auto stands for.",
    "COLUMNS, LINES": "The terminal's size.",
    "COLORFGBG": "The terminal's background, such as 15;0.",
}
FILES = {
    "~/.config/asciiart/config.toml": "Defaults of options; asciiart config says where it is on "
    "this system, and asciiart config --init writes one with every option explained.",
    "~/.cache/asciiart/index": "Indexes of fonts; may be deleted.",
}
STATUS = {
    "0": "Success.",
    "1": "A picture or its output failed.",
    "2": "Wrong usage.",
    "130": "Interrupted.",
}


def make_files() -> dict[str, str]:
    """Return every file's text by its name below ``share``."""
    files = {MANUAL: make_manual()}
    for shell, name in COMPLETIONS.items():
        completion = get_completion_class(shell)
        assert completion is not None
        files[name] = completion(main, {}, "asciiart", "_ASCIIART_COMPLETE").source().strip() + "\n"
    return files


def make_manual() -> str:
    """Return one page in roff about all commands (groff's man(7) macros)."""
    context = click.Context(main, info_name="asciiart")
    lines = [
        f'.TH ASCIIART 1 "" "asciiart {__version__}" "User Commands"',
        *(".SH NAME", r"asciiart \- turns pictures into text art"),
        *(".SH SYNOPSIS", r"\fBasciiart\fR \fIPICTURE\fR... [\fIOPTIONS\fR]", ".br"),
        r"\fBasciiart\fR \fICOMMAND\fR [\fIOPTIONS\fR]",
        *(".SH DESCRIPTION", *_text(main)),
        *(".SH COMMANDS", *_commands(main, context)),
        *(".SH ENVIRONMENT", *_table(ENVIRONMENT)),
        *(".SH FILES", *_table(FILES)),
        *(".SH EXIT STATUS", *_table(STATUS)),
    ]
    return "\n".join(lines) + "\n"


def _commands(group: click.Group, context: click.Context) -> Iterator[str]:
    for name, command in group.commands.items():
        own = click.Context(command, info_name=name, parent=context)
        if isinstance(command, click.Group):
            yield from _commands(command, own)
            continue
        usage = " ".join((own.command_path, *command.collect_usage_pieces(own)))
        yield f'.SS "{_escape(usage)}"'
        yield from _text(command)
        options = (each for each in command.params if isinstance(each, click.Option))
        records = (option.get_help_record(own) for option in options if not option.hidden)
        yield from _table(dict(record for record in records if record))


def _text(command: click.Command) -> Iterator[str]:
    r"""Yield a command's help; what Click's \b keeps as it is stays so."""
    for number, paragraph in enumerate(inspect.cleandoc(command.help or "").split("\n\n")):
        kept = paragraph.removeprefix("\b\n")
        if number:
            yield ".PP"
        if kept == paragraph:
            yield _escape(" ".join(paragraph.split()))
        else:
            head, *rest = kept.split("\n")
            yield from (_escape(head), ".RS 2", ".nf", *map(_escape, rest), ".fi", ".RE")


def _table(rows: dict[str, str]) -> Iterator[str]:
    for name, meaning in rows.items():
        yield from (
            ".TP",
            re.sub(r"[^ ,/=\[\]|]+", _font, name),
            _escape(" ".join(meaning.split())),
        )


def _font(match: re.Match[str]) -> str:
    """Set options in bold, and what stands for a value in italics."""
    word = match[0]
    return rf"\fB{_escape(word)}\fR" if word.startswith("-") else rf"\fI{_escape(word)}\fR"


def _escape(text: str) -> str:
    """Return text that roff shows as it is."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq")
    escaped = escaped.replace("'", r"\(aq").replace("`", r"\(ga").replace("~", r"\(ti")
    escaped = escaped.replace("^", r"\(ha")
    return rf"\&{escaped}" if escaped.startswith(".") else escaped


if __name__ == "__main__":
    for name, text in make_files().items():
        (SHARE / name).parent.mkdir(parents=True, exist_ok=True)
        (SHARE / name).write_text(text, encoding="utf-8")
