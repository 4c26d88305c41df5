"""Other pictures of the same thing: random flips, turns, zooms, crops, shifts and noise.

Every augmentation is called with a batch of pictures (B, C, H, W), floating point in [0, 1], and a
generator, and returns a batch of the same shape; each picture has its own draw. The same
augmentation, shape and state of the generator draw the same. Arguments are never changed.

Turns, zooms, crops and shifts are affine maps. `Compose` multiplies neighboring ones and resamples
once (bilinear), so that blur does not add up. What comes in from outside is 0, the paper of ink.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import functional

Span = tuple[float, float]
"""Lowest and highest value of a uniform draw; equal for a fixed one."""


class Augmentation(Protocol):
    """What every class of this module is."""

    def __call__(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """Return other pictures (B, C, H, W) of the same things."""


def _check(pictures: Tensor) -> None:
    if pictures.dim() != 4 or not pictures.is_floating_point():
        raise ValueError(
            f"pictures must be floating point (B, C, H, W), not {pictures.dtype} "
            f"{tuple(pictures.shape)}"
        )


def _check_span(name: str, span: Sequence[float], lowest: float, highest: float) -> None:
    if len(span) != 2 or not lowest <= span[0] <= span[1] <= highest:
        raise ValueError(f"{name} must be two rising numbers in {lowest} to {highest}, not {span}")


def _uniform(count: int, span: Span, generator: torch.Generator) -> Tensor:
    # On the generator's device, so that a seed means the same wherever the pictures are.
    drawn = torch.rand(count, generator=generator, device=generator.device, dtype=torch.float64)
    return span[0] + (span[1] - span[0]) * drawn  # (B)


def _affine(linear: Tensor, across: Tensor, down: Tensor) -> Tensor:
    """Return (B, 3, 3) from a linear part (B, 2, 2) and a shift in pixels (B) and (B)."""
    top = torch.cat([linear, torch.stack([across, down], 1)[:, :, None]], 2)  # (B, 2, 3)
    bottom = top.new_tensor([0, 0, 1]).expand(len(top), 1, 3)
    return torch.cat([top, bottom], 1)  # (B, 3, 3)


def _resample(pictures: Tensor, maps: Tensor) -> Tensor:
    """Return pictures whose pixel at p is, bilinear, what stood at map(p).

    Maps (B, 3, 3) are of points (x right, y down, 1), in pixels from the middle of the picture.
    """
    if torch.equal(maps, torch.eye(3).to(maps).expand_as(maps)):
        return pictures  # to the last bit
    height, width = pictures.shape[2:]
    # torch counts from -1 to 1 over each side, whatever its pixels, so a turn is no turn there.
    half = torch.tensor([width / 2, height / 2, 1]).to(maps)
    relative = maps * half / half[:, None]  # (B, 3, 3)
    grid = functional.affine_grid(  # (B, H, W, 2)
        relative[:, :2].to(pictures), list(pictures.shape), align_corners=False
    )
    return functional.grid_sample(pictures, grid, align_corners=False)


class _AffineAugmentation:
    """An augmentation that is an affine map of the plane."""

    def maps(self, shape: torch.Size, generator: torch.Generator) -> Tensor:
        """Return a map (B, 3, 3) for each picture, from its new pixels to its old ones."""
        raise NotImplementedError

    def __call__(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """Return the pictures, resampled."""
        _check(pictures)
        return _resample(pictures, self.maps(pictures.shape, generator))


@dataclass(frozen=True)
class Flip:
    """Mirrors pictures. Letters do not bear it; textures do."""

    horizontal: float = 0.5
    """Probability of left for right, 0 to 1."""
    vertical: float = 0.0
    """Probability of top for bottom, 0 to 1."""

    def __post_init__(self) -> None:
        if not (0 <= self.horizontal <= 1 and 0 <= self.vertical <= 1):
            raise ValueError(f"probabilities must be 0 to 1: {self}")

    def __call__(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """Return the pictures, some mirrored."""
        _check(pictures)
        for axis, probability in ((3, self.horizontal), (2, self.vertical)):
            drawn = _uniform(len(pictures), (0, 1), generator) < probability
            mirrored = drawn.to(pictures.device)[:, None, None, None]  # (B, 1, 1, 1)
            pictures = torch.where(mirrored, pictures.flip(axis), pictures)
        return pictures


@dataclass(frozen=True)
class Rotate(_AffineAugmentation):
    """Turns pictures about their middle; corners that leave are lost."""

    degrees: Span = (-10, 10)
    """Counterclockwise."""

    def __post_init__(self) -> None:
        _check_span("degrees", self.degrees, -360, 360)

    def maps(self, shape: torch.Size, generator: torch.Generator) -> Tensor:
        """Return the turns back (B, 3, 3)."""
        angle = _uniform(shape[0], self.degrees, generator) * (math.pi / 180)
        cos, sin = angle.cos(), angle.sin()
        linear = torch.stack([cos, -sin, sin, cos], 1).view(-1, 2, 2)  # (B, 4) -> (B, 2, 2)
        zero = torch.zeros_like(angle)
        return _affine(linear, zero, zero)


@dataclass(frozen=True)
class Scale(_AffineAugmentation):
    """Zooms pictures about their middle, both ways alike.

    Bilinear: below a factor of about 0.5 fine lines begin to break.
    """

    factor: Span = (0.9, 1.1)
    """Above 1 larger, 0.01 to 100."""

    def __post_init__(self) -> None:
        _check_span("factor", self.factor, 0.01, 100)

    def maps(self, shape: torch.Size, generator: torch.Generator) -> Tensor:
        """Return the zooms back (B, 3, 3)."""
        factor = _uniform(shape[0], self.factor, generator)
        linear = torch.eye(2).to(factor) / factor[:, None, None]  # (B, 2, 2)
        zero = torch.zeros_like(factor)
        return _affine(linear, zero, zero)


@dataclass(frozen=True)
class Crop(_AffineAugmentation):
    """Cuts a window from a random place of each picture and resizes it to the whole picture.

    The window has the picture's proportions. (Padding and cropping, as of He et al. 2016 on
    CIFAR, is `Translate`.)
    """

    share: Span = (0.8, 1.0)
    """The window's sides as a share of the picture's, 0.01 to 1."""

    def __post_init__(self) -> None:
        _check_span("share", self.share, 0.01, 1)

    def maps(self, shape: torch.Size, generator: torch.Generator) -> Tensor:
        """Return the maps to the windows (B, 3, 3)."""
        share = _uniform(shape[0], self.share, generator)
        linear = torch.eye(2).to(share) * share[:, None, None]  # (B, 2, 2)
        across = _uniform(shape[0], (-0.5, 0.5), generator) * (1 - share) * shape[3]
        down = _uniform(shape[0], (-0.5, 0.5), generator) * (1 - share) * shape[2]
        return _affine(linear, across, down)


@dataclass(frozen=True)
class Translate(_AffineAugmentation):
    """Shifts pictures; what leaves on one side does not return on the other."""

    across: Span = (-0.1, 0.1)
    """Share of the width to the right, -1 to 1."""
    down: Span = (-0.1, 0.1)
    """Share of the height, -1 to 1."""

    def __post_init__(self) -> None:
        _check_span("across", self.across, -1, 1)
        _check_span("down", self.down, -1, 1)

    def maps(self, shape: torch.Size, generator: torch.Generator) -> Tensor:
        """Return the shifts back (B, 3, 3)."""
        across = _uniform(shape[0], self.across, generator) * -shape[3]
        down = _uniform(shape[0], self.down, generator) * -shape[2]
        linear = torch.eye(2).to(across).expand(shape[0], 2, 2)
        return _affine(linear, across, down)


@dataclass(frozen=True)
class GaussianNoise:
    """Adds normal noise, independent at every pixel and channel."""

    sigma: float = 0.02
    """Its standard deviation, 0 or more; pictures reach from 0 to 1."""
    clip: bool = False
    """Whether to cut the result to 0 to 1, which makes noise on pure paper and ink one-sided."""

    def __post_init__(self) -> None:
        if not 0 <= self.sigma < math.inf:
            raise ValueError(f"sigma must be 0 or more, not {self.sigma}")

    def __call__(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """Return the noisy pictures."""
        _check(pictures)
        drawn = torch.randn(
            pictures.shape, generator=generator, device=generator.device, dtype=pictures.dtype
        )
        noisy = pictures + self.sigma * drawn.to(pictures.device)
        return noisy.clamp(0, 1) if self.clip else noisy


@dataclass(frozen=True)
class Compose:
    """One augmentation after the other; neighboring affine maps are resampled as one.

    So what one of them moves out and the next one in again is not lost, as it would be singly.
    """

    steps: tuple[Augmentation, ...] = ()
    """In the order in which they are applied."""

    def __call__(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """Return the pictures after all steps."""
        _check(pictures)
        maps: Tensor | None = None
        for step in self.steps:
            if isinstance(step, _AffineAugmentation):
                new = step.maps(pictures.shape, generator)
                maps = new if maps is None else maps @ new  # the last step's map acts first
                continue
            if maps is not None:
                pictures, maps = _resample(pictures, maps), None
            pictures = step(pictures, generator)
        return pictures if maps is None else _resample(pictures, maps)


AUGMENTATIONS: dict[str, Callable[..., Augmentation]] = {
    "flip": Flip,
    "rotate": Rotate,
    "scale": Scale,
    "crop": Crop,
    "translate": Translate,
    "gaussian_noise": GaussianNoise,
}
"""Name -> class."""


def build_augmentation(name: str, options: Mapping[str, Any] | None = None) -> Augmentation:
    """Return the augmentation called ``name``, with its fields by name.

    Lists, as configuration files have them, count as tuples.

    Raises
    ------
    ValueError
        If there is none of that name, it has no such field or the value is out of range.
    """
    if name not in AUGMENTATIONS:
        known = ", ".join(AUGMENTATIONS)
        raise ValueError(f"augmentation {name!r} is unknown (there are: {known})")
    fields = {
        field: tuple(value) if isinstance(value, list) else value
        for field, value in (options or {}).items()
    }
    try:
        return AUGMENTATIONS[name](**fields)
    except TypeError as error:
        raise ValueError(f"augmentation {name!r} with {fields}: {error}") from error
