"""Baselines that give a letter a style by pasting, blending and patching."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_PATCH, _OVERLAP = 8, 3
"""Side of a patch in pixels, and how many of them it shares with its neighbor."""
_BLUR = 5
"""Side in pixels of the square over which darkness is averaged."""
_SHARE = 0.5
"""Weight of what a patch shows against how it fits its neighbors."""


def pasted(content: Tensor, sample: Tensor) -> Tensor:
    """Return the sample where the letter is: (B, 1, S, S) each."""
    return content * sample


def blended(content: Tensor, sample: Tensor, weight: float) -> Tensor:
    """Return a mean of letter and sample with a weight of the sample: (B, 1, S, S) each."""
    return content + weight * (sample - content)


def patched(content: Tensor, sample: Tensor) -> Tensor:
    """Return letters composed of patches of the samples (Efros and Freeman 2001, section 4).

    Of the patches of a sample the one is taken that is as dark as the letter there, both blurred,
    and that fits the patches above and to the left. All are (B, 1, S, S).
    """
    return torch.stack([_patched(*each) for each in zip(content, sample, strict=True)])


def _patched(content: Tensor, sample: Tensor) -> Tensor:
    size = content.shape[1]
    step = _PATCH - _OVERLAP
    sources = functional.unfold(sample[None], _PATCH)[0].T  # (N, P)
    guides = functional.unfold(_blurred(sample)[None], _PATCH)[0].T  # (N, P)
    wanted = functional.pad(_blurred(content)[0], (0, _PATCH, 0, _PATCH))
    out = torch.zeros(size + _PATCH, size + _PATCH)
    known = torch.zeros_like(out)
    for top in range(0, size, step):
        for left in range(0, size, step):
            window = (slice(top, top + _PATCH), slice(left, left + _PATCH))
            guide = (guides - wanted[window].flatten()).square().sum(1)  # (N,)
            seam = ((sources - out[window].flatten()).square() * known[window].flatten()).sum(1)
            best = sources[(_SHARE * guide + seam).argmin()].view(_PATCH, _PATCH)
            out[window] = torch.where(known[window] > 0, (out[window] + best) / 2, best)
            known[window] = 1
    return out[None, :size, :size]


def _blurred(picture: Tensor) -> Tensor:
    """Return a picture (1, S, S), each pixel the mean of its surroundings, from 0 to 1."""
    soft = functional.avg_pool2d(picture, _BLUR, 1, _BLUR // 2)
    return soft / soft.amax().clamp_min(1e-6)
