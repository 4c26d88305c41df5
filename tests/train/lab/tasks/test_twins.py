"""Task twins: pairs are drawn in order, perceptrons learn them, and are tried."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from lessons import LESSON
from PIL import Image

from asciiart.glyphs.font import load_font
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.data.drawn_letters import draw_letters
from asciiart.train.lab.run import run_task, try_task
from asciiart.train.lab.sheet import to_png
from asciiart.train.lab.tasks import twins
from asciiart.train.lab.tasks.twins import (
    PAIRS,
    SIZE,
    Twins,
    altered,
    by_ink,
    draw_pairs,
    nearest_mean,
    pair_loss,
)

FONT = load_font("DejaVu Sans Mono")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twins, "_ASKED", 40)
    monkeypatch.setattr(twins, "_KNOWN", 60)


def test_learns_and_is_judged() -> None:
    outcome = twins.teach("perceptron", replace(LESSON, held_out_fonts=LESSON.training_fonts))
    assert next(iter(outcome.figures)) == TASKS["twins"].figure
    assert 0.5 < outcome.figures["accuracy"] <= 1  # three steps are enough to learn something
    assert outcome.figures["letters"] == 40 * len(PAIRS)
    assert set(outcome.baselines) == {
        *("logistic regression", "nearest mean", "nearest neighbors", "amount of ink"),
    }
    assert isinstance(outcome.samples, Image.Image)


def test_pairs_are_drawn_font_by_font() -> None:
    drawn = draw_pairs([FONT, FONT])
    assert drawn.shape == (len(PAIRS), 4, 1, SIZE, SIZE)
    for pair, pictures in zip(PAIRS, drawn, strict=True):
        wanted = torch.from_numpy(draw_letters(FONT, pair * 2, SIZE))[:, None]
        assert torch.equal(pictures, wanted)


def test_labels_say_which_of_the_pair() -> None:
    drawn = torch.zeros(len(PAIRS), 2, 1, SIZE, SIZE)
    drawn[:, 1] = 1.0
    pictures, labels = altered(drawn, 50, 0)
    assert torch.equal(labels > 0, pictures.mean(2) > 0.5)
    assert torch.equal(altered(drawn, 50, 0)[0], pictures)
    assert not torch.equal(altered(drawn, 50, 1)[0], pictures)


def test_every_pair_has_a_unit_of_its_own() -> None:
    network = Twins()
    pictures = torch.rand(len(PAIRS), 3, SIZE * SIZE)
    with torch.no_grad():
        network.units[2].unit.bias.fill_(2.0)  # type: ignore[operator]
    scores = network(pictures)
    assert scores[2].tolist() == [2, 2, 2]
    assert not scores[[0, 1, 3, 4, 5, 6, 7]].any()
    loss = pair_loss(network, (pictures, torch.full((len(PAIRS), 3), -1.0)))
    assert loss.loss == 2  # three times 2, divided by three examples
    assert loss.scores["accuracy"] == 0


def test_the_nearer_mean_decides() -> None:
    known = torch.tensor([[0.0, 0], [0, 2], [4, 4], [4, 6]])
    told = torch.tensor([-1.0, -1, 1, 1])
    asked = torch.tensor([[0.0, 1], [4, 4], [9, -8]])
    assert nearest_mean(known, told, asked).tolist() == [-1, 1, -1]
    assert by_ink(known, told, asked).tolist() == [-1, 1, -1]


def test_a_picture_is_tried(tmp_path: Path) -> None:
    run_task(
        TASKS,
        "twins",
        "perceptron",
        replace(LESSON, folder=tmp_path, held_out_fonts=("DejaVu Sans Mono",)),
    )
    (tmp_path / "given.png").write_bytes(to_png(Image.new("RGB", (20, 20), "white")))
    tried = try_task(TASKS, "twins", str(tmp_path / "given.png"), tmp_path)
    assert isinstance(tried.answer, str)
    lines = tried.answer.splitlines()
    assert [line[0] + line[5] for line in lines] == list(PAIRS)
    assert all(line[-1] in pair for line, pair in zip(lines, PAIRS, strict=True))
