"""Tells PyInstaller, by the entry point in pyproject.toml, what a frozen program needs of us."""

from __future__ import annotations

from pathlib import Path


def get_hook_dirs() -> list[str]:
    """Return the folders of hooks."""
    return [str(Path(__file__).parent)]
