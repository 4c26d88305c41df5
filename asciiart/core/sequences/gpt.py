"""GPT: a transformer's decoder alone, which goes on with a text, symbol by symbol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.sequences.attention import KeysValues, MultiHeadAttention, causal_mask
from asciiart.core.sequences.decoding import draw_symbols


@dataclass(frozen=True)
class GPTConfig:
    """Sizes and options of a `GPT`; the defaults are those of GPT-2 small."""

    vocab_size: int = 50257
    """Number V of symbols."""
    max_length: int = 1024
    """Largest number of positions."""
    num_layers: int = 12
    """Number L of blocks."""
    num_heads: int = 12
    """Number of attention heads, a divisor of ``embed_dim``."""
    embed_dim: int = 768
    """Size E of embeddings and states."""
    dropout: float = 0.1
    """Dropout of embeddings, of attention weights and of each sublayer's output."""


class GPTState(NamedTuple):
    """The output of a `GPT` for symbols that follow others."""

    logits: Tensor
    """Logits (B, T, V) of the symbol after each."""
    cache: tuple[KeysValues, ...]
    """The K/V cache: keys and values of all positions so far, for each block."""


class Block(nn.Module):
    """Causal self-attention, then a feed-forward network, with normalization before each.

    Shapes: (B, T, E) -> (B, T, E).
    """

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        size = config.embed_dim
        self.attention_norm = nn.LayerNorm(size)
        self.attention = MultiHeadAttention(
            size, config.num_heads, dropout=config.dropout, bias=True
        )
        self.feed_forward_norm = nn.LayerNorm(size)
        self.feed_forward = nn.Sequential(
            nn.Linear(size, 4 * size),  # (B, T, E) -> (B, T, 4E)
            nn.GELU(approximate="tanh"),
            nn.Linear(4 * size, size),  # (B, T, 4E) -> (B, T, E)
        )
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self, x: Tensor, past: KeysValues | None, mask: Tensor | None
    ) -> tuple[Tensor, KeysValues]:
        """Return the new states (B, T, E), and the keys and values of all P + T positions.

        ``past`` holds those of the P positions before x; ``mask`` is (1, T, P + T), or None where
        every position may be attended to.
        """
        y = self.attention_norm(x)
        seen = self.attention.project(y)  # (B, h, T, E/h)
        if past is not None:
            seen = past.followed_by(seen)  # (B, h, P + T, E/h)
        x = x + self.dropout(self.attention.attend(y, seen, mask).context)  # (B, T, E)
        x = x + self.dropout(self.feed_forward(self.feed_forward_norm(x)))  # (B, T, E)
        return x, seen


