"""An autoencoder that knows one class of pictures, and what it makes of another class."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from asciiart.core.autoencoders.dense import Autoencoder
from asciiart.core.layers import eval_mode
from asciiart.core.learning.trainer import Trainer, TrainerConfig, choose_device


def learn_one_class(
    pictures: Tensor,
    labels: Tensor,
    chosen: int,
    hidden_sizes: Sequence[int],
    config: TrainerConfig,
) -> Autoencoder:
    """Return an autoencoder trained on the pictures of one class alone.

    Its code has room for what tells one picture of the class from another, but not for what tells
    classes apart, so it restores whatever it is shown as a picture of its class. The error that
    remains tells that a picture is of another one (Japkowicz et al. 1995, "A novelty detection
    approach to classification").

    Parameters
    ----------
    pictures
        (B, ...) in [0, 1].
    labels
        Classes (B,).
    chosen
        The class to learn.
    hidden_sizes
        Sizes of the encoder's layers, the code's last; the decoder mirrors them.
    config
        The training; every step takes all pictures of the class.

    Raises
    ------
    ValueError
        If there is no picture of the class.
    """
    known = pictures[labels == chosen]  # (B', ...)
    if not len(known):
        raise ValueError(f"there is no picture of class {chosen}")
    sizes = (known[0].numel(), *hidden_sizes)
    network = Autoencoder(sizes, activation="relu", output="sigmoid")
    batch = (known.to(choose_device(config.device)),)
    Trainer(network, lambda _: batch, Autoencoder.loss, config).fit()
    return network


@torch.no_grad()
def restore(network: nn.Module, pictures: Tensor) -> Tensor:
    """Return what an autoencoder in evaluation mode makes of pictures (B, ...)."""
    with eval_mode(network):
        restored: Tensor = network(pictures.to(next(network.parameters()).device))  # (B, ...)
    return restored.to(pictures.device)


def nearest_class(shown: Tensor, pictures: Tensor, labels: Tensor) -> Tensor:
    """Return the class (B,) whose mean picture is nearest to each of ``shown`` (B, ...).

    ``pictures`` (N, ...) and ``labels`` (N,) give the mean pictures.
    """
    classes = torch.tensor(sorted(set(labels.tolist())), device=labels.device)  # (K,)
    means = torch.stack([pictures[labels == kind].mean(0).flatten() for kind in classes])  # (K, I)
    distances = torch.cdist(shown.flatten(1), means)  # (B, I), (K, I) -> (B, K)
    return classes[distances.argmin(1)]  # (B, K) -> (B,)
