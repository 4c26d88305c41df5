"""Figures and the sheet of a captioner's answers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from asciiart.core.sequences.decoding import END, PAD
from asciiart.io.pictures.arrays import Pixels
from asciiart.train.lab.tasks.names.glyph_names import SIZE, Vocabulary
from asciiart.train.lab.tasks.names.sheet import Answers, Examination, answer_sheet


def test_an_examination_counts_names_and_words() -> None:
    names = torch.tensor([[5, 6, END, PAD], [7, END, PAD, PAD]])
    said = torch.tensor([[5, 9, END, PAD], [7, END, PAD, PAD]])
    maps = torch.zeros(2, 4, 2, 2)
    found = Examination(torch.zeros(2, 1, 32, 32), "ab", names, Answers(said, maps))
    assert found.right.tolist() == [False, True]
    assert found.exact() == 0.5
    assert found.words_right() == pytest.approx(4 / 5)
    longer = torch.tensor([[5, 6, END, PAD], [7, 7, END, PAD]])
    assert Examination(found.pictures, "ab", names, Answers(longer, maps)).exact() == 0.5


def examination(vocabulary: Vocabulary, characters: str, said: str) -> Examination:
    """Return pictures of ink that grows from character to character, and answers."""
    pictures = torch.arange(len(characters)).view(-1, 1, 1, 1).expand(-1, 1, SIZE, SIZE) * 20
    names, answers = vocabulary.encode(characters + said).chunk(2)
    maps = torch.zeros(*answers.shape, 2, 2)
    maps[:, :, 0, 0] = 1
    return Examination(pictures.byte(), characters, names, Answers(answers, maps))


def tile(page: Image.Image, row: int, column: int) -> Pixels:
    """Return the pixels of a picture on the sheet, without its caption."""
    side, gap, caption = 3 * SIZE, 4, 12
    top, left = gap + row * (side + gap + caption), gap + column * (side + gap)
    return np.asarray(page)[top : top + side, left : left + side]


def test_the_sheet_shows_accented_then_unseen_then_mistakes() -> None:
    """Each row is a picture, then it again for each word, orange where it was looked at."""
    vocabulary = Vocabulary.of_names("aeàè")
    seen = examination(vocabulary, "aeà", "aaà")  # the second is a mistake
    unseen = examination(vocabulary, "è", "a")
    page = answer_sheet(vocabulary, seen, unseen)
    grays = [int(tile(page, row, 0)[0, 0, 0]) for row in range(12)]
    assert grays == [255 - 40] * 4 + [255] * 4 + [255 - 20] * 4
    orange = tile(page, 4, 1)
    assert orange[0, 0].tolist() == [255, 140, 26]
    assert (orange[-1, -1] == 255).all()
