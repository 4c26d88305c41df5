"""The live line: nothing before the first step, then steps, loss and scores."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from asciiart.core.progress import recent, show_progress
from asciiart.core.trainer import History


def console() -> tuple[Console, io.StringIO]:
    written = io.StringIO()
    return Console(file=written, width=120, force_terminal=True), written


def test_recent_is_the_mean_of_the_last_hundred_steps() -> None:
    history = History(loss=[1000.0] * 50 + [1.0, 3.0] * 50, scores={"accuracy": [0.5]})
    assert recent(history) == {"loss": pytest.approx(2.0), "accuracy": pytest.approx(0.5)}


def test_shows_steps_and_figures() -> None:
    screen, written = console()
    with show_progress(screen, "lesson", 4) as show:
        history = History()
        history.add(2.5, {"accuracy": 0.25})
        assert show(3, history) is None
    text = written.getvalue()
    for word in ("lesson", "3/4", "loss 2.500", "accuracy 0.250"):
        assert word in text


def test_says_nothing_if_there_was_no_step() -> None:
    screen, written = console()
    with show_progress(screen, "lesson", 4):
        pass
    assert written.getvalue() == ""
