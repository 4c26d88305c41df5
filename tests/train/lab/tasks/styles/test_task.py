"""Task styles: every network learns in three steps, is judged, saved and tried."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lessons import LESSON
from PIL import Image

from asciiart.core.convnets import resnet_small
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.run import run_task, try_task
from asciiart.train.lab.sheet import to_png
from asciiart.train.lab.tasks.styles import task
from asciiart.train.lab.tasks.styles.families import STYLES

SHORT = replace(LESSON, held_out_fonts=("DejaVu Sans Mono",))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "_ASKED", 40)
    monkeypatch.setattr(task, "_KNOWN", 60)
    monkeypatch.setattr(task, "_BATCH", 8)


@pytest.mark.parametrize("network", TASKS["styles"].bars)
def test_learns_and_is_judged(network: str) -> None:
    outcome = task.teach(network, SHORT)
    figures = outcome.figures
    assert next(iter(figures)) == TASKS["styles"].figure
    for part in ("sans, serif or mono", "bold or not", "italic or not"):
        assert figures["accuracy"] <= figures[part] <= 1
    assert len(outcome.baselines) == 6
    assert isinstance(outcome.samples, Image.Image)
    assert not outcome.network.training
    resnet_small(len(STYLES)).load_state_dict(outcome.network.state_dict())


def test_a_saved_network_is_tried(tmp_path: Path) -> None:
    run_task(TASKS, "styles", "resnet", replace(SHORT, folder=tmp_path))
    (tmp_path / "given.png").write_bytes(to_png(Image.new("RGB", (20, 20), "white")))
    tried = try_task(TASKS, "styles", str(tmp_path / "given.png"), tmp_path)
    assert isinstance(tried.answer, str)
    assert all(line.rsplit(" ", 1)[0] in STYLES for line in tried.answer.splitlines())
