"""Feed-forward networks: perceptron, multilayer perceptrons, radial basis functions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from asciiart.core.layers import build_activation
from asciiart.core.learning.initializers import initialize


class Perceptron(nn.Module):
    """One threshold unit: (B, I) -> scores (B,), whose sign is the label, -1 or 1.

    Rosenblatt 1958, "The perceptron: a probabilistic model for information storage and organization
    in the brain". The inputs are the outputs of his association units; the random wiring from the
    retina to them, which never learns, is left out. The weights start at zero, as Novikoff's bound
    on the number of mistakes assumes.
    """

    def __init__(self, in_features: int, *, initializer: str = "zeros") -> None:
        super().__init__()
        self.unit = nn.Linear(in_features, 1)
        initialize(self, initializer)

    def forward(self, x: Tensor) -> Tensor:
        """Return the scores (B,), the weighted sums before the threshold."""
        score: Tensor = self.unit(x).squeeze(-1)  # (B, I) -> (B, 1) -> (B,)
        return score

    def predict(self, x: Tensor) -> Tensor:
        """Return the labels (B,), -1 or 1; 1 where the score is exactly zero."""
        return torch.where(self(x) >= 0, 1.0, -1.0)  # (B,)

    @torch.no_grad()
    def learn_epoch(self, x: Tensor, labels: Tensor) -> int:
        """Show every example of x (B, I) once, in order, and return the number of mistakes.

        After a mistake, w += y x and b += y; otherwise nothing changes. A score of zero is a
        mistake for both labels. On separable data the mistakes of all epochs together are at most
        (R / gamma)^2 (Novikoff 1962, "On convergence proofs on perceptrons").

        Raises
        ------
        ValueError
            If a label is neither -1 nor 1.
        """
        _check_labels(labels)
        mistakes = 0
        for example, label in zip(x, labels.to(x.dtype), strict=True):
            if label * self(example[None])[0] <= 0:  # (I,) -> (1, I) -> (1,) -> ()
                self.unit.weight.add_(label * example)  # (1, I) + (I,)
                self.unit.bias.add_(label)
                mistakes += 1
        return mistakes


def perceptron_criterion(scores: Tensor, labels: Tensor) -> Tensor:
    """Return the mean of max(0, -y s) over the examples; ``scores`` and ``labels`` are (B,).

    One step of gradient descent with learning rate 1 on a single example is the rule of
    `Perceptron.learn_epoch`. At s = 0 the gradient is taken to be -y, where torch would take 0 or
    the half: a perceptron that starts at zero would not learn, or by another rule.

    Raises
    ------
    ValueError
        If a label is neither -1 nor 1.
    """
    _check_labels(labels)
    margins = labels * scores  # (B,)
    return -margins[margins <= 0].sum() / len(margins)  # (B,) -> ()


def _check_labels(labels: Tensor) -> None:
    wrong = labels[labels.abs() != 1]
    if len(wrong):
        raise ValueError(f"labels must be -1 or 1, not {wrong[0].item()}")


class MLP(nn.Module):
    """Multilayer perceptron: (B, ...) with ``sizes[0]`` numbers each -> (B, ``sizes[-1]``).

    Rumelhart, Hinton and Williams 1986, "Learning representations by back-propagating errors".
    ``activation`` (a name of `ACTIVATIONS`) follows every layer but the last, and so does dropout
    (Srivastava et al. 2014) with probability ``dropout``; without ``bias``, what is linear goes
    through zero. Departure: the paper's units are
    sigmoids; the default here is ReLU.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        *,
        activation: str = "relu",
        dropout: float = 0.0,
        bias: bool = True,
        initializer: str = "he_normal",
    ) -> None:
        super().__init__()
        if len(sizes) < 2:
            raise ValueError(f"sizes must name inputs and outputs at least, not {list(sizes)}")
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise(sizes[:-1]):
            layers += [nn.Linear(inputs, outputs, bias=bias), build_activation(activation)]
            layers += [nn.Dropout(dropout)]
        self.layers = nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1], bias=bias))
        initialize(self, initializer)

    @property
    def linears(self) -> list[nn.Linear]:
        """The linear layers, from the input to the output."""
        return [layer for layer in self.layers if isinstance(layer, nn.Linear)]

    def forward(self, x: Tensor) -> Tensor:
        """Return the output (B, ``sizes[-1]``) of the last linear layer."""
        out: Tensor = self.layers(x.flatten(1))  # (B, ...) -> (B, I) -> (B, K)
        return out


def deep_feed_forward(
    in_features: int,
    out_features: int,
    *,
    hidden_size: int = 256,
    num_layers: int = 6,
    activation: str = "relu",
    dropout: float = 0.0,
) -> MLP:
    """Return an `MLP` of ``num_layers`` hidden layers of ``hidden_size`` units each.

    Rectifiers and He initialization carry the gradient through many layers without pre-training
    (Glorot, Bordes and Bengio 2011, "Deep sparse rectifier neural networks"). Departures: they
    initialize uniformly, and their penalty on activations is left out.

    Raises
    ------
    ValueError
        If ``num_layers`` is less than 1.
    """
    if num_layers < 1:
        raise ValueError(f"num_layers must be 1 or more, not {num_layers}")
    sizes = (in_features, *(hidden_size,) * num_layers, out_features)
    return MLP(sizes, activation=activation, dropout=dropout)


