"""Baselines read plain letters, and say where they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scene_makers import MANY, maker

from asciiart.core.vision.boxes import Truth, mean_average_precision
from asciiart.train.lab.tasks.clutter.readers import NearestLetters, match_templates, mean_letters
from asciiart.train.lab.tasks.clutter.scenes import LetterBank

PLAIN = maker(replace(MANY, clutter=(0, 0), noise=0.01))


def test_a_template_is_a_mean_of_cropped_letters() -> None:
    tiles = torch.zeros(4, 28, 28)
    tiles[0, 4:14, 5:15] = 1
    tiles[1, 10:20, 2:12] = 0.5  # elsewhere, but cropped alike
    tiles[2, 4:14, 5:25] = 1
    tiles[3, 0:6, 0:6] = 1
    boxes = torch.tensor([[5.0, 4, 15, 14], [2, 10, 12, 20], [5, 4, 25, 14], [0, 0, 6, 6]])
    bank = LetterBank(tiles, torch.tensor([1, 1, 1, 2]), boxes, torch.tensor([22, 22, 28, 22]))
    templates = mean_letters(bank, 1)
    assert [(template.label, template.ink.shape) for template in templates] == [
        (1, (10, 10)),
        (1, (10, 20)),
        (2, (6, 6)),
    ]
    assert np.allclose(templates[0].ink, 0.75)


def test_groups_part_alike_letters() -> None:
    tiles = torch.zeros(6, 28, 28)
    tiles[:, :10, :10] = torch.tensor([0.2, 1, 0.9, 0.3, 1, 0.2])[:, None, None]
    boxes = torch.tensor([[0.0, 0, 10, 10]] * 6)
    bank = LetterBank(tiles, torch.ones(6).long(), boxes, torch.full((6,), 22))
    shades = sorted(float(template.ink.mean()) for template in mean_letters(bank, 2))
    assert shades == pytest.approx([0.7 / 3, 2.9 / 3])


@pytest.mark.parametrize("reader", ["templates", "components"])
def test_letters_of_the_known_font_are_read(reader: str) -> None:
    scenes = PLAIN(20, 1)
    templates, nearest = mean_letters(PLAIN.letters, 1), NearestLetters(PLAIN.letters)
    found = [
        match_templates(picture, templates) if reader == "templates" else nearest(picture)
        for picture in scenes.pictures
    ]
    truths = [Truth(*truth) for truth in zip(scenes.boxes, scenes.labels, strict=True)]
    assert mean_average_precision(found, truths) > 0.9
    for each in found:
        assert (each.scores.diff() <= 0).all()
        assert (each.scores <= 1 + 1e-5).all()


def test_nothing_is_read_from_an_empty_picture() -> None:
    empty = torch.zeros(1, 72, 72)
    assert len(NearestLetters(PLAIN.letters)(empty).boxes) == 0
    assert len(match_templates(empty, mean_letters(PLAIN.letters, 1)).boxes) == 0