class GPT(nn.Module):
    """Language model: a transformer that predicts each symbol from those before it.

    Radford et al. 2019, "Language models are unsupervised multitask learners" (GPT-2): learned
    positions, normalization before each sublayer and after the last, GELU by its tanh formula, the
    embedding as the weight of the output layer, and the projections into the residual sum
    initialized smaller by 1/√(2L). `load_gpt2_state` loads its weights. Departures: query, key and
    value are three matrices, not one, and positions start with the deviation 0.02, not 0.01.

    Shapes: symbols (B, T) -> logits (B, T, V).
    """

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.config = config
        self.symbols = nn.Embedding(config.vocab_size, config.embed_dim)
        self.positions = nn.Embedding(config.max_length, config.embed_dim)
        self.dropout = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.num_layers))
        self.norm = nn.LayerNorm(config.embed_dim)
        self._initialize()

    def _initialize(self) -> None:
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            elif name.endswith(("attention.out.weight", "feed_forward.2.weight")):
                nn.init.normal_(parameter, 0.0, 0.02 * (2 * self.config.num_layers) ** -0.5)
            elif parameter.ndim == 2:
                nn.init.normal_(parameter, 0.0, 0.02)

    def forward(self, symbols: Tensor) -> Tensor:
        """Return the logits (B, T, V) of the symbol after each of ``symbols`` (B, T)."""
        return self.extend(symbols).logits

    def extend(self, symbols: Tensor, cache: tuple[KeysValues, ...] = ()) -> GPTState:
        """Return the logits (B, T, V) after ``symbols`` (B, T) that follow those in ``cache``.

        Raises
        ------
        ValueError
            If ``symbols`` is not (B, T), or there are more than ``max_length``, those in the cache
            included.
        """
        if symbols.ndim != 2:
            raise ValueError(f"symbols must be (B, T), not {tuple(symbols.shape)}")
        past, length = cache[0].keys.shape[2] if cache else 0, symbols.shape[1]
        if past + length > self.config.max_length:
            limit = self.config.max_length
            raise ValueError(f"{past + length} symbols are more than the {limit} positions")
        places = torch.arange(past, past + length, device=symbols.device)  # (T,)
        x = self.dropout(self.symbols(symbols) + self.positions(places))  # (B, T) -> (B, T, E)
        mask = causal_mask(length, past, device=symbols.device)  # (1, T, P + T)
        grown = []
        for index, block in enumerate(self.blocks):
            x, seen = block(x, cache[index] if cache else None, mask)  # (B, T, E)
            grown.append(seen)
        logits = functional.linear(self.norm(x), self.symbols.weight)  # (B, T, E) -> (B, T, V)
        return GPTState(logits, tuple(grown))

    @torch.no_grad()
    def sample(
        self,
        symbols: Tensor,
        count: int,
        *,
        temperature: float = 1.0,
        top_k: int | None = None,
        use_cache: bool = True,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return ``symbols`` (B, T), T at least 1, continued by ``count`` sampled ones.

        ``temperature`` divides the logits; at 0 the most probable symbol is taken. Only the
        ``top_k`` most probable symbols are drawn (Fan et al. 2018), by default all. When there are
        more symbols than positions the model sees only the last ones, and the cache is of no use
        any more, since every symbol moves to another position. Call it in evaluation mode.

        Raises
        ------
        ValueError
            If there is no symbol to begin with, the temperature is negative or ``top_k`` is less
            than 1.
        """
        if symbols.ndim != 2 or symbols.shape[1] == 0:
            shape = tuple(symbols.shape)
            raise ValueError(f"symbols must be (B, T) with T at least 1, not {shape}")
        if temperature < 0:
            raise ValueError(f"temperature must be at least 0, not {temperature}")
        if top_k is not None and top_k < 1:
            raise ValueError(f"top_k must be 1 or more, not {top_k}")
        cache: tuple[KeysValues, ...] = ()
        for _ in range(count):
            cached = cache and use_cache and symbols.shape[1] <= self.config.max_length
            window = symbols[:, -1:] if cached else symbols[:, -self.config.max_length :]
            logits, cache = self.extend(window, cache if cached else ())  # (B, T, V)
            chosen = choose_symbol(logits[:, -1], temperature, top_k, generator)  # (B, 1)
            symbols = torch.cat([symbols, chosen], 1)  # (B, T + 1)
        return symbols


def choose_symbol(
    logits: Tensor, temperature: float, top_k: int | None, generator: torch.Generator | None
) -> Tensor:
    """Return one symbol (B, 1) for each row of ``logits`` (B, V); see `GPT.sample`."""
    if temperature == 0:
        return logits.argmax(1, keepdim=True)  # (B, 1)
    if top_k is not None and top_k < logits.shape[1]:
        least = logits.topk(top_k).values[:, -1:]  # (B, 1)
        logits = logits.masked_fill(logits < least, -torch.inf)  # (B, V)
    return draw_symbols((logits / temperature).softmax(1), generator)[:, None]  # (B, V) -> (B, 1)


_OUTER = {"symbols": "wte", "positions": "wpe", "norm": "ln_f"}
_INNER = {
    "attention_norm": "ln_1",
    "attention.out": "attn.c_proj",
    "feed_forward_norm": "ln_2",
    "feed_forward.0": "mlp.c_fc",
    "feed_forward.2": "mlp.c_proj",
}
_BUFFERS = (".attn.bias", ".attn.masked_bias")
"""Masks that some versions of GPT-2's files hold beside the weights."""


def _turned(value: Tensor) -> Tensor:
    # GPT-2's Conv1D holds its weight as (in, out), a linear layer as (out, in).
    return value.T if value.ndim == 2 else value


def _take_translated(state: dict[str, Tensor], num_layers: int) -> Iterator[tuple[str, Tensor]]:
    """Take the weights of GPT-2 out of ``state`` and give each under its name in `GPT`."""
    for ours, theirs in _OUTER.items():
        for kind in ("weight", "bias") if theirs == "ln_f" else ("weight",):
            yield f"{ours}.{kind}", state.pop(f"{theirs}.{kind}")
    for layer, kind in product(range(num_layers), ("weight", "bias")):
        for ours, theirs in _INNER.items():
            found = state.pop(f"h.{layer}.{theirs}.{kind}")
            yield f"blocks.{layer}.{ours}.{kind}", _turned(found)
        thirds = _turned(state.pop(f"h.{layer}.attn.c_attn.{kind}")).chunk(3)  # 3 times (E, E)
        for ours, third in zip(("query", "key", "value"), thirds, strict=True):
            yield f"blocks.{layer}.attention.{ours}.{kind}", third


def load_gpt2_state(model: GPT, state: Mapping[str, Tensor]) -> None:
    """Load the weights of a GPT-2 under their published names, all of them or none.

    The names are those of the transformers library, such as ``transformer.h.0.attn.c_attn.weight``,
    whose prefix ``transformer.`` may be missing, as in the published files. ``lm_head.weight``,
    which is tied to the embedding, may be missing, too.

    Raises
    ------
    ValueError
        If a name is missing or left over, a shape does not fit, or the head is not the embedding.
    """
    rest = {
        name.removeprefix("transformer."): value
        for name, value in state.items()
        if not name.endswith(_BUFFERS)
    }
    head = rest.pop("lm_head.weight", None)
    try:
        weights = dict(_take_translated(rest, model.config.num_layers))
    except KeyError as error:
        raise ValueError(f"the state has no {error.args[0]}") from None
    if rest:
        raise ValueError(f"the state has weights that the model lacks, such as {min(rest)}")
    if head is not None and not torch.equal(head, weights["symbols.weight"]):
        raise ValueError("lm_head.weight differs from wte.weight, and the model ties them")
    for name, own in model.named_parameters():
        if own.shape != weights[name].shape:
            shapes = f"{tuple(own.shape)}, not {tuple(weights[name].shape)} as in the state"
            raise ValueError(f"{name} must be {shapes}")
    model.load_state_dict(weights)
