"""Task transfer: a trained network is taken from the folder, and learns from few examples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from asciiart.glyphs.font import Font, load_font
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.lesson import Lesson
from asciiart.train.lab.run import run_task, try_task
from asciiart.train.lab.sheet import to_png
from asciiart.train.lab.tasks.letters import task, transfer
from asciiart.train.lab.tasks.letters.transfer import (
    CLASSES,
    SHOTS,
    WAYS,
    altered,
    cyrillic,
    few_examples,
    transferred,
)

FONTS = (load_font("DejaVu Sans Mono"),)


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    monkeypatch.setattr(transfer, "_ASKED", 60)
    monkeypatch.setattr(transfer, "_COPIES", 2)
    monkeypatch.setattr(transfer, "SHOTS", 2)
    monkeypatch.setattr(task, "_BATCH", 16)
    name = "DejaVu Sans Mono"
    return Lesson(tmp_path, steps=3, training_fonts=(name,), held_out_fonts=(name,))


@pytest.mark.parametrize("network", TASKS["transfer"].bars)
def test_learns_and_is_judged(network: str, lesson: Lesson) -> None:
    outcome = transfer.teach(network, lesson)
    assert next(iter(outcome.figures)) == TASKS["transfer"].figure
    assert outcome.figures["labeled pictures"] == 2 * len(CLASSES)
    assert "the same network from scratch" in outcome.baselines
    assert isinstance(outcome.samples, Image.Image)
    assert not outcome.network.training
    transfer.build(network, outcome.settings).load_state_dict(outcome.network.state_dict())


@pytest.mark.parametrize(("way", "whole"), [("resnet", False), ("resnet-fine-tuned", True)])
def test_the_trunk_learns_only_if_it_is_fine_tuned(way: str, whole: bool, lesson: Lesson) -> None:
    trained = transfer.build(way, {})
    before = {name: value.clone() for name, value in trained.state_dict().items()}
    after = transferred(trained, WAYS[way], lesson, few_examples(cyrillic(FONTS), 0)).state_dict()
    assert all(torch.equal(trained.state_dict()[name], before[name]) for name in before)
    changed = {name for name in before if not torch.equal(after[name], before[name])}
    head = {"classifier.weight", "classifier.bias"}
    assert head <= changed
    assert ("trunk.conv1.conv.weight" in changed) == whole
    assert changed == head or whole


def test_few_examples_are_as_many_of_each_class() -> None:
    pictures, labels = few_examples(cyrillic(FONTS * 3), 0)
    assert labels.bincount().tolist() == [SHOTS] * len(CLASSES)
    assert torch.equal(few_examples(cyrillic(FONTS * 3), 0)[0], pictures)
    assert not torch.equal(few_examples(cyrillic(FONTS * 3), 1)[0], pictures)


def test_examples_are_altered_at_each_step() -> None:
    examples = few_examples(cyrillic(FONTS), 0)
    batch = altered(examples, 5)
    assert torch.equal(batch(1)[1], examples[1])
    assert torch.equal(batch(1)[0], batch(1)[0])
    assert not torch.equal(batch(1)[0], batch(2)[0])


def test_fonts_without_the_letters_are_left_out() -> None:
    font = FONTS[0]
    partial = SimpleNamespace(has="БГ".__contains__, face=font.face, size=font.size)
    both = cyrillic((*FONTS, cast("Font", partial)))
    assert set(both.letters.fonts.tolist()) == {0}


def test_a_network_that_knows_its_letters_is_taken(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = task.build("vgg", {})
    save_file(saved.state_dict(), lesson.folder / "letters-vgg.safetensors")
    fonts = lesson.fonts()
    found = transfer.find_trained("vgg", lesson, fonts).state_dict()
    assert any(not torch.equal(found[name], value) for name, value in saved.state_dict().items())
    monkeypatch.setattr(transfer, "TRUSTWORTHY", 0.0)
    found = transfer.find_trained("vgg", lesson, fonts).state_dict()
    assert all(torch.equal(found[name], value) for name, value in saved.state_dict().items())


def test_a_saved_network_is_tried(lesson: Lesson) -> None:
    run_task(TASKS, "transfer", "resnet", replace(lesson))
    path = lesson.folder / "given.png"
    path.write_bytes(to_png(Image.new("RGB", (20, 20), "white")))
    tried = try_task(TASKS, "transfer", str(path), lesson.folder)
    assert isinstance(tried.answer, str)
    assert all(line[0] in CLASSES for line in tried.answer.splitlines())
