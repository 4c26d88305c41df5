"""Transformers: encoder-decoder and decoder-only."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from asciiart.core.layers import build_activation
from asciiart.core.learning.initializers import initialize
from asciiart.core.sequences.attention import MultiHeadAttention, causal_mask, padding_mask
from asciiart.core.sequences.decoding import Step, shift_right, source_lengths


@dataclass(frozen=True)
class TransformerConfig:
    """Sizes and options of a transformer, apart from its vocabularies."""

    size: int = 128
    """Size E of embeddings and states."""
    heads: int = 4
    """Number of attention heads, a divisor of ``size``."""
    layers: int = 2
    """Number of layers of the encoder, and of the decoder."""
    hidden: int = 512
    """Hidden units of the position-wise feed-forward network in each layer."""
    dropout: float = 0.1
    """Dropout of embeddings and of each sublayer's output."""
    longest: int = 512
    """Largest number of positions."""
    pre_norm: bool = True
    """Normalize each sublayer's input; False normalizes after the residual sum, as in the paper."""
    positions: str = "sinusoidal"
    """sinusoidal, learned or none."""
    activation: str = "relu"
    """A name of `core.layers.ACTIVATIONS`."""


def positional_encoding(length: int, size: int) -> Tensor:
    """Return the sinusoidal encoding (T, E) of positions 0 to T - 1 (Vaswani et al. 2017, 3.5).

    PE(t, 2i) = sin(t / 10000^(2i/E)), PE(t, 2i + 1) = cos(t / 10000^(2i/E)).

    Raises
    ------
    ValueError
        If ``size`` is odd.
    """
    if size % 2:
        raise ValueError(f"size must be even, not {size}")
    positions = torch.arange(length, dtype=torch.float64).unsqueeze(1)  # (T, 1)
    exponents = torch.arange(0, size, 2, dtype=torch.float64) / size  # (E/2,)
    angles = positions / 10000**exponents  # (T, E/2)
    both = torch.stack([angles.sin(), angles.cos()], dim=2)  # (T, E/2, 2)
    return both.flatten(1).float()  # (T, E), sine and cosine in turn


class PositionalEmbedding(nn.Module):
    """Embeds symbols and their positions: (B, T) -> (B, T, E).

    Embeddings have standard deviation 1/√E and are multiplied by √E (Vaswani et al. 2017, section
    3.4), which brings them to the scale of the positions; learned positions follow Gehring et al.
    2017.
    """

    def __init__(self, vocabulary: int, config: TransformerConfig) -> None:
        super().__init__()
        if config.positions not in ("sinusoidal", "learned", "none"):
            raise ValueError(
                f"positions must be sinusoidal, learned or none, not {config.positions!r}"
            )
        self.symbols = nn.Embedding(vocabulary, config.size)
        nn.init.normal_(self.symbols.weight, 0.0, config.size**-0.5)
        self.scale = math.sqrt(config.size)
        self.longest = config.longest
        self.dropout = nn.Dropout(config.dropout)
        self.positions: nn.Parameter | Tensor
        if config.positions == "learned":
            self.positions = nn.Parameter(0.1 * torch.randn(config.longest, config.size))
        else:
            table = positional_encoding(config.longest, config.size)
            table = table if config.positions == "sinusoidal" else torch.zeros_like(table)
            self.register_buffer("positions", table, persistent=False)

    def forward(self, symbols: Tensor) -> Tensor:
        """Return the vectors (B, T, E) of symbols (B, T).

        Raises
        ------
        ValueError
            If there are more than ``longest``.
        """
        length = symbols.shape[1]
        if length > self.longest:
            raise ValueError(f"{length} symbols are more than the {self.longest} positions")
        vectors = self.symbols(symbols) * self.scale  # (B, T) -> (B, T, E)
        out: Tensor = self.dropout(vectors + self.positions[:length])
        return out


