"""The command `asciiart config`: the user's file of defaults, and which defaults are set."""

# ruff: noqa: D301 - click keeps the lines after \b as they are

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from asciiart.cli.defaults import (
    FILE_VARIABLE,
    commands_with_options,
    config_path,
    is_there,
    option_name,
    read_defaults,
    settable,
    setting_variable,
    variables,
)
from asciiart.cli.messages import echo
from asciiart.errors import OptionError, OutputError

_HEAD = """\
# Defaults of asciiart: one table per command, one key per option, by its long name.
#
# The command line comes first, then variables such as ASCIIART_DRAW_COLUMNS, then this file.
# Uncomment a line to set it; `asciiart config` shows what is set, and where.
"""
_KNOWN_VARIABLES = ("ASCIIART_FONT_PATH", "ASCIIART_HOME", FILE_VARIABLE)


@click.command()
@click.option(
    "--path", "show_path", is_flag=True, help="Print only where the file is, or would be."
)
@click.option(
    "--init", "make", is_flag=True, help="Write the file, with every option commented out."
)
@click.option(
    "--edit", is_flag=True, help="Open the file in your editor; write it first if necessary."
)
@click.pass_context
def config(context: click.Context, show_path: bool, make: bool, edit: bool) -> None:
    """Show the defaults that are set; write or edit their file.

    Options are taken from the command line, otherwise from environment variables, otherwise from
    a TOML file; the remaining ones have the defaults that a command's help gives. A variable is
    named after command and option, with _ for each -. Empty variables count as unset, booleans are
    1 or 0, and the values of a repeatable option are separated by spaces. On the command line,
    --no-fill undoes fill = true. ASCIIART_CONFIG names another file. The output is TOML, too.

    An option discards conflicting defaults from farther away: --width discards the file's columns,
    --mode its outline-share, --target its font, charset and size, and -o art.png its format. JSON
    art and a training's own file also override such defaults. A default without a meaning, such as
    the encoding of a PNG, is ignored.

    \b
    Examples:
      asciiart config
      asciiart config --init
      asciiart config --edit
      ASCIIART_DRAW_COLUMNS=100 asciiart photo.jpg
      ASCIIART_CONFIG=/dev/null asciiart photo.jpg    without the file

    \b
    A file:
      [draw]
      font = "JetBrains Mono"
      columns = 100
      [compare]
      charset = ["ascii", "ascii+box"]
    """
    group = context.find_root().command
    if not isinstance(group, click.Group):
        raise TypeError("asciiart config belongs to a group of commands")
    if show_path + make + edit > 1:
        raise click.UsageError("--path, --init and --edit exclude one another")
    path = config_path()
    if path is None and (make or edit or show_path):
        raise OutputError(
            f"there is no home folder to keep the file in; set {FILE_VARIABLE} to a file"
        )
    if make or (edit and not is_there(path)):
        _write(path, template(group))
    if edit:
        click.edit(filename=str(path))
        read_defaults(group)  # reports errors in it
    elif make or show_path:
        echo(str(path))
    else:
        echo(*_report(group, path))


def _write(path: Path | None, text: str) -> None:
    from asciiart.io.files.atomic_files import prepare_folder, write_atomically  # noqa: PLC0415

    if is_there(path):
        raise OutputError(f"{path}: already exists; asciiart config --edit changes it")
    assert path is not None
    prepare_folder(path.parent)
    write_atomically(path, text.encode())


def template(group: click.Group) -> str:
    """Return a file that explains every option of every command and sets none."""
    lines = [_HEAD]
    for names, command in commands_with_options(group):
        lines.append(f"\n[{'.'.join(names)}]")
        for name, option in settable(command).items():
            lines += ["", *_explain(option), f"#{name} = {_example(option)}"]
    return "\n".join(lines) + "\n"


def _explain(option: click.Option) -> list[str]:
    words = " ".join((option.help or "").split())
    if isinstance(option.type, click.Choice) and option.metavar is None:  # else the help does
        words = f"{words} One of: {', '.join(option.type.choices)}."
    return textwrap.wrap(words.strip(), 96, initial_indent="# ", subsequent_indent="# ")


def _example(option: click.Option) -> str:
    """Return an option's default as TOML or, if it has none, a placeholder."""
    default = option.to_info_dict()["default"]
    if option.is_flag:
        return _toml(bool(default))
    if isinstance(default, str | int | float):
        return _toml(default)
    is_choice = isinstance(option.type, click.Choice)
    word = str(option.type.choices[0]) if is_choice else option.metavar or "..."  # type: ignore[attr-defined] # of a choice
    numeric = isinstance(option.type, click.types.IntParamType | click.types.FloatParamType)
    shown = word if numeric else _toml(word)
    return f"[{shown}]" if option.multiple else shown


def _toml(value: Any) -> str:
    """Return a value as TOML, which writes strings, numbers and lists as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def _report(group: click.Group, path: Path | None) -> Iterator[str]:
    """Yield the lines of a TOML file with all that is set, each with its origin in a comment."""
    missing = "" if is_there(path) else "  (no such file; asciiart config --init writes it)"
    yield "# no file, as there is no home folder" if path is None else f"# {path}{missing}"
    defaults = read_defaults(group)
    names = set(_KNOWN_VARIABLES)
    for path_, command in commands_with_options(group):
        table = defaults
        for name in path_:
            table = table.get(name, {})
        options = settable(command).values()
        names |= {name for option in options for name in variables(option)}
        lines = [line for option in options for line in _line(command, option, table)]
        yield from ["", f"[{'.'.join(path_)}]", *lines] if lines else []
    for unknown in sorted(n for n in os.environ if n.startswith("ASCIIART_") and n not in names):
        yield from ("", f"# {unknown} belongs to no option")


def _line(command: click.Command, option: click.Option, table: dict[str, Any]) -> Iterator[str]:
    """Yield the line of an option if a variable or the file sets it."""
    context = click.Context(command)
    given = option.value_from_envvar(context)
    if given is not None:
        try:
            value = option.type_cast_value(context, given)
        except click.BadParameter as error:
            raise OptionError(f"{setting_variable(option)}: {error.message}") from error
        shown = value if isinstance(value, bool | int | float | list | tuple) else str(value)
        yield f"{option_name(option)} = {_toml(shown)}  # {setting_variable(option)}"
    elif option.name in table:
        yield f"{option_name(option)} = {_toml(table[option.name])}  # file"
