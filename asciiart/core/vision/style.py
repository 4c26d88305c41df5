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
    """An `nn.Module` that computes feature maps; its weights are never changed."""

    def features(self, x: Tensor) -> Tensor:
        """Return the last feature maps (B, C, H', W')."""

    def get_submodule(self, target: str) -> nn.Module:
        """Return the part called ``target``."""


@dataclass(frozen=True)
class StyleConfig:
    """Layers that are compared, and the weights of content and style."""

    content_layers: tuple[str, ...]
    """Names of layers of the network, e.g. ``"trunk.3"``; one deep layer in the paper."""
    style_layers: tuple[str, ...]
    """Names of layers with equal weight; five from shallow to deep in the paper."""
    content_weight: float = 1.0
    """alpha of equation 7, at least 0."""
    style_weight: float = 1e3
    """beta of equation 7, at least 0; 1e3 to 1e4 times alpha in the paper's figures."""


class StyleLosses(NamedTuple):
    """The losses of a picture, scalars."""

    total: Tensor
    """content_weight · content + style_weight · style."""
    content: Tensor
    """Sum over the content layers."""
    style: Tensor
    """Mean over the style layers."""


def gram_matrix(features: Tensor) -> Tensor:
    """Return the Gram matrices of feature maps: (B, C, H, W) -> (B, C, C).

    G_ij = sum_k F_ik F_jk / (H W) (Gatys et al. 2016, equation 3). The paper divides by the squared
    number of positions in the loss; dividing here lets pictures of different sizes be compared.
    """
    flat = features.flatten(2)  # (B, C, H W)
    return flat @ flat.transpose(1, 2) / flat.shape[2]  # (B, C, C)


def content_loss(features: Tensor, target: Tensor) -> Tensor:
    """Return half the sum of squared differences (Gatys et al. 2016, equation 1), a scalar."""
    return 0.5 * (features - target).square().sum()


def style_loss(features: Tensor, target: Tensor) -> Tensor:
    """Return one layer's E_l (Gatys et al. 2016, equation 4), a scalar.

    sum_ij (G_ij - A_ij)^2 / (4 C^2), which is the paper's factor 1 / (4 N^2 M^2), because N is the
    number of channels C and `gram_matrix` has already divided by the number of positions M.

    Parameters
    ----------
    features
        Maps of the picture, (B, C, H, W).
    target
        Gram matrix of the style, (B, C, C).
    """
    return (gram_matrix(features) - target).square().sum() / (4 * features.shape[1] ** 2)


class StyleTransfer(nn.Module):
    """A picture with the content of one and the style of another (Gatys et al. 2016).

    "Image style transfer using convolutional neural networks". ``forward()`` returns the losses of
    the picture, which is the module's only parameter; any optimizer draws it, for instance a
    `Trainer` with `transfer_loss`. Departures: the paper uses L-BFGS and an average-pooling VGG-19
    with rescaled weights; this takes any network.

    Parameters
    ----------
    network
        The network that is compared in; it is copied, and the copy is never trained.
    content, style
        (B, I, H, W) and (B, I, H', W'), in the network's range of values.
    config
        Layers and weights.
    start
        Initial picture, of the content's shape; None for the content. The paper starts from noise
        and reports that the content gives much the same result.

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
        """Return the losses of the current picture."""
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
    """Return the loss of a `StyleTransfer` for `Trainer`; the batch is ignored."""
    losses: StyleLosses = model()
    return StepLoss(
        losses.total, {"content": losses.content.detach(), "style": losses.style.detach()}
    )


def feature_maps(network: FeatureNetwork, layers: Sequence[str], pictures: Tensor) -> list[Tensor]:
    """Return the outputs of the named layers for pictures, in the order of the names.

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