class FeedForward(nn.Sequential):
    """Position-wise feed-forward network: (B, T, E) -> (B, T, E) (Vaswani et al. 2017, 3.3)."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__(
            nn.Linear(config.size, config.hidden),  # (B, T, E) -> (B, T, hidden)
            build_activation(config.activation),
            nn.Linear(config.hidden, config.size),  # (B, T, hidden) -> (B, T, E)
        )


class EncoderLayer(nn.Module):
    """Self-attention, then a feed-forward network, each with a residual connection.

    Vaswani et al. 2017, section 3.1, except that normalization precedes each sublayer by default
    (Xiong et al. 2020, "On layer normalization in the transformer architecture"), which trains
    without the warm-up that the paper's own order, ``pre_norm=False``, needs.

    With a causal mask it is the layer of a decoder-only transformer.
    """

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.pre_norm = config.pre_norm
        self.attention = MultiHeadAttention(config.size, config.heads, dropout=config.dropout)
        self.feed_forward = FeedForward(config)
        self.norms = nn.ModuleList(nn.LayerNorm(config.size) for _ in range(2))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the new states (B, T, E); ``mask`` (B or 1, T or 1, T) is True where to attend."""
        if self.pre_norm:
            normed = self.norms[0](x)
            x = x + self.dropout(self.attention(normed, normed, mask).context)  # (B, T, E)
            out: Tensor = x + self.dropout(self.feed_forward(self.norms[1](x)))  # (B, T, E)
            return out
        x = self.norms[0](x + self.dropout(self.attention(x, x, mask).context))  # (B, T, E)
        out = self.norms[1](x + self.dropout(self.feed_forward(x)))  # (B, T, E)
        return out


class DecoderLayer(nn.Module):
    """Self-attention, attention to the encoder's states, then a feed-forward network.

    Vaswani et al. 2017, section 3.1; on the order of normalization see `EncoderLayer`.
    """

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.pre_norm = config.pre_norm
        self.attention = MultiHeadAttention(config.size, config.heads, dropout=config.dropout)
        self.cross = MultiHeadAttention(config.size, config.heads, dropout=config.dropout)
        self.feed_forward = FeedForward(config)
        self.norms = nn.ModuleList(nn.LayerNorm(config.size) for _ in range(3))
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self,
        x: Tensor,
        memory: Tensor,
        mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
    ) -> Tensor:
        """Return the new states (B, T, E).

        Parameters
        ----------
        x, memory
            The decoder's states (B, T, E) and the encoder's (B, S, E).
        mask, memory_mask
            (B or 1, T or 1, T) and (B or 1, T or 1, S), True where to attend.
        """
        if self.pre_norm:
            normed = self.norms[0](x)
            x = x + self.dropout(self.attention(normed, normed, mask).context)  # (B, T, E)
            x = x + self.dropout(self.cross(self.norms[1](x), memory, memory_mask).context)
            out: Tensor = x + self.dropout(self.feed_forward(self.norms[2](x)))  # (B, T, E)
            return out
        x = self.norms[0](x + self.dropout(self.attention(x, x, mask).context))  # (B, T, E)
        x = self.norms[1](x + self.dropout(self.cross(x, memory, memory_mask).context))
        out = self.norms[2](x + self.dropout(self.feed_forward(x)))  # (B, T, E)
        return out


def _last_norm(config: TransformerConfig) -> nn.Module:
    # Before each sublayer, normalization leaves the sum of all of them as it is: it needs one more.
    return nn.LayerNorm(config.size) if config.pre_norm else nn.Identity()


class TransformerState(NamedTuple):
    """The state of `Transformer.step`; the first axis of every tensor is the batch."""

    memory: Tensor
    """The encoder's states (B, S, E)."""
    memory_mask: Tensor
    """Mask (B, S), True at the source's symbols."""
    prefix: Tensor
    """The target's symbols so far, (B, t)."""


