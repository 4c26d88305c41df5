"""Windows: what is cut is joined again, and every pixel is changed as often as any other."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from asciiart.train.lab.windows import by_windows, cut_windows, join_windows, random_windows


def test_windows_go_from_left_to_right_then_down() -> None:
    picture = torch.arange(20.0).view(1, 1, 4, 5)
    windows = cut_windows(picture, 2, 2)
    assert windows.tolist() == [[[0, 1, 5, 6], [2, 3, 7, 8], [10, 11, 15, 16], [12, 13, 17, 18]]]


def test_joined_windows_are_averaged() -> None:
    windows = torch.tensor([[[1.0] * 4, [3.0] * 4]])  # the middle column lies in both
    assert join_windows(windows, (2, 3), 1).tolist() == [[[[1, 2, 3], [1, 2, 3]]]]


@pytest.mark.parametrize(("side", "stride"), [(4, 1), (4, 2), (6, 3), (4, 4)])
@pytest.mark.parametrize("size", [(8, 8), (5, 9), (3, 2)])
def test_unchanged_windows_give_the_pictures(size: tuple[int, int], side: int, stride: int) -> None:
    pictures = torch.rand(2, 1, *size)
    same = by_windows(lambda windows: windows, pictures, side, stride)
    torch.testing.assert_close(same, pictures)


def test_every_pixel_lies_in_equally_many_windows() -> None:
    cuts: list[Tensor] = []

    def watch(windows: Tensor) -> Tensor:
        cuts.append(windows)
        return windows

    by_windows(watch, torch.ones(1, 1, 7, 5), 4, 2)
    assert sum(float(windows.sum()) for windows in cuts) == 7 * 5 * (4 / 2) ** 2


def test_pictures_are_not_mixed() -> None:
    pictures = torch.stack([torch.zeros(1, 6, 6), torch.ones(1, 6, 6)])
    assert by_windows(lambda windows: windows * 2, pictures, 2, 2).mean((1, 2, 3)).tolist() == [
        0,
        2,
    ]


def test_random_windows_come_from_everywhere() -> None:
    picture = torch.arange(12.0).view(1, 1, 3, 4)
    random = torch.Generator().manual_seed(0)
    windows = random_windows(picture, 2, 100, random)
    assert windows.shape == (100, 1, 2, 2)
    corners = set(windows[:, 0, 0, 0].tolist())
    assert corners == {0, 1, 2, 4, 5, 6}
    expected = windows[:, :, :1, :1] + torch.tensor([[0.0, 1], [4, 5]])
    assert torch.equal(windows, expected)
    several = random_windows(torch.stack([picture[0], -picture[0]]), 2, 100, random)
    assert (several < 0).any()
    assert (several > 0).any()
