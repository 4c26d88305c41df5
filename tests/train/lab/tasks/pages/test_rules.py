"""Baselines of the task pages: thresholds, and a linear classifier of local statistics."""

from __future__ import annotations

import pytest
import torch

from asciiart.train.lab.tasks.pages import rules
from asciiart.train.lab.tasks.pages.pictures import SIZE, Pages, spread
from asciiart.train.lab.tasks.pages.rules import (
    LinearPixels,
    Threshold,
    best_threshold,
    candidates,
    otsu_threshold,
    text_iou,
)


def shaded(step: int = 16) -> Pages:
    """Return pages of dark and of light lines under a shade, a line every ``step`` pixels."""
    truth = torch.zeros(1, SIZE, SIZE, dtype=torch.long)
    truth[:, ::step] = 1
    shade = torch.linspace(0.2, 1, SIZE)  # (W,)
    page = ((1 - 0.5 * truth[:, None]) * shade).expand(1, 3, SIZE, SIZE)
    wide = spread(truth)
    return Pages(torch.cat([page, 1 - page]), torch.cat([wide, wide]))


def test_otsu_parts_two_groups() -> None:
    random = torch.Generator().manual_seed(0)
    low = torch.rand(900, generator=random) * 0.2
    high = torch.rand(100, generator=random) * 0.1 + 0.8
    assert 0.19 < otsu_threshold(torch.cat((low, high))) <= 0.8
    assert otsu_threshold(torch.full((9,), 0.5)) <= 0.5


def test_thresholds_are_told_the_side_and_adapt_to_shade() -> None:
    pages = shaded()
    for number in (0, 1):
        page = Pages(*(values[number : number + 1] for values in pages))
        otsu, adaptive, sauvola = (
            text_iou(Threshold(kind).masks(*page), page.truth)
            for kind in ("otsu", "adaptive", "sauvola")
        )
        assert adaptive > 0.6
        assert sauvola > 0.6
        assert otsu < 0.75 * adaptive


def test_sauvola_by_hand() -> None:
    gray = torch.full((5, 5), 0.8)
    gray[2, 2] = 0.6
    mean = 0.8 - 0.2 / 9
    deviation = (0.04 / 9 - (0.2 / 9) ** 2) ** 0.5
    limit = mean * (1 + 0.2 * (deviation / 0.5 - 1))
    assert 0.6 < limit < 0.8
    pages = Pages(gray.expand(1, 3, 5, 5), torch.zeros(1, 5, 5, dtype=torch.long))
    below = Threshold("sauvola", window=3).masks(*pages._replace(truth=torch.ones(1, 5, 5).long()))
    assert below.all()  # the pixel, spread by three
    gray[2, 2] = limit + 0.01  # the limit rises, but less than the pixel
    assert not Threshold("sauvola", window=3, strength=0.5).masks(*pages)[0, 2, 2]


def test_a_gap_is_closed() -> None:
    truth = torch.zeros(1, SIZE, SIZE, dtype=torch.long)
    truth[:, 60:64, :40] = truth[:, 60:64, 52:] = 1  # a gap of 12 columns, 6 when spread
    pictures = (1 - truth[:, None].float()).expand(1, 3, SIZE, SIZE)
    wanted = torch.ones(1, SIZE, SIZE, dtype=torch.long)
    open_, closed = (
        Threshold("otsu", gap=gap).masks(pictures, spread(truth))[0, 62] for gap in (0, 15)
    )
    assert closed.all()
    assert not open_.all()
    assert wanted.shape == truth.shape


def test_the_best_of_a_kind_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_NEIGHBORHOODS", (25,))
    pages = shaded()
    best = best_threshold("sauvola", pages)
    reached = text_iou(best.masks(*pages), pages.truth)
    assert all(
        text_iou(each.masks(*pages), pages.truth) <= reached for each in candidates("sauvola")[1::2]
    )
    assert {each.kind for each in candidates("adaptive")} == {"adaptive"}


def test_the_linear_classifier_learns_what_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_EACH", 50)
    monkeypatch.setattr(rules, "_ROUNDS", 20)
    random = torch.Generator().manual_seed(0)
    truth = torch.zeros(2, SIZE, SIZE, dtype=torch.long)
    truth[0, 20:60], truth[1, 70:100] = 1, 1
    noise = torch.randn(2, 1, SIZE, SIZE, generator=random) * 0.2
    pages = Pages((0.5 + noise * truth[:, None]).expand(2, 3, SIZE, SIZE), truth)
    first, second = (Pages(*(values[i : i + 1] for values in pages)) for i in (0, 1))
    learned = LinearPixels(first)
    assert text_iou(learned.masks(second.pictures), second.truth) > 0.8


def test_iou_counts_text_alone() -> None:
    truth = torch.tensor([[1, 1, 0, 0]])
    assert text_iou(torch.tensor([[1, 0, 1, 0]]), truth) == pytest.approx(1 / 3)
    assert text_iou(torch.zeros(1, 4), truth) == 0
    assert text_iou(truth * 0, truth * 0) == 0  # nan would not be a figure