class Transformer(nn.Module):
    """Encoder-decoder transformer (Vaswani et al. 2017, "Attention is all you need").

    Departures: normalization before the sublayers unless ``pre_norm=False`` (see `EncoderLayer`);
    source and target do not share embeddings, because their alphabets differ; the output layer does
    not share the target's embedding; initial weights are Xavier's (the paper does not say).

    It is decoded by `greedy` and `beam_search` of `core.sequences.decoding`. Each step runs over
    the whole prefix again instead of caching keys and values, which is simple and fast enough for
    words.
    """

    def __init__(
        self, source_vocabulary: int, target_vocabulary: int, config: TransformerConfig
    ) -> None:
        super().__init__()
        self.source = PositionalEmbedding(source_vocabulary, config)
        self.target = PositionalEmbedding(target_vocabulary, config)
        self.encoder = nn.ModuleList(EncoderLayer(config) for _ in range(config.layers))
        self.decoder = nn.ModuleList(DecoderLayer(config) for _ in range(config.layers))
        self.encoder_norm = _last_norm(config)
        self.decoder_norm = _last_norm(config)
        self.head = nn.Linear(config.size, target_vocabulary)
        initialize(self, "xavier_uniform")

    def encode(self, source: Tensor, lengths: Tensor) -> Tensor:
        """Return the states (B, S, E) of sources (B, S) with ``lengths`` (B,)."""
        mask = padding_mask(lengths, source.shape[1]).unsqueeze(1)  # (B, 1, S)
        x = self.source(source)  # (B, S, E)
        for layer in self.encoder:
            x = layer(x, mask)
        out: Tensor = self.encoder_norm(x)
        return out

    def decode(self, target: Tensor, memory: Tensor, memory_mask: Tensor) -> Tensor:
        """Return the logits (B, T, V) of the symbol after each of ``target`` (B, T).

        ``memory`` (B, S, E) is the result of `encode`; ``memory_mask`` (B, S) is True at symbols.
        """
        mask = causal_mask(target.shape[1], device=target.device)  # (1, T, T)
        x = self.target(target)  # (B, T, E)
        for layer in self.decoder:
            x = layer(x, memory, mask, memory_mask.unsqueeze(1))
        out: Tensor = self.head(self.decoder_norm(x))  # (B, T, E) -> (B, T, V)
        return out

    def forward(self, source: Tensor, target: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Return the logits (B, T, V) of each target symbol, given those before it.

        Parameters
        ----------
        source
            (B, S).
        target
            (B, T), as in `core.sequences.decoding`: without START, END last, then PAD, which
            changes no earlier logits.
        lengths
            (B,), 1 to S, the lengths of the sources; by default the number of symbols before PAD.
        """
        memory, mask, _ = self.start(source, lengths)
        return self.decode(shift_right(target), memory, mask)

    def start(self, source: Tensor, lengths: Tensor | None = None) -> TransformerState:
        """Return the state before the first symbol."""
        lengths = source_lengths(source) if lengths is None else lengths  # (B,)
        memory = self.encode(source, lengths)  # (B, S, E)
        mask = padding_mask(lengths, source.shape[1])  # (B, S)
        return TransformerState(memory, mask, source.new_zeros(len(source), 0))

    def step(self, symbols: Tensor, state: TransformerState) -> Step[TransformerState]:
        """Return the logits (B, V) of the symbol after ``symbols`` (B,), and the new state."""
        prefix = torch.cat([state.prefix, symbols.unsqueeze(1)], dim=1)  # (B, t + 1)
        logits = self.decode(prefix, state.memory, state.memory_mask)  # (B, t + 1, V)
        return Step(logits[:, -1], state._replace(prefix=prefix))


class DecoderOnlyTransformer(nn.Module):
    """Language model: a transformer that predicts each symbol from those before it.

    Radford et al. 2018, "Improving language understanding by generative pre-training", with GPT-2's
    normalization before each sublayer and after the last (Radford et al. 2019). Departures:
    sinusoidal positions and ReLU by default, and no weights shared with the embedding.

    Shapes: symbols (B, T) -> logits (B, T, V).
    """

    def __init__(self, vocabulary: int, config: TransformerConfig) -> None:
        super().__init__()
        self.embedding = PositionalEmbedding(vocabulary, config)
        self.layers = nn.ModuleList(EncoderLayer(config) for _ in range(config.layers))
        self.norm = _last_norm(config)
        self.head = nn.Linear(config.size, vocabulary)
        initialize(self, "xavier_uniform")

    def forward(self, symbols: Tensor) -> Tensor:
        """Return the logits (B, T, V) of the symbol after each of ``symbols`` (B, T)."""
        mask = causal_mask(symbols.shape[1], device=symbols.device)  # (1, T, T)
        x = self.embedding(symbols)  # (B, T, E)
        for layer in self.layers:
            x = layer(x, mask)
        out: Tensor = self.head(self.norm(x))  # (B, T, E) -> (B, T, V)
        return out

    @torch.no_grad()
    def sample(
        self,
        symbols: Tensor,
        count: int,
        *,
        temperature: float = 1.0,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return ``symbols`` (B, T), T at least 1, continued by ``count`` sampled ones.

        ``temperature`` divides the logits; at 0 the most probable symbol is taken. When there are
        more symbols than positions the model sees only the last ones. Call it in evaluation mode.

        Raises
        ------
        ValueError
            If there is no symbol to begin with, or the temperature is negative.
        """
        if symbols.shape[1] == 0:
            raise ValueError(f"symbols must be (B, T) with T at least 1, not {symbols.shape}")
        if temperature < 0:
            raise ValueError(f"temperature must be at least 0, not {temperature}")
        for _ in range(count):
            logits = self(symbols[:, -self.embedding.longest :])[:, -1]  # (B, V)
            if temperature == 0:
                chosen = logits.argmax(dim=1, keepdim=True)  # (B, 1)
            else:
                shares = (logits / temperature).softmax(dim=1)  # (B, V)
                chosen = torch.multinomial(shares, 1, generator=generator)  # (B, 1)
            symbols = torch.cat([symbols, chosen], dim=1)  # (B, T + 1)
        return symbols
