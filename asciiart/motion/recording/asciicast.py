"""Recordings of a terminal for asciinema."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path

from asciiart.motion.recording.timed_art import Arts, Recording
from asciiart.motion.screen_updates import ScreenDiff


def write_cast(arts: Arts, path: Path, how: Recording) -> None:
    """Write asciinema's asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/).

    Each frame sends only what has changed.
    """
    first = next(arts)
    rows, columns = first.art.characters.shape
    screen = ScreenDiff(columns, rows, how.color)
    header = {"version": 2, "width": columns, "height": rows, "title": "Text art"}
    with path.open("w", encoding="utf-8") as file:
        now = 0.0

        def add(codes: str) -> None:
            file.write(json.dumps([round(now, 6), "o", codes], ensure_ascii=False) + "\n")

        file.write(json.dumps(header) + "\n")
        add("\x1b[?25l\x1b[?7l")
        for timed in chain([first], arts):
            if codes := screen.update(timed.art):
                add(codes)
            now += timed.seconds
        add("\x1b[0m\x1b[?7h\x1b[?25h")
