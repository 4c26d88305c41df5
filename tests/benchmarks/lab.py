"""Trains every network of the lab with three seeds: python tests/benchmarks/lab.py [TASK...]

The results are written to docs/course/results, of which `--table` prints the table of the core's
README. The exit code is 1 if a network misses its bar or does not beat the cheap methods. Needs the
fonts of `asciiart.train.lab.font_groups.DEBIAN_PACKAGES`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.results import Result, read_result, result_path, table

RESULTS = Path(__file__).parents[2] / "docs" / "course" / "results"
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


def saved() -> list[Result]:
    """Return the results that are kept, in the order of the tasks."""
    paths = [result_path(RESULTS, name, network) for name in TASKS for network in TASKS[name].bars]
    return [read_result(path) for path in paths if path.exists()]


def main() -> int:
    """Train the networks of the tasks that are named, or of all."""
    if sys.argv[1:] == ["--table"]:
        print(table(saved()))
        return 0
    RESULTS.mkdir(parents=True, exist_ok=True)
    missed = []
    for name in sys.argv[1:] or TASKS:
        for network in TASKS[name].bars:
            result = train(name, network)
            print(table([result]).splitlines()[-1], flush=True)
            missed += [] if result.passed else [f"{name} {network}"]
    if missed:
        print(f"missed: {', '.join(missed)}", file=sys.stderr)
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
