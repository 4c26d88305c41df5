"""R-CNN as published: its warp, its machines and its regressions against others."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge
from sklearn.metrics import hinge_loss
from torch import Tensor

from asciiart.core.convnets import VGG
from asciiart.core.learning.trainer import StepLoss, Trainer, TrainerConfig
from asciiart.core.learning.transfer import freeze
from asciiart.core.vision.boxes import Truth, decode_boxes, mean_average_precision
from asciiart.core.vision.detection import detect, match_proposals, region_entropy
from asciiart.core.vision.rcnn import (
    RCNN,
    RCNNScores,
    fit_box_regressors,
    svm_loss,
    svm_targets,
    warp_with_context,
)
from asciiart.core.vision.selective_search import selective_search

TRUTH = Truth(
    torch.tensor([[[4.0, 4, 14, 14], [18, 18, 30, 24]], [[16, 2, 28, 8], [0, 0, 0, 0]]]),
    torch.tensor([[1, 2], [2, 0]]),
)


def pictures() -> Tensor:
    return torch.randn(2, 1, 32, 32, generator=torch.Generator().manual_seed(0))


def proposals() -> Tensor:
    """The true boxes first, then boxes near to them, then anywhere."""
    random = torch.Generator().manual_seed(1)
    near = TRUTH.boxes.repeat(1, 4, 1) + torch.randn(2, 8, 4, generator=random)
    corners = 20 * torch.rand(2, 6, 2, generator=random)
    far = torch.cat([corners, corners + 5], 2)
    boxes = torch.cat([TRUTH.boxes, near, far], 1)
    return torch.cat([boxes[..., :2], boxes[..., 2:].maximum(boxes[..., :2] + 2)], 2)


def network() -> RCNN:
    torch.manual_seed(0)
    backbone = VGG((1, 1), num_classes=3, in_channels=1, width=4, small_input=True)
    model = RCNN(backbone, 2, size=16, padding=4).eval()
    for layer in (model.svms, model.regressor):
        torch.nn.init.normal_(layer.weight, 0.0, 0.1)
    return model


def test_the_context_is_as_wide_as_said_in_the_result() -> None:
    """A box of 16 x 8 fills the middle of 40 x 40 but for 16 pixels: 8 x 8, 2 by 1 to a pixel."""
    picture = torch.arange(64.0).repeat(64, 1)[None, None]  # brightness is the column
    columns = warp_with_context(picture, torch.tensor([[[24.0, 28, 40, 36]]]), 40)[0, 0, 0]
    expected = 24 + 2 * (torch.arange(40.0) - 16 + 0.5) - 0.5
    inside = (expected >= 0) & (expected <= 63)
    assert inside[8:32].all()
    torch.testing.assert_close(columns[:, inside], expected[inside].expand(40, -1))
    rows = warp_with_context(picture.mT.contiguous(), torch.tensor([[[24.0, 28, 40, 36]]]), 40)
    down = 28 + (torch.arange(40.0) - 16 + 0.5) - 0.5
    torch.testing.assert_close(
        rows[0, 0, 0][:, inside], down[:, None].expand(-1, int(inside.sum()))
    )


def test_without_context_a_box_of_that_size_is_cut_out() -> None:
    box = torch.tensor([[[3.0, 5, 15, 17]]]).expand(2, -1, -1)
    found = warp_with_context(pictures(), box, 12, padding=0)
    torch.testing.assert_close(found[:, 0], pictures()[:, :, 5:17, 3:15])


def test_beyond_the_picture_all_is_the_mean() -> None:
    found = warp_with_context(torch.ones(1, 1, 20, 20), torch.tensor([[[0.0, 0, 8, 8]]]), 40)
    assert found[0, 0, 0, :15, :].eq(0).all()
    assert found[0, 0, 0, 16:36, 16:36].eq(1).all()
    assert found[0, 0, 0, 37:].eq(0).all()


def test_a_padding_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="32 leaves no room between 16 pixels"):
        warp_with_context(pictures(), proposals(), 32)
    with pytest.raises(ValueError, match="backbone of 4 classes is needed, not 3"):
        RCNN(VGG((1,), num_classes=3, in_channels=1, width=2, small_input=True), 3, size=16)


def test_every_region_passes_through_the_whole_backbone() -> None:
    model = network()
    out = model(pictures(), proposals())
    crops = warp_with_context(pictures(), proposals(), 16, 4)
    for picture in range(2):
        for region in range(0, 16, 5):
            maps = model.backbone.features(crops[picture, region][None])
            hidden = model.backbone.head(maps)
            one = (picture, region)
            torch.testing.assert_close(out.logits[one], model.backbone(crops[one][None])[0])
            torch.testing.assert_close(out.margins[one], model.svms(hidden)[0])
            torch.testing.assert_close(out.shifts[one].flatten(), model.regressor(maps.flatten()))


def test_machines_and_regressions_do_not_train_the_backbone() -> None:
    model = network()
    out = model(pictures(), proposals())
    (out.margins.sum() + out.shifts.sum()).backward()
    trained = {name for name, p in model.named_parameters() if p.grad is not None}
    assert trained == {"svms.weight", "svms.bias", "regressor.weight", "regressor.bias"}


def test_only_true_boxes_are_positive_and_near_ones_are_left_out() -> None:
    boxes = torch.tensor([[[4.0, 4, 14, 14], [4, 4, 14, 10], [0, 0, 4, 4], [18, 18, 30, 24]]])
    truth = Truth(TRUTH.boxes[:1], TRUTH.labels[:1])
    found = svm_targets(boxes, truth, 3)
    assert found.tolist() == [[[1, -1, -1], [0, -1, -1], [-1, -1, -1], [-1, 1, -1]]]
    near = svm_targets(boxes, truth, 3, positive=0.5)  # IoU 0.6
    assert near[0, 1].tolist() == [1, -1, -1]


def test_the_hinge_is_the_mean_over_the_examples() -> None:
    margins = torch.tensor([[[2.0, 0.5], [-3, -0.2], [0, 9]]])
    targets = torch.tensor([[[1.0, 1], [-1, -1], [0, -1]]])
    assert float(svm_loss(margins, targets)) == pytest.approx((0 + 0.5 + 0 + 0.8 + 10) / 5)
    assert float(svm_loss(margins, torch.zeros(1, 3, 2))) == 0


def test_the_machines_loss_is_scikit_learns_hinge() -> None:
    margins = torch.randn(1, 9, 1, generator=torch.Generator().manual_seed(0))
    targets = torch.randn(1, 9, 1, generator=torch.Generator().manual_seed(1)).sign()
    expected = hinge_loss(targets.flatten().numpy(), margins.flatten().numpy())
    assert float(svm_loss(margins, targets)) == pytest.approx(expected)


def test_the_regressions_are_scikit_learns_ridge() -> None:
    model = network()
    fit_box_regressors(model, pictures(), proposals(), TRUTH, positive=0.4, ridge=3.0)
    features = model.pool(pictures(), proposals()).flatten(2).detach()
    targets = match_proposals(proposals(), TRUTH, positive=0.4)
    shifts = model(pictures(), proposals()).shifts.detach()
    for label in (1, 2):
        chosen = targets.labels == label
        assert chosen.sum() >= 3
        ridge = Ridge(alpha=3.0).fit(features[chosen].numpy(), targets.shifts[chosen].numpy())
        expected = ridge.predict(features.flatten(0, 1).numpy()).reshape(2, -1, 4)
        np.testing.assert_allclose(shifts[:, :, label - 1], expected, rtol=1e-3, atol=1e-4)


def test_regressions_need_a_good_overlap_and_leave_a_class_without_one_alone() -> None:
    model = network()
    alone = Truth(TRUTH.boxes, torch.tensor([[1, 0], [0, 0]]))
    fit_box_regressors(model, pictures(), proposals(), alone)
    assert model.regressor.weight[:4].any()
    assert not model.regressor.weight[4:].any()
    assert not model.regressor.bias[4:].any()
    assert not model.training


def test_detecting_takes_the_margins_moves_boxes_and_suppresses_within_a_class(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = network()
    boxes = torch.tensor([[[0.0, 0, 10, 10], [1, 0, 11, 10], [20, 20, 30, 30]]])
    margins = torch.tensor([[[0.9, -2], [0.4, 0.3], [-0.5, -3]]])
    shifts = torch.zeros(1, 3, 2, 4)
    shifts[0, 0, 0, 0] = 0.1
    scores = RCNNScores(torch.zeros(1, 3, 3), margins, shifts)
    monkeypatch.setattr(model, "forward", lambda *_: scores)
    (found,) = detect(model, torch.zeros(1, 1, 32, 32), boxes, threshold=0.0)
    assert found.labels.tolist() == [1, 2]  # the second box of class 1 is suppressed
    torch.testing.assert_close(found.scores, torch.tensor([0.9, 0.3]))
    torch.testing.assert_close(found.boxes[0], decode_boxes(shifts[0, 0, 0], boxes[0, 0]))
    torch.testing.assert_close(found.boxes[1], boxes[0, 1])


def test_in_three_stages_it_learns_to_detect() -> None:
    """Squares and bars, found by selective search, as the paper does it from end to end."""
    pictures = torch.zeros(2, 1, 32, 32)
    for picture, boxes, labels in zip(pictures, TRUTH.boxes.int(), TRUTH.labels, strict=True):
        for (left, top, right, bottom), label in zip(boxes.tolist(), labels, strict=True):
            picture[0, top:bottom, left:right] = 1.0 if label == 1 else 0.6
    searched = selective_search(
        pictures, 12, scales=(10.0, 50.0), generator=torch.Generator().manual_seed(0)
    )
    regions = torch.cat([TRUTH.boxes.maximum(torch.tensor([0.0, 0, 1, 1])), searched], 1)
    model = network()
    labels = match_proposals(regions, TRUTH).labels
    config = TrainerConfig(steps=60, learning_rate=3e-3)
    Trainer(
        model,
        lambda _: (pictures, regions),
        lambda net, batch: StepLoss(region_entropy(net(*batch).logits, labels)),
        config,
    ).fit()
    goal = svm_targets(regions, TRUTH, 2)
    freeze(model.backbone)
    Trainer(
        model,
        lambda _: (pictures, regions),
        lambda net, batch: StepLoss(svm_loss(net(*batch).margins, goal)),
        TrainerConfig(steps=150, learning_rate=3e-2, optimizer="adamw"),
    ).fit()
    fit_box_regressors(model, pictures, regions, TRUTH)
    found = detect(model.eval(), pictures, searched, threshold=-0.5)
    truths = [Truth(*truth) for truth in zip(TRUTH.boxes, TRUTH.labels, strict=True)]
    assert mean_average_precision(found, truths) == pytest.approx(1)
