"""How the command line behaves: one line for every error, exit codes, quiet libraries."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import click
from click.shell_completion import CompletionItem

from asciiart.cli_defaults import (
    CONFIG_COMMAND,
    Defaulted,
    name_variables,
    origin,
    read_defaults,
)
from asciiart.errors import (
    AsciiArtError,
    FontError,
    ImageError,
    ImageWarning,
    ModelError,
    OptionError,
)

_USAGE = (OptionError, FontError, ModelError)
"""Errors of what was asked for, exit code 2; the others are of what was met, exit code 1."""


_MAX_MESSAGE = 1500
"""Characters of a message; the longest of our own, which names font packages, has 1300."""
INPUT = click.Path(allow_dash=True, readable=False)
"""The name of a file, which completion knows by; whoever reads it says what is wrong with it."""
OUTPUT = click.Path(allow_dash=True, writable=False, readable=False)


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
            code = fail(_explain(error), 2)
        except click.ClickException as error:  # as when an editor fails
            code = fail(error.format_message(), 1)
        except AsciiArtError as error:
            code = fail(error, 2 if isinstance(error, _USAGE) else 1)
        except MemoryError:
            code = fail("not enough memory", 1)
        except OSError as error:  # as when the help goes to a full disk
            sys.stdout = None  # what it still holds cannot be written
            code = fail(f"{error.filename or 'standard output'}: {error.strerror or error}", 1)
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


def tell(*lines: str) -> None:
    """Write lines to standard output, in each of which names may hold anything."""
    from asciiart.terminal import write  # noqa: PLC0415

    write(sys.stdout, "".join(f"{printable(line)}\n" for line in lines))


def printable(text: str) -> str:
    r"""Return a text in which what a terminal might obey, or hide, is written as ``\x1b``."""
    return "".join(
        c if c.isprintable() or unicodedata.category(c) == "Zs" else ascii(c)[1:-1] for c in text
    )


def fail(reason: AsciiArtError | str, code: int) -> int:
    """Say why on stderr, in one line whatever the names in it hold, and return ``code``."""
    _say(_with_options(reason))
    return code


def tell_warnings(warned: Iterable[ImageWarning]) -> None:
    """Write warnings to stderr, one line each; equal ones once."""
    for line in dict.fromkeys(map(_with_options, warned)):
        _say(f"warning: {line}")


def _say(text: str) -> None:
    line = printable(_shortened(text).replace("\n", " "))
    with suppress(OSError):  # nobody is left to tell
        click.echo(f"asciiart: {line}", err=True)


def _shortened(text: str) -> str:
    """Return a text without its middle where it is too long for a line: foreign words may be."""
    if len(text) <= _MAX_MESSAGE:
        return text
    kept = _MAX_MESSAGE // 2 - 3
    return f"{text[:kept]} ... {text[-kept:]}"


@contextmanager
def collected_warnings() -> Iterator[list[ImageWarning]]:
    """Collect the warnings about pictures that any thread issues meanwhile, unshown."""
    collected: list[ImageWarning] = []
    show = warnings.showwarning

    def keep(message: Warning | str, *rest: Any) -> None:
        if isinstance(message, ImageWarning):
            collected.append(message)
        else:
            show(message, *rest)

    with warnings.catch_warnings():
        warnings.simplefilter("always", ImageWarning)
        warnings.showwarning = keep  # type: ignore[assignment] # called by position
        yield collected


@contextmanager
def _warnings_as_lines() -> Iterator[None]:
    """Tell what was warned of at the end, when stderr is neither muted nor a full screen."""
    with collected_warnings() as warned:
        try:
            yield
        finally:
            tell_warnings(warned)


def _with_options(reason: AsciiArtError | ImageWarning | str) -> str:
    """Return the message with the library's parameters as the options that they are here."""
    text = str(reason)
    for name in getattr(reason, "parameters", ()):
        flag = f"--{name.replace('_', '-')}"
        # No part of a path, such as output.png.
        text = re.sub(rf"(?<![\w./\\-]){name}(?![\w/\\-]|\.\w)", flag, text)
    return text


@contextmanager
def muted_libraries(picture: str) -> Iterator[None]:
    """Let C libraries work on a picture, muted; libtiff has its own say on damaged files.

    Raises
    ------
    ImageError
        If memory runs out.
    """
    with ExitStack() as stack:
        if sys.stderr is not None:
            stack.enter_context(_muted_stderr())
        try:
            yield
        except Exception as error:
            # OpenCV's and ONNX Runtime's errors are no MemoryError, but speak of allocating.
            if isinstance(error, MemoryError) or "alloc" in str(error):
                raise ImageError(f"{picture}: not enough memory to draw it") from error
            raise


@contextmanager
def _muted_stderr() -> Iterator[None]:
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
