"""Finds models and fonts: $ASCIIART_HOME, then the installed wheel, then the checkout.

Fonts installed on the system are found by family or file name in the usual folders.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from asciiart.errors import FontError, ModelError
from asciiart.limited_reading import read_toml
from asciiart.user_folders import home_folder

FONT_PATH = "ASCIIART_FONT_PATH"
_PACKAGE = Path(__file__).resolve().parent
FONT_SUFFIXES = (".ttf", ".otf", ".ttc", ".otc", ".otb", ".pcf", ".pcf.gz", ".bdf", ".pfb")
"""File endings that FreeType may be able to read."""


def _data_folders(kind: str) -> list[Path]:
    home = os.environ.get("ASCIIART_HOME")
    candidates = [Path(home) / kind] if home else []
    candidates += [_PACKAGE / "_data" / kind, _PACKAGE.parent / kind]
    return [folder for folder in candidates if _is_folder(folder)]


def available_fonts() -> dict[str, Path]:
    """Return the bundled fonts, family name to file.

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
    """Return the shipped and $ASCIIART_HOME models, name to folder."""
    models: dict[str, Path] = {}
    for folder in _data_folders("models"):
        for card in sorted(folder.glob("*/card.toml")):
            models.setdefault(card.parent.name, card.parent)
    return models


def find_lines() -> Path:
    """Return the folder of the network that finds photographs' lines.

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
    """Return the folders in which this system keeps its fonts, existing ones only.

    Those that $ASCIIART_FONT_PATH names, as PATH names folders, are searched in place of the usual.
    """
    if own := os.environ.get(FONT_PATH):
        return [Path(folder) for folder in own.split(os.pathsep) if _is_folder(Path(folder))]
    home = home_folder() or Path(os.devnull)  # in which there is nothing
    if sys.platform == "darwin":
        folders = [home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    elif sys.platform == "win32":
        folders = [
            Path(os.environ.get("LOCALAPPDATA", home)) / "Microsoft/Windows/Fonts",
            Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
        ]
    else:
        data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
        folders = [data / "fonts", home / ".fonts"]
        folders += [Path("/usr/local/share/fonts"), Path("/usr/share/fonts")]
    return [folder for folder in folders if _is_folder(folder)]


def _system_fonts() -> Iterator[Path]:
    for folder in system_font_folders():
        for path in sorted(folder.rglob("*")):
            if path.name.lower().endswith(FONT_SUFFIXES):
                yield path


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def _by_file_name(wanted: str, files: list[Path]) -> Path | None:
    names = (wanted, wanted + "regular", wanted + "book", wanted + "medium")
    stems = {_plain(path.name.split(".")[0]): path for path in reversed(files)}
    return next((stems[name] for name in names if name in stems), None)


def _by_family(wanted: str, files: list[Path]) -> Path | None:
    from PIL import ImageFont  # noqa: PLC0415 - only when the file name did not tell

    found: dict[str, Path] = {}
    for path in files:
        try:
            family, style = ImageFont.truetype(str(path), 16).getname()
        except OSError:
            continue
        if _plain(family or "") == wanted:
            found.setdefault(_plain(style or ""), path)
        elif _plain(f"{family}{style}") == wanted:
            return path
    return next(
        (found[style] for style in ("regular", "book", "roman", "medium") if style in found),
        next(iter(found.values()), None),
    )


def find_font(name: str | Path) -> Path:
    """Return the file of a font given as a path, a bundled name or an installed one's name.

    Names are compared without regard to case, spaces and punctuation.

    Raises
    ------
    FontError
        If there is no such font.
    """
    path = Path(name)
    with contextlib.suppress(RuntimeError):  # the home of nobody
        path = path.expanduser()
    if _is_file(path):
        return path
    bundled = available_fonts()
    wanted = _plain(str(name))
    for family, file in bundled.items():
        if _plain(family) == wanted:
            return file
    if path.suffix.lower() in FONT_SUFFIXES or len(path.parts) > 1:
        raise FontError(f"{name}: no such font file")
    files = list(_system_fonts())
    found = _by_file_name(wanted, files) or _by_family(wanted, files)
    if found is None:
        raise FontError(f"{name}: no such font (bundled: {', '.join(bundled)})")
    return found
