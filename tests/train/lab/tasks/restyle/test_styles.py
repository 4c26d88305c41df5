"""Styles of lettering."""

from __future__ import annotations

import torch

from asciiart.glyphs.font import load_font
from asciiart.train.lab.tasks.restyle.styles import LETTERS, SIZE, STYLES, in_styles, lettering

KNOWN = lettering([load_font("DejaVu Sans Mono")])


def test_letters_fill_their_pictures() -> None:
    assert KNOWN.inks.shape == (len(LETTERS), SIZE, SIZE)
    assert KNOWN.labels.tolist() == list(range(len(LETTERS)))
    edges = (KNOWN.inks[:, 0], KNOWN.inks[:, -1], KNOWN.inks[:, :, 0], KNOWN.inks[:, :, -1])
    assert all(edge.max() < 0.5 for edge in edges)


def test_each_style_is_another_picture_within_the_range() -> None:
    letter = KNOWN.inks[7:8].expand(len(STYLES), -1, -1)
    pictures = in_styles(letter, torch.arange(len(STYLES)))
    assert pictures.shape == (len(STYLES), 1, SIZE, SIZE)
    assert 0 <= pictures.min() <= pictures.max() <= 1
    assert torch.equal(pictures[0, 0], letter[0])
    apart = torch.cdist(pictures.flatten(1), pictures.flatten(1))
    assert (apart + 100 * torch.eye(len(STYLES))).min() > 3


def test_styles_are_what_they_say() -> None:
    block = torch.zeros(1, SIZE, SIZE)
    block[:, 10:30, 10:30] = 1
    assert STYLES["outlined"](block)[0, 20, 9] == 1
    assert STYLES["outlined"](block)[0, 10:30, 10:30].max() == 0
    striped = STYLES["striped"](block)[0, 10:30, 10:30]
    assert (striped == striped[:, :1]).all()
    assert striped.min() == 0
    assert striped.max() == 1
    hatched = STYLES["hatched"](block)[0, 10:30, 10:30]
    assert torch.allclose(hatched, hatched.T)
    assert (hatched[1:, :-1] - hatched[:-1, 1:]).abs().max() < 1e-4  # along the other diagonal
    assert STYLES["shadowed"](block)[0, 32, 32] == 0.5
    assert STYLES["reversed"](block)[0, 10:30, 10:30].max() == 0
    assert STYLES["reversed"](block)[0].max() == 1
    assert STYLES["dotted"](block).sum() < striped.sum()
