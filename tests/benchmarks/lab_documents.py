"""The lab's results, and the documents that show them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.results import Result, read_result, result_path, summary, table

ROOT = Path(__file__).parents[2]
CORE_README = ROOT / "asciiart" / "core" / "README.md"
COURSE = ROOT / "docs" / "course" / "README.md"
RESULTS = ROOT / "docs" / "course" / "results"
UNMEASURED = "to be measured"
"""Stands for the figure of a network without a result."""


def saved() -> list[Result]:
    """Return the results that are kept, in the order of the tasks, held to the bars of today."""
    return [
        replace(read_result(path), bar=bar)
        for name, task in TASKS.items()
        for network, bar in task.bars.items()
        if (path := result_path(RESULTS, name, network)).exists()
    ]


def documents(results: Sequence[Result]) -> dict[Path, str]:
    """Return the documents with the figures of ``results``."""
    readme = re.sub(
        r"^\| task \| network \|.*?\n(?=\n|\Z)",
        lambda _: f"{table(results)}\n",
        CORE_README.read_text("utf-8"),
        flags=re.MULTILINE | re.DOTALL,
    )
    figures = {f"`{result.task}/{result.network}`": summary(result) for result in results}
    lines = [_with_figures(line, figures) for line in COURSE.read_text("utf-8").split("\n")]
    return {CORE_README: readme, COURSE: "\n".join(lines)}


def _with_figures(line: str, figures: dict[str, str]) -> str:
    """Return a row of the course's table with the figures of its lab tasks."""
    cells = line.split(" | ")
    if len(cells) != 6 or not cells[4].startswith("`"):
        return line
    shown = [figures.get(task, UNMEASURED) for task in cells[4].split("<br>")]
    return " | ".join([*cells[:5], f"{'<br>'.join(shown)} |"])
