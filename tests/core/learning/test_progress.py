"""The live line: nothing before the first step, then steps, loss and scores."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from rich.console import Console

from asciiart.core.learning.progress import TrainingLog, read_log, recent, show_progress
from asciiart.core.learning.trainer import History


def console(width: int = 120) -> tuple[Console, io.StringIO]:
    written = io.StringIO()
    return Console(file=written, width=width, force_terminal=True), written


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


def test_shows_the_learning_rate_and_cells_a_second() -> None:
    screen, written = console()
    history = History()
    with show_progress(screen, "lesson", 400, cells_per_step=10) as show:
        for step in range(1, 4):
            history.add(2.5, {}, 0.003)
            time.sleep(0.01)
            show(step, history)
    assert "rate 0.003" in written.getvalue()
    assert "cells/s" in written.getvalue()


def test_eighty_columns_have_room_for_all() -> None:
    screen, written = console(80)
    history = History()
    with show_progress(screen, "structure", 10_000, cells_per_step=10) as show:
        for step in (9_997, 9_998, 9_999):
            history.add(2.5, {"ranking": 0.99}, 0.0021)
            time.sleep(0.01)
            show(step, history)
    for word in ("structure", "9999/10000", "ranking 0.990", "rate 0.0021", "cells/s", "0:00:0"):
        assert word in written.getvalue()
    assert "…" not in written.getvalue()


def history_of(steps: int) -> History:
    history = History()
    for step in range(1, steps + 1):
        history.add(float(step), {"ranking": step / 10}, 0.5)
    return history


def write(log: TrainingLog, steps: range) -> None:
    for step in steps:
        log(step, history_of(step))


def test_log_has_a_line_every_few_steps_and_for_the_last(tmp_path: Path) -> None:
    log = TrainingLog(tmp_path / "log", 7, every=3, also=lambda step: {"x": 1} if step == 4 else {})
    write(log, range(1, 8))
    lines = read_log(tmp_path / "log")
    assert [line["step"] for line in lines] == [3, 4, 6, 7]
    assert [line["loss"] for line in lines] == [2, 4, 5, 7]  # means since the last multiple of 3
    assert lines[0]["ranking"] == pytest.approx(0.2)
    assert [line.get("x") for line in lines] == [None, 1, None, None]
    assert {line["learning_rate"] for line in lines} == {0.5}
    seconds = [line["seconds"] for line in lines]
    assert seconds == sorted(seconds)
    assert seconds[0] >= 0


def test_every_line_is_there_at_once(tmp_path: Path) -> None:
    log = TrainingLog(tmp_path / "log", 9, every=1)
    for step in range(1, 4):
        log(step, history_of(step))
        assert [line["step"] for line in read_log(tmp_path / "log")][-1] == step


def test_resumed_log_has_no_step_twice_and_a_new_one_starts_anew(tmp_path: Path) -> None:
    path = tmp_path / "log"
    write(TrainingLog(path, 20, every=2), range(1, 12))
    with path.open("a") as file:
        file.write('{"step": 12, "lo')  # killed while it wrote
    write(TrainingLog(path, 20, every=2), range(6, 13))
    assert [line["step"] for line in read_log(path)] == [2, 4, 6, 8, 10, 12]
    write(TrainingLog(path, 20, every=2), range(1, 3))
    assert [line["step"] for line in read_log(path)] == [2]
    assert read_log(tmp_path / "none") == []
