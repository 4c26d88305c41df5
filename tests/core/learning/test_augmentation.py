"""Augmented pictures against torch.rot90, roll, flip and interpolate; draws by generator."""

from __future__ import annotations

import math

import pytest
import torch
from random_tensors import generator as seeded
from torch import Tensor
from torch.nn import functional

from asciiart.core.learning.augmentation import (
    AUGMENTATIONS,
    Augmentation,
    Compose,
    Crop,
    Flip,
    GaussianNoise,
    Rotate,
    Scale,
    Translate,
    build_augmentation,
)

RANDOM = Compose(
    (Flip(0.5, 0.5), Rotate((-30, 30)), Scale((0.7, 1.3)), Crop(), Translate(), GaussianNoise(0.1))
)
EACH = {type(step).__name__: step for step in RANDOM.steps} | {"Compose": RANDOM}
every_augmentation = pytest.mark.parametrize("augment", EACH.values(), ids=EACH.keys())


def pictures(height: int = 12, width: int = 12, count: int = 5, channels: int = 2) -> Tensor:
    return torch.rand(count, channels, height, width, generator=seeded(9))


def shifted(source: Tensor, right: int, down: int) -> Tensor:
    """Return what `roll` gives, 0 where it comes back in."""
    result = source.roll((down, right), (2, 3)).clone()
    height, width = source.shape[2:]
    rows, columns = torch.arange(height) - down, torch.arange(width) - right
    result[:, :, (rows < 0) | (rows >= height)] = 0
    result[:, :, :, (columns < 0) | (columns >= width)] = 0
    return result


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, rtol=0, atol=2e-6)


@pytest.mark.parametrize(
    "augment",
    [
        Flip(0, 0),
        Rotate((0, 0)),
        Scale((1, 1)),
        Crop((1, 1)),
        Translate((0, 0), (0, 0)),
        GaussianNoise(0),
        Compose(),
        Compose((Rotate((0, 0)), Scale((1, 1)), Flip(0, 0), Crop((1, 1)))),
    ],
    ids=repr,
)
def test_settings_that_change_nothing_return_the_pictures_to_the_bit(augment: Augmentation) -> None:
    source = pictures(13, 21)
    assert torch.equal(augment(source, seeded()), source)


@pytest.mark.parametrize(("height", "width"), [(12, 12), (13, 13)])
@pytest.mark.parametrize("quarters", [-3, -1, 1, 2, 3, 4])
def test_quarter_turns(quarters: int, height: int, width: int) -> None:
    source = pictures(height, width)
    found = Rotate((90 * quarters, 90 * quarters))(source, seeded())
    close(found, torch.rot90(source, quarters, (2, 3)))


def test_a_turn_is_a_turn_in_pixels_even_where_pictures_are_not_square() -> None:
    source = torch.zeros(1, 1, 9, 21)
    source[0, 0, 4, 10:13] = torch.tensor([0.2, 0.6, 1.0])  # from the middle to the right
    found = Rotate((90, 90))(source, seeded())
    expected = torch.zeros(1, 1, 9, 21)
    expected[0, 0, 2:5, 10] = torch.tensor([1.0, 0.6, 0.2])  # from the middle up
    close(found, expected)


@pytest.mark.parametrize(("right", "down"), [(3, 0), (-2, 0), (0, 5), (0, -1), (4, -3), (12, 0)])
def test_whole_pixels_are_shifted_exactly(right: int, down: int) -> None:
    source = pictures(10, 12)
    augment = Translate((right / 12, right / 12), (down / 10, down / 10))
    close(augment(source, seeded()), shifted(source, right, down))


def test_half_a_pixel_is_the_mean_of_neighbors() -> None:
    source = pictures(8, 8)
    found = Translate((0.5 / 8, 0.5 / 8), (0, 0))(source, seeded())
    close(found[..., 1:], (source[..., 1:] + source[..., :-1]) / 2)


def test_doubling_is_the_middle_interpolated() -> None:
    source = pictures(16, 20)
    found = Scale((2, 2))(source, seeded())
    doubled = functional.interpolate(source, scale_factor=2.0, mode="bilinear")
    close(found, doubled[:, :, 8:-8, 10:-10])


def test_halving_leaves_a_border() -> None:
    found = Scale((0.5, 0.5))(torch.ones(1, 1, 16, 16), seeded())
    expected = torch.zeros(1, 1, 16, 16)
    expected[:, :, 4:12, 4:12] = 1
    close(found, expected)


