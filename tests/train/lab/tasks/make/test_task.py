"""Task make: networks learn a little in three steps; the judge and the figures are honest."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn

from asciiart.core.autoencoders.variational import ConvVariationalAutoencoder
from asciiart.core.convnets import vgg_small
from asciiart.core.gan import AdversarialBatch
from asciiart.errors import OptionError
from asciiart.glyphs.font import load_font
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.data.drawn_letters import LETTERS, Letters, letters_of
from asciiart.train.lab.lesson import Lesson
from asciiart.train.lab.run import run_task, try_task
from asciiart.train.lab.tasks.make import task as make
from asciiart.train.lab.tasks.make.judge import SIZE
from asciiart.train.lab.tasks.make.made_glyphs import CHEAP, share_recognized
from asciiart.train.lab.tasks.make.task import (
    STYLE_SIZE,
    draw,
    glyph_batches,
    load_judge,
)

TOGETHER = len(LETTERS)


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    monkeypatch.setattr(make, "STYLES", 4)  # to be fast
    monkeypatch.setattr(make, "JUDGED", 2)
    return Lesson(
        tmp_path, steps=3, training_fonts=("DejaVu Sans Mono",), held_out_fonts=("Spleen 8x16",)
    )


def known() -> Letters:
    return letters_of([load_font("DejaVu Sans Mono")], LETTERS, SIZE)


class Oracle(nn.Module):
    """Recognizes a letter by its nearest picture among those of one font."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures = nn.Parameter(known().pictures.flatten(1))

    def forward(self, pictures: Tensor) -> Tensor:
        return -torch.cdist(pictures.flatten(1), self.pictures)


@pytest.mark.parametrize("network", TASKS["make"].bars)
def test_learns_and_is_judged(network: str, lesson: Lesson) -> None:
    outcome = make.teach(network, lesson)
    figures = outcome.figures
    assert next(iter(figures)) == TASKS["make"].figure
    assert all(math.isfinite(figure) and figure >= 0 for figure in figures.values())
    assert all(figures[name] <= 1 for name in ("score", "recognized", "covered"))
    assert set(outcome.baselines) == set(CHEAP)
    assert outcome.baselines["noised copies, 0"] == 0
    assert figures["samples"] == make.STYLES * TOGETHER
    assert isinstance(outcome.samples, Image.Image)
    assert outcome.samples.width > TOGETHER * SIZE
    assert not outcome.network.training


def test_the_seed_decides(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "learn_letters", lambda *_: Oracle())
    first, same, other = (
        make.teach("gan", replace(lesson, seed=seed)).network.state_dict() for seed in (1, 1, 2)
    )
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_a_letter_is_judged_as_the_one_that_was_asked_for() -> None:
    letters, oracle = known(), Oracle()
    assert share_recognized(oracle, letters) == 1
    shifted = letters._replace(labels=letters.labels.roll(1))
    assert share_recognized(oracle, shifted) == 0


def test_the_letter_asked_for_is_the_one_drawn() -> None:
    """A decoder that gives the one-hot label's picture draws all letters, style by style."""

    class Copyist(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pictures = nn.Parameter(known().pictures)

        def forward(self, style: Tensor, labels: Tensor) -> Tensor:
            assert torch.equal(style[:TOGETHER], style[:1].expand(TOGETHER, STYLE_SIZE))
            assert not torch.equal(style[0], style[TOGETHER])
            return self.pictures[labels]

    made = draw(Copyist(), 3, seed=0)
    assert made.fonts.tolist() == [style for style in range(3) for _ in LETTERS]
    assert made.labels.tolist() == [*range(TOGETHER)] * 3
    assert share_recognized(Oracle(), made) == 1


def test_a_variational_autoencoder_draws_from_its_code() -> None:
    network = ConvVariationalAutoencoder(SIZE, (4, 8), STYLE_SIZE, num_classes=TOGETHER).eval()
    made = draw(network, 2, seed=0)
    assert made.pictures.shape == (2 * TOGETHER, 1, SIZE, SIZE)
    assert 0 < made.pictures.min() < made.pictures.max() < 1
    assert torch.equal(draw(network, 2, seed=0).pictures, made.pictures)
    assert not torch.equal(draw(network, 2, seed=1).pictures, made.pictures)


@pytest.mark.parametrize("network", TASKS["make"].bars)
def test_what_was_trained_can_be_tried(
    network: str, lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "learn_letters", lambda *_: Oracle())
    run_task(TASKS, "make", network, lesson)
    tried = try_task(TASKS, "make", "Q 7", lesson.folder)
    assert tried.network == network
    assert isinstance(tried.answer, Image.Image)
    assert 2 * 2 * SIZE < tried.answer.width < 3 * 2 * SIZE


@pytest.mark.parametrize("given", ["", "Ä", "a-b"])
def test_what_cannot_be_made_is_said(given: str) -> None:
    with pytest.raises(OptionError, match="only letters"):
        make.answer(make.build("gan", {}), given, {})


def test_batches_say_whose_turn_it_is_for_the_adversaries_only() -> None:
    letters = known()
    turn = glyph_batches("gan", letters, 0)(1)
    assert isinstance(turn, AdversarialBatch)
    assert turn.turn == "generator"
    batch = glyph_batches("vae", letters, 0)(1)
    assert isinstance(batch, tuple)
    for pictures, labels in (turn[1:], batch):
        assert share_recognized(Oracle(), Letters(pictures, labels, labels)) == 1


def wrong_size(path: Path) -> None:
    save_file(vgg_small(num_classes=10).state_dict(), path)


def damaged(path: Path) -> None:
    path.write_bytes(b"no weights")


def untrained(path: Path) -> None:
    save_file(vgg_small(num_classes=TOGETHER).state_dict(), path)


@pytest.mark.parametrize("leave", [lambda _: None, wrong_size, damaged, untrained])
def test_a_useless_judge_is_not_taken(leave: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "letters-vgg.safetensors"
    leave(path)
    assert load_judge(path, known()) is None


def test_a_judge_that_knows_the_letters_is_taken(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trustworthy here is who is not there yet: an untrained one."""
    untrained(lesson.folder / "letters-vgg.safetensors")
    monkeypatch.setattr(make, "TRUSTWORTHY", 0.0)
    found = load_judge(lesson.folder / "letters-vgg.safetensors", known())
    assert found is not None
    assert not found.training
    monkeypatch.setattr(make, "learn_letters", None)  # would be called if it were not taken
    assert make.teach("vae", lesson).figures["recognized of held-out fonts"] < 0.2
