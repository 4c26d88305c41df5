"""Defaults for options that are not on the command line: variables, then the user's file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

import click
from click.core import ParameterSource

from asciiart.cli.click_options import RenamedOption
from asciiart.cli.precedence import resolve_precedence
from asciiart.cli.presets import origin_in_preset
from asciiart.errors import FontError, ModelError, OptionError

FILE_VARIABLE = "ASCIIART_CONFIG"
"""Environment variable that names the configuration file, instead of the user's own."""
CONFIG_COMMAND = "config"
"""Name of the command that shows the defaults; it has none itself."""


def config_path() -> Path | None:
    """Return the path of the user's file, which need not exist; None without a home folder."""
    if named := os.environ.get(FILE_VARIABLE):
        return Path(named)
    from asciiart.io.files.user_folders import config_folder  # noqa: PLC0415 - only where it is needed

    folder = config_folder()
    return None if folder is None else folder / "config.toml"


def is_there(path: Path | None) -> TypeGuard[Path]:
    """Return whether the file exists; in a folder that may not be read, it does not."""
    try:
        return path is not None and path.exists()
    except OSError:
        return False


def option_name(option: click.Option) -> str:
    """Return an option's name in the file: its long name without the leading dashes."""
    return next((name for name in option.opts if name.startswith("--")), option.opts[0]).lstrip("-")


def spellings(option: click.Option) -> tuple[str, ...]:
    """Return an option's names in the file: the current one, then the former one."""
    former = (option.former,) if isinstance(option, RenamedOption) else ()
    return (option_name(option), *former)


def variables(option: click.Option) -> tuple[str, ...]:
    """Return the environment variables that set an option, in order of precedence."""
    named = option.envvar or ()
    return (named,) if isinstance(named, str) else tuple(named)


def setting_variable(option: click.Option) -> str:
    """Return the environment variable that an option takes its value from, if any."""
    return next(name for name in variables(option) if os.environ.get(name))


def settable(command: click.Command) -> dict[str, click.Option]:
    """Return a command's options by name, but for --help and --version."""
    options = (each for each in command.params if isinstance(each, click.Option))
    return {option_name(option): option for option in options if option.expose_value}


class CommandPath(NamedTuple):
    """A command and its place among the groups."""

    path: tuple[str, ...]
    """Names of the groups that it is in, then its own."""
    command: click.Command
    """The command."""


