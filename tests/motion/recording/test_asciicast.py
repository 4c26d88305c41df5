"""Tests of asciicast: a terminal shows what was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from discs import COLUMNS, COUNT, texts
from emulator import Emulator

from asciiart.motion.animation import Animation
from asciiart.motion.recording.recorder import save
from asciiart.pipeline import Artist


def test_cast(animation: Animation, artist: Artist, tmp_path: Path) -> None:
    save(animation, tmp_path / "a.cast", color="truecolor")
    header, *events = map(json.loads, (tmp_path / "a.cast").read_text("utf-8").splitlines())
    rows = len(texts(artist)[0].split("\n"))
    assert (header["version"], header["width"], header["height"]) == (2, COLUMNS, rows)
    times = [time for time, _, _ in events]
    assert times == [0, *(pytest.approx(i / 10) for i in range(COUNT)), pytest.approx(0.5)]
    emulator = Emulator(COLUMNS, rows)
    shown = []
    for _, kind, codes in events:
        assert kind == "o"
        emulator.feed(codes)
        shown.append("\n".join(line.rstrip() for line in emulator.text))
    assert shown[1:-1] == texts(artist)
    assert emulator.modes == {25: True, 7: True}
