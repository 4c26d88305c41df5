"""Trains every network of the lab with three seeds: python tests/benchmarks/lab.py [NAME...]

A name is a task, such as letters, or one of its networks, such as letters/vgg; without any, all
networks are trained. The results are written to docs/course/results, from which `--documents`
writes the figures into the core's README and the course's table, once it has held them to the bars
of today. The exit code is 1 if a network misses its bar or does not beat the cheap methods. Needs
the fonts of `asciiart.train.lab.data.font_groups.DEBIAN_PACKAGES`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from lab_documents import RESULTS, documents, saved

from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.results import Result, read_result, result_path, table, write_result

FOLDER = Path("lab")
SEEDS = 3


def train(task: str, network: str) -> Result:
    """Return the result of a whole process of `asciiart lab train`, and keep it."""
    command = ["train", network, "--task", task, "--out", str(FOLDER), "--seeds", str(SEEDS)]
    subprocess.run(
        [sys.executable, "-m", "asciiart", "lab", *command], stdout=subprocess.DEVNULL, check=False
    )
    path = result_path(FOLDER, task, network)
    shutil.copy(path, RESULTS)
    return read_result(path)


def chosen(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the tasks and networks that the names, TASK or TASK/NETWORK, stand for."""
    return [
        (task, network)
        for task, _, only in (name.partition("/") for name in names)
        for network in ([only] if only else TASKS[task].bars)
    ]


def write_documents(results: Sequence[Result]) -> None:
    """Write the results into the documents that show them."""
    for path, content in documents(results).items():
        path.write_text(content, encoding="utf-8")


def main() -> int:
    """Train the networks that are named, or all."""
    if sys.argv[1:] == ["--documents"]:
        for result in saved():
            write_result(RESULTS, result)
        write_documents(saved())
        return 0
    RESULTS.mkdir(parents=True, exist_ok=True)
    missed = []
    for task, network in chosen(sys.argv[1:] or TASKS):
        result = train(task, network)
        print(table([result]).splitlines()[-1], flush=True)
        missed += [] if result.passed else [f"{task} {network}"]
    if missed:
        print(f"missed: {', '.join(missed)}", file=sys.stderr)
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
