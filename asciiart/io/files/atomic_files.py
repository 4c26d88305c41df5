"""Writing files so that a failure leaves the old ones intact."""

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
from asciiart.io.signals import cleanup_on_signals

_STREAM_FOLDERS = ("/dev", "/dev/fd", "/proc/self/fd")
"""Folders whose files are streams of this process, even if they lead to ordinary files."""


def write_atomically(path: str | Path, data: bytes) -> None:
    """Write ``data`` to a new file beside ``path``, then rename it to ``path``.

    Permissions become those that ``open(path, "wb")`` would leave, links are followed, and
    devices, pipes and ``/dev/stdout`` are written directly.

    Raises
    ------
    OutputError
        If the file cannot be written; it is then unchanged.
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
    # Opening reports a folder or a protected file.
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
    """Yield a hidden path beside ``target``; whatever lies there at the end is removed."""
    temporary = target.with_name(f".asciiart-{secrets.token_hex(8)}{suffix}")
    remove = partial(_remove, temporary)
    with cleanup_on_signals(remove):
        try:
            yield temporary
        finally:
            remove()


def _remove(temporary: Path) -> None:
    """Remove a file or folder if it exists, and ignore failures."""
    if temporary.is_dir():
        shutil.rmtree(temporary, ignore_errors=True)
    else:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_privately(path: Path, data: bytes) -> None:
    """Write a file that only this user may read, replacing any file of that name.

    Raises
    ------
    OutputError
        If it cannot be written; the old file is then unchanged.
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
    """Write files, name to content, into a folder: either all of them or none.

    All are written under temporary names before the first one is renamed.

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
                    with path.open("ab"):  # reports a folder or a protected file
                        pass
            with ExitStack() as rollback:
                for path, new in staged.items():
                    old = temporaries.enter_context(_temporary_beside(path))
                    if path.exists():
                        shutil.copy2(path, old)
                    rollback.callback(_restore_file, old, path)
                    new.replace(path)
                rollback.pop_all()
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error


def _restore_file(old: Path, path: Path) -> None:
    """Restore a file from its copy ``old``; remove it if there is no copy."""
    with suppress(OSError):
        if old.exists():
            old.replace(path)
        else:
            path.unlink(missing_ok=True)


def prepare_folder(folder: Path) -> None:
    """Create a folder with its parents, if missing, and check that it is writable.

    Raises
    ------
    OutputError
        If it cannot be created, or files cannot be written into it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _temporary_beside(folder / "any file") as probe:
            probe.touch()
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror or error})") from error


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path for a file or folder, which is renamed to ``path`` at the end.

    After an exception it is removed instead, and ``path`` is unchanged. Links are followed. A
    folder can only take a free place or that of an empty folder.

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
