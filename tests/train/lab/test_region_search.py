"""Selective search for tasks."""

from __future__ import annotations

import sys

import pytest
import torch

from asciiart.errors import ModelError
from asciiart.train.lab.region_search import search_regions

PICTURE = torch.zeros(1, 1, 40, 40)
PICTURE[0, 0, 5:20, 10:30] = 1


def test_the_same_regions_are_found_again() -> None:
    first, again = (search_regions(PICTURE, 10, (20.0,)) for _ in range(2))
    assert torch.equal(first, again)
    assert first.shape == (1, 10, 4)


def test_without_scikit_image_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "skimage.segmentation", None)
    with pytest.raises(ModelError, match="train"):
        search_regions(PICTURE, 10, (20.0,))
