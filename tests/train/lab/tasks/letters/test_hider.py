"""Hidden letters: the seed decides, the label is the letter's, and the pieces leave it legible."""

from __future__ import annotations

import pytest
import torch

from asciiart.glyphs.font import load_font
from asciiart.train.lab.tasks.letters.hider import SIZE, LetterHider, letter_batches


@pytest.fixture(scope="module")
def hider() -> LetterHider:
    return LetterHider([load_font("DejaVu Sans Mono")], "EOT")


def test_the_seed_decides(hider: LetterHider) -> None:
    first, same, other = hider(20, 3), hider(20, 3), hider(20, 4)
    assert first.pictures.shape == (20, 1, SIZE, SIZE)
    assert torch.equal(first.pictures, same.pictures)
    assert torch.equal(first.labels, same.labels)
    assert not torch.equal(first.pictures, other.pictures)
    assert 0 <= first.pictures.min() < first.pictures.max() <= 1


def test_steps_have_batches_of_their_own(hider: LetterHider) -> None:
    batches = letter_batches(hider, 5, seed=1)
    assert torch.equal(batches(2).pictures, batches(2).pictures)
    assert not torch.equal(batches(2).pictures, batches(3).pictures)


def test_the_letter_asked_for_is_hidden() -> None:
    hider = LetterHider([load_font("DejaVu Sans Mono")], ".W")
    chosen = torch.arange(2).repeat_interleave(50)
    hidden = hider.hide(chosen, seed=0)
    assert torch.equal(hidden.labels, chosen)
    ink = hidden.pictures.flatten(1).sum(1).view(2, 50).mean(1)
    assert ink[1] > 1.3 * ink[0]  # the pieces that hide them have as much ink


def test_letters_move_and_are_hidden(hider: LetterHider) -> None:
    pictures = hider.hide(torch.zeros(300, dtype=torch.long), seed=0).pictures[:, 0]
    dark = pictures > 0.5
    assert dark.flatten(1).sum(1).float().std() > 10  # sizes and pieces differ
    assert dark.any(0).float().mean() > 0.95  # no place is always blank


def test_other_strokes_of_another_seed() -> None:
    fonts = [load_font("DejaVu Sans Mono")]
    first, same, other = (LetterHider(fonts, "E", seed=seed).strokes for seed in (0, 0, 1))
    assert torch.equal(first, same)
    assert not torch.equal(first, other)
    assert (first.flatten(1).amax(1) > 0.5).all()
