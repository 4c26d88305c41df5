"""Folders of models and fonts: in $ASCIIART_HOME, the installed wheel or the checkout.

Also the folders in which a system keeps its installed fonts.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from asciiart.errors import FontError, ModelError
from asciiart.io.files.limited_reading import read_toml
from asciiart.io.files.user_folders import home_folder

FONT_PATH = "ASCIIART_FONT_PATH"
_PACKAGE = Path(__file__).resolve().parents[2]
_SHARED_DATA = "/usr/local/share:/usr/share"
"""Default of $XDG_DATA_DIRS."""
_BELOW_SHARED = ("fonts", "texmf/fonts/opentype")
"""Folders of fonts below those; Debian has Latin Modern in the second."""


def _data_folders(kind: str) -> list[Path]:
    home = os.environ.get("ASCIIART_HOME")
    candidates = [Path(home) / kind] if home else []
    candidates += [_PACKAGE / "_data" / kind, _PACKAGE.parent / kind]
    return [folder for folder in candidates if _is_folder(folder)]


def available_fonts() -> dict[str, Path]:
    """Return the fonts that are bundled or in $ASCIIART_HOME: family name to file.

    Raises
    ------
    FontError
        If the table of a fonts folder is damaged.
    """
    fonts: dict[str, Path] = {}
    for folder in _data_folders("fonts"):
        table = folder / "fonts.toml"
        if not table.is_file():
            continue
        try:
            entries = read_toml(table)
            for family, entry in entries.items():
                fonts.setdefault(family, folder / entry["file"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise FontError(f"{table}: damaged ({error})") from error
    return fonts


def available_models() -> dict[str, Path]:
    """Return the models that are bundled or in $ASCIIART_HOME: name to folder."""
    models: dict[str, Path] = {}
    for folder in _data_folders("models"):
        for card in sorted(folder.glob("*/card.toml")):
            models.setdefault(card.parent.name, card.parent)
    return models


def find_lines() -> Path:
    """Return the folder of the network that finds the lines of photographs.

    Raises
    ------
    ModelError
        If there is none.
    """
    for folder in _data_folders("models"):
        if (folder / "lines" / "lines.toml").is_file():
            return folder / "lines"
    raise ModelError("models/lines: not found, so photographs have no lines")


def find_model(name: str | Path) -> Path:
    """Return the folder of a model given by name or by path.

    Raises
    ------
    ModelError
        If there is no such model.
    """
    shipped = available_models()
    if str(name) in shipped:
        return shipped[str(name)]
    folder = Path(name)
    if _is_file(folder / "card.toml"):
        return folder
    if _is_folder(folder):
        raise ModelError(f"{folder}: not a model folder (it has no card.toml)")
    raise ModelError(f"{name}: no such model (there are: {', '.join(shipped) or 'none'})")


def _is_file(path: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):  # such as a name too long for any file
        return path.is_file()
    return False


def _is_folder(path: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):
        return path.is_dir()
    return False


def system_font_folders() -> list[Path]:
    """Return the existing folders in which this system keeps its fonts.

    If $ASCIIART_FONT_PATH is set, a list written like $PATH, its folders replace the usual ones.
    """
    if own := os.environ.get(FONT_PATH):
        return [Path(folder) for folder in own.split(os.pathsep) if _is_folder(Path(folder))]
    home = home_folder()
    if sys.platform == "darwin":
        folders = [*_in(home, "Library/Fonts"), Path("/Library/Fonts")]
        folders.append(Path("/System/Library/Fonts"))
    elif sys.platform == "win32":
        local = _absolute(os.environ.get("LOCALAPPDATA", "")) or _in(home, "AppData/Local")
        folders = [folder / "Microsoft/Windows/Fonts" for folder in local]
        folders.append(Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts")
    else:
        data = _absolute(os.environ.get("XDG_DATA_HOME", "")) or _in(home, ".local/share")
        shared = _absolute(os.environ.get("XDG_DATA_DIRS", "")) or _absolute(_SHARED_DATA)
        folders = [*(folder / "fonts" for folder in data), *_in(home, ".fonts")]
        folders += [folder / below for folder in shared for below in _BELOW_SHARED]
    return [folder for folder in dict.fromkeys(folders) if _is_folder(folder)]


def _in(home: Path | None, folder: str) -> list[Path]:
    return [] if home is None else [home / folder]


def _absolute(folders: str) -> list[Path]:
    """Return the absolute folders of a list; the XDG specification ignores relative ones."""
    return [Path(folder) for folder in folders.split(os.pathsep) if Path(folder).is_absolute()]
