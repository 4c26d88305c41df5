"""The network that is trained: an autoencoder whose code also ranks glyphs."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

from asciiart.core.autoencoders.convolutional import ConvAutoencoder, ConvStage


class KeyMap(NamedTuple):
    """What a glyph is found by."""

    key: Tensor
    """(G, D, h/sy, w/sx)."""
    bias: Tensor
    """(G,)."""


class GlyphMatcher(nn.Module):
    """A `ConvAutoencoder` and, for glyphs, a linear map of their known features into its code.

    The autoencoder's code of a cell is the query. The score of a glyph is an inner product of the
    cell's features, which its code has to tell, with the glyph's, which are known exactly
    (`asciiart.matching.scores`): as far as features can be read from codes linearly, the score is
    <query, key> + bias with a key that is linear in the glyph's features. ``key`` is that map, a
    convolution: each code position is asked about the features of the positions around it.
    """

    def __init__(
        self,
        stages: tuple[ConvStage, ...],
        code_channels: int,
        maps: int,
        patch: tuple[int, int],
        key_reach: int = 2,
    ) -> None:
        """Take the encoder's convolutions, the code's size, and the features' maps, M.

        ``patch`` is the pixels of feature maps, down and right, of a code position, ``key_reach``
        the positions on every side that a position is asked about.
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
        """Return the keys of glyphs by their features (G, M, H', W'), and what biases lack."""
        return KeyMap(self.key(features), self.bias(features).sum((1, 2, 3)))


def cut_codes(code: Tensor, block: tuple[int, int]) -> Tensor:
    """Cut code maps (B, D, R·m, C·n) into blocks of (m, n): (B·R·C, D·m·n).

    What is left over at the right and the bottom is dropped.
    """
    m, n = block
    rows, columns = code.shape[2] // m, code.shape[3] // n
    batch, size = code.shape[:2]
    cells = code[..., : rows * m, : columns * n].reshape(batch, size, rows, m, columns, n)
    return cells.permute(0, 2, 4, 1, 3, 5).reshape(-1, size * m * n)


class PageNetwork(nn.Module):
    """Export view: ink (B, 1, H, W) -> code map (B, H/sy, W/sx, D), as `encoder.py` reads it."""

    def __init__(self, matcher: GlyphMatcher) -> None:
        super().__init__()
        self.matcher = matcher

    def forward(self, ink: Tensor) -> Tensor:
        """Return the code map."""
        return self.matcher.query(ink).permute(0, 2, 3, 1)


class GlyphNetwork(nn.Module):
    """Export view: features (G, M, H', W') -> keys (G, h/sy, w/sx, D) and biases (G,)."""

    def __init__(self, matcher: GlyphMatcher) -> None:
        super().__init__()
        self.matcher = matcher

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return keys and biases."""
        maps = self.matcher.glyphs(features)
        return maps.key.permute(0, 2, 3, 1), maps.bias


def reach_of(stages: tuple[ConvStage, ...]) -> int:
    """Return how many pixels around a code position's own can change it."""
    step, reach = 1, 0
    for stage in stages:
        reach += stage.kernel // 2 * step
        step *= max(stage.stride)
    return reach


def step_of(matcher: GlyphMatcher) -> tuple[int, int]:
    """Return the pixels down and right between code positions."""
    return matcher.autoencoder.stride
