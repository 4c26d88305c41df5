"""Rules without learning find letters that are plain to see."""

from __future__ import annotations

import torch

from asciiart.train.lab.tasks.clutter.rules import component_boxes, darkest_blob, largest_component


def test_components_are_found_with_the_largest_first() -> None:
    picture = torch.zeros(1, 12, 14)
    picture[0, 1:3, 2:4] = 1
    picture[0, 3, 4] = picture[0, 4, 5] = 0.8  # hangs on by its corners
    picture[0, 8:12, 10:14] = 0.5
    picture[0, 0, 13] = 0.2  # too pale
    assert component_boxes(picture).tolist() == [[10, 8, 14, 12], [2, 1, 6, 5]]
    assert largest_component(picture[None]).tolist() == [[12, 10]]
    assert component_boxes(torch.zeros(1, 5, 5)).shape == (0, 4)


def test_the_darkest_blob_is_where_most_ink_is() -> None:
    pictures = torch.zeros(2, 1, 40, 40)
    pictures[0, 0, 5:20, 20:35] = 0.6
    pictures[1, 0, 25:40, 0:15] = 1
    pictures[:, 0, 0:3, 0:3] = 1
    assert darkest_blob(pictures).tolist() == [[27.5, 12.5], [7.5, 32.5]]
