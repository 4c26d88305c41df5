"""The network that is trained: an autoencoder whose code also ranks glyphs."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

from asciiart.core.autoencoders.convolutional import ConvAutoencoder, ConvStage


class KeyMap(NamedTuple):
    """The keys and biases by which glyphs are found."""

    key: Tensor
    """Keys (G, D, h/sy, w/sx)."""
    bias: Tensor
    """Biases (G,)."""


class GlyphMatcher(nn.Module):
    """A `ConvAutoencoder` with a linear map from the known features of glyphs to keys for its code.

    The code of a cell is the query. The exact score of a glyph is an inner product of the cell's
    features with the glyph's, which are known exactly (`asciiart.matching.scores`). As far as the
    cell's features can be recovered linearly from its code, the score is <query, key> + bias with a
    key that is linear in the glyph's features. ``key`` is that map, a convolution: each position of
    the key depends on the features around it.
    """

    def __init__(
        self,
        stages: tuple[ConvStage, ...],
        code_channels: int,
        maps: int,
        patch: tuple[int, int],
        key_reach: int = 2,
    ) -> None:
        """Make the network.

        Parameters
        ----------
        stages
            Convolutions of the encoder.
        code_channels
            Channels of the code, D.
        maps
            Number of feature maps, M.
        patch
            Pixels of the feature maps, down and right, under each position of the code.
        key_reach
            Neighboring positions on each side whose features a position of the key depends on.
        """
        super().__init__()
        self.autoencoder = ConvAutoencoder(stages, code_channels)
        around = (key_reach * patch[0], key_reach * patch[1])
        window = (patch[0] + 2 * around[0], patch[1] + 2 * around[1])
        self.key = nn.Conv2d(maps, code_channels, window, patch, around, bias=False)
        self.bias = nn.Conv2d(maps, 1, patch, patch, bias=False)

    def query(self, ink: Tensor) -> Tensor:
        """Return the code map (B, D, H/sy, W/sx) of pages (B, 1, H, W)."""
        return self.autoencoder.encode(ink)

    def glyphs(self, features: Tensor) -> KeyMap:
        """Return the keys and biases of glyphs with features (G, M, H', W').

        The biases lack the glyphs' own exact ones.
        """
        return KeyMap(self.key(features), self.bias(features).sum((1, 2, 3)))


def cut_codes(code: Tensor, block: tuple[int, int]) -> Tensor:
    """Cut code maps (B, D, R·m, C·n) into blocks of (m, n): (B·R·C, D·m·n).

    Positions left over at the right and the bottom are dropped.
    """
    m, n = block
    rows, columns = code.shape[2] // m, code.shape[3] // n
    batch, size = code.shape[:2]
    cells = code[..., : rows * m, : columns * n].reshape(batch, size, rows, m, columns, n)
    return cells.permute(0, 2, 4, 1, 3, 5).reshape(-1, size * m * n)


class PageNetwork(nn.Module):
    """Export view: ink (B, 1, H, W) -> code map (B, H/sy, W/sx, D), which `encoder.py` reads."""

    def __init__(self, matcher: GlyphMatcher) -> None:
        super().__init__()
        self.matcher = matcher

    def forward(self, ink: Tensor) -> Tensor:
        """Return the code map (B, H/sy, W/sx, D)."""
        return self.matcher.query(ink).permute(0, 2, 3, 1)


class GlyphNetwork(nn.Module):
    """Export view: features (G, M, H', W') -> keys (G, h/sy, w/sx, D) and biases (G,)."""

    def __init__(self, matcher: GlyphMatcher) -> None:
        super().__init__()
        self.matcher = matcher

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return keys (G, h/sy, w/sx, D) and biases (G,)."""
        maps = self.matcher.glyphs(features)
        return maps.key.permute(0, 2, 3, 1), maps.bias


def reach_of(stages: tuple[ConvStage, ...]) -> int:
    """Return how many pixels around a code position's patch can change its code."""
    step, reach = 1, 0
    for stage in stages:
        reach += stage.kernel_size // 2 * step
        step *= max(stage.stride)
    return reach


def step_of(matcher: GlyphMatcher) -> tuple[int, int]:
    """Return the stride of the code in pixels, down and right."""
    return matcher.autoencoder.stride