def test_a_crop_is_a_window_resized_back() -> None:
    """In a picture whose values are places, the values of the crop tell the window."""
    across = torch.arange(40).float().expand(1, 1, 30, 40)
    down = torch.arange(30).float()[:, None].expand(1, 1, 30, 40)
    source = torch.cat([across, down], 1).expand(64, 2, 30, 40)
    found = Crop((0.5, 0.5))(source, seeded())
    step = found[:, :, 10:20, 10:30]
    close(step[:, 0].diff(dim=2) / 40, torch.full((64, 10, 19), 0.5 / 40))
    close(step[:, 1].diff(dim=1) / 30, torch.full((64, 9, 20), 0.5 / 30))
    for channel, size in ((0, 40), (1, 30)):
        middles = step[:, channel].mean((1, 2)) + 0.5
        assert size / 4 - 1e-3 <= middles.min() < 0.3 * size  # windows lie within the picture,
        assert 0.7 * size < middles.max() <= 0.75 * size + 1e-3  # and all over it


def test_crop_brings_nothing_in_from_outside() -> None:
    source = torch.ones(32, 1, 10, 10)
    inner = Crop((0.4, 1.0))(source, seeded())[:, :, 1:-1, 1:-1]  # a rim is a mean with outside
    close(inner, torch.ones_like(inner))


def test_flips_are_flips_and_involutions() -> None:
    source = pictures()
    horizontal, vertical = Flip(1, 0), Flip(0, 1)
    assert torch.equal(horizontal(source, seeded()), source.flip(3))
    assert torch.equal(vertical(source, seeded()), source.flip(2))
    for flip in (horizontal, vertical, Flip(1, 1)):
        assert torch.equal(flip(flip(source, seeded()), seeded(1)), source)


def test_flips_have_their_probabilities() -> None:
    source = torch.tensor([[1.0, 2], [3, 4]]).expand(4000, 1, 2, 2)
    found = Flip(0.3, 0.6)(source, seeded())
    horizontal = torch.isin(found[:, 0, 0, 0], torch.tensor([2.0, 4])).float()
    vertical = torch.isin(found[:, 0, 0, 0], torch.tensor([3.0, 4])).float()
    assert float(horizontal.mean()) == pytest.approx(0.3, abs=0.03)  # four deviations
    assert float(vertical.mean()) == pytest.approx(0.6, abs=0.03)
    both = float((horizontal * vertical).mean())
    assert both == pytest.approx(0.18, abs=0.03)  # independent


def test_noise_has_its_deviation_and_no_mean() -> None:
    found = GaussianNoise(0.1)(torch.full((50, 1, 32, 32), 0.5), seeded()) - 0.5
    assert float(found.std()) == pytest.approx(0.1, rel=0.02)
    assert float(found.mean()) == pytest.approx(0, abs=2e-3)
    assert float(found.abs().max()) < 0.6
    sides = found[:, :, 1:] * found[:, :, :-1]
    assert float(sides.mean()) / 0.01 == pytest.approx(0, abs=0.02)  # neighbors are independent


def test_noise_is_cut_only_when_asked() -> None:
    source = torch.zeros(4, 1, 16, 16)
    free, cut = (
        GaussianNoise(0.1)(source, seeded()),
        GaussianNoise(0.1, clip=True)(source + 1, seeded()),
    )
    assert free.min() < -0.1
    assert cut.max() == 1
    assert torch.equal(cut, (1 + free).clamp(0, 1))


@pytest.mark.parametrize("span", [(20, 50), (-9, -8)])
def test_rotation_stays_in_its_range(span: tuple[float, float]) -> None:
    """A dot right of the middle goes up by the angle."""
    source = torch.zeros(200, 1, 81, 81)
    source[:, :, 39:42, 69:72] = 1
    found = Rotate(span)(source, seeded())
    places = torch.arange(81) - 40.0
    mass = found.sum((1, 2, 3))
    x = (found.sum((1, 2)) * places).sum(1) / mass
    y = (found.sum((1, 3)) * places).sum(1) / mass
    angles = torch.rad2deg(torch.atan2(-y, x))
    assert span[0] - 0.5 < angles.min() < span[0] + 0.1 * (span[1] - span[0]) + 0.5
    assert span[1] + 0.5 > angles.max() > span[1] - 0.1 * (span[1] - span[0]) - 0.5


@every_augmentation
def test_the_generator_decides(augment: Augmentation) -> None:
    source = pictures(count=40)
    before = source.clone()
    torch.manual_seed(1)
    first = augment(source, seeded(4))
    torch.manual_seed(2)
    assert torch.equal(augment(source, seeded(4)), first)
    assert not torch.equal(augment(source, seeded(5)), first)
    generator = seeded(4)
    augment(source, generator)
    assert not torch.equal(augment(source, generator), first)
    assert torch.equal(source, before)
    assert first.shape == source.shape
    assert first.dtype == source.dtype


@every_augmentation
def test_each_picture_has_its_own_draw(augment: Augmentation) -> None:
    source = pictures(count=1).expand(40, 2, 12, 12)
    found = augment(source, seeded())
    different = {tuple(picture.flatten().tolist()) for picture in found}
    assert len(different) == (4 if isinstance(augment, Flip) else 40)


