"""Image captioning: generates a caption symbol by symbol, attending to one region after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.layers import ConvBlock
from asciiart.core.learning.trainer import StepLoss
from asciiart.core.sequences.attention import AdditiveAttention
from asciiart.core.sequences.decoding import PAD, Step, greedy, shift_right


@dataclass(frozen=True)
class CaptionerConfig:
    """Sizes and options of a `Captioner`."""

    vocab_size: int
    """Number V of symbols, with PAD, START and END of `core.sequences.decoding`."""
    attention: str = "soft"
    """soft (the mean over all positions) or hard (one sampled position)."""
    in_channels: int = 1
    """Channels of the pictures."""
    channels: tuple[int, ...] = (32, 64, 128, 128)
    """Channels of the encoder's convolutions; the last is F."""
    embedding_dim: int = 64
    """Size E of a symbol's embedding."""
    hidden_size: int = 256
    """Units of the decoder's LSTM."""
    attention_size: int = 128
    """Hidden units A of the attention's score."""
    dropout: float = 0.3
    """Dropout before the output layer."""
    doubly_stochastic: float = 1.0
    """Weight of soft attention's penalty that makes the weights of each position sum to about 1
    over the caption (the paper's lambda)."""
    reinforce_weight: float = 1.0
    """Weight lambda_r of hard attention's REINFORCE term."""
    entropy_weight: float = 0.002
    """Weight lambda_e of hard attention's entropy term."""
    expected_share: float = 0.5
    """Share of pictures with soft weights when hard attention is trained; it lowers variance."""


class GridSize(NamedTuple):
    """Number of positions down and across; S is their product."""

    height: int
    width: int


