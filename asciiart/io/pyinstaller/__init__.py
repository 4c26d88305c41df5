"""Tells PyInstaller, through the entry point in pyproject.toml, where this package's hook lies."""

from __future__ import annotations

from pathlib import Path


def get_hook_dirs() -> list[str]:
    """Return the folders that hold hooks."""
    return [str(Path(__file__).parent)]
