"""The user's own folders; there are none for a user without a home, as in some containers."""

from __future__ import annotations

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
    """Return the folder of files that only save time; it need not be there."""
    import platformdirs  # noqa: PLC0415 - not for `--help`

    return _usable(platformdirs.user_cache_path(APPLICATION))


def config_folder() -> Path | None:
    """Return the folder of the user's defaults; it need not be there."""
    import platformdirs  # noqa: PLC0415 - only where it is needed

    return _usable(platformdirs.user_config_path(APPLICATION))


def _usable(folder: Path) -> Path | None:
    # Without a home it is "~/.cache", which would be a folder called ~ in the working one; and
    # XDG's specification says to pass over relative paths.
    return folder if folder.is_absolute() else None
