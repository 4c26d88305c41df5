"""Prints what every network learns in the lab: python tests/benchmarks/lab.py [TASK...]

Each is taught by a whole process of `asciiart lab train`, which is timed; weights and samples stay
in the folder lab/. Needs the fonts of `asciiart.train.lab.fonts.DEBIAN_PACKAGES`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from asciiart.train.lab.lesson import Task
from asciiart.train.lab.tasks import TASKS

FOLDER = Path("lab")


def learn(task: Task, network: str) -> tuple[dict[str, float], float]:
    """Return the figures of a lesson and the seconds it took."""
    command = ["train", network, "--task", task.name, "--out", str(FOLDER)]
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "asciiart", "lab", *command],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - start
    written = json.loads((FOLDER / f"{task.name}-{network}.json").read_text())
    return written["figures"], seconds


def main() -> None:
    """Teach every network of the tasks that are named, or of all."""
    print("| task | network | figure | reached | bar | seconds | also |")
    print("|---|---|---|---|---|---|---|")
    for task in (TASKS[name] for name in sys.argv[1:] or TASKS):
        for network, bar in task.bars.items():
            figures, seconds = learn(task, network)
            also = ", ".join(f"{k} {v:.4g}" for k, v in figures.items() if k != task.figure)
            print(
                f"| {task.name} | {network} | {task.figure} | {figures[task.figure]:.4f} "
                f"| {bar:g} | {seconds:.0f} | {also} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
