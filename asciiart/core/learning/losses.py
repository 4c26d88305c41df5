"""Losses by name, over `torch.nn.functional`, and the `Trainer` loss of supervised learning.

There are two kinds, everywhere in this package. A plain loss takes ``(outputs, targets)`` and
returns a scalar, the mean over the examples. A `Trainer` loss takes ``(network, batch)`` and
returns a `StepLoss`; `supervised` makes it of a plain one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.trainer import StepLoss

SMOOTHING = 0.1
"""Label smoothing of ``smoothed_cross_entropy``, as in Inception (Szegedy et al. 2016)."""


def squared_error(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean of (output - target)² over all elements.

    Parameters
    ----------
    outputs, targets
        Tensors of the same shape; nothing is broadcast, as broadcasting hides mistakes.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if outputs.shape != targets.shape:
        raise ValueError(f"outputs {tuple(outputs.shape)} but targets {tuple(targets.shape)}")
    return functional.mse_loss(outputs, targets)


def cross_entropy(logits: Tensor, targets: Tensor, *, smoothing: float = 0.0) -> Tensor:
    """Return the mean of -Σₖ qₖ log softmax(logits)ₖ.

    The target distribution q is 1 at the true class; with ``smoothing`` s it is 1 - s there, plus
    s/K at each of the K classes (Szegedy et al. 2016, section 7).

    Parameters
    ----------
    logits
        (B, K) or (B, K, ...), of any range.
    targets
        (B,) or (B, ...), class indices from 0 to K - 1.
    smoothing
        A share from 0 to 1.
    """
    return functional.cross_entropy(logits, targets, label_smoothing=smoothing)


def smoothed_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the cross-entropy with the label smoothing `SMOOTHING`."""
    return cross_entropy(logits, targets, smoothing=SMOOTHING)


def kl_divergence(logits: Tensor, target_logits: Tensor) -> Tensor:
    """Return the mean of KL(p || q) = Σₖ pₖ (log pₖ - log qₖ) (Kullback and Leibler 1951).

    Parameters
    ----------
    logits
        (B, K) or (B, K, ...), the logits of q, the distributions that are trained.
    target_logits
        The logits of p, the target distributions, in the same shape.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if logits.shape != target_logits.shape:
        raise ValueError(f"logits {tuple(logits.shape)} but targets {tuple(target_logits.shape)}")
    log_q = logits.log_softmax(1)
    log_p = target_logits.log_softmax(1)
    each = functional.kl_div(log_q, log_p, reduction="none", log_target=True)
    return each.sum(1).mean()  # (B, K, ...) -> (B, ...) -> ()


LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "squared_error": squared_error,
    "cross_entropy": cross_entropy,
    "smoothed_cross_entropy": smoothed_cross_entropy,
    "kl_divergence": kl_divergence,
}
"""Name -> function from a network's outputs and the targets to a scalar loss."""

_CLASSIFYING = (cross_entropy, smoothed_cross_entropy)


def build_loss(name: str) -> Callable[[Tensor, Tensor], Tensor]:
    """Return the loss called ``name``.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    if name not in LOSSES:
        raise ValueError(f"loss {name!r} is unknown (there are: {', '.join(LOSSES)})")
    return LOSSES[name]


def supervised(
    loss: str | Callable[[Tensor, Tensor], Tensor],
) -> Callable[[nn.Module, Sequence[Tensor]], StepLoss]:
    """Return the `Trainer` loss of supervised learning with a plain loss, or the name of one.

    It takes batches of (inputs, targets) and a network that returns one tensor. The cross-entropies
    also give the score ``accuracy``, the share of inputs whose highest logit is at the true class.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    plain = build_loss(loss) if isinstance(loss, str) else loss

    def step_loss(network: nn.Module, batch: Sequence[Tensor]) -> StepLoss:
        inputs, targets = batch
        outputs: Tensor = network(inputs)
        scores: dict[str, Tensor | float] = {}
        if plain in _CLASSIFYING:
            # (B, K, ...) -> (B, ...) -> ()
            scores["accuracy"] = (outputs.argmax(1) == targets).float().mean()
        return StepLoss(plain(outputs, targets), scores)

    return step_loss
