"""Whitening: features without correlation and with variance 1, by PCA or ZCA."""

from __future__ import annotations

import torch
from torch import Tensor, nn

KINDS = ("pca", "zca")


class Whitening(nn.Module):
    """A fixed linear map that whitens features: (B, I) -> (B, I).

    With the covariance C = U diag(s) Uᵀ of the data, PCA whitening is W = diag(s + ε)^(-1/2) Uᵀ:
    it turns the features to the main axes, the strongest first. ZCA whitening (Bell and Sejnowski
    1997, "The independent components of natural scenes are edge filters") turns them back, W = U
    diag(s + ε)^(-1/2) Uᵀ: of all whitening maps it changes the data least, so whitened pictures
    still look like pictures. Batch normalization is the cheap relative: it gives each feature mean
    0 and variance 1 but leaves their correlations (Ioffe and Szegedy 2015, section 2).

    The mean and the map are buffers, measured once on ``examples`` and never learned.

    Parameters
    ----------
    examples
        (B, I), the data to measure; more examples than features.
    kind
        ``pca`` or ``zca``.
    epsilon
        Added to the variances, so that axes with hardly any are not blown up; 0 or more.

    Raises
    ------
    ValueError
        If the kind is unknown, ``epsilon`` negative, or ``examples`` has another shape.
    """

    mean: Tensor
    matrix: Tensor

    def __init__(self, examples: Tensor, *, kind: str = "zca", epsilon: float = 1e-5) -> None:
        super().__init__()
        if kind not in KINDS:
            raise ValueError(f"whitening {kind!r} is unknown (there are: {', '.join(KINDS)})")
        if not epsilon >= 0:
            raise ValueError(f"epsilon must be 0 or more, not {epsilon}")
        if examples.dim() != 2 or len(examples) < 2:
            raise ValueError(f"examples must be (B, I) with B > 1, not {tuple(examples.shape)}")
        covariance = examples.T.cov().reshape(examples.shape[1], -1)  # (I, B) -> (I, I)
        variances, axes = torch.linalg.eigh(covariance)  # (I, I) -> (I,), (I, I)
        variances, axes = variances.flip(0).clamp(min=0), axes.flip(1)  # the strongest first
        matrix = axes.T / (variances + epsilon).sqrt()[:, None]  # (I, I)
        self.register_buffer("mean", examples.mean(0))  # (I,)
        self.register_buffer("matrix", axes @ matrix if kind == "zca" else matrix)  # (I, I)

    def forward(self, x: Tensor) -> Tensor:
        """Return the whitened features (B, I)."""
        return (x - self.mean) @ self.matrix.T  # (B, I) x (I, I) -> (B, I)