def commands_with_options(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[CommandPath]:
    """Yield the commands below a group that have options, but `config`."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands_with_options(command, (*path, name))
        elif name != CONFIG_COMMAND and settable(command):
            yield CommandPath((*path, name), command)


def name_variables(name: str, command: click.Command) -> None:
    """Let every option be set by a variable: that of ``draw --columns`` is ASCIIART_DRAW_COLUMNS.

    Click's own ``auto_envvar_prefix`` would name them after Python's parameters, such as
    ASCIIART_DRAW_FORMAT_, and obey ASCIIART_VERSION.
    """
    group = click.Group(commands={name: command})
    for path, each in commands_with_options(group):
        for option in settable(each).values():
            option.envvar = [
                "_".join(("asciiart", *path, spelling)).upper().replace("-", "_")
                for spelling in spellings(option)
            ]


def read_defaults(group: click.Group) -> dict[str, Any]:
    """Return the contents of the user's file as Click's default map: commands, then parameters.

    Raises
    ------
    OptionError
        If the file cannot be read, or a key or a value in it is none that can be.
    """
    path = config_path()
    if path is None or not (is_there(path) or os.environ.get(FILE_VARIABLE)):
        return {}
    return _parse_table(path, group, _read(path), ())


def _read(path: Path) -> dict[str, Any]:
    from asciiart.io.files.limited_reading import read_toml  # noqa: PLC0415 - most users have no such file

    try:
        return read_toml(path)
    except OSError as error:
        raise OptionError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise OptionError(f"{path}: not a TOML file ({error})") from error


def _parse_table(
    path: Path, command: click.Command, table: dict[str, Any], names: tuple[str, ...]
) -> dict[str, Any]:
    options = settable(command)
    spelled = {spelling: each for each in options.values() for spelling in spellings(each)}
    nested = dict(command.commands) if isinstance(command, click.Group) else {}
    nested.pop(CONFIG_COMMAND, None)
    parsed: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("_", "-")
        where = f"{path}: {_key(names, key)}"
        if name in nested:
            if not isinstance(value, dict):
                raise OptionError(f"{where} is a command: write [{'.'.join((*names, name))}]")
            parsed[name] = _parse_table(path, nested[name], value, (*names, name))
        elif name in spelled:
            parsed[spelled[name].name or name] = _parse_value(where, spelled[name], value)
        else:
            raise OptionError(f"{where} is no {_suggest(name, options or nested)}")
    return parsed


def _key(names: tuple[str, ...], key: str) -> str:
    return f"[{'.'.join(names)}] {key}" if names else key


def _suggest(name: str, known: Mapping[str, object]) -> str:
    kind = "option" if any(isinstance(each, click.Option) for each in known.values()) else "command"
    near = get_close_matches(name, known, n=1)
    return f"{kind} (is it {near[0]}?)" if near else kind


def _parse_value(where: str, option: click.Option, value: Any) -> Any:
    """Check a value as Click would, without converting text to numbers or numbers to text."""
    values = value if option.multiple and isinstance(value, list) else [value]
    for each in values:
        if not _fits(option, each):
            raise OptionError(f"{where} must be {_words(option)}, not {each!r}")
        if not option.is_flag:
            try:
                option.type.convert(each, option, None)
            except click.BadParameter as error:
                raise OptionError(f"{where}: {error.message}") from error
    return values if option.multiple else value


def _words(option: click.Option) -> str:
    if option.is_flag:
        return "true or false"
    if isinstance(option.type, click.types.IntParamType):
        return "a whole number"
    return "a number" if isinstance(option.type, click.types.FloatParamType) else "a text in quotes"


def _fits(option: click.Option, value: Any) -> bool:
    if option.is_flag or isinstance(value, bool):
        return option.is_flag and isinstance(value, bool)
    if isinstance(option.type, click.types.IntParamType):
        return isinstance(value, int)
    if isinstance(option.type, click.types.FloatParamType):
        return isinstance(value, int | float)
    return isinstance(value, str)


def origin(context: click.Context, option: click.Option) -> str | None:
    """Return the variable, or the file and key, that gave an option its value, if one did."""
    source = context.get_parameter_source(option.name or "")
    if source is ParameterSource.ENVIRONMENT:
        return setting_variable(option)
    if source is ParameterSource.DEFAULT_MAP:
        if preset := origin_in_preset(context, option.name or ""):
            return preset
        return f"{config_path()}: {_key(_path(context), option_name(option))}"
    return None


def _path(context: click.Context) -> tuple[str, ...]:
    if context.parent is None:
        return ()
    return (*_path(context.parent), context.info_name or "")


class Defaulted(click.Command):
    """A command whose options override defaults, and whose errors name a wrong default's origin."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Discard defaults that a closer option overrides."""
        rest = super().parse_args(ctx, args)
        resolve_precedence(ctx)
        return rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error about a default names the place that it came from."""
        try:
            return super().invoke(ctx)
        except (OptionError, FontError, ModelError) as error:
            if where := _blame(ctx, str(error), error.parameters):
                raise type(error)(f"{where}: {error}") from error
            raise
        except click.UsageError as error:
            if where := _blame(ctx, error.message):
                raise click.UsageError(f"{where}: {error.message}", ctx) from error
            raise


def _blame(context: click.Context, message: str, parameters: Sequence[str] = ()) -> str | None:
    """Return the origin of the first default that a message names.

    If it is one of the ``parameters`` of the error, the origins of the others follow it.
    """
    named = {
        str(option.name): where
        for name, option in settable(context.command).items()
        if (where := origin(context, option)) and _names(message, name, option)
    }
    if not named:
        return None
    first, *others = named
    together = [named[each] for each in others if {first, each} <= set(parameters)]
    same_file = f"{config_path()}: "
    return " and ".join((named[first], *(where.removeprefix(same_file) for where in together)))


def _names(message: str, name: str, option: click.Option) -> bool:
    """Tell whether a message names an option."""
    names = "|".join(map(re.escape, (name, str(option.name), *option.opts)))
    return re.search(rf"(?<![\w-])({names})(?![\w-])", message) is not None
