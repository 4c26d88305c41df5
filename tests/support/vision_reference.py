"""torchvision, as a reference of tests, also where its compiled operators do not fit torch.

Those of the package index are built for torch with CUDA; with another torch the Python half, which
holds the networks, does not load before someone declares what is missing.
"""

from __future__ import annotations

import torch

_MISSING = torch.library.Library("torchvision", "FRAGMENT")
for _name in ("nms", "qnms"):
    if not hasattr(torch.ops.torchvision, _name):
        _MISSING.define(f"{_name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import torchvision  # noqa: E402 - after the declaration

__all__ = ["HAS_OPERATORS", "torchvision"]

HAS_OPERATORS = torchvision.extension._has_ops()
"""Whether torchvision's compiled operators, such as ``nms``, can be called."""
