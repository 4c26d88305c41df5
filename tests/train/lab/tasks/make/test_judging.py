"""Emblems that are shown, and the judgment of those that are made."""

from __future__ import annotations

import pytest
import torch

from asciiart.glyphs.font import load_font
from asciiart.train.lab.data.emblems import FRAMES, SIZE
from asciiart.train.lab.tasks.make.judging import (
    CAPITALS,
    SHOWN_FRAMES,
    WRONG,
    Emblems,
    Judgment,
    choose_shown,
    draw_all,
    judge,
    shown_of,
)

FONTS = (load_font("DejaVu Sans Mono"), load_font("M PLUS 1 Code"))


@pytest.fixture(scope="module")
def real() -> Emblems:
    return draw_all(FONTS)


def shown(seed: int = 0) -> torch.Tensor:
    return choose_shown(torch.Generator().manual_seed(seed))


def test_both_are_needed() -> None:
    assert Judgment(0.5, 1.0).score == pytest.approx(2 / 3)
    assert Judgment(1.0, 0.0).score == 0
    assert Judgment(0.0, 0.0).score == 0


def test_every_letter_is_shown_in_some_frames() -> None:
    assert shown().sum(1).tolist() == [SHOWN_FRAMES] * len(CAPITALS)
    assert not torch.equal(shown(), shown(1))


def test_emblems_know_what_they_show(real: Emblems) -> None:
    assert len(real.pictures) == len(FONTS) * len(CAPITALS) * len(FRAMES)
    plain = real.pictures[real.frames == 0]
    per_letter = plain.view(len(FONTS), len(CAPITALS), -1)
    frames = real.pictures.view(len(FONTS), len(CAPITALS), len(FRAMES), -1)
    assert (frames >= per_letter[:, :, None]).all()
    wide = per_letter[0, CAPITALS.index("M")].sum()
    assert wide > per_letter[0, CAPITALS.index("I")].sum()
    assert real.labels[len(FRAMES)] == 1


def test_only_shown_combinations_are_known(real: Emblems) -> None:
    known = shown_of(real, shown())
    assert len(known.labels) == len(FONTS) * len(CAPITALS) * SHOWN_FRAMES
    assert shown()[known.labels, known.frames].all()


def test_copies_are_recognized_and_not_new(real: Emblems) -> None:
    known = shown_of(real, shown())
    assert judge(known.pictures, known.labels, real, shown()) == Judgment(1.0, 0.0)


def test_others_are_new(real: Emblems) -> None:
    other = shown_of(real, ~shown())
    assert judge(other.pictures * 0.6, other.labels, real, shown()) == Judgment(1.0, 1.0)
    assert judge(other.pictures, (other.labels + 1) % 26, real, shown()).recognized == 0


def test_too_many_wrong_pixels_are_not_recognized(real: Emblems) -> None:
    allowed = int(WRONG * SIZE * SIZE)
    for wrong, recognized in ((allowed, 1.0), (allowed + 1, 0.0)):
        made = real.pictures[:1].clone()
        made[0, 12 * SIZE + 5 : 12 * SIZE + 5 + wrong] = 1 - made[0, 12 * SIZE + 5 :][:wrong]
        assert judge(made, real.labels[:1], real, shown()).recognized == recognized
