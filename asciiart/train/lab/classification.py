"""Loss and answers of networks that classify pictures, for all tasks that have such."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.convnets.googlenet import GoogLeNetOutput
from asciiart.core.learning.trainer import StepLoss

_AUXILIARY_WEIGHT = 0.3
"""Weight of GoogLeNet's auxiliary losses (Szegedy et al. 2015, section 5)."""


def picture_loss(network: nn.Module, batch: tuple[Tensor, ...]) -> StepLoss:
    """Return the cross-entropy of a batch of pictures and labels, auxiliary heads included."""
    pictures, labels = batch
    output = network(pictures)
    if not isinstance(output, GoogLeNetOutput):
        return _cross_entropy(output, labels)
    main = _cross_entropy(output.logits, labels)
    extra = sum(
        functional.cross_entropy(head, labels) for head in (output.auxiliary1, output.auxiliary2)
    )
    return StepLoss(main.loss + _AUXILIARY_WEIGHT * extra, main.scores)


def _cross_entropy(logits: Tensor, labels: Tensor) -> StepLoss:
    accuracy = (logits.argmax(1) == labels).float().mean()
    return StepLoss(functional.cross_entropy(logits, labels), {"accuracy": accuracy})


@torch.no_grad()
def recognize(network: nn.Module, pictures: Tensor) -> Tensor:
    """Return the labels (B,) that a network predicts for pictures (B, 1, S, S)."""
    device = next(network.parameters()).device
    answers = [network(part.to(device)).argmax(1).cpu() for part in torch.split(pictures, 256)]
    return torch.cat(answers)


@torch.no_grad()
def likeliest(network: nn.Module, picture: Tensor, names: Sequence[str]) -> str:
    """Return the three likeliest classes of a picture (1, C, H, W), a line each."""
    shares = network(picture)[0].softmax(0)  # (1, K) -> (K,)
    best = shares.topk(3)
    found = zip(best.values.tolist(), best.indices.tolist(), strict=True)
    return "\n".join(f"{names[i]} {share:.1%}" for share, i in found)
