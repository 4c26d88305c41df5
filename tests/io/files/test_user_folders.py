"""The user's folders, with and without a home."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest

from asciiart.io.files.user_folders import cache_folder, config_folder, home_folder

FOLDERS = [
    (cache_folder, "user_cache_path", "XDG_CACHE_HOME"),
    (config_folder, "user_config_path", "XDG_CONFIG_HOME"),
]


def test_the_home_folder_is_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home_folder() == tmp_path


@pytest.mark.parametrize("home", ["", "somewhere"])
def test_a_relative_home_is_none(monkeypatch: pytest.MonkeyPatch, home: str) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path(home))
    assert home_folder() is None


@pytest.mark.parametrize("error", [RuntimeError, KeyError])
def test_nobody_has_no_home(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def find() -> Path:
        raise error

    monkeypatch.setattr(Path, "home", find)
    assert home_folder() is None


@pytest.mark.parametrize(("folder", "function", "variable"), FOLDERS)
def test_folders_are_the_application_s_own(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    folder: Callable[[], Path | None],
    function: str,
    variable: str,
) -> None:
    monkeypatch.setenv(variable, str(tmp_path))
    assert getattr(platformdirs, function)("asciiart") == folder() == tmp_path / "asciiart"


@pytest.mark.parametrize(("folder", "function", "variable"), FOLDERS)
@pytest.mark.parametrize("answer", [Path("~/.cache/asciiart"), RuntimeError(), KeyError()])
def test_without_a_home_there_are_none(
    monkeypatch: pytest.MonkeyPatch,
    folder: Callable[[], Path | None],
    function: str,
    variable: str,
    answer: Path | Exception,
) -> None:
    """Older versions of platformdirs answer with a relative path, newer ones raise an error."""

    def find(_: str) -> Path:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(platformdirs, function, find)
    assert folder() is None
