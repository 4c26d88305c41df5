"""The command `asciiart config`: the user's file of defaults, and what is set where."""

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
)
from asciiart.cli.messages import echo
from asciiart.errors import OptionError, OutputError

_HEAD = """\
# Defaults of asciiart: a table a command, a key an option, by its long name.
#
# The command line comes first, then variables such as ASCIIART_DRAW_COLUMNS, then this file.
# Take away the # before a line to set it; `asciiart config` shows what is set from where.
"""
_KNOWN_VARIABLES = ("ASCIIART_FONT_PATH", "ASCIIART_HOME", FILE_VARIABLE)


@click.command()
@click.option("--path", "show_path", is_flag=True, help="Say only where the file is, or would be.")
@click.option("--init", "make", is_flag=True, help="Write the file, with every option in comments.")
@click.option(
    "--edit", is_flag=True, help="Open the file in your editor; write it first if need be."
)
@click.pass_context
def config(context: click.Context, show_path: bool, make: bool, edit: bool) -> None:
    """Show which defaults are set, and where; write or edit the file of defaults.

    Options come from the command line, else from variables, else from a TOML file; else they are
    as a command's help says. A variable is named after command and option, with _ for each - in
    it. Empty ones count as unset, true and false are 1 and 0, and blanks part the values of an
    option that can be repeated. ASCIIART_CONFIG names another file. What is shown is TOML as well.

    An option drops what a farther place says for those that it stands instead of: --width drops
    the file's columns, --mode its structure, --target its font, charset and size, and -o art.png
    its format. What a JSON art, or a training's own file, says comes before such
    defaults, too, and one without a meaning, such as the encoding of a PNG, is passed over.

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
        raise TypeError("asciiart config stands in a group")
    if show_path + make + edit > 1:
        raise click.UsageError("--path, --init and --edit exclude each other")
    path = config_path()
    if path is None and (make or edit or show_path):
        raise OutputError(f"there is no home folder to keep the file in; {FILE_VARIABLE} names one")
    if make or (edit and not is_there(path)):
        _write(path, template(group))
    if edit:
        click.edit(filename=str(path))
        read_defaults(group)  # says what is wrong with it now
    elif make or show_path:
        echo(str(path))
    else:
        echo(*_report(group, path))


def _write(path: Path | None, text: str) -> None:
    from asciiart.io.files.atomic_files import prepare_folder, write_atomically  # noqa: PLC0415

    if is_there(path):
        raise OutputError(f"{path}: is there already; asciiart config --edit changes it")
    assert path is not None
    prepare_folder(path.parent)
    write_atomically(path, text.encode())


def template(group: click.Group) -> str:
    """Return a file that sets nothing and explains every option of every command."""
    lines = [_HEAD]
    for names, command in commands_with_options(group):
        lines.append(f"\n[{'.'.join(names)}]")
        for name, option in settable(command).items():
            lines += ["", *_explain(option), f"#{name} = {_example(option)}"]
    return "\n".join(lines) + "\n"


def _explain(option: click.Option) -> list[str]:
    words = " ".join((option.help or "").split())
    if isinstance(option.type, click.Choice):
        words = f"{words} One of: {', '.join(option.type.choices)}."
    return textwrap.wrap(words.strip(), 96, initial_indent="# ", subsequent_indent="# ")


def _example(option: click.Option) -> str:
    """Return the default as TOML, or else what stands for a value."""
    default = option.to_info_dict()["default"]
    if option.is_flag:
        return _toml(bool(default))
    if isinstance(default, str | int | float):
        return _toml(default)
    choices = option.type.choices if isinstance(option.type, click.Choice) else ["..."]
    word = option.metavar or str(choices[0])
    numeric = isinstance(option.type, click.types.IntParamType | click.types.FloatParamType)
    shown = word if numeric else _toml(word)
    return f"[{shown}]" if option.multiple else shown


def _toml(value: Any) -> str:
    """Return a value as TOML, which writes texts, numbers and lists as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def _report(group: click.Group, path: Path | None) -> Iterator[str]:
    """Yield what is set, as TOML with each value's origin in a comment."""
    missing = "" if is_there(path) else "  (no such file; asciiart config --init writes it)"
    yield "# no file, since there is no home folder" if path is None else f"# {path}{missing}"
    defaults = read_defaults(group)
    names = set(_KNOWN_VARIABLES)
    for path_, command in commands_with_options(group):
        table = defaults
        for name in path_:
            table = table.get(name, {})
        options = settable(command).values()
        names |= {str(option.envvar) for option in options}
        lines = [line for option in options for line in _line(command, option, table)]
        yield from ["", f"[{'.'.join(path_)}]", *lines] if lines else []
    for unknown in sorted(n for n in os.environ if n.startswith("ASCIIART_") and n not in names):
        yield from ("", f"# {unknown} is the variable of no option")


def _line(command: click.Command, option: click.Option, table: dict[str, Any]) -> Iterator[str]:
    """Yield the line of an option that a variable or the file sets."""
    context = click.Context(command)
    given = option.value_from_envvar(context)
    if given is not None:
        try:
            value = option.type_cast_value(context, given)
        except click.BadParameter as error:
            raise OptionError(f"{option.envvar}: {error.message}") from error
        shown = value if isinstance(value, bool | int | float | list | tuple) else str(value)
        yield f"{option_name(option)} = {_toml(shown)}  # {option.envvar}"
    elif option.name in table:
        yield f"{option_name(option)} = {_toml(table[option.name])}  # file"
