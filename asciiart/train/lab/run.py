"""Runs a task: trains the network, tests it, and writes the results to a folder."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping

from PIL import Image
from safetensors.torch import save

from asciiart.errors import OptionError
from asciiart.io.files.atomic_files import prepare_folder, write_atomically
from asciiart.train.lab.lesson import Lesson, Outcome, Task


def run_task(tasks: Mapping[str, Task], name: str, network: str, lesson: Lesson) -> Outcome:
    """Train a network for a task and write ``TASK-NETWORK`` .safetensors, .json and .png or .txt.

    Raises
    ------
    OptionError
        If there is no such task, or it is not one for the network.
    FontError, OutputError
        If fonts are missing or the folder cannot be written.
    """
    if name not in tasks:
        raise OptionError(f"task {name!r} is unknown (there are: {', '.join(tasks)})")
    task = tasks[name]
    if network not in task.bars:
        raise OptionError(f"task {name} is not for {network!r} (it is for: {', '.join(task.bars)})")
    prepare_folder(lesson.folder)
    outcome = task.teach(network, lesson)
    _write(outcome, f"{name}-{network}", lesson)
    return outcome


def _write(outcome: Outcome, stem: str, lesson: Lesson) -> None:
    folder = lesson.folder
    weights = {
        name: value.cpu().contiguous() for name, value in outcome.network.state_dict().items()
    }
    write_atomically(folder / f"{stem}.safetensors", save(weights))
    figures = {"seed": lesson.seed, "figures": dict(outcome.figures)}
    write_atomically(folder / f"{stem}.json", (json.dumps(figures, indent=1) + "\n").encode())
    if isinstance(outcome.samples, Image.Image):
        buffer = io.BytesIO()
        outcome.samples.save(buffer, "PNG")
        write_atomically(folder / f"{stem}.png", buffer.getvalue())
    else:
        write_atomically(folder / f"{stem}.txt", outcome.samples.encode())
