"""Data augmentation: random flips, rotations, zooms, crops, shifts and noise.

Every augmentation is called with a batch of pictures (B, C, H, W), floating point in [0, 1], and a
random number generator, and returns a batch of the same shape, with its own random draw for each
picture. The draw depends only on the augmentation, the shape and the state of the generator.
Arguments are never modified.

Rotations, zooms, crops and shifts are affine maps. `Compose` multiplies neighboring ones and
resamples once (bilinear), so that blur does not accumulate. Pixels from outside the picture are 0,
which is blank paper in pictures of ink.
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
"""Lowest and highest value of a uniform draw; if they are equal, the value is fixed."""


class Augmentation(Protocol):
    """The interface of every class in this module."""

    def __call__(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """Return augmented pictures (B, C, H, W)."""


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
    """Return (B, 3, 3) from a linear part (B, 2, 2) and shifts in pixels (B,)."""
    top = torch.cat([linear, torch.stack([across, down], 1)[:, :, None]], 2)  # (B, 2, 3)
    bottom = top.new_tensor([0, 0, 1]).expand(len(top), 1, 3)
    return torch.cat([top, bottom], 1)  # (B, 3, 3)


def _resample(pictures: Tensor, maps: Tensor) -> Tensor:
    """Return pictures whose pixel at p is the value at map(p) in the given ones, bilinear.

    Maps (B, 3, 3) act on points (x right, y down, 1), in pixels from the center of the picture.
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
        """Return for each picture the map (B, 3, 3) from its new pixels to its old ones."""
        raise NotImplementedError

    def __call__(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """Return the resampled pictures (B, C, H, W)."""
        _check(pictures)
        return _resample(pictures, self.maps(pictures.shape, generator))


@dataclass(frozen=True)
class Flip:
    """Mirrors pictures; suitable for textures, but not for letters."""

    horizontal: float = 0.5
    """Probability of swapping left and right, 0 to 1."""
    vertical: float = 0.0
    """Probability of swapping top and bottom, 0 to 1."""

    def __post_init__(self) -> None:
        if not (0 <= self.horizontal <= 1 and 0 <= self.vertical <= 1):
            raise ValueError(f"probabilities must be 0 to 1: {self}")

    def __call__(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """Return the pictures (B, C, H, W), some of them mirrored."""
        _check(pictures)
        for axis, probability in ((3, self.horizontal), (2, self.vertical)):
            drawn = _uniform(len(pictures), (0, 1), generator) < probability
            mirrored = drawn.to(pictures.device)[:, None, None, None]  # (B, 1, 1, 1)
            pictures = torch.where(mirrored, pictures.flip(axis), pictures)
        return pictures


@dataclass(frozen=True)
class Rotate(_AffineAugmentation):
    """Rotates pictures about their center; corners that leave the picture are lost."""

    degrees: Span = (-10, 10)
    """Range of angles in degrees, counterclockwise."""

    def __post_init__(self) -> None:
        _check_span("degrees", self.degrees, -360, 360)

    def maps(self, shape: torch.Size, generator: torch.Generator) -> Tensor:
        """Return the inverse rotations (B, 3, 3)."""
        angle = _uniform(shape[0], self.degrees, generator) * (math.pi / 180)
        cos, sin = angle.cos(), angle.sin()
        linear = torch.stack([cos, -sin, sin, cos], 1).view(-1, 2, 2)  # (B, 4) -> (B, 2, 2)
        zero = torch.zeros_like(angle)
        return _affine(linear, zero, zero)


@dataclass(frozen=True)
class Scale(_AffineAugmentation):
    """Zooms pictures about their center, with one factor for both directions.

    Below a factor of about 0.5, bilinear resampling begins to break fine lines.
    """

    factor: Span = (0.9, 1.1)
    """Range of factors, 0.01 to 100; above 1 enlarges."""

    def __post_init__(self) -> None:
        _check_span("factor", self.factor, 0.01, 100)

    def maps(self, shape: torch.Size, generator: torch.Generator) -> Tensor:
        """Return the inverse zooms (B, 3, 3)."""
        factor = _uniform(shape[0], self.factor, generator)
        linear = torch.eye(2).to(factor) / factor[:, None, None]  # (B, 2, 2)
        zero = torch.zeros_like(factor)
        return _affine(linear, zero, zero)


@dataclass(frozen=True)
class Crop(_AffineAugmentation):
    """Cuts a window from a random place of each picture and resizes it to the whole picture.

    The window has the picture's aspect ratio. (Padding followed by cropping, as in He et al. 2016
    on CIFAR, is `Translate`.)
    """

    share: Span = (0.8, 1.0)
    """Range of the window's sides as a fraction of the picture's, 0.01 to 1."""

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
    """Shifts pictures; pixels that leave on one side do not return on the other."""

    across: Span = (-0.1, 0.1)
    """Range of shifts to the right as a fraction of the width, -1 to 1."""
    down: Span = (-0.1, 0.1)
    """Range of shifts down as a fraction of the height, -1 to 1."""

    def __post_init__(self) -> None:
        _check_span("across", self.across, -1, 1)
        _check_span("down", self.down, -1, 1)

    def maps(self, shape: torch.Size, generator: torch.Generator) -> Tensor:
        """Return the inverse shifts (B, 3, 3)."""
        across = _uniform(shape[0], self.across, generator) * -shape[3]
        down = _uniform(shape[0], self.down, generator) * -shape[2]
        linear = torch.eye(2).to(across).expand(shape[0], 2, 2)
        return _affine(linear, across, down)


@dataclass(frozen=True)
class GaussianNoise:
    """Adds normal noise, independent at every pixel and channel."""

    sigma: float = 0.02
    """Standard deviation of the noise, 0 or more; pictures range from 0 to 1."""
    clip: bool = False
    """Whether to clip the result to 0 to 1, which makes noise on pure paper and ink one-sided."""

    def __post_init__(self) -> None:
        if not 0 <= self.sigma < math.inf:
            raise ValueError(f"sigma must be 0 or more, not {self.sigma}")

    def __call__(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """Return the noisy pictures (B, C, H, W)."""
        _check(pictures)
        drawn = torch.randn(
            pictures.shape, generator=generator, device=generator.device, dtype=pictures.dtype
        )
        noisy = pictures + self.sigma * drawn.to(pictures.device)
        return noisy.clamp(0, 1) if self.clip else noisy


@dataclass(frozen=True)
class Compose:
    """Applies several augmentations in order; neighboring affine maps are resampled as one.

    Pixels that one of these maps moves out of the picture and the next one back are therefore kept.
    """

    steps: tuple[Augmentation, ...] = ()
    """The augmentations, in the order in which they are applied."""

    def __call__(self, pictures: Tensor, generator: torch.Generator) -> Tensor:
        """Return the pictures (B, C, H, W) after all steps."""
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
    """Return the augmentation called ``name``; ``options`` are the values of its fields.

    Lists, as they come from configuration files, count as tuples.

    Raises
    ------
    ValueError
        If the name is unknown, it has no such field, or a value is out of range.
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
