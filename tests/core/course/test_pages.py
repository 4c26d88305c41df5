"""The course: its examples print what they show; its table names what is there, and all of it."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NamedTuple

import pytest
import torch
from lab import chosen
from lab_documents import RESULTS, documents, saved
from paths import ROOT

import asciiart.core
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.results import read_result, result_path

COURSE = ROOT / "docs" / "course"
PAGES = sorted(COURSE.glob("*.md"))
CONTENTS = (COURSE / "README.md").read_text(encoding="utf-8")
CORE_README = (ROOT / "asciiart" / "core" / "README.md").read_text(encoding="utf-8")
NONE = "–"
NUMBER = re.compile(r"\d+\.\d+")

EXAMPLE = re.compile(
    r"^```python\n(.*?)^```\n(?:\s*^```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE
)
"""A block of Python, and the output that is shown right after it."""


class Row(NamedTuple):
    """A row of the table of items; every field is as it is written there."""

    item: str
    names: str
    tests: str
    page: str
    task: str
    figure: str


def table() -> list[Row]:
    lines = CONTENTS.partition("## Every item")[2].splitlines()
    cells = [line.strip("|").split("|") for line in lines if line.startswith("|")]
    rows = [Row(*(cell.strip() for cell in row)) for row in cells]
    return [row for row in rows if row.item != "item" and not set(row.item) <= {"-"}]


def named(row: Row) -> list[tuple[str, str, str]]:
    """Return package, name and key of what a row names: `course.xor.run`, `OPTIMIZERS["adam"]`."""
    found = []
    for name in quoted(row.names):
        path, _, key = name.partition("[")
        package, _, last = f"asciiart.core.{path}".rpartition(".")
        found.append((package, last, key.strip('"]')))
    return found


def quoted(cell: str) -> list[str]:
    """Return what stands between backticks."""
    return re.findall(r"`([^`]+)`", cell)


def parts(cell: str) -> list[str]:
    """Return the lines of a cell; none if it holds a dash."""
    return [] if cell == NONE else cell.split("<br>")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_print_what_the_page_shows(page: Path) -> None:
    names: dict[str, Any] = {"__name__": page.stem}
    with torch.random.fork_rng():
        for code, shown in EXAMPLE.findall(page.read_text(encoding="utf-8")):
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(code, str(page), "exec"), names)
            assert printed.getvalue() == shown


def test_every_page_is_in_the_contents() -> None:
    pages = re.findall(r"^\| \[[^]]+\]\((\w+\.md)\) \|", CONTENTS, re.MULTILINE)
    assert sorted(pages) == [page.name for page in PAGES if page.name != "README.md"]


def test_every_name_is_there() -> None:
    for row in table():
        assert named(row), row.item
        for package, name, key in named(row):
            found = resolve_name(f"{package}:{name}")
            assert not key or key in found, row.item


def test_every_test_is_there_and_speaks_of_the_item() -> None:
    for row in table():
        assert quoted(row.tests), row.item
        for file in quoted(row.tests):
            words = re.findall(r"\w+", (ROOT / file).read_text(encoding="utf-8"))
            assert any(name in words for _, name, _ in named(row)), (row.item, file)


def test_every_page_is_there() -> None:
    for row in table():
        targets = re.findall(r"\]\(([^)]+)\)", row.page)
        assert targets or row.page == NONE, row.item
        assert all((COURSE / target).exists() for target in targets), row.item


def test_figures_are_those_of_the_results() -> None:
    for path, content in documents(saved()).items():
        assert path.read_text("utf-8") == content, "run tests/benchmarks/lab.py --documents"


def test_results_are_made_for_a_whole_task_or_one_of_its_networks() -> None:
    assert chosen(["pages/unet", "direction"]) == [
        ("pages", "unet"),
        ("direction", "bi-rnn"),
        ("direction", "bi-gru"),
    ]


def test_results_are_held_to_the_bars_of_today() -> None:
    for shown in saved():
        kept = read_result(result_path(RESULTS, shown.task, shown.network))
        assert kept.bar == shown.bar, "run tests/benchmarks/lab.py --documents"
        assert shown.bar is None or shown.baseline is None or shown.bar > shown.baseline.figure


def test_every_public_name_is_in_the_table() -> None:
    shown = {name for row in table() for _, name, _ in named(row)}
    assert set(asciiart.core.__all__) - shown == set()


def test_every_task_of_the_lab_is_in_the_table() -> None:
    shown = {place.strip("`") for row in table() for place in parts(row.task)}
    assert shown == {f"{task.name}/{name}" for task in TASKS.values() for name in task.bars}
