"""Transfer learning: a network that has learned one task learns another from few examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from torch import nn

from asciiart.core.layers import ConvNet
from asciiart.core.learning.initializers import initialize
from asciiart.core.learning.optimizers import build_schedule
from asciiart.core.learning.trainer import Callback, StepLoss, Trainer, TrainerConfig

Batch = TypeVar("Batch")


_FROZEN = "is_frozen"
"""The attribute that marks the layers of a frozen module; copies have it, too."""


def freeze(module: nn.Module) -> None:
    """Keep a module as it is, whatever is trained around it, until `unfreeze`.

    Its parameters get no gradient, and its layers run as in evaluation even after ``train()``:
    batch normalization neither uses nor moves with a batch's statistics, dropout drops nothing.
    """
    module.requires_grad_(False)
    for layer in module.modules():
        if _FROZEN not in vars(layer):
            layer.register_forward_pre_hook(_stay_in_evaluation)
        vars(layer)[_FROZEN] = True


def unfreeze(module: nn.Module) -> None:
    """Let all parameters of a module learn, and its layers follow ``train()`` and ``eval()``."""
    module.requires_grad_(True)
    for layer in module.modules():
        if _FROZEN in vars(layer):
            vars(layer)[_FROZEN] = False


def _stay_in_evaluation(layer: nn.Module, _: Any) -> None:
    if vars(layer)[_FROZEN]:
        layer.training = False


def replace_head(network: ConvNet, num_classes: int) -> list[nn.Linear]:
    """Give a classifier a new last layer for other classes, and return all new layers.

    There is one, or more if the network has auxiliary heads (GoogLeNet). They are initialized by
    He's rule and lie on the network's device.
    """
    layers = []
    for part in list(network.modules()):
        old = getattr(part, "classifier", None)
        if isinstance(old, nn.Linear):
            new = nn.Linear(old.in_features, num_classes).to(old.weight)
            initialize(new, "he_normal")
            part.classifier = new
            layers.append(new)
    return layers


def transfer(
    network: ConvNet,
    num_classes: int,
    batches: Callable[[int], Batch],
    loss: Callable[[ConvNet, Batch], StepLoss],
    config: TrainerConfig,
    *,
    trunk_rate: float = 0.0,
    callbacks: Sequence[Callback] = (),
) -> Trainer[ConvNet, Batch]:
    """Return a `Trainer` that teaches a trained network other classes (Yosinski et al. 2014).

    The last layer is new and learns at ``config.learning_rate``. All before it is frozen
    (`freeze`), or with a ``trunk_rate`` above 0 learns too, usually at a tenth of that or less, so
    that few examples do not undo what many have taught. The optimizer's first group is the new
    layer, the second the rest.

    Parameters
    ----------
    network
        Changed in place.
    num_classes
        Number of the new classes.
    batches, loss, config, callbacks
        As in `Trainer`.
    trunk_rate
        Learning rate of all that was there before; 0 freezes it.
    """
    if trunk_rate == 0:
        freeze(network)
    else:
        unfreeze(network)
    old = list(network.parameters())
    head = [
        parameter
        for layer in replace_head(network, num_classes)
        for parameter in layer.parameters()
    ]
    trainer = Trainer(network, batches, loss, config, callbacks)
    if trunk_rate > 0:
        kept = {id(parameter) for parameter in network.parameters()}
        trunk = [parameter for parameter in old if id(parameter) in kept]
        first = trainer.optimizer.param_groups[0]
        first.update(params=head, lr=config.learning_rate)
        first.pop("initial_lr", None)  # the schedule notes it anew
        trainer.optimizer.add_param_group({"params": trunk, "lr": trunk_rate})
        trainer.schedule = build_schedule(config.schedule, trainer.optimizer, config.steps)
    return trainer
