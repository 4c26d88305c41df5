"""The user's own folders; a user without a home, as in some containers, has none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

APPLICATION = "asciiart"


def home_folder() -> Path | None:
    """Return the home folder; None if neither $HOME nor the system knows one."""
    try:
        home = Path.home()
    except (RuntimeError, KeyError):
        return None
    return home if home.is_absolute() else None


def cache_folder() -> Path | None:
    """Return the folder for cached files, which may not exist; None if there can be none."""
    import platformdirs  # noqa: PLC0415 - only where it is needed

    return _found(platformdirs.user_cache_path)


def config_folder() -> Path | None:
    """Return the folder for the user's defaults, which may not exist; None if there can be none."""
    import platformdirs  # noqa: PLC0415 - only where it is needed

    return _found(platformdirs.user_config_path)


def _found(find: Callable[[str], Path]) -> Path | None:
    try:
        folder = find(APPLICATION)
    except (RuntimeError, KeyError):  # newer versions of platformdirs, without a home
        return None
    # Older versions answer "~/.cache", which would be a folder called ~ in the current one; and
    # the XDG specification ignores relative paths.
    return folder if folder.is_absolute() else None
