"""Neural style transfer: the content of one picture, drawn in the style of another."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn

from asciiart.core.learning.trainer import StepLoss
from asciiart.core.vision.localization import recording


class FeatureNetwork(Protocol):
    """An `nn.Module` that gives feature maps; its weights are only looked at."""

    def features(self, x: Tensor) -> Tensor:
        """Return the last feature maps (B, C, H', W')."""

    def get_submodule(self, target: str) -> nn.Module:
        """Return the part called ``target``."""


@dataclass(frozen=True)
class StyleConfig:
    """Which layers are compared, and what each side is worth."""

    content_layers: tuple[str, ...]
    """Names of parts of the network, e.g. ``"trunk.3"``; one deep layer in the paper."""
    style_layers: tuple[str, ...]
    """Five layers from shallow to deep in the paper; each weighs the same."""
    content_weight: float = 1.0
    """alpha of equation 7, at least 0."""
    style_weight: float = 1e3
    """beta of equation 7, at least 0; 1e3 to 1e4 times alpha in the paper's figures."""


class StyleLosses(NamedTuple):
    """What a picture still lacks; scalars."""

    total: Tensor
    """content_weight content + style_weight style."""
    content: Tensor
    """Sum over the content layers."""
    style: Tensor
    """Mean over the style layers."""


def gram_matrix(features: Tensor) -> Tensor:
    """Return how the channels of feature maps go together: (B, C, H, W) -> (B, C, C).

    G_ij = sum_k F_ik F_jk / (H W) (Gatys et al. 2016, equation 3). The paper divides by the number
    of places, squared, in the loss; here it is done first, so that pictures of different size
    can be compared.
    """
    flat = features.flatten(2)  # (B, C, H W)
    return flat @ flat.transpose(1, 2) / flat.shape[2]  # (B, C, C)


def content_loss(features: Tensor, target: Tensor) -> Tensor:
    """Return half the sum of squared differences (Gatys et al. 2016, equation 1)."""
    return 0.5 * (features - target).square().sum()


def style_loss(features: Tensor, target: Tensor) -> Tensor:
    """Return one layer's E_l (Gatys et al. 2016, equation 4).

    sum_ij (G_ij - A_ij)^2 / (4 C^2), which is the paper's 1 / (4 N^2 M^2), as `gram_matrix` is
    divided by the places M already and N is the channels C.

    Parameters
    ----------
    features
        Maps of the picture, (B, C, H, W).
    target
        Gram matrix of the style, (B, C, C).
    """
    return (gram_matrix(features) - target).square().sum() / (4 * features.shape[1] ** 2)


class StyleTransfer(nn.Module):
    """The picture between two others (Gatys et al. 2016, Image style transfer using CNNs).

    ``forward()`` returns the losses of the picture, the module's only parameter; any optimizer
    that makes them fall draws it, with `transfer_loss` the common `Trainer`. Departures: the paper
    uses L-BFGS, the average-pooling VGG-19 with rescaled weights; this takes any network.

    Parameters
    ----------
    network
        Is copied; the copy is in evaluation mode and never learns.
    content, style
        (B, I, H, W) and (B, I, H', W'); the network's range of values.
    config
        Layers and weights.
    start
        First state of the picture, of the content's shape; None for the content. The paper starts
        with noise, and says that the content gives much the same picture.

    Raises
    ------
    ValueError
        If a layer does not exist or takes no part in ``features``.
    """

    def __init__(
        self,
        network: FeatureNetwork,
        content: Tensor,
        style: Tensor,
        config: StyleConfig,
        start: Tensor | None = None,
    ) -> None:
        super().__init__()
        frozen = copy.deepcopy(network)
        if isinstance(frozen, nn.Module):
            frozen.eval().requires_grad_(False)
        self._network = (frozen,)  # a tuple hides it from parameters(): only the picture learns
        self.config = config
        with torch.no_grad():
            contents = feature_maps(frozen, config.content_layers, content)
            styles = feature_maps(frozen, config.style_layers, style)
        for number, maps in enumerate(contents):
            self.register_buffer(f"content_{number}", maps)  # (B, C, H', W')
        for number, maps in enumerate(styles):
            self.register_buffer(f"style_{number}", gram_matrix(maps))  # (B, C, C)
        self.picture = nn.Parameter((content if start is None else start).detach().clone())

    def forward(self) -> StyleLosses:
        """Return the losses of the picture as it stands."""
        names = self.config.content_layers + self.config.style_layers
        maps = feature_maps(self._on_own_device(), names, self.picture)
        split = len(self.config.content_layers)
        content, style = self.picture.new_zeros(()), self.picture.new_zeros(())
        for number, layer in enumerate(maps[:split]):
            content = content + content_loss(layer, self.get_buffer(f"content_{number}"))
        for number, layer in enumerate(maps[split:]):
            style = style + style_loss(layer, self.get_buffer(f"style_{number}"))
        style = style / max(1, len(maps) - split)  # w_l = 1 / layers
        total = self.config.content_weight * content + self.config.style_weight * style
        return StyleLosses(total, content, style)

    def _on_own_device(self) -> FeatureNetwork:
        (network,) = self._network
        if isinstance(network, nn.Module):
            network.to(self.picture.device)  # what is hidden does not follow `.to()` by itself
        return network


def transfer_loss(model: nn.Module, _: object = None) -> StepLoss:
    """Return what `Trainer` minimizes, of a `StyleTransfer`; the batch may be anything."""
    losses: StyleLosses = model()
    return StepLoss(
        losses.total, {"content": losses.content.detach(), "style": losses.style.detach()}
    )


def feature_maps(network: FeatureNetwork, layers: Sequence[str], pictures: Tensor) -> list[Tensor]:
    """Return what the named layers give for pictures, in the order of the names.

    Raises
    ------
    ValueError
        If a layer does not exist or takes no part in ``features``.
    """
    try:
        modules = [network.get_submodule(name) for name in layers]
    except AttributeError as error:
        raise ValueError(f"layers {list(layers)}: {error}") from error
    with recording(list(dict.fromkeys(modules))) as outputs:  # each is hooked once
        network.features(pictures)
    missing = [name for name, module in zip(layers, modules, strict=True) if module not in outputs]
    if missing:
        raise ValueError(f"layers {missing} take no part in the network's features")
    return [outputs[module] for module in modules]
