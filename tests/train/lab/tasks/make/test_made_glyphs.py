"""Made glyphs: what they are worth, and cheap ways to make them."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from asciiart.train.lab.data.drawn_letters import LETTERS, Letters
from asciiart.train.lab.tasks.make.made_glyphs import (
    CHEAP,
    Judgment,
    blends,
    covered,
    gaussian,
    judge_glyphs,
    make_cheaply,
    noised_copies,
    printed,
)


def random(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def letters(rows: list[list[float]], labels: list[int]) -> Letters:
    pictures = torch.tensor(rows, dtype=torch.float32)[:, None, None]  # (B, N) -> (B, 1, 1, N)
    return Letters(pictures, torch.tensor(labels), torch.zeros(len(labels), dtype=torch.long))


def test_both_are_needed() -> None:
    assert Judgment(0.5, 1.0).score == pytest.approx(2 / 3)
    assert Judgment(1.0, 0.0).score == 0
    assert Judgment(0.0, 0.0).score == 0


def test_covered_is_who_is_nearer_than_all_known_of_the_letter() -> None:
    unseen = letters([[1, 1, 1, 1], [1, 1, 1, 1]], [0, 1])
    known = letters([[1, 1, 0, 0], [0, 0, 0, 0]], [0, 1])
    assert covered(letters([[1, 1, 1, 0], [0, 0, 0, 0]], [0, 1]), unseen, known) == 0.5
    assert covered(letters([[1, 1, 1, 0], [1, 0, 0, 0]], [0, 1]), unseen, known) == 1
    assert covered(letters([[1, 1, 1, 0], [1, 0, 0, 0]], [1, 0]), unseen, known) == 0.5


def test_copies_cover_nothing() -> None:
    known = letters(torch.rand(6, 9, generator=random()).round().tolist(), [0, 0, 0, 1, 1, 1])
    unseen = letters(torch.rand(4, 9, generator=random(1)).round().tolist(), [0, 0, 1, 1])
    assert covered(known, unseen, known) == 0


def test_glyphs_are_judged_in_black_and_white() -> None:
    gray = letters([[0.2, 0.5, 0.51, 0.9]], [0])
    assert printed(gray).pictures.flatten().tolist() == [0, 0, 1, 1]

    class Watcher(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(1))
            self.seen: list[torch.Tensor] = []

        def forward(self, pictures: torch.Tensor) -> torch.Tensor:
            self.seen.append(pictures)
            return torch.eye(2)[torch.zeros(len(pictures), dtype=torch.long)]

    judge, made = Watcher(), letters([[0.2, 0.9], [0.6, 0.7]], [0, 1])
    judgment = judge_glyphs(judge, made, made, letters([[0, 0]] * 2, [0, 1]), shown=1)
    assert judge.seen[0].flatten().tolist() == [0, 1]
    assert judgment == Judgment(recognized=1.0, covered=1.0)


def test_noised_copies_are_known_pictures_with_noise() -> None:
    known = torch.tensor([[0.0] * 50, [9.0] * 50])
    made = noised_copies(known, 200, random(), deviation=0.3)
    rest = made - known[(made.mean(1) > 4).long()]
    assert rest.std() == pytest.approx(0.3, abs=0.02)
    assert 0.3 < (made.mean(1) > 4).float().mean() < 0.7


def test_blends_are_means_of_some() -> None:
    known = torch.eye(4)
    made = blends(known, 500, random(), fonts=2)
    torch.testing.assert_close(made.sum(1), torch.ones(500))
    assert (made > 0).sum(1).max() == 2
    assert made.min() >= 0
    assert made.mean(0).tolist() == pytest.approx([0.25] * 4, abs=0.05)


def test_the_gaussian_has_the_pictures_mean_and_variance() -> None:
    known = torch.rand(30, 3, generator=random()) * torch.tensor([3.0, 1.0, 0.1]) + 2
    made = gaussian(known, 20_000, random(1), components=3)
    torch.testing.assert_close(made.mean(0), known.mean(0), atol=0.05, rtol=0)
    torch.testing.assert_close(
        made.T.cov(correction=0), known.T.cov(correction=0), atol=0.05, rtol=0
    )
    first = gaussian(known, 100, random(1), components=1)
    assert torch.linalg.matrix_rank(first - known.mean(0), rtol=1e-3) == 1


@pytest.mark.parametrize("name", CHEAP)
def test_every_letter_is_made_in_every_style(name: str) -> None:
    labels = torch.arange(len(LETTERS)).repeat(3)
    pictures = labels[:, None, None, None] + torch.zeros(len(labels), 1, 2, 2)
    made = make_cheaply(CHEAP[name], Letters(pictures, labels, labels), 4, seed=0)
    assert made.labels.tolist() == [*range(len(LETTERS))] * 4
    assert made.fonts.tolist() == [style for style in range(4) for _ in LETTERS]
    assert (made.pictures.mean((1, 2, 3)) - made.labels).abs().max() < 1
