"""What needs no captions: words found one by one."""

from __future__ import annotations

import itertools

import pytest
import torch

from asciiart.core.sequences.decoding import END, PAD
from asciiart.train.lab.tasks.names import cheap
from asciiart.train.lab.tasks.names.cheap import (
    best_names,
    words_from_a_list,
    words_in,
)
from asciiart.train.lab.tasks.names.glyph_names import LabeledGlyphs


def test_words_are_counted_without_padding() -> None:
    names = torch.tensor([[3, 4, 3, END], [5, END, PAD, PAD]])
    wanted = [[0, 0, 1, 2, 1, 0], [0, 0, 1, 0, 0, 1]]
    assert words_in(names, 6).tolist() == wanted


def test_the_best_name_has_what_is_present_and_lacks_what_is_absent() -> None:
    model = torch.nn.Linear(4, 3)
    model.weight.data = torch.tensor([[9.0, 0, 0, 0], [0, 9.0, 0, 0], [0, 0, 9.0, 0]])
    model.bias.data = torch.full((3,), -4.0)
    words = torch.tensor([[1.0, 0, 0], [1, 1, 0], [1, 1, 1], [0, 0, 1]])
    pictures = torch.tensor([[255, 0, 0, 0], [255, 255, 0, 0], [0, 0, 255, 0]]).byte()
    assert best_names(model, pictures.view(3, 1, 2, 2), words).tolist() == [0, 1, 3]


def test_words_find_an_unseen_name_in_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row and a column of ink have a word each; four of their sixteen pairs are unseen."""
    monkeypatch.setattr(cheap, "_STEPS", 200)
    pictures = torch.zeros(4, 4, 1, 4, 4, dtype=torch.uint8)
    names = torch.zeros(4, 4, 3, dtype=torch.long)
    for i, j in itertools.product(range(4), range(4)):
        pictures[i, j, 0, i] = pictures[i, j, 0, :, j] = 255
        names[i, j] = torch.tensor([3 + i, 7 + j, END])
    hidden = torch.eye(4, dtype=torch.bool)
    training = LabeledGlyphs(pictures[~hidden], torch.arange(12), torch.zeros(12))
    asked = LabeledGlyphs(pictures[hidden], torch.arange(4), torch.zeros(4))
    assert words_from_a_list(training, asked, names[~hidden], names[hidden], 11) == 1
    turned = asked._replace(labels=asked.labels.flip(0))
    assert words_from_a_list(training, turned, names[~hidden], names[hidden], 11) == 0