def k_means(
    points: Tensor, count: int, *, iterations: int = 100, generator: torch.Generator | None = None
) -> Tensor:
    """Return ``count`` cluster centers (D, I) of ``points`` (B, I), by Lloyd's algorithm.

    Lloyd 1982, "Least squares quantization in PCM": each point is assigned to its nearest center
    and each center moves to the mean of its points, until nothing changes. The initial centers are
    distinct points drawn at random; a center that loses all its points stays where it is.

    Raises
    ------
    ValueError
        If there are fewer distinct points than centers.
    """
    different = torch.unique(points, dim=0)  # (B, I) -> (at most B, I)
    if not 1 <= count <= len(different):
        raise ValueError(f"count must be 1 to {len(different)} different points, not {count}")
    device = generator.device if generator else None
    order = torch.randperm(len(different), generator=generator, device=device)
    centers = different[order[:count].to(points.device)]  # (D, I)
    for _ in range(iterations):
        nearest = torch.cdist(points, centers).argmin(1)  # (B, I) x (D, I) -> (B, D) -> (B,)
        sums = torch.zeros_like(centers).index_add_(0, nearest, points)  # (B, I) -> (D, I)
        sizes = nearest.bincount(minlength=count)[:, None]  # (B,) -> (D, 1)
        moved = torch.where(sizes > 0, sums / sizes.clamp(min=1), centers)  # (D, I)
        if torch.equal(moved, centers):
            break
        centers = moved
    return torch.as_tensor(centers)


class RadialBasisNetwork(nn.Module):
    """Gaussian units with a linear layer: (B, I) -> (B, K).

    Broomhead and Lowe 1988, "Multivariable functional interpolation and adaptive networks": y = b +
    sum_j w_j exp(-|x - c_j|^2 / (2 s_j^2)), with fixed centers c; w and b by least squares
    (`solve`). `place` puts the centers as Moody and Darken 1989 do ("Fast learning in networks of
    locally-tuned processing units"). Departure: centers and widths are parameters too, so a
    `Trainer` adapts them unless they are frozen.
    """

    def __init__(
        self,
        in_features: int,
        hidden_size: int,
        out_features: int,
        *,
        initializer: str = "xavier_normal",
    ) -> None:
        super().__init__()
        self.centers = nn.Parameter(torch.randn(hidden_size, in_features))
        self.log_widths = nn.Parameter(torch.zeros(hidden_size))  # so that widths are positive
        self.output = nn.Linear(hidden_size, out_features)
        initialize(self, initializer)

    def units(self, x: Tensor) -> Tensor:
        """Return the activation (B, D) of each Gaussian unit, in (0, 1]."""
        # The faster way over x c^T would lose the small distances to rounding.
        distances = torch.cdist(x, self.centers, compute_mode="donot_use_mm_for_euclid_dist")
        scaled = distances / self.log_widths.exp()  # (B, I) x (D, I) -> (B, D)
        return (-scaled.square() / 2).exp()  # (B, D)

    def forward(self, x: Tensor) -> Tensor:
        """Return the weighted sums (B, K) of the units."""
        out: Tensor = self.output(self.units(x))  # (B, I) -> (B, D) -> (B, K)
        return out

    @torch.no_grad()
    def place(
        self,
        points: Tensor,
        *,
        centers: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> None:
        """Set the widths and the centers: ``centers`` (D, I), or `k_means` of ``points`` (B, I).

        The width of a unit is the root mean square distance to the two nearest other centers; a
        single unit keeps its width.

        Raises
        ------
        ValueError
            If ``centers`` has another shape, or ``points`` has too few distinct points.
        """
        units = len(self.centers)
        found = k_means(points, units, generator=generator) if centers is None else centers
        if found.shape != self.centers.shape:
            raise ValueError(
                f"centers must be {tuple(self.centers.shape)}, not {tuple(found.shape)}"
            )
        self.centers.copy_(found)
        if units == 1:
            return
        neighbors = min(2, units - 1)
        distances = torch.cdist(found, found)  # (D, I) x (D, I) -> (D, D)
        near = distances.topk(neighbors + 1, largest=False).values[:, 1:]  # (D, 2), not itself
        self.log_widths.copy_(near.square().mean(1).sqrt().log())  # (D, 2) -> (D,)

    @torch.no_grad()
    def solve(self, x: Tensor, targets: Tensor) -> None:
        """Set the output weights to the least-squares solution for x (B, I) and targets (B, K)."""
        units = self.units(x).double()  # (B, D); in float32 the pseudo-inverse is too coarse
        design = torch.cat((units, torch.ones_like(units[:, :1])), 1)  # (B, D + 1)
        solution = torch.linalg.pinv(design) @ targets.double()  # (D + 1, B) x (B, K)
        self.output.weight.copy_(solution[:-1].T)  # (D, K) -> (K, D)
        self.output.bias.copy_(solution[-1])  # (K,)