@every_augmentation
def test_channels_and_other_pictures_have_no_say(augment: Augmentation) -> None:
    if isinstance(augment, GaussianNoise) or augment is RANDOM:
        augment = Compose(RANDOM.steps[:-1])
    source = pictures(count=6, channels=1).expand(6, 3, 12, 12)
    found = augment(source, seeded())
    assert torch.equal(found[:, 0], found[:, 2])
    other = source.clone()
    other[3] = 0
    changed = augment(other, seeded())
    assert torch.equal(changed[[0, 1, 2, 4, 5]], found[[0, 1, 2, 4, 5]])
    assert not torch.equal(changed[3], found[3])


@every_augmentation
def test_double_precision_and_gradients_pass(augment: Augmentation) -> None:
    source = pictures().double().requires_grad_()
    found = augment(source, seeded())
    assert found.dtype == torch.float64
    found.sum().backward()
    assert source.grad is not None
    assert source.grad.any()


def test_compose_applies_its_steps_in_their_order() -> None:
    source = pictures()
    turn, shift = Rotate((90, 90)), Translate((0.25, 0.25), (0, 0))
    turned_first = Compose((turn, shift))(source, seeded())
    close(turned_first, shifted(torch.rot90(source, 1, (2, 3)), 3, 0))
    shifted_first = Compose((shift, turn))(source, seeded())
    close(shifted_first, torch.rot90(shifted(source, 3, 0), 1, (2, 3)))


def test_compose_draws_as_its_steps_do_singly() -> None:
    source = torch.zeros(8, 1, 24, 24)
    source[:, :, 8:16, 8:16] = (
        pictures(2, 2, count=8, channels=1).repeat_interleave(4, 2).repeat_interleave(4, 3)
    )
    steps = (Translate(), Rotate(), Scale(), Flip(), Crop())
    generator = seeded()
    one_by_one = source
    for step in steps:
        one_by_one = step(one_by_one, generator)
    together = Compose(steps)(source, seeded())
    # three resamplings instead of one blur, but at the same places
    assert float((one_by_one - together).abs().mean()) < 0.02
    assert float((one_by_one - source).abs().mean()) > 0.04


def test_compose_resamples_neighbors_once() -> None:
    """What is moved out and in again is still there, and nothing is blurred."""
    source = pictures()
    there = Translate((0.53, 0.53), (0.3, 0.3))
    back = Translate((-0.53, -0.53), (-0.3, -0.3))
    close(Compose((there, back))(source, seeded()), source)
    separated = Compose((there, GaussianNoise(0), back))(source, seeded())
    assert float((separated - source).abs().mean()) > 0.1


def test_augmentations_are_found_by_name() -> None:
    assert build_augmentation("rotate", {"degrees": [-5, 5]}) == Rotate((-5, 5))
    assert build_augmentation("gaussian_noise", {"sigma": 0.3, "clip": True}) == GaussianNoise(
        0.3, clip=True
    )
    for name, made in AUGMENTATIONS.items():
        assert build_augmentation(name) == made()
    assert set(AUGMENTATIONS) == {"flip", "rotate", "scale", "crop", "translate", "gaussian_noise"}


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("rotation", {}, r"'rotation' is unknown \(there are: flip, .*gaussian_noise\)"),
        ("rotate", {"angle": 3}, "'rotate' with {'angle': 3}"),
        ("rotate", {"degrees": 3}, "'rotate' with {'degrees': 3}"),
        ("rotate", {"degrees": [5, -5]}, r"degrees must be .*not \(5, -5\)"),
        ("rotate", {"degrees": [0, 361]}, r"degrees must be .*not \(0, 361\)"),
        ("rotate", {"degrees": [1, 2, 3]}, r"degrees must be .*not \(1, 2, 3\)"),
        ("scale", {"factor": [0, 1]}, r"factor must be .*not \(0, 1\)"),
        ("crop", {"share": [0.5, 1.5]}, r"share must be .*not \(0.5, 1.5\)"),
        ("translate", {"across": [-2, 0]}, r"across must be .*not \(-2, 0\)"),
        ("translate", {"down": [0, 2]}, r"down must be .*not \(0, 2\)"),
        ("flip", {"horizontal": 1.5}, r"horizontal=1.5"),
        ("flip", {"vertical": -1}, r"vertical=-1"),
        ("gaussian_noise", {"sigma": -1}, "sigma must be 0 or more, not -1"),
        ("gaussian_noise", {"sigma": math.nan}, "not nan"),
    ],
)
def test_impossible_settings_are_refused(
    name: str, options: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        build_augmentation(name, options)


@every_augmentation
@pytest.mark.parametrize(
    "wrong", [torch.zeros(1, 8, 8), torch.zeros(1, 1, 8, 8, dtype=torch.uint8)]
)
def test_what_is_no_batch_of_pictures_is_refused(augment: Augmentation, wrong: Tensor) -> None:
    with pytest.raises(ValueError, match=r"must be floating point \(B, C, H, W\), not torch"):
        augment(wrong, seeded())
