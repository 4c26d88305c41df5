"""How the command line behaves: one line for every error, exit codes, quiet libraries."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from click.shell_completion import CompletionItem

from asciiart.cli.defaults import CONFIG_COMMAND, Defaulted, name_variables, origin, read_defaults
from asciiart.cli.messages import collected_warnings, report, tell_warnings
from asciiart.errors import (
    AsciiArtError,
    FontError,
    ModelError,
    OptionError,
)

_USAGE = (OptionError, FontError, ModelError)
"""Errors of what was asked for, exit code 2; the others are of what was met, exit code 1."""


class DrawByDefault(click.Group):
    """A group whose command is ``draw`` unless another is named, and whose errors are one line.

    Options that the command line does not give come from the environment or the user's file.
    """

    command_class: type[click.Command] | None = Defaulted

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Add a command, whose options can be set by variables."""
        super().add_command(cmd, name)
        name_variables(name or cmd.name or "", cmd)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command line and exit: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
        try:
            with _warnings_as_lines():
                code = super().main(*args, **{**extra, "standalone_mode": False})
        except click.UsageError as error:
            code = report(_explain(error), 2)
        except click.ClickException as error:  # as when an editor fails
            code = report(error.format_message(), 1)
        except AsciiArtError as error:
            code = report(error, 2 if isinstance(error, _USAGE) else 1)
        except MemoryError:
            code = report("not enough memory", 1)
        except OSError as error:  # as when the help goes to a full disk
            sys.stdout = None  # what it still holds cannot be written
            code = report(f"{error.filename or 'standard output'}: {error.strerror or error}", 1)
        except click.Abort:  # Ctrl-C
            code = 130
        sys.exit(code)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Show the help if there is nothing to do; put ``draw`` first if no command is named."""
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(2)
        own = {option for parameter in self.get_params(ctx) for option in parameter.opts}
        if args and args[0] not in self.commands and args[0] not in own:
            args.insert(0, "draw")
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, and what the user's file says for it."""
        name, command, rest = super().resolve_command(ctx, args)
        if name != CONFIG_COMMAND and not ctx.resilient_parsing:
            ctx.default_map = read_defaults(self)
        return name, command, rest

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete what `draw`, which may go unsaid, takes: options and the names of pictures."""
        commands = super().shell_complete(ctx, incomplete)
        if incomplete.startswith("-"):
            draw = self.commands["draw"]
            return [*commands, *draw.shell_complete(click.Context(draw), incomplete)]
        return [CompletionItem(incomplete, type="file"), *commands]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write both ways to call it."""
        formatter.write_usage(ctx.command_path, "PICTURE... [OPTIONS]")
        formatter.write_usage(ctx.command_path, "COMMAND [OPTIONS]", prefix="       ")


def _explain(error: click.UsageError) -> str:
    """Return the error in one line that says where a wrong value came from, or what says more."""
    if (
        isinstance(error, click.BadParameter)
        and error.ctx
        and isinstance(error.param, click.Option)
    ):
        where = origin(error.ctx, error.param)
        if where is not None:
            return f"{where}: {error.message}"
    command = error.ctx.command_path if error.ctx else "asciiart"
    return f"{error.format_message()} ({command} --help says more)"


@contextmanager
def _warnings_as_lines() -> Iterator[None]:
    """Tell what was warned of at the end, when stderr is neither muted nor a full screen."""
    with collected_warnings() as warned:
        try:
            yield
        finally:
            tell_warnings(warned)
