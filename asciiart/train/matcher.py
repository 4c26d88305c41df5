"""The network that is trained: an autoencoder whose code also ranks glyphs."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

from asciiart.core.autoencoders import ConvAutoencoder, ConvStage


class KeyMap(NamedTuple):
    """What a glyph is found by."""

    key: Tensor
    """(G, D, h/sy, w/sx)."""
    bias: Tensor
    """(G,)."""


class GlyphMatcher(nn.Module):
    """A `ConvAutoencoder` with two more 1 x 1 heads on its trunk.

    The autoencoder's code of a cell is the query; a glyph's key and bias are what the two heads
    say of it. The score of a glyph for a cell is <query, key> + bias, summed over the block of
    code positions under the cell.
    """

    def __init__(self, stages: tuple[ConvStage, ...], code_channels: int) -> None:
        super().__init__()
        self.autoencoder = ConvAutoencoder(stages, code_channels)
        self.key = nn.Conv2d(stages[-1].channels, code_channels, 1)
        self.bias = nn.Conv2d(stages[-1].channels, 1, 1)

    def query(self, ink: Tensor) -> Tensor:
        """Return the code map (B, D, H/sy, W/sx) of pages (B, 1, H, W)."""
        return self.autoencoder.encode(ink)

    def glyphs(self, inks: Tensor) -> KeyMap:
        """Return the keys and biases of glyphs (G, 1, h, w)."""
        features = self.autoencoder.trunk(inks)
        return KeyMap(self.key(features), self.bias(features).sum((1, 2, 3)))


def cut_codes(code: Tensor, block: tuple[int, int]) -> Tensor:
    """Cut code maps (B, D, R·m, C·n) into blocks of (m, n): (B·R·C, D·m·n)."""
    batch, size, height, width = code.shape
    m, n = block
    cells = code.reshape(batch, size, height // m, m, width // n, n)
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
    """Export view: glyphs (G, 1, h, w) -> keys (G, h/sy, w/sx, D) and biases (G,)."""

    def __init__(self, matcher: GlyphMatcher) -> None:
        super().__init__()
        self.matcher = matcher

    def forward(self, ink: Tensor) -> tuple[Tensor, Tensor]:
        """Return keys and biases."""
        maps = self.matcher.glyphs(ink)
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


def count_parameters(module: nn.Module) -> int:
    """Return the number of trainable numbers."""
    return sum(parameter.numel() for parameter in module.parameters())
