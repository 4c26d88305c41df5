"""Measures of words: lengths of runs, orientations and pitch."""

from __future__ import annotations

import torch

from asciiart.glyphs.font import load_font
from asciiart.train.lab.tasks.styles.measures import measure_style, run_lengths
from asciiart.train.lab.tasks.styles.words import (
    draw_word,
)

FONT = load_font("DejaVu Sans Mono")


def test_runs_are_counted_by_length() -> None:
    rows = torch.tensor([[1, 1, 0, 1, 0, 0, 1, 1], [0, 0, 0, 0, 0, 0, 0, 1]]).float()
    shares = run_lengths(rows[None])  # two runs of 2, two of 1
    assert shares[0, :3].tolist() == [0.5, 0.5, 0]
    long = run_lengths(torch.ones(1, 1, 40))
    assert long[0].tolist() == [0] * 11 + [1]


def test_measures_do_not_change_with_the_strength_of_ink() -> None:
    word = torch.from_numpy(draw_word(FONT, "Letter", 12))[None, None]
    assert torch.allclose(measure_style(word), measure_style(0.5 * word), atol=1e-3)
    assert not torch.allclose(measure_style(word), measure_style(word.flip(3)), atol=1e-2)
