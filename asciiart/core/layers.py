"""Small parts that several networks share."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "identity": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(0.2),
    "softplus": nn.Softplus,
}
"""Name -> constructor. Leaky ReLU's slope is DCGAN's (Radford et al. 2016)."""


def build_activation(name: str) -> nn.Module:
    """Return the activation called ``name``.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if name not in ACTIVATIONS:
        raise ValueError(f"activation {name!r} is unknown (there are: {', '.join(ACTIVATIONS)})")
    return ACTIVATIONS[name]()


def convolved_size(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """Return how many pixels of ``size`` a convolution or pooling leaves.

    floor((size + 2 padding - kernel) / stride) + 1 (Dumoulin and Visin 2016, relationship 6).
    """
    return (size + 2 * padding - kernel) // stride + 1


class ConvBlock(nn.Module):
    """Convolution, batch normalization, activation: (B, I, H, W) -> (B, O, H/stride, W/stride).

    Padding keeps the size at stride 1 unless it is given. With ``norm`` the convolution has no
    bias, as the normalization has one (Ioffe and Szegedy 2015).
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        *,
        stride: int = 1,
        padding: int | None = None,
        norm: bool = True,
        activation: str = "relu",
    ) -> None:
        super().__init__()
        padding = kernel // 2 if padding is None else padding
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=not norm)
        self.norm = nn.BatchNorm2d(outputs) if norm else nn.Identity()
        self.activation = build_activation(activation)

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's feature maps."""
        out: Tensor = self.activation(self.norm(self.conv(x)))
        return out
