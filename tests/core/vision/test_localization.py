"""Class activation maps against NumPy, Grad-CAM against CAM, and where the maps point."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy_layers import array, block, linear
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.layers import ConvBlock, ConvNet, global_average
from asciiart.core.learning.trainer import StepLoss, Trainer, TrainerConfig
from asciiart.core.vision.localization import (
    CamClassifier,
    box_of,
    class_activation_map,
    grad_cam,
    input_saliency,
    peak_of,
)


class Tiny(ConvNet):
    """Global average pooling behind one block, as the maps ask for, and nothing else."""

    def __init__(self) -> None:
        stages = {"block": ConvBlock(2, 5, 3, stride=2)}
        super().__init__(stages, 5, global_average(), nn.Linear(5, 3))


@pytest.fixture
def tiny() -> Tiny:
    torch.manual_seed(0)
    network = Tiny()
    network(torch.randn(8, 2, 12, 10))  # moves the normalization's running figures
    return network


PICTURES = torch.randn(4, 2, 12, 10, generator=torch.Generator().manual_seed(1))
CLASSES = torch.tensor([2, 0, 1, 2])


def test_cam_is_the_weighted_sum_of_the_last_maps(tiny: Tiny) -> None:
    found = class_activation_map(tiny, PICTURES, CLASSES, size=(6, 5))
    maps = tiny.eval().features(PICTURES).detach().numpy()
    weights = tiny.classifier.weight.detach().numpy()
    for number, label in enumerate(CLASSES.tolist()):
        expected = np.zeros((6, 5))
        for channel in range(5):
            expected += weights[label, channel] * maps[number, channel]
        np.testing.assert_allclose(found[number].numpy(), expected, atol=1e-5)


def test_the_mean_of_cam_is_the_logit_less_the_bias(tiny: Tiny) -> None:
    means = class_activation_map(tiny, PICTURES, CLASSES, size=(6, 5)).mean((1, 2))
    logits = tiny.eval()(PICTURES) - tiny.classifier.bias
    torch.testing.assert_close(means, logits.gather(1, CLASSES[:, None])[:, 0].detach())


def test_cam_is_upsampled_to_the_pictures_for_the_predicted_class(tiny: Tiny) -> None:
    predicted = tiny.eval()(PICTURES).argmax(1)
    small = class_activation_map(tiny, PICTURES, predicted, size=(6, 5))
    expected = functional.interpolate(small[:, None], (12, 10), mode="bilinear")[:, 0]
    torch.testing.assert_close(class_activation_map(tiny, PICTURES), expected)


def test_cam_refuses_a_classifier_that_is_not_one_linear_layer(tiny: Tiny) -> None:
    tiny.classifier = nn.Linear(7, 3)
    with pytest.raises(ValueError, match="5 means"):
        class_activation_map(tiny, PICTURES)


def test_grad_cam_behind_average_pooling_is_cam_through_relu_over_the_places(tiny: Tiny) -> None:
    found = grad_cam(tiny, tiny.trunk, PICTURES, CLASSES, size=(6, 5))
    expected = class_activation_map(tiny, PICTURES, CLASSES, size=(6, 5)).relu() / (6 * 5)
    assert expected.any()
    torch.testing.assert_close(found, expected)


def test_grad_cam_leaves_modes_gradients_and_hooks_as_they_were(tiny: Tiny) -> None:
    tiny.train()
    tiny.trunk.block.norm.eval()
    before = {name: value.clone() for name, value in tiny.state_dict().items()}
    grad_cam(tiny, tiny.trunk, PICTURES)
    assert tiny.training
    assert tiny.trunk.block.conv.training
    assert not tiny.trunk.block.norm.training
    assert all(torch.equal(value, before[name]) for name, value in tiny.state_dict().items())
    assert all(parameter.grad is None for parameter in tiny.parameters())
    assert not tiny.trunk._forward_hooks


def test_grad_cam_removes_its_hooks_and_restores_modes_after_an_error(tiny: Tiny) -> None:
    with pytest.raises(RuntimeError):
        grad_cam(tiny, tiny.trunk, torch.zeros(1, 7, 12, 10))
    assert not tiny.trunk._forward_hooks
    assert tiny.training


def test_grad_cam_refuses_a_layer_that_takes_no_part(tiny: Tiny) -> None:
    with pytest.raises(ValueError, match="takes no part"):
        grad_cam(tiny, nn.Conv2d(1, 1, 1), PICTURES)


def test_grad_cam_is_right_though_a_relu_behind_the_layer_works_in_place() -> None:
    torch.manual_seed(0)
    conv, pool = nn.Conv2d(2, 5, 3), nn.AdaptiveAvgPool2d(1)
    head = [pool, nn.Flatten(), nn.Linear(5, 3)]
    apart = nn.Sequential(conv, nn.ReLU(), *head)
    in_place = nn.Sequential(conv, nn.ReLU(inplace=True), *head)
    expected = grad_cam(apart, conv, PICTURES, CLASSES)
    torch.testing.assert_close(grad_cam(in_place, conv, PICTURES, CLASSES), expected)


def test_saliency_is_the_slope_of_the_logit(tiny: Tiny) -> None:
    tiny.double().eval()
    pictures = PICTURES.double()
    found = input_saliency(tiny, pictures, CLASSES)
    slopes = []
    for channel in range(2):
        step = torch.zeros_like(pictures)
        step[:, channel, 5, 3] = 1e-6
        change = (tiny(pictures + step) - tiny(pictures - step)) / 2e-6
        slopes.append(change.gather(1, CLASSES[:, None])[:, 0].abs())
    expected = torch.stack(slopes).amax(0).detach()
    torch.testing.assert_close(found[:, 5, 3], expected, rtol=1e-4, atol=1e-7)


def test_peak_and_box_of_a_map() -> None:
    maps = torch.zeros(2, 8, 10)
    maps[0, 2:5, 3:7] = 0.5
    maps[0, 4, 6] = 1.0
    maps[0, 5, 7] = 0.4  # touches by a corner
    maps[0, 7, 0:9] = 0.9  # larger, but not with the peak
    maps[1] = -1.0
    maps[1, 0, 9] = -0.5  # all negative: the box is still the peak
    peak = peak_of(maps)
    assert peak.row.tolist() == [4, 0]
    assert peak.column.tolist() == [6, 9]
    assert box_of(maps, 0.3).tolist() == [[3, 2, 8, 6], [9, 0, 10, 1]]
    assert box_of(maps[:1], 0.45).tolist() == [[3, 2, 7, 5]]
    faint = torch.cat((maps[:1], 0.1 * maps[:1]))  # each map has a maximum of its own
    assert box_of(faint, 0.45).tolist() == [[3, 2, 7, 5]] * 2


def squares(count: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Pictures of 32 x 32 with one filled or hollow square of 9 pixels among dots."""
    random = torch.Generator().manual_seed(seed)
    pictures = (torch.rand(count, 1, 32, 32, generator=random) > 0.95).float()
    labels = torch.randint(0, 2, (count,), generator=random)
    corners = torch.randint(0, 23, (count, 2), generator=random)
    for picture, label, (top, left) in zip(pictures, labels, corners.tolist(), strict=True):
        picture[0, top : top + 9, left : left + 9] = 1
        if label:
            picture[0, top + 2 : top + 7, left + 2 : left + 7] = 0
    return pictures, labels, corners