class GridEncoder(nn.Module):
    """Convolutional encoder that keeps positions apart: (B, C, H, W) -> (B, S, F).

    It replaces the VGG network of Xu et al. 2015, section 3.1.1, with its 14 x 14 positions: one
    block for each of ``channels``, each but the last followed by max pooling by 2. Positions are in
    row-major order.
    """

    def __init__(self, channels: tuple[int, ...], in_channels: int = 1) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in zip((in_channels, *channels), channels, strict=False):
            layers += [ConvBlock(before, after, 3), nn.MaxPool2d(2)]  # halves H and W
        self.layers = nn.Sequential(*layers[:-1])
        self.halvings = len(channels) - 1

    def grid_size(self, height: int, width: int) -> GridSize:
        """Return the grid of positions for a picture of ``height`` x ``width`` pixels."""
        return GridSize(height >> self.halvings, width >> self.halvings)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the features (B, S, F) at the positions of pictures (B, C, H, W)."""
        maps: Tensor = self.layers(pictures)  # (B, F, h, w)
        return maps.flatten(2).transpose(1, 2)  # (B, S, F)


class CaptionState(NamedTuple):
    """The state of `AttentiveDecoder.step`; the first axis of every tensor is the batch."""

    features: Tensor
    """Features (B, S, F) of the positions."""
    prepared: Tensor
    """The features as the attention prepared them, (B, S, A)."""
    hidden: Tensor
    """Hidden state (B, D) of the LSTM."""
    cell: Tensor
    """Cell state (B, D) of the LSTM."""
    softly: Tensor
    """Mask (B,), True where the mean is taken although attention is hard."""
    weights: Tensor
    """Attention weights (B, S) of the last step, the probability of each position."""
    looked: Tensor
    """Weights (B, S) used for the context: one-hot for a sampled position, else ``weights``."""


class CaptionSteps(NamedTuple):
    """The outputs of an `AttentiveDecoder` for a given caption."""

    logits: Tensor
    """Logits (B, T, V) of each symbol, given those before it."""
    weights: Tensor
    """Attention weights (B, T, S), the probability of each position."""
    looked: Tensor
    """Weights (B, T, S) used for the contexts: one-hot for a sampled position, else ``weights``."""
    softly: Tensor
    """Mask (B,), True where the mean was taken."""


class AttentiveDecoder(nn.Module):
    """LSTM that attends to a grid of features for each symbol (Xu et al. 2015, section 3.1.2).

    With features a_i, symbol y, state h: weights alpha = softmax(f_att(a, h_{t-1})), context z =
    beta sum_i alpha_i a_i with the gate beta = sigma(f_beta(h_{t-1})), h_t = LSTM([E y_{t-1}; z],
    h_{t-1}), logits L_o(E y_{t-1} + L_h h_t + L_z z). The initial h and c are computed from the
    mean of the features by one tanh layer each. Hard attention samples s from alpha, takes a_s in
    place of the mean and has no gate; in evaluation it takes the most probable position.

    Departure: dropout before L_o, which the paper uses but does not write in its formula.
    """

    def __init__(self, config: CaptionerConfig) -> None:
        super().__init__()
        if config.attention not in ("soft", "hard"):
            raise ValueError(f"attention must be soft or hard, not {config.attention!r}")
        size = config.channels[-1]
        self.hard = config.attention == "hard"
        self.expected_share = config.expected_share
        self.first_hidden = nn.Linear(size, config.hidden_size)
        self.first_cell = nn.Linear(size, config.hidden_size)
        self.embedding = nn.Embedding(config.vocab_size, config.embedding_dim)
        self.attention = AdditiveAttention(config.hidden_size, size, config.attention_size)
        self.gate = None if self.hard else nn.Linear(config.hidden_size, 1)
        self.core = nn.LSTMCell(config.embedding_dim + size, config.hidden_size)
        self.from_hidden = nn.Linear(config.hidden_size, config.embedding_dim)
        self.from_context = nn.Linear(size, config.embedding_dim, bias=False)
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(config.embedding_dim, config.vocab_size)

    def start(self, features: Tensor, *, generator: torch.Generator | None = None) -> CaptionState:
        """Return the state before the first symbol; in training ``generator`` draws ``softly``."""
        mean = features.mean(dim=1)  # (B, S, F) -> (B, F)
        softly = torch.ones(len(features), dtype=torch.bool, device=features.device)  # (B,)
        if self.hard:
            share = self.expected_share if self.training else 0.0
            device = features.device if generator is None else generator.device
            chances = torch.rand(len(features), generator=generator, device=device)  # (B,)
            softly = chances.to(features.device) < share  # (B,)
        nowhere = torch.zeros_like(features[:, :, 0])  # (B, S)
        return CaptionState(
            features,
            self.attention.prepare(features),  # (B, S, A)
            torch.tanh(self.first_hidden(mean)),
            torch.tanh(self.first_cell(mean)),
            softly,
            nowhere,
            nowhere,
        )

    def step(
        self,
        symbols: Tensor,
        state: CaptionState,
        *,
        places: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Step[CaptionState]:
        """Return the logits (B, V) of the symbol after ``symbols`` (B,), and the new state.

        ``places`` (B,), 0 to S - 1, are attended to instead of the positions that attention would
        choose; those that hard attention samples in training are drawn by ``generator``, or torch's
        own.
        """
        seen = self.attention(state.hidden, state.features, prepared=state.prepared)
        looked = self._look(seen.weights, state, places, generator)  # (B, S)
        context = torch.einsum("bs,bsf->bf", looked, state.features)  # (B, F)
        if self.gate is not None:
            context = torch.sigmoid(self.gate(state.hidden)) * context  # (B, 1) x (B, F)
        words = self.embedding(symbols)  # (B,) -> (B, E)
        inputs = torch.cat([words, context], dim=1)  # (B, E + F)
        hidden, cell = self.core(inputs, (state.hidden, state.cell))  # (B, D) each
        deep = words + self.from_hidden(hidden) + self.from_context(context)  # (B, E)
        logits = self.head(self.dropout(deep))  # (B, V)
        after = state._replace(hidden=hidden, cell=cell, weights=seen.weights, looked=looked)
        return Step(logits, after)

    def _look(
        self,
        weights: Tensor,
        state: CaptionState,
        places: Tensor | None,
        generator: torch.Generator | None,
    ) -> Tensor:
        """Return the weights (B, S) that make the context."""
        if places is None:
            if not self.hard:
                return weights
            if self.training:
                device = weights.device if generator is None else generator.device
                chances = weights.detach().to(device)  # (B, S)
                places = torch.multinomial(chances, 1, generator=generator).squeeze(1)  # (B,)
                places = places.to(weights.device)
            else:
                places = weights.argmax(dim=1)  # (B, S) -> (B,)
        one = functional.one_hot(places, weights.shape[1]).to(weights.dtype)  # (B, S)
        return torch.where(state.softly.unsqueeze(1), weights, one)

    def forward(
        self,
        features: Tensor,
        target: Tensor,
        *,
        places: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> CaptionSteps:
        """Return the outputs for each symbol of ``target`` (B, T), given those before it.

        ``places`` (B, T) are attended to instead of the positions that attention would choose, in
        every picture; see `step` for ``generator``.
        """
        symbols = shift_right(target)  # (B, T)
        state = self.start(features, generator=generator)
        if places is not None:
            state = state._replace(softly=torch.zeros_like(state.softly))
        logits, weights, looked = [], [], []
        for step in range(symbols.shape[1]):
            place = None if places is None else places[:, step]
            predicted, state = self.step(symbols[:, step], state, places=place, generator=generator)
            logits.append(predicted)
            weights.append(state.weights)
            looked.append(state.looked)
        return CaptionSteps(
            torch.stack(logits, dim=1),  # T of (B, V) -> (B, T, V)
            torch.stack(weights, dim=1),  # T of (B, S) -> (B, T, S)
            torch.stack(looked, dim=1),
            state.softly,
        )


class Caption(NamedTuple):
    """The output of a `Captioner` for pictures."""

    symbols: Tensor
    """Symbols (B, T) of the captions, END last, then PAD."""
    log_probability: Tensor
    """Log probability (B,) of the whole caption."""
    weights: Tensor
    """Attention weights (B, T, grid_h, grid_w) for each symbol."""


class Captioner(nn.Module):
    """Show, attend and tell (Xu et al. 2015): captions a picture, attending to a region per symbol.

    Departures: a small encoder trained with the rest instead of a fixed VGG network; with hard
    attention, a picture with soft weights (the paper's second way to lower variance) contributes no
    REINFORCE gradient, because nothing was sampled.

    Shapes: pictures (B, C, H, W), captions (B, T) -> `CaptionSteps`. Captions are as in
    `core.sequences.decoding`: without START, END last, then PAD. `start` and `step` make it a
    network that `greedy` and `beam_search` can decode, with pictures as the source.
    """

    baseline: Tensor

    def __init__(self, config: CaptionerConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = GridEncoder(config.channels, config.in_channels)
        self.decoder = AttentiveDecoder(config)
        self.register_buffer("baseline", torch.zeros(()))  # of a caption's log probability

    def forward(
        self,
        pictures: Tensor,
        target: Tensor,
        *,
        places: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> CaptionSteps:
        """Return the outputs for each symbol of ``target`` (B, T); see `AttentiveDecoder`."""
        features = self.encoder(pictures)  # (B, S, F)
        decoded: CaptionSteps = self.decoder(features, target, places=places, generator=generator)
        return decoded

    def loss(
        self,
        pictures: Tensor,
        target: Tensor,
        *,
        places: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> StepLoss:
        """Return the loss of captions ``target`` (B, T), averaged over the batch.

        Soft attention: - log p(y | a) + lambda sum_i (1 - sum_t alpha_ti)^2 (equation 14). Hard
        attention: a loss whose gradient is the negative of section 4.1's, d log p(y | s, a) +
        lambda_r (log p(y | s, a) - b) d log p(s | a) + lambda_e d H[s], with sampled positions s
        and b the moving average 0.9 b + 0.1 log p(y | s, a) over the earlier training batches.

        ``places`` (B, T), for hard attention, are treated as sampled; otherwise ``generator``, or
        torch's own, samples them.
        """
        out: CaptionSteps = self(pictures, target, places=places, generator=generator)
        real = target != PAD  # (B, T)
        log_shares = out.logits.log_softmax(2).gather(2, target.unsqueeze(2)).squeeze(2)  # (B, T)
        likelihood = (log_shares * real).sum(dim=1)  # (B,)
        scores = {"log_likelihood": likelihood.detach().mean()}
        if self.config.attention == "soft":
            seen = (out.weights * real.unsqueeze(2)).sum(dim=1)  # (B, T, S) -> (B, S)
            uneven = (1 - seen).square().sum(dim=1)  # (B,)
            total = -likelihood + self.config.doubly_stochastic * uneven
            return StepLoss(total.mean(), scores)
        return StepLoss(self._hard_loss(out, likelihood, real), scores)

    def _hard_loss(self, out: CaptionSteps, likelihood: Tensor, real: Tensor) -> Tensor:
        logs = out.weights.clamp(min=1e-12).log()  # (B, T, S)
        entropy = -((out.weights * logs).sum(dim=2) * real).sum(dim=1)  # (B, T) -> (B,)
        drawn = (out.looked.detach() * logs).sum(dim=2)  # (B, T), log probability of the place
        log_policy = (drawn * real).sum(dim=1) * ~out.softly  # (B,)
        advantage = (likelihood - self.baseline).detach()  # (B,)
        total = likelihood + self.config.reinforce_weight * advantage * log_policy
        total = total + self.config.entropy_weight * entropy
        if self.training:
            self.baseline.mul_(0.9).add_(0.1 * likelihood.detach().mean())
        return -total.mean()

    def start(self, source: Tensor, lengths: Tensor | None = None) -> CaptionState:  # noqa: ARG002
        """Return the state before the first symbol; ``lengths`` are ignored."""
        return self.decoder.start(self.encoder(source))

    def step(self, symbols: Tensor, state: CaptionState) -> Step[CaptionState]:
        """Return the logits (B, V) of the symbol after ``symbols`` (B,), and the new state."""
        return self.decoder.step(symbols, state)

    @torch.no_grad()
    def caption(self, pictures: Tensor, *, max_steps: int = 40) -> Caption:
        """Return captions of pictures (B, C, H, W) by greedy search.

        ``max_steps`` is the largest T. Call it in evaluation mode.
        """
        found = greedy(self, pictures, max_steps=max_steps)
        assert found.weights is not None  # own invariant: every step looks somewhere
        grid = self.encoder.grid_size(*pictures.shape[2:])
        maps = found.weights.reshape(*found.symbols.shape, *grid)  # (B, T, S) -> (B, T, h, w)
        return Caption(found.symbols, found.log_probability, maps)
