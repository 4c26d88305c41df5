"""The group of commands: drawing by default, one line for every error, exit codes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from asciiart.cli.defaults import CONFIG_COMMAND, Defaulted, name_variables, origin, read_defaults
from asciiart.cli.messages import collected_warnings, report, report_warnings
from asciiart.cli.neighbors import OPTIONS_ELSEWHERE
from asciiart.errors import AsciiArtError, FontError, ModelError, OptionError

_SIMILAR = 0.7
"""How similar a word is, 0 to 1, that is taken for a misspelt command."""
_USAGE = (OptionError, FontError, ModelError)
"""Errors in what the user asked for, with exit code 2; all others have exit code 1."""


class DrawByDefault(click.Group):
    """A group that runs ``draw`` unless another command is named and reports errors in one line.

    Options missing from the command line are taken from the environment or the user's file.
    """

    command_class: type[click.Command] | None = Defaulted

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Add a command and name the environment variables that set its options."""
        super().add_command(cmd, name)
        name_variables(name or cmd.name or "", cmd)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command line and exit: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
        try:
            with _warnings_as_lines():
                code = super().main(*args, **{**extra, "standalone_mode": False})
        except click.UsageError as error:
            code = report(_explain(error), 2)
        except click.ClickException as error:  # for example if an editor fails
            code = report(error.format_message(), 1)
        except AsciiArtError as error:
            code = report(error, 2 if isinstance(error, _USAGE) else 1)
        except MemoryError:
            code = report("not enough memory", 1)
        except OSError as error:  # for example if the help is written to a full disk
            sys.stdout = None  # its buffer cannot be written
            code = report(f"{error.filename or 'standard output'}: {error.strerror or error}", 1)
        except click.Abort:  # Ctrl-C
            code = 130
        sys.exit(code)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Show the help if there are no arguments; insert ``draw`` if no command is named."""
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(2)
        own = {option for parameter in self.get_params(ctx) for option in parameter.opts}
        if args[:1] == ["help"] and not Path("help").exists():
            args = [*args[1:2], "--help"]
        if args and args[0] not in self.commands and args[0] not in own:
            self._refuse_misspelt(args[0], ctx)
            args.insert(0, "draw")
        return super().parse_args(ctx, args)

    def _refuse_misspelt(self, word: str, ctx: click.Context) -> None:
        """Refuse what is nearly a command's name, and not a file's."""
        near = get_close_matches(word, self.commands, 1, _SIMILAR)
        if near and not Path(word).exists():
            raise click.UsageError(f"{word}: no such file or command; did you mean {near[0]}?", ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, and read the defaults in the user's file."""
        name, command, rest = super().resolve_command(ctx, args)
        if name != CONFIG_COMMAND and not ctx.resilient_parsing:
            ctx.default_map = read_defaults(self)
        return name, command, rest

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete commands and, since ``draw`` may be left out, its options and pictures."""
        commands = super().shell_complete(ctx, incomplete)
        if incomplete.startswith("-"):
            draw = self.commands["draw"]
            return [*commands, *draw.shell_complete(click.Context(draw), incomplete)]
        return [CompletionItem(incomplete, type="file"), *commands]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write both forms of a command line."""
        formatter.write_usage(ctx.command_path, "PICTURE... [OPTIONS]")
        formatter.write_usage(ctx.command_path, "COMMAND [OPTIONS]", prefix="       ")


def _explain(error: click.UsageError) -> str:
    """Return the error as one line, with the origin of a wrong default or a pointer to the help."""
    if (
        isinstance(error, click.BadParameter)
        and error.ctx
        and isinstance(error.param, click.Option)
    ):
        where = origin(error.ctx, error.param)
        if where is not None:
            return f"{where}: {error.message}"
    command = error.ctx.command_path if error.ctx else "asciiart"
    message = error.format_message()
    if isinstance(error, click.NoSuchOption) and error.option_name in OPTIONS_ELSEWHERE:
        message = f"No such option {error.option_name!r}: {OPTIONS_ELSEWHERE[error.option_name]}"
    return f"{message} (see {command} --help)"


@contextmanager
def _warnings_as_lines() -> Iterator[None]:
    """Report warnings at the end, when stderr is neither muted nor showing a full screen."""
    with collected_warnings() as warned:
        try:
            yield
        finally:
            report_warnings(warned)
