"""The task recall: damage, what counts as recalled, and a smoke run of every network."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from lessons import LESSON
from PIL import Image

from asciiart.glyphs.font import load_font
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.data.emblems import FRAMES, SIZE, draw_emblems
from asciiart.train.lab.run import run_task, try_task
from asciiart.train.lab.sheet import to_pixels
from asciiart.train.lab.tasks.recall import task as recall
from asciiart.train.lab.tasks.recall.task import (
    FLIPPED,
    Recalled,
    damage,
    split_combinations,
)

UNITS = SIZE * SIZE
FONT = load_font("DejaVu Sans Mono")


def emblems() -> torch.Tensor:
    return draw_emblems(FONT, "ABC")


@pytest.mark.parametrize("network", TASKS["recall"].bars)
def test_every_network_runs(network: str) -> None:
    first, again, other = (recall.teach(network, replace(LESSON, seed=seed)) for seed in (0, 0, 1))
    assert next(iter(first.figures)) == TASKS["recall"].figure
    assert all(map(math.isfinite, first.figures.values()))
    assert all(0 <= share <= 1 for share in first.baselines.values())
    assert isinstance(first.samples, Image.Image)
    assert isinstance(again.samples, Image.Image)
    assert isinstance(other.samples, Image.Image)
    assert first.figures == again.figures
    assert first.baselines == again.baselines
    assert first.samples.tobytes() == again.samples.tobytes() != other.samples.tobytes()


@pytest.mark.parametrize("network", TASKS["recall"].bars)
def test_what_was_trained_can_be_tried(network: str, tmp_path: Path) -> None:
    run_task(TASKS, "recall", network, replace(LESSON, folder=tmp_path))
    picture = draw_emblems(FONT, "A")[1].view(1, SIZE, SIZE)
    Image.fromarray(to_pixels(picture)).save(tmp_path / "given.png")
    tried = try_task(TASKS, "recall", str(tmp_path / "given.png"), tmp_path)
    assert tried.network == network
    assert isinstance(tried.answer, Image.Image)
    assert tried.answer.width > 3 * 4 * SIZE


def test_hopfield_recalls_what_was_never_stored() -> None:
    outcome = recall.teach("hopfield", replace(LESSON, held_out_fonts=("DejaVu Sans Mono",)))
    assert outcome.figures["recalled"] > 0.8
    assert outcome.figures["recalled by the Hebb rule"] < 0.1
    assert outcome.baselines["nearest stored emblem"] == 0
    assert outcome.baselines["one projection"] < outcome.figures["recalled"]


def test_what_is_asked_is_not_known() -> None:
    known, asked = split_combinations(3, 8, torch.Generator().manual_seed(0))
    assert len(known) == 8
    assert sorted([*known.tolist(), *asked.tolist()]) == list(range(3 * len(FRAMES)))


def test_the_network_sees_nothing_that_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the emblems of the same font, it stores some and is asked the others."""
    seen, asked = [], []
    usual_rule, usual_damage = recall._memory, recall.damage

    def memory(patterns: torch.Tensor, rule: str) -> torch.nn.Module:
        seen.append(patterns)
        return usual_rule(patterns, rule)

    def spoil(pictures: torch.Tensor, random: torch.Generator) -> torch.Tensor:
        asked.append(pictures)
        return usual_damage(pictures, random)

    monkeypatch.setattr(recall, "_memory", memory)
    monkeypatch.setattr(recall, "damage", spoil)
    recall.teach("hopfield", replace(LESSON, held_out_fonts=("DejaVu Sans Mono",)))
    assert torch.cdist(torch.cat(asked), torch.cat(seen), p=1).min() > 0
    assert (
        torch.cdist(torch.cat(asked), draw_emblems(FONT, recall.STORED_LETTERS), p=1).amin(1).max()
        == 0
    )


def test_damage_flips_the_same_number_of_pixels_at_different_places() -> None:
    pictures = emblems()[:1].repeat(2, 1)
    damaged = damage(pictures, torch.Generator().manual_seed(0))
    flipped = damaged != pictures
    assert flipped.sum(1).tolist() == [round(FLIPPED * UNITS)] * 2
    assert not torch.equal(flipped[0], flipped[1])
    assert set(torch.unique(damaged).tolist()) == {0.0, 1.0}


def test_recalled_is_close_enough() -> None:
    originals = torch.zeros(3, UNITS)
    restored = originals.clone()
    restored[1, :60] = 1
    restored[2, 900:940] = 1
    recalled = Recalled(originals, originals, restored)
    assert recalled.wrong().tolist() == pytest.approx([0, 60 / UNITS, 40 / UNITS])
    assert recalled.share(0.0) == pytest.approx(1 / 3)
    assert recalled.share(0.05) == pytest.approx(2 / 3)
