"""`asciiart lab`: what it hands to the lessons, and what it says without them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import good, run
from PIL import Image

from asciiart.errors import install_command
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.lesson import Lesson
from asciiart.train.lab.results import Result
from asciiart.train.lab.run import Tried


def test_without_a_command_it_shows_its_help() -> None:
    result = run("lab")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: asciiart lab ")


@pytest.fixture
def without_torch(monkeypatch: pytest.MonkeyPatch) -> str:
    """Take torch away, and return what is said then."""
    monkeypatch.delattr("asciiart.core", raising=False)
    monkeypatch.setitem(sys.modules, "asciiart.core", None)
    return f"the lab needs asciiart.core: {install_command('train')}"


@pytest.mark.parametrize(
    "arguments", [("train", "mlp", "--task", "letters"), ("try", "letters", "letter.png")]
)
def test_without_torch_it_says_what_to_install(
    arguments: tuple[str, ...], without_torch: str
) -> None:
    result = run("lab", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"asciiart: {without_torch}\n"


def test_what_is_missing_is_listed_without_torch(without_torch: str) -> None:
    text = good("lab", "list")
    assert all(f"\n  {task.name} " in text for task in TASKS.values())
    missing = text.partition("\nMissing:\n")[2].splitlines()
    assert missing[0] == f"  {without_torch}"
    assert (
        "from Debian: sudo apt install fonts-liberation" in missing[1]
    )  # tests see no installed fonts


RESULT = Result(
    task="letters",
    network="mlp",
    figure="accuracy",
    bar=0.25,
    seeds=(3, 4),
    figures=({"accuracy": 0.25, "letters": 1000}, {"accuracy": 0.5, "letters": 1002}),
    baselines=({"chance": 0.125}, {"chance": 0.25}),
    seconds=(1.0, 1.0),
    settings={},
)


@pytest.fixture
def lessons(monkeypatch: pytest.MonkeyPatch) -> Callable[[Result], list[Any]]:
    """Return a function that lets each lesson have a result, and what lessons were asked for."""

    def replace_lessons(result: Result) -> list[Any]:
        asked: list[Any] = []

        def run_task(*given: Any, **keywords: Any) -> Result:
            asked.append((*given, keywords))
            return result

        monkeypatch.setattr("asciiart.train.lab.run.run_task", run_task)
        return asked

    return replace_lessons


def test_a_lesson_is_what_the_options_say(lessons: Callable[[Result], list[Any]]) -> None:
    asked = lessons(RESULT)
    options = "--out there --steps 7 --seed 3 --seeds 2 --device auto --font A --font B"
    result = run(
        "lab",
        "train",
        "mlp",
        "--task",
        "letters",
        *options.split(),
        "--held-out",
        "C",
        "--validate",
    )
    ((tasks, task, network, lesson, keywords),) = asked
    assert (tasks, task, network, keywords) == (TASKS, "letters", "mlp", {"seeds": 2})
    expected = Lesson(Path("there"), 7, 3, "auto", ("A", "B"), ("C",), validate=True)
    assert lesson == replace(expected, console=lesson.console)
    assert [line.split("  ")[0] for line in result.stdout.splitlines()] == [
        *("accuracy", "letters", "accuracy by chance", "accuracy, bar")
    ]
    figures = [line.split("  ")[-1].strip() for line in result.stdout.splitlines()]
    assert figures == ["0.3750 ± 0.1768", "1,001", "0.1875", "0.2500"]
    assert result.stderr == "weights and samples are in there\n"


@pytest.mark.parametrize(
    ("changes", "options", "code"),
    [
        ({}, (), 0),
        ({"bar": 0.4}, (), 1),
        ({"baselines": ({"chance": 0.5}, {"chance": 0.5})}, (), 1),
        ({"bar": 0.4}, ("--steps", "7"), 0),
        ({"bar": 0.4}, ("--font", "A"), 0),
        ({"bar": 0.4}, ("--held-out", "A"), 0),
        ({"bar": 0.4}, ("--validate",), 0),
    ],
)
def test_a_missed_bar_or_baseline_is_the_exit_code_unless_the_lesson_is_the_user_s_own(
    lessons: Callable[[Result], list[Any]],
    changes: dict[str, Any],
    options: tuple[str, ...],
    code: int,
) -> None:
    lessons(replace(RESULT, **changes))
    assert run("lab", "train", "mlp", "--task", "letters", *options).exit_code == code


def test_an_answer_is_printed_or_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    answers: list[str | Image.Image] = ["Q", Image.new("RGB", (3, 2)), Image.new("RGB", (3, 2))]
    asked: list[Any] = []

    def try_task(*given: Any) -> Tried:
        asked.append(given)
        return Tried("mlp", answers.pop(0))

    monkeypatch.setattr("asciiart.train.lab.run.try_task", try_task)
    assert good("lab", "try", "letters", "a.png", "--network", "vgg", "--from", "there") == "Q\n"
    assert asked == [(TASKS, "letters", "a.png", Path("there"), "vgg")]
    for options, name in (((), "make.png"), (("-o", "other.png"), "other.png")):
        result = run("lab", "try", "make", "Q", *options)
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == f"mlp: the answer is in {name}\n"
        with Image.open(name) as picture:
            assert picture.size == (3, 2)


def test_each_task_is_listed_with_the_networks_that_learn_it() -> None:
    text = good("lab", "list")
    for task in TASKS.values():
        (block,) = [part for part in text.split("\n\n") if part.startswith(f"  {task.name} ")]
        assert [line.split()[0] for line in block.splitlines()[1:]] == list(task.bars)


def test_the_papers_of_all_networks_stand_in_one_column() -> None:
    from asciiart.core.zoo import NETWORKS  # noqa: PLC0415 - imports torch

    lines = good("lab", "list").splitlines()
    places = {
        line.index(network.paper)
        for network in NETWORKS.values()
        for line in lines
        if line.split(maxsplit=1) == [network.name, network.paper]
    }
    assert len(places) == 1
