"""The user's own folders; there are none for a user without a home, as in some containers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

APPLICATION = "asciiart"


def home_folder() -> Path | None:
    """Return the home folder, or None where neither HOME nor the system knows one."""
    try:
        home = Path.home()
    except (RuntimeError, KeyError):
        return None
    return home if home.is_absolute() else None


def cache_folder() -> Path | None:
    """Return the folder of files that only save time, if there can be one; it need not be there."""
    import platformdirs  # noqa: PLC0415 - not for `--help`

    return _found(platformdirs.user_cache_path)


def config_folder() -> Path | None:
    """Return the folder of the user's defaults, if there can be one; it need not be there."""
    import platformdirs  # noqa: PLC0415 - only where it is needed

    return _found(platformdirs.user_config_path)


def _found(find: Callable[[str], Path]) -> Path | None:
    try:
        folder = find(APPLICATION)
    except (RuntimeError, KeyError):  # of newer versions, where there is no home
        return None
    # Older ones say "~/.cache" then, which would be a folder called ~ in the working one; and
    # XDG's specification passes over relative paths.
    return folder if folder.is_absolute() else None
