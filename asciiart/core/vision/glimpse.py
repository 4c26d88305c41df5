"""The recurrent attention model: sees a picture through small glimpses that it places itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.layers import ConvBlock
from asciiart.core.learning.initializers import initialize
from asciiart.core.learning.trainer import StepLoss


@dataclass(frozen=True)
class GlimpseConfig:
    """Sizes and options of a `RecurrentAttentionModel`."""

    num_classes: int
    """Number of classes, K."""
    in_channels: int = 1
    """Channels of the pictures."""
    size: int = 16
    """Side of a glimpse in pixels, at every scale."""
    scales: int = 3
    """Number of patches in a glimpse; each is twice as wide as the one before."""
    glimpses: int = 6
    """Number G of glimpses per picture; the first is at the center."""
    channels: tuple[int, ...] = (16, 32)
    """Channels of the convolutions over a glimpse; () for the paper's linear layer alone."""
    features: int = 128
    """Size of the features of the patches, and of the location; a glimpse is described by both."""
    hidden_size: int = 256
    """Units of the core."""
    core: str = "lstm"
    """lstm, or rnn for a layer of rectified units."""
    deviation: float = 0.25
    """Standard deviation of sampled locations; the picture is 2 wide."""
    location_scale: float = 1.0
    """Factor of the location network's output before the tanh. Under Adam a small factor slows its
    learning, so that noisy early rewards do not drive it into a corner for good."""
    policy_through_core: bool = False
    """Whether REINFORCE trains core and glimpse network too, or the location network alone."""
    copies: int = 1
    """Number of Monte Carlo samples, that is passes over each picture of a batch in training."""
    compare_copies: bool = False
    """Whether the baseline of a copy includes the mean advantage of its picture's other copies
    (Kool et al. 2019, "Buy 4 REINFORCE samples, get a baseline for free!")."""
    reward: str = "likelihood"
    """correct: 1 or 0 at the end, as in the paper; likelihood: the log probability of the true
    class after each glimpse, so that a location is judged by the glimpses it leads to."""
    every_glimpse: bool = True
    """Whether to train the classifier after each glimpse; the paper does after the last."""
    reinforce_weight: float = 1.0
    """Weight of the policy's loss relative to the classification's."""


def box_pyramid(pictures: Tensor, scales: int) -> list[Tensor]:
    """Return the means of all squares of 1, 2, 4 ... pixels of pictures (B, C, H, W).

    Entry s is (B, C, H + k - 1, W + k - 1) with k = 2^s, including the squares that overlap an
    edge, outside which everything is 0. With it a glimpse costs the same at every scale.
    """
    levels = []
    for k in (2**scale for scale in range(scales)):
        around = functional.pad(pictures, (k - 1,) * 4)  # (B, C, H + 2k - 2, W + 2k - 2)
        levels.append(functional.avg_pool2d(around, k, stride=1))  # (B, C, H + k - 1, W + k - 1)
    return levels


def _look(pyramid: list[Tensor], locations: Tensor, size: int) -> Tensor:
    height, width = pyramid[0].shape[2:]
    extent = locations.new_tensor([width, height])
    center = (locations + 1) / 2 * extent  # (B, 2), in pixels from the upper left corner
    offsets = torch.arange(size, dtype=center.dtype, device=center.device) - (size - 1) / 2
    patches = []
    for k, level in ((2**scale, level) for scale, level in enumerate(pyramid)):
        # Square m of a level ends at pixel m, so its center is m + 1 - k/2.
        at = center.unsqueeze(1) + (offsets * k + k / 2 - 1).unsqueeze(1)  # (B, size, 2)
        at = (2 * at + 1) / (extent + k - 1) - 1  # as grid_sample counts, edges at -1 and 1
        grid = torch.stack(
            [
                at[:, None, :, 0].expand(-1, size, -1),  # x varies to the right
                at[:, :, None, 1].expand(-1, -1, size),  # y varies down
            ],
            dim=3,
        )  # (B, size, size, 2)
        patches.append(functional.grid_sample(level, grid, align_corners=False))
    return torch.cat(patches, dim=1)  # (B, scales·C, size, size)


