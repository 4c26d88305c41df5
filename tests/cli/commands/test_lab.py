"""`asciiart lab`: what it hands to the lessons, and what it says without them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from command_line import good, run

from asciiart.errors import install_command
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.lesson import Lesson


def test_without_a_command_it_shows_its_help() -> None:
    result = run("lab")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: asciiart lab ")


@pytest.mark.parametrize("arguments", [("list",), ("train", "mlp", "--task", "letters")])
def test_without_torch_it_says_what_to_install(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("asciiart.core", raising=False)
    monkeypatch.setitem(sys.modules, "asciiart.core", None)
    result = run("lab", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    expected = f"asciiart: the lab needs asciiart.core: {install_command('train')}\n"
    assert result.stderr == expected


def test_a_lesson_is_what_the_options_say(monkeypatch: pytest.MonkeyPatch) -> None:
    taught: list[tuple[Any, ...]] = []

    def run_task(*given: Any) -> SimpleNamespace:
        taught.append(given)
        return SimpleNamespace(figures={"accuracy": 0.25})

    monkeypatch.setattr("asciiart.train.lab.run.run_task", run_task)
    options = "--out there --steps 7 --seed 3 --device auto --font A --font B --held-out C"
    result = run("lab", "train", "mlp", "--task", "letters", *options.split())
    ((tasks, task, network, lesson),) = taught
    assert (tasks, task, network) == (TASKS, "letters", "mlp")
    expected = Lesson(Path("there"), 7, 3, "auto", ("A", "B"), ("C",))
    assert lesson == replace(expected, console=lesson.console)
    assert result.stdout == f"{'accuracy':<28} 0.2500\n"
    assert result.stderr == "weights and samples are in there\n"


def test_each_task_is_listed_with_the_networks_that_learn_it() -> None:
    text = good("lab", "list")
    for task in TASKS.values():
        (block,) = [part for part in text.split("\n\n") if part.startswith(f"  {task.name} ")]
        assert [line.split()[0] for line in block.splitlines()[1:]] == list(task.bars)
