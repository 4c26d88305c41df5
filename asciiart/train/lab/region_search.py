"""Selective search, for tasks: it needs scikit-image."""

from __future__ import annotations

import torch
from torch import Tensor

from asciiart.core.vision.selective_search import selective_search
from asciiart.errors import ModelError, install_command


def search_regions(pictures: Tensor, count: int, scales: tuple[float, ...]) -> Tensor:
    """Return regions (B, count, 4) of pictures (B, C, H, W), always the same.

    Raises
    ------
    ModelError
        If scikit-image is not installed.
    """
    random = torch.Generator().manual_seed(0)
    try:
        return selective_search(pictures, count, scales=scales, generator=random)
    except ModuleNotFoundError as error:
        raise ModelError(
            f"selective search needs {error.name}: {install_command('train')}"
        ) from error
