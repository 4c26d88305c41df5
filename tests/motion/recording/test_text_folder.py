"""Tests of text_folder: a text file for each frame."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from discs import COUNT, texts

from asciiart.errors import OutputError
from asciiart.motion.animation import Animation
from asciiart.motion.recording.recorder import save
from asciiart.pipeline import Artist


@pytest.mark.parametrize(("color", "suffix"), [("none", "txt"), ("16", "ans")])
def test_folder(
    animation: Animation, artist: Artist, tmp_path: Path, color: str, suffix: str
) -> None:
    save(animation, f"{tmp_path}/texts/", color=color)
    files = sorted((tmp_path / "texts").iterdir())
    assert [file.name for file in files] == [f"frame-0000{i + 1}.{suffix}" for i in range(COUNT)]
    plain = [re.sub(r"\x1b\[[\d;]*m", "", file.read_text("utf-8")) for file in files]
    assert plain == [f"{text}\n" for text in texts(artist)]


def test_folder_that_holds_something_stays_as_it_is(animation: Animation, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="cannot be written"):
        save(animation, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert (tmp_path / "mine.txt").read_text() == "mine"