def glimpse_sensor(pictures: Tensor, locations: Tensor, *, size: int, scales: int) -> Tensor:
    """Return a retina's view at ``locations``: sharp in the center, coarser around it.

    The glimpse sensor of Mnih et al. 2014: patch s is the square of size·2^s pixels around the
    location, reduced to size x size by averaging. Between pixels it interpolates; outside is 0.

    Parameters
    ----------
    pictures
        (B, C, H, W).
    locations
        (B, 2), x and y; -1 and 1 are the picture's edges.

    Returns
    -------
    Tensor
        (B, scales·C, size, size), the smallest square first.
    """
    return _look(box_pyramid(pictures, scales), locations, size)


class GlimpseNetwork(nn.Module):
    """Encodes a glimpse and its location: (B, scales·C, size, size), (B, 2) -> (B, 2 features).

    f_g of Mnih et al. 2014: rectified linear layers of the retina's patches and of the location,
    then a rectified linear layer of both. Departure: unless ``channels`` is (), blocks of
    convolution and max pooling process each patch first, with the same weights at every scale,
    because a letter looks alike at each; this learns in a fraction of the time.
    """

    def __init__(self, config: GlimpseConfig) -> None:
        super().__init__()
        self.in_channels = config.in_channels
        sizes = (config.in_channels, *config.channels)
        layers: list[nn.Module] = []
        for before, after in pairwise(sizes):
            layers += [ConvBlock(before, after, 3), nn.MaxPool2d(2)]  # halves both sides
        self.convolutions = nn.Sequential(*layers)
        side = config.size >> len(config.channels)
        if side == 0:
            raise ValueError(f"size {config.size} is too small for channels {config.channels}")
        self.what = nn.Linear(config.scales * sizes[-1] * side * side, config.features)
        self.where = nn.Linear(2, config.features)
        self.both = nn.ModuleList(
            nn.Linear(config.features, 2 * config.features) for _ in ("what", "where")
        )
        initialize(self, "he_normal")

    def forward(self, patches: Tensor, locations: Tensor) -> Tensor:
        """Return the features (B, 2 features) of a glimpse."""
        each = patches.reshape(-1, self.in_channels, *patches.shape[2:])  # (B·scales, C, s, s)
        maps = self.convolutions(each).reshape(len(patches), -1)  # (B, scales·F·side²)
        what = functional.relu(self.what(maps))  # (B, features)
        where = functional.relu(self.where(locations))  # (B, features)
        return functional.relu(self.both[0](what) + self.both[1](where))  # (B, 2 features)


class Glimpses(NamedTuple):
    """The output of a `RecurrentAttentionModel`."""

    logits: Tensor
    """Logits (B, K) after the last glimpse."""
    locations: Tensor
    """Locations (B, G, 2), x and y of each glimpse; -1 and 1 are the edges."""
    log_policy: Tensor
    """Log density (B, G - 1) of each location but the first, as it was sampled."""
    baselines: Tensor
    """Expected return (B, G - 1) before each of those locations was chosen."""
    step_logits: Tensor
    """Logits (B, G, K) after each glimpse."""


class _Choice(NamedTuple):
    location: Tensor
    """Location (B, 2), inside the picture."""
    log_density: Tensor
    """Log density (B,) of the location as it was sampled."""


