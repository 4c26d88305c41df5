"""Short lessons for the tasks of the lab."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from asciiart.train.lab.catalog import Task
from asciiart.train.lab.lesson import Lesson, Outcome, module_of

LESSON = Lesson(
    Path(), steps=3, training_fonts=("DejaVu Sans Mono",), held_out_fonts=("Spleen 8x16",)
)
"""Three steps, for tasks that need fonts."""


def teach(task: Task, network: str, seed: int = 0) -> Outcome:
    """Return what a network learned in three steps, without a word on the terminal."""
    lesson = Lesson(Path(), steps=3, seed=seed, console=Console(file=io.StringIO()))
    return module_of(task).teach(network, lesson)
