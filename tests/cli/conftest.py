"""The user's file of defaults, for every test that writes one."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def user_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of the user's file of defaults, which is not there yet."""
    monkeypatch.delenv("ASCIIART_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "asciiart" / "config.toml"
    path.parent.mkdir()
    return path
