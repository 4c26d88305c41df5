"""Pictures to try the lab's networks with, and the way from training to an answer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from lessons import LESSON
from PIL import Image, ImageDraw

from asciiart.glyphs.font import load_font
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.lesson import Outcome, module_of
from asciiart.train.lab.run import run_task, try_task


def picture_of(text: str, folder: Path, size: tuple[int, int] = (90, 60)) -> Path:
    """Return the file of a picture with a text on white."""
    page = Image.new("RGB", size, "white")
    face = load_font("DejaVu Sans Mono").face(30)
    ImageDraw.Draw(page).text((size[0] / 2, size[1] / 2), text, "navy", face, anchor="mm")
    page.save(folder / "given.png")
    return folder / "given.png"


def rebuilt_and_asked(task: str, network: str, outcome: Outcome, given: Path) -> Image.Image | str:
    """Return the answer of a network that is built again from an outcome's settings and weights."""
    module = module_of(TASKS[task])
    rebuilt = module.build(network, json.loads(json.dumps(outcome.settings)))
    rebuilt.load_state_dict(outcome.network.state_dict())
    return module.answer(rebuilt.eval(), str(given), outcome.settings)


def trained_and_tried(
    task: str, network: str, given: str | Path, folder: Path
) -> Image.Image | str:
    """Return the answer of a network that was trained for three steps."""
    run_task(TASKS, task, network, replace(LESSON, folder=folder))
    return try_task(TASKS, task, str(given), folder, network).answer
