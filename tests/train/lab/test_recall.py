"""The task recall: damage, what counts as recalled, and a smoke run of every network."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from lessons import LESSON
from PIL import Image

from asciiart.core.energy.boltzmann import RestrictedBoltzmannMachine
from asciiart.glyphs.font import load_font
from asciiart.train.lab import recall
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.lesson import Lesson
from asciiart.train.lab.recall import (
    FLIPPED,
    SIZE,
    STORED,
    Recalled,
    black_or_white,
    damage,
    learn_machines,
    restore,
)

UNITS = SIZE * SIZE


@pytest.mark.parametrize("network", TASKS["recall"].bars)
def test_every_network_runs(network: str) -> None:
    first, again, other = (recall.teach(network, replace(LESSON, seed=seed)) for seed in (0, 0, 1))
    assert next(iter(first.figures)) == TASKS["recall"].figure
    assert all(map(math.isfinite, first.figures.values()))
    shares = [value for name, value in first.figures.items() if "recall" in name or "right" in name]
    assert all(0 <= share <= 1 for share in shares if share != first.figures["recalls"])
    assert isinstance(first.samples, Image.Image)
    assert isinstance(again.samples, Image.Image)
    assert isinstance(other.samples, Image.Image)
    assert first.figures == again.figures
    assert first.samples.tobytes() == again.samples.tobytes() != other.samples.tobytes()


def test_hopfield_recalls_and_the_hebb_rule_does_not() -> None:
    lesson = replace(LESSON, held_out_fonts=("DejaVu Sans Mono",))
    figures = recall.teach("hopfield", lesson).figures
    assert figures["recalled"] > 0.9
    assert figures["recalled by the Hebb rule"] < 0.1


def test_pictures_are_black_or_white_and_not_empty() -> None:
    pictures = black_or_white([load_font("Spleen 8x16")], STORED)
    assert pictures.shape == (len(STORED), UNITS)
    assert set(torch.unique(pictures).tolist()) == {0.0, 1.0}
    assert (pictures.mean(1) > 0.02).all()
    assert len(torch.unique(pictures, dim=0)) == len(STORED)


def test_damage_flips_the_same_number_of_pixels_at_different_places() -> None:
    pictures = black_or_white([load_font("Spleen 8x16")], "AA")
    damaged = damage(pictures, torch.Generator().manual_seed(0))
    flipped = damaged != pictures
    assert flipped.sum(1).tolist() == [round(FLIPPED * UNITS)] * 2
    assert not torch.equal(flipped[0], flipped[1])
    assert set(torch.unique(damaged).tolist()) == {0.0, 1.0}


def test_recalled_is_near_its_own_original_and_close_enough() -> None:
    originals = torch.zeros(3, UNITS)
    originals[1, :100] = 1
    originals[2, 500:600] = 1
    restored = originals.clone()
    restored[1, :60] = 0  # nearer to the first than to its own
    restored[2, 900:940] = 1  # nearest to its own, yet 40 of 1024 pixels are wrong
    recalled = Recalled(originals, originals, restored)
    assert recalled.own().tolist() == [True, False, True]
    assert recalled.wrong().tolist() == pytest.approx([0, 60 / UNITS, 40 / UNITS])
    assert recalled.share(0.0) == pytest.approx(1 / 3)
    assert recalled.share(0.05) == pytest.approx(2 / 3)


def test_an_original_twice_is_no_rival_of_itself() -> None:
    originals = torch.zeros(3, UNITS)
    originals[2, :100] = 1
    assert Recalled(originals, originals, originals).share(0.0) == 1


def test_a_machine_that_believes_nothing_leaves_what_is_seen() -> None:
    machine = RestrictedBoltzmannMachine(UNITS, 4, initializer="zeros")
    pictures = black_or_white([load_font("Spleen 8x16")], STORED)
    assert torch.equal(restore(machine, pictures), pictures)


def test_a_machine_that_is_sure_overrules_what_is_seen() -> None:
    machine = RestrictedBoltzmannMachine(UNITS, 4, initializer="zeros")
    with torch.no_grad():
        machine.visible_bias[:] = math.log((1 - FLIPPED) / FLIPPED) + 0.1
    assert restore(machine, torch.zeros(2, UNITS)).all()
    with torch.no_grad():
        machine.visible_bias[:] -= 0.2
    assert not restore(machine, torch.zeros(2, UNITS)).any()


def test_all_machines_of_a_stack_learn() -> None:
    pictures = black_or_white([load_font("Spleen 8x16")], STORED)
    few, more = (
        learn_machines("dbn", Lesson(Path(), steps=steps), pictures).state_dict()
        for steps in (1, 2)
    )
    assert all(not torch.equal(few[name], more[name]) for name in few)