class RecurrentAttentionModel(nn.Module):
    """Recurrent attention model (Mnih et al. 2014, "Recurrent models of visual attention").

    A recurrent core processes one glimpse after another; from its state the location network
    chooses the next location and the classifier names the class. In training, locations are sampled
    from a Gaussian around the network's choice; in evaluation they are the choice itself.

    As in the paper the policy's gradient ends at the core's state, unless ``policy_through_core``
    is on: REINFORCE trains the location network, cross-entropy everything else. Departures: an LSTM
    core by default (the paper has rectified units for classification and an LSTM for its game), the
    first glimpse at the center instead of a random location, classification after each glimpse
    unless ``every_glimpse`` is off, and convolutions in the glimpse network. ``compare_copies`` and
    ``location_scale``, which by default change nothing, are not in the paper either.

    Shapes: pictures (B, C, H, W) -> `Glimpses`.
    """

    def __init__(self, config: GlimpseConfig) -> None:
        super().__init__()
        if config.core not in ("lstm", "rnn"):
            raise ValueError(f"core must be lstm or rnn, not {config.core!r}")
        if config.reward not in ("correct", "likelihood"):
            raise ValueError(f"reward must be correct or likelihood, not {config.reward!r}")
        if config.compare_copies and config.copies < 2:
            raise ValueError(f"copies must be at least 2 to compare them, not {config.copies}")
        if config.glimpses < 2:
            raise ValueError(f"glimpses must be at least 2, not {config.glimpses}")
        self.config = config
        self.glimpse = GlimpseNetwork(config)
        inputs = 2 * config.features
        self.core: nn.LSTMCell | nn.RNNCell
        if config.core == "lstm":
            self.core = nn.LSTMCell(inputs, config.hidden_size)
        else:
            self.core = nn.RNNCell(inputs, config.hidden_size, nonlinearity="relu")
        self.location = nn.Linear(config.hidden_size, 2)
        self.classifier = nn.Linear(config.hidden_size, config.num_classes)
        self.baseline = nn.Linear(config.hidden_size, 1)
        chance = 1 / config.num_classes  # what guessing earns: from 0 the first steps would be wild
        earned = chance if config.reward == "correct" else math.log(chance)
        nn.init.constant_(self.baseline.bias, earned)

    def forward(
        self,
        pictures: Tensor,
        path: Tensor | None = None,
        *,
        generator: torch.Generator | None = None,
    ) -> Glimpses:
        """Take ``glimpses`` glimpses of each picture.

        With a ``path`` (B, G, 2) they are taken there instead, to evaluate the model's choices
        against. In training ``generator``, or torch's own, draws the locations.
        """
        pyramid = box_pyramid(pictures, self.config.scales)
        center = pictures.new_zeros(len(pictures), 2)  # (B, 2)
        here = center if path is None else path[:, 0]
        hidden = pictures.new_zeros(len(pictures), self.config.hidden_size)  # (B, D)
        cell = hidden
        locations, states, log_policy = [here], [], []
        while True:
            seen = self.glimpse(_look(pyramid, here, self.config.size), here)  # (B, 2 features)
            if isinstance(self.core, nn.LSTMCell):
                hidden, cell = self.core(seen, (hidden, cell))
            else:
                hidden = self.core(seen, hidden)
            states.append(hidden)
            if len(states) == self.config.glimpses:
                break
            here, log_density = self._choose(hidden, generator)
            here = here if path is None else path[:, len(states)]
            locations.append(here)
            log_policy.append(log_density)
        thoughts = torch.stack(states, dim=1)  # (B, G, D)
        step_logits = self.classifier(thoughts)  # (B, G, K)
        return Glimpses(
            step_logits[:, -1],
            torch.stack(locations, dim=1),
            torch.stack(log_policy, dim=1),
            self.baseline(thoughts[:, :-1].detach()).squeeze(2),  # (B, G - 1)
            step_logits,
        )

    def _choose(self, hidden: Tensor, generator: torch.Generator | None) -> _Choice:
        """Return the next location, from the core's state (B, D)."""
        hidden = hidden if self.config.policy_through_core else hidden.detach()
        mean = torch.tanh(self.config.location_scale * self.location(hidden))  # (B, 2)
        drawn = mean.detach()  # an action: a constant
        if self.training:
            device = mean.device if generator is None else generator.device
            noise = torch.randn(mean.shape, generator=generator, device=device, dtype=mean.dtype)
            drawn = drawn + self.config.deviation * noise.to(mean.device)
        log_density = log_gaussian(drawn, mean, self.config.deviation)
        return _Choice(drawn.clamp(-1, 1), log_density)  # the edge is not the policy's doing

    def loss(
        self, pictures: Tensor, labels: Tensor, *, generator: torch.Generator | None = None
    ) -> StepLoss:
        """Return the loss of pictures (B, C, H, W) with labels (B,), 0 to K - 1.

        It is the cross-entropy, plus `reinforce` for the locations, which ``generator`` draws, plus
        the baselines' squared error.
        """
        copies = self.config.copies
        pictures, labels = pictures.repeat(copies, 1, 1, 1), labels.repeat(copies)  # (M·B, ...)
        out: Glimpses = self(pictures, generator=generator)
        logits = out.step_logits if self.config.every_glimpse else out.logits.unsqueeze(1)
        wanted = labels.unsqueeze(1).expand(-1, logits.shape[1])  # (M·B, G or 1)
        classification = functional.cross_entropy(logits.flatten(0, 1), wanted.flatten())
        rewards = self._returns(out, labels)  # (M·B, G - 1)
        policy = reinforce(out.log_policy, rewards, self._expected(out, rewards))
        regression = (out.baselines - rewards).square().mean()
        total = classification + self.config.reinforce_weight * policy + regression
        accuracy = (out.logits.argmax(1) == labels).float().mean()
        return StepLoss(total, {"accuracy": accuracy, "reward": rewards.mean()})

    @torch.no_grad()
    def _expected(self, out: Glimpses, rewards: Tensor) -> Tensor:
        """Return the baselines (M·B, G - 1), including the other copies if ``compare_copies``."""
        copies = self.config.copies
        if not self.config.compare_copies:
            return out.baselines
        luck = (rewards - out.baselines).view(copies, -1, rewards.shape[1])  # (M, B, G - 1)
        others = (luck.sum(0) - luck) / (copies - 1)  # (M, B, G - 1)
        return out.baselines + others.view_as(rewards)

    @torch.no_grad()
    def _returns(self, out: Glimpses, labels: Tensor) -> Tensor:
        """Return the returns (B, G - 1) of the chosen locations."""
        if self.config.reward == "correct":
            correct = (out.logits.argmax(1) == labels).to(out.logits.dtype)  # (B,)
            return correct.unsqueeze(1).expand_as(out.log_policy)
        after = out.step_logits[:, 1:].log_softmax(2)  # (B, G - 1, K), a location leads to its own
        places = labels.view(-1, 1, 1).expand(-1, after.shape[1], 1)  # (B, G - 1, 1)
        likelihood = after.gather(2, places).squeeze(2)  # (B, G - 1)
        to_come = likelihood.flip(1).cumsum(1)  # (B, G - 1), sums from each glimpse to the last
        return (to_come / torch.arange(1, after.shape[1] + 1, device=labels.device)).flip(1)


def log_gaussian(value: Tensor, mean: Tensor, deviation: float) -> Tensor:
    """Return the log density (B,) of ``value`` (B, D) under independent Gaussians."""
    scaled = (value - mean) / deviation  # (B, D)
    constant = math.log(deviation) + 0.5 * math.log(2 * math.pi)
    return (-0.5 * scaled.square() - constant).sum(dim=1)  # (B,)


def reinforce(log_policy: Tensor, returns: Tensor, baselines: Tensor) -> Tensor:
    """Return the loss whose gradient is REINFORCE's (Williams 1992), averaged over a batch.

    The loss is - sum_t log pi(a_t) (R_t - b_t): its descent makes actions more probable in
    proportion to how much their return exceeds the baseline. Returns and baselines get no gradient
    from it.

    Parameters
    ----------
    log_policy
        (B, T), log density of each action.
    returns
        (B, T), the return after each action.
    baselines
        (B, T), the expected return before each action.
    """
    advantage = (returns - baselines).detach()  # (B, T)
    return -(log_policy * advantage).sum(dim=1).mean()
