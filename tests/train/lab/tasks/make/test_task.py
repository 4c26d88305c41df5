"""Task make: networks learn a little in three steps, and what they make is judged."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from lessons import LESSON
from PIL import Image
from torch import nn

from asciiart.core.autoencoders.variational import ConvVariationalAutoencoder
from asciiart.core.gan import AdversarialBatch
from asciiart.errors import OptionError
from asciiart.glyphs.font import load_font
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.data.emblems import SIZE
from asciiart.train.lab.run import run_task, try_task
from asciiart.train.lab.tasks.make import task as make
from asciiart.train.lab.tasks.make.cheap import CHEAP
from asciiart.train.lab.tasks.make.judging import CAPITALS, Emblems, draw_all
from asciiart.train.lab.tasks.make.task import (
    STYLE_SIZE,
    choose_styles,
    draw,
    emblem_batches,
)


@pytest.fixture(scope="module")
def known() -> Emblems:
    return draw_all([load_font("DejaVu Sans Mono")])


@pytest.fixture(autouse=True)
def few_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "STYLES", 3)  # to be fast


@pytest.mark.parametrize("network", TASKS["make"].bars)
def test_learns_is_judged_and_can_be_tried(network: str, tmp_path: Path) -> None:
    result = run_task(TASKS, "make", network, replace(LESSON, folder=tmp_path))
    figures = result.figures[0]
    assert next(iter(figures)) == TASKS["make"].figure
    assert all(math.isfinite(figure) and figure >= 0 for figure in figures.values())
    assert figures["samples"] == 3 * len(CAPITALS)
    assert set(result.baselines[0]) == set(CHEAP)
    assert result.baselines[0]["noised copies, 0"] == 0
    tried = try_task(TASKS, "make", "Q a", tmp_path)
    assert tried.network == network
    assert isinstance(tried.answer, Image.Image)
    assert 2 * 2 * SIZE < tried.answer.width < 3 * 2 * SIZE


def test_the_seed_decides() -> None:
    first, same, other = (
        make.teach("vae", replace(LESSON, seed=seed)).network.state_dict() for seed in (1, 1, 2)
    )
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_validation_shows_other_combinations(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def watched(_: object, shown: torch.Tensor) -> Emblems:
        seen.append(shown)
        raise StopIteration

    monkeypatch.setattr(make, "shown_of", watched)
    for validate in (False, True, True):
        with pytest.raises(StopIteration):
            make.teach("vae", replace(LESSON, validate=validate))
    assert not torch.equal(seen[0], seen[1])
    assert torch.equal(seen[1], seen[2])


def test_every_letter_asked_for_is_drawn_in_each_style() -> None:
    class Copyist(nn.Module):
        def forward(self, style: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
            return style[:, :1] + labels[:, None]

    styles = torch.tensor([[10.0, 0.0], [20.0, 0.0]])
    made = draw(Copyist(), styles, torch.tensor([3, 1, 2]))
    assert made.flatten().tolist() == [13, 11, 12, 23, 21, 22]


def test_a_variational_autoencoder_has_its_styles_from_known_emblems(known: Emblems) -> None:
    network = ConvVariationalAutoencoder(SIZE, (4, 8), STYLE_SIZE, num_classes=26).eval()
    styles = choose_styles(network, known, torch.Generator().manual_seed(0))
    pictures = known.pictures.view(-1, 1, SIZE, SIZE)
    codes = network.encode(pictures, known.labels).mean
    assert styles.shape == (3, STYLE_SIZE)
    assert torch.cdist(styles, codes).amin(1).max() < 1e-3
    made = draw(network, styles, torch.arange(26))
    assert made.shape == (3 * 26, 1, SIZE, SIZE)
    assert 0 < made.min() < made.max() < 1


def test_an_adversarial_network_has_noise_for_styles(known: Emblems) -> None:
    random = torch.Generator().manual_seed(0)
    styles = choose_styles(make.build("gan", {}), known, random)
    expected = torch.randn(3, STYLE_SIZE, generator=torch.Generator().manual_seed(0))
    assert torch.equal(styles, expected)


def test_batches_say_whose_turn_it_is_for_the_adversaries_only(known: Emblems) -> None:
    turn = emblem_batches("gan", known, 0)(1)
    assert isinstance(turn, AdversarialBatch)
    assert turn.turn == "generator"
    batch = emblem_batches("vae", known, 0)(1)
    assert isinstance(batch, tuple)
    assert batch[0].shape[1:] == (1, SIZE, SIZE)
    nearest = torch.cdist(batch[0].flatten(1), known.pictures).argmin(1)
    assert torch.equal(known.labels[nearest], batch[1])


@pytest.mark.parametrize("given", ["", "Ä", "a-b", "7"])
def test_what_cannot_be_made_is_said(given: str) -> None:
    with pytest.raises(OptionError, match="only letters"):
        make.answer(make.build("gan", {}), given, {})
