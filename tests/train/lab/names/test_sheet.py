"""Figures and the sheet of a captioner's answers."""

from __future__ import annotations

import pytest
import torch

from asciiart.core.sequences.decoding import END, PAD
from asciiart.train.lab.names.sheet import Answers, Examination


def test_an_examination_counts_names_and_words() -> None:
    names = torch.tensor([[5, 6, END, PAD], [7, END, PAD, PAD]])
    said = torch.tensor([[5, 9, END, PAD], [7, END, PAD, PAD]])
    maps = torch.zeros(2, 4, 2, 2)
    found = Examination(torch.zeros(2, 1, 40, 40), "ab", names, Answers(said, maps))
    assert found.right.tolist() == [False, True]
    assert found.exact() == 0.5
    assert found.words_right() == pytest.approx(4 / 5)
    longer = torch.tensor([[5, 6, END, PAD], [7, 7, END, PAD]])
    assert Examination(found.pictures, "ab", names, Answers(longer, maps)).exact() == 0.5
