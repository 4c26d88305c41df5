"""A process of its own in which no file grows beyond a size, as on a disk that is full."""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import NamedTuple, TypeVar

R = TypeVar("R")


class CommandResult(NamedTuple):
    """How a command ended."""

    exit_code: int
    stderr: str


class LimitedFiles:
    """Calls functions, which must be importable, in another process under a limit."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def call(self, size: int, function: Callable[..., R], *arguments: object) -> R:
        """Return a function's value while files have at most ``size`` bytes."""
        return self._pool.submit(_limited, size, function, *arguments).result()


@contextmanager
def limited_files() -> Iterator[LimitedFiles]:
    """Yield calls in one process, which starts with the first of them."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield LimitedFiles(pool)


def _limited(size: int, function: Callable[..., R], *arguments: object) -> R:
    tempfile.gettempdir()  # looks for a folder by writing into it
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        return function(*arguments)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def invoke(folder: str, command: list[str], environ: dict[str, str]) -> CommandResult:
    """Return how a command of ours ends in a folder."""
    from click.testing import CliRunner  # noqa: PLC0415 - where it runs

    from asciiart.cli.main import main  # noqa: PLC0415

    os.chdir(folder)
    result = CliRunner().invoke(main, command, env=environ)
    assert isinstance(result.exception, SystemExit | None), repr(result.exception)
    return CommandResult(result.exit_code, result.stderr)