def test_the_peak_hits_the_object_that_only_its_class_was_told_of() -> None:
    torch.manual_seed(0)
    network = CamClassifier(2, width=8)
    pictures, labels, _ = squares(128, 0)
    Trainer(
        network,
        lambda step: torch.arange(32) + step % 4 * 32,
        lambda m, chosen: StepLoss(functional.cross_entropy(m(pictures[chosen]), labels[chosen])),
        TrainerConfig(steps=60, learning_rate=3e-3),
    ).fit()
    pictures, labels, corners = squares(64, 1)
    peak = peak_of(class_activation_map(network, pictures, labels))
    places = torch.stack([peak.row, peak.column], 1) - corners
    hits = ((places >= -1) & (places <= 9)).all(1).float().mean()
    assert float(hits) >= 0.9


def test_the_classifier_made_for_maps_layer_by_layer() -> None:
    torch.manual_seed(0)
    network = CamClassifier(3, width=4)
    network(torch.randn(8, 1, 12, 10))  # moves the normalization's running figures
    picture = torch.randn(2, 1, 13, 10, generator=torch.Generator().manual_seed(1))
    x = array(picture)
    for layer, stride in zip(network.trunk, (2, 1, 2, 1, 1), strict=True):
        x = block(x, layer, stride=stride)
    assert x.shape == (2, 16, 4, 3)
    expected = linear(x.mean((2, 3)), network.classifier)
    np.testing.assert_allclose(array(network.eval()(picture)), expected, atol=1e-5)


def test_grad_cam_weighs_maps_by_slopes_that_were_measured() -> None:
    """On a layer in the middle, with all that follows it nudged map by map."""
    torch.manual_seed(0)
    early, late = nn.Conv2d(2, 3, 3), nn.Sequential(nn.Tanh(), nn.Flatten(), nn.LazyLinear(4))
    network = nn.Sequential(early, late).double()
    pictures = torch.randn(2, 2, 6, 5, generator=torch.Generator().manual_seed(1)).double()
    classes = torch.tensor([3, 1])
    maps = early(pictures).detach()  # (B, 3, 4, 3)
    late(maps)
    found = grad_cam(network, early, pictures, classes, size=(4, 3))
    alpha = np.zeros((2, 3))
    for channel in range(3):
        nudge = torch.zeros_like(maps)
        nudge[:, channel] = 1e-6  # of all 12 places at once: 12 times the mean slope
        change = (late(maps + nudge) - late(maps - nudge)) / 2e-6 / 12
        alpha[:, channel] = array(change.gather(1, classes[:, None])[:, 0])
    expected = np.maximum(np.einsum("bc,bchw->bhw", alpha, array(maps)), 0)
    assert (expected > 0).any()
    np.testing.assert_allclose(array(found), expected, atol=1e-7)
