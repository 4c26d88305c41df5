"""Writing files so that a failure leaves the old one whole."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from asciiart.errors import AsciiArtError, OutputError
from asciiart.io.signals import in_order

_STREAM_FOLDERS = ("/dev", "/dev/fd", "/proc/self/fd")
"""What lies here is a stream of this process, even where it leads to an ordinary file."""


def write_atomically(path: str | Path, data: bytes) -> None:
    """Write ``data`` to a file: beside it first, then renamed into place.

    Permissions are those that ``open(path, "wb")`` would leave, links are written through, and
    devices, pipes and ``/dev/stdout`` are written directly.

    Raises
    ------
    OutputError
        If the file cannot be written; it is then as it was.
    """
    try:
        _write(Path(path), data)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
    except ValueError as error:  # a null character in the name
        raise OutputError(f"{str(path)!r}: cannot be written ({error})") from error


def _write(path: Path, data: bytes) -> None:
    try:
        status = path.stat()
    except FileNotFoundError:
        _write_beside(path, data, permissions=None)
        return
    # Opening says what is wrong with a folder, or with a file that is protected.
    if not stat.S_ISREG(status.st_mode) or str(path.parent) in _STREAM_FOLDERS:
        with path.open("wb") as stream:
            stream.write(data)
        return
    with path.open("ab"):
        pass
    _write_beside(path, data, permissions=stat.S_IMODE(status.st_mode))


def _write_beside(path: Path, data: bytes, permissions: int | None) -> None:
    target = path.resolve()
    with _temporary_beside(target) as temporary:
        with temporary.open("xb") as stream:
            stream.write(data)
        if permissions is not None:
            temporary.chmod(permissions)
        temporary.replace(target)


@contextmanager
def _temporary_beside(target: Path, suffix: str = "") -> Iterator[Path]:
    """Give a hidden name beside ``target``; what is still there at the end is removed."""
    temporary = target.with_name(f".asciiart-{secrets.token_hex(8)}{suffix}")
    remove = partial(_remove, temporary)
    with in_order(remove):
        try:
            yield temporary
        finally:
            remove()


def _remove(temporary: Path) -> None:
    """Remove a file or a folder, if it is there; what cannot be removed is not worth an error."""
    if temporary.is_dir():
        shutil.rmtree(temporary, ignore_errors=True)
    else:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_privately(path: Path, data: bytes) -> None:
    """Write a file that only this user may read, in the place of whatever else has its name.

    Raises
    ------
    OutputError
        If it cannot be written; what was there is then as it was.
    """
    try:
        with _temporary_beside(path) as temporary:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            own = os.open(temporary, flags, 0o600)
            with os.fdopen(own, "wb") as stream:
                stream.write(data)
            temporary.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error


def write_together(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder so that either all are new or all are as they were.

    All are written beside before the first is renamed into place.

    Raises
    ------
    OutputError
        If one cannot be written.
    """
    path = folder
    with ExitStack() as temporaries:
        staged: dict[Path, Path] = {}
        try:
            for name, data in files.items():
                path = folder / name
                staged[path] = temporaries.enter_context(_temporary_beside(path))
                staged[path].write_bytes(data)
                if path.exists():
                    with path.open("ab"):  # says what is wrong with a folder or a protected file
                        pass
            with ExitStack() as rollback:
                for path, new in staged.items():
                    old = temporaries.enter_context(_temporary_beside(path))
                    if path.exists():
                        shutil.copy2(path, old)
                    rollback.callback(_put_back, old, path)
                    new.replace(path)
                rollback.pop_all()
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error


def _put_back(old: Path, path: Path) -> None:
    """Give a file its former content; without ``old`` there was none."""
    with suppress(OSError):
        if old.exists():
            old.replace(path)
        else:
            path.unlink(missing_ok=True)


def prepare_folder(folder: Path) -> None:
    """Make a folder, and those above it, unless it is there, and try whether it can be written.

    Raises
    ------
    OutputError
        If it cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _temporary_beside(folder / "any file") as probe:
            probe.touch()
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror or error})") from error


@contextmanager
def written_beside(path: str | Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write a file or a folder at; it is renamed if all goes well.

    If not, what was written is removed, and ``path`` is as it was. Links are written through. A
    folder takes only the place of none or an empty one.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    try:
        target = Path(path).resolve()
        if target.exists() and not (target.is_file() or target.is_dir()):
            raise OutputError(f"{path}: cannot be written (not an ordinary file)")
        with _temporary_beside(target, target.suffix) as temporary:
            yield temporary
            if target.exists() and temporary.is_file():
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            temporary.replace(target)
    except AsciiArtError:
        raise
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
    except ValueError as error:  # a null character in the name
        raise OutputError(f"{str(path)!r}: cannot be written ({error})") from error
