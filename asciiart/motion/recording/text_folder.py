"""A folder with a text file for each frame."""

from __future__ import annotations

from pathlib import Path

from asciiart.art.formats.registry import render
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.motion.recording.timed_art import Arts, Recording

FOLDER = "folder"
"""Name of the format."""


def write_folder(arts: Arts, path: Path, how: Recording) -> None:
    """Write a plain text for each frame or, with colors, one for a terminal."""
    plain = how.color is ColorMode.NONE
    path.mkdir()
    for number, timed in enumerate(arts, start=1):
        text = render(timed.art, "text" if plain else "ansi", color=how.color)
        name = f"frame-{number:05d}.{'txt' if plain else 'ans'}"
        (path / name).write_text(str(text) + "\n", encoding="utf-8")
