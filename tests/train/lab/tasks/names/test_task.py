"""Task names: its data and batches, and that captioners learn a little."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from lessons import LESSON
from PIL import Image

from asciiart.glyphs.font import load_font
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.tasks.names import cheap, task
from asciiart.train.lab.tasks.names.glyph_names import Vocabulary, glyphs_of
from asciiart.train.lab.tasks.names.task import named_batches, prepare

ACCENTED = "AEIOUaeiouÀÈÌÒÙàèìòùÁÉÍÓÚáéíóúÂÊÎÔÛâêîôû"


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cheap, "_STEPS", 3)


@pytest.mark.usefixtures("_short")
@pytest.mark.parametrize("network", TASKS["names"].bars)
def test_learns_and_is_judged(network: str, tmp_path: Path) -> None:
    outcome = task.teach(network, LESSON)
    figures = outcome.figures
    assert next(iter(figures)) == TASKS["names"].figure
    assert all(math.isfinite(value) for value in figures.values())
    assert 0 <= figures["exact"] <= figures["words"] <= 1
    assert figures["characters"] > 300
    assert figures["characters never seen"] > 5
    assert 0 <= outcome.baselines["words by regression, in a list of all names"] <= 1
    assert isinstance(outcome.samples, Image.Image)
    assert outcome.samples.height > 500
    assert not outcome.network.training
    built = task.build(network, json.loads(json.dumps(outcome.settings)))
    built.load_state_dict(outcome.network.state_dict())
    ink = glyphs_of([load_font("DejaVu Sans Mono")], "\u00e9").pictures[0, 0]
    Image.fromarray(255 - ink.numpy()).save(tmp_path / "glyph.png")
    said = task.answer(built.eval(), str(tmp_path / "glyph.png"), outcome.settings)
    assert set(said.split()) <= set(outcome.settings["words"])


@pytest.mark.usefixtures("_short")
def test_the_seed_decides() -> None:
    first, second, other = (
        task.teach("captioner-hard", replace(LESSON, steps=1, seed=seed)).network.state_dict()
        for seed in (1, 1, 2)
    )
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_training_glyphs_hold_nothing_unseen() -> None:
    data = prepare(LESSON)
    shown = {data.characters.seen[label] for label in data.training.labels}
    assert shown == set(data.characters.seen)
    assert not shown & set(data.characters.unseen)
    assert data.unseen.labels.max() < len(data.characters.unseen)


def test_batches_are_augmented_and_named_rightly() -> None:
    drawn = glyphs_of([load_font("DejaVu Sans Mono")], ACCENTED)
    names = Vocabulary.of_names(ACCENTED).encode(ACCENTED)
    batches = named_batches(drawn, names, 20, seed=4)
    pictures, target = batches(1)
    assert torch.equal(pictures, batches(1)[0])
    assert not torch.equal(pictures, batches(2)[0])
    clean = drawn.pictures.float() / 255
    assert torch.cdist(pictures.flatten(1), clean.flatten(1)).min() > 1
    near = torch.cdist(pictures.flatten(1), clean.flatten(1)).topk(12, largest=False).indices
    found = [(names[near[i]] == target[i]).all(1).any() for i in range(20)]
    assert sum(map(bool, found)) > 15
