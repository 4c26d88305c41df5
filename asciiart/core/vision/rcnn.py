"""R-CNN as published: each region warped from the picture, one support vector machine a class.

Training has the paper's three stages: the backbone is fine-tuned (`region_entropy`), then on its
features one support vector machine a class (`svm_loss`) and one ridge regression a class
(`fit_box_regressors`) are fitted. `detect` of `detection.py` uses the result.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from asciiart.core.layers import ConvNet, eval_mode
from asciiart.core.vision.boxes import Truth, box_iou
from asciiart.core.vision.detection import ClassScores, match_proposals
from asciiart.core.vision.operators import roi_align

PADDING = 16
"""Pixels of context around a warped region, the paper's p."""


class RCNNScores(NamedTuple):
    """The network's output for each region."""

    logits: Tensor  # (B, R, K + 1), of the fine-tuned backbone; class 0 is the background
    margins: Tensor  # (B, R, K), of the support vector machines of the classes from 1
    shifts: Tensor  # (B, R, K, 4): t_x, t_y, t_w, t_h for each class from 1


def warp_with_context(pictures: Tensor, boxes: Tensor, size: int, padding: int = PADDING) -> Tensor:
    """Return each box warped to ``size`` x ``size`` pixels, whatever its aspect ratio.

    The box is dilated first, so that in the result ``padding`` pixels of context lie on each of its
    sides (Girshick et al. 2014, section 2.1 and appendix A). Outside the picture all is 0, which is
    the mean if it was subtracted, as in the paper.

    Parameters
    ----------
    pictures
        (B, C, H, W).
    boxes
        (B, R, 4).
    size
        Side of the result, more than twice ``padding``.

    Returns
    -------
    Tensor
        (B, R, C, size, size), bilinear.

    Raises
    ------
    ValueError
        If the padding leaves no room for the box.
    """
    if size <= 2 * padding:
        raise ValueError(f"size {size} leaves no room between {padding} pixels on both sides")
    center = (boxes[..., :2] + boxes[..., 2:]) / 2  # (B, R, 2)
    half = (boxes[..., 2:] - boxes[..., :2]) / 2 * size / (size - 2 * padding)  # (B, R, 2)
    return roi_align(pictures, torch.cat([center - half, center + half], -1), size)


class RCNN(nn.Module):
    """Regions with CNN features (Girshick, Donahue, Darrell and Malik 2014).

    Pictures (B, in_channels, H, W) and proposals (B, R, 4) -> `RCNNScores`. Each region is warped
    to ``size`` x ``size`` pixels with ``padding`` pixels of context and passes through the whole
    ``backbone``; one linear support vector machine a class judges the last hidden layer (fc7), one
    linear regression a class, of the last feature maps (pool5), moves the box. These do not train
    the backbone: their inputs are detached.

    The paper's backbone is AlexNet with a classifier of K + 1 classes, pre-trained on ImageNet, and
    its proposals are 2000 of `selective_search` at 227 x 227 pixels. Departure: a softmax of K + 1
    classes is fine-tuned on all regions of a batch with weights, where the paper samples 128.

    Raises
    ------
    ValueError
        If the backbone's classifier does not have K + 1 outputs.
    """

    def __init__(
        self, backbone: ConvNet, num_classes: int, *, size: int = 227, padding: int = PADDING
    ) -> None:
        super().__init__()
        outputs = backbone.classifier.out_features
        if outputs != num_classes + 1:
            raise ValueError(f"a backbone of {num_classes + 1} classes is needed, not {outputs}")
        self.num_classes, self.size, self.padding = num_classes, size, padding
        self.backbone = backbone
        self.svms = nn.Linear(backbone.classifier.in_features, num_classes)
        self.regressor = nn.Linear(_pooled_features(backbone, size), 4 * num_classes)
        for layer in (self.svms, self.regressor):  # both problems are convex: any start will do
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def pool(self, pictures: Tensor, proposals: Tensor) -> Tensor:
        """Return the last feature maps of every region, (B, R, C, h, w)."""
        regions = warp_with_context(pictures, proposals, self.size, self.padding)
        maps = self.backbone.features(regions.flatten(0, 1))  # (B R, C, h, w)
        return maps.view(*proposals.shape[:2], *maps.shape[1:])

    def forward(self, pictures: Tensor, proposals: Tensor) -> RCNNScores:
        """Return the backbone's logits, the machines' margins and the box shifts."""
        maps = self.pool(pictures, proposals)  # (B, R, C, h, w)
        hidden = self.backbone.head(maps.flatten(0, 1))  # (B R, D)
        hidden = hidden.unflatten(0, proposals.shape[:2])  # (B, R, D)
        shifts = self.regressor(maps.detach().flatten(2))  # (B, R, C h w) -> (B, R, 4 K)
        return RCNNScores(
            self.backbone.classifier(hidden),
            self.svms(hidden.detach()),
            shifts.unflatten(2, (self.num_classes, 4)),  # (B, R, K, 4)
        )

    def score(self, pictures: Tensor, proposals: Tensor) -> ClassScores:
        """Return the margins of the support vector machines and the box shifts."""
        out: RCNNScores = self(pictures, proposals)
        return ClassScores(out.margins, out.shifts)


def svm_targets(
    proposals: Tensor,
    truth: Truth,
    num_classes: int,
    *,
    positive: float = 1.0,
    negative: float = 0.3,
) -> Tensor:
    """Return what each class's support vector machine should say of each region, (B, R, K).

    1 for an object of the class, -1 for a region whose IoU with all of them is below ``negative``,
    0 for the others, which are ignored. In the paper (section 2.3) only the true boxes themselves
    are examples, so they must be among the proposals; a lower ``positive`` admits regions near
    them.

    Parameters
    ----------
    proposals
        (B, R, 4).
    truth
        Boxes (B, G, 4) and labels (B, G); label 0 is no object.
    """
    overlap = box_iou(proposals, truth.boxes)[..., None]  # (B, R, G, 1)
    classes = torch.arange(1, num_classes + 1, device=truth.labels.device)
    own = (truth.labels[..., None] == classes)[:, None]  # (B, 1, G, K)
    best = (overlap * own).amax(2)  # (B, R, K)
    return (best >= positive - 1e-4).to(best) - (best < negative).to(best)


def svm_loss(margins: Tensor, targets: Tensor) -> Tensor:
    """Return the hinge loss max(0, 1 - y m), the mean over all y that are not 0, a scalar.

    A region beyond the margin costs nothing and has no gradient: what remains are the hard
    examples, for which the paper searches. Add weight decay for the machines' width of margin.

    ``margins`` and ``targets`` are (B, R, K), see `svm_targets`.
    """
    hinge = (1 - targets * margins).clamp_min(0)  # (B, R, K)
    used = targets != 0
    return (hinge * used).sum() / used.sum().clamp_min(1)


@torch.no_grad()
def fit_box_regressors(
    network: RCNN,
    pictures: Tensor,
    proposals: Tensor,
    truth: Truth,
    *,
    positive: float = 0.6,
    ridge: float = 1000.0,
) -> None:
    """Fit each class's box regression in closed form (Girshick et al. 2014, appendix C).

    The weights minimize sum (t - w phi)² + ridge |w|² over the regions whose IoU with an object of
    the class is at least ``positive``, with phi the last feature maps; the intercept is free. A
    class without such a region leaves boxes as they are.

    Parameters
    ----------
    network
        Evaluation mode is used.
    pictures, proposals, truth
        As in `RCNN` and `match_proposals`, all examples at once.
    """
    with eval_mode(network):
        features = network.pool(pictures, proposals).flatten(2)  # (B, R, P)
    targets = match_proposals(proposals, truth, positive=positive)
    nn.init.zeros_(network.regressor.weight)
    nn.init.zeros_(network.regressor.bias)
    for number in range(network.num_classes):
        chosen = targets.labels == number + 1  # (B, R)
        if chosen.any():
            weight, bias = _ridge(features[chosen], targets.shifts[chosen], ridge)
            rows = slice(4 * number, 4 * number + 4)
            network.regressor.weight[rows] = weight
            network.regressor.bias[rows] = bias


def _ridge(inputs: Tensor, outputs: Tensor, penalty: float) -> tuple[Tensor, Tensor]:
    """Return weights (O, I) and bias (O,) of a ridge regression from (N, I) to (N, O)."""
    mean_in, mean_out = inputs.mean(0), outputs.mean(0)
    x, y = inputs - mean_in, outputs - mean_out
    # By the (N, N) matrix of products: there are thousands of features, but fewer regions.
    products = x @ x.T + penalty * torch.eye(len(x), dtype=x.dtype, device=x.device)  # (N, N)
    weight = torch.linalg.solve(products, y).T @ x  # (O, N) x (N, I) -> (O, I)
    return weight, mean_out - weight @ mean_in


def _pooled_features(backbone: ConvNet, size: int) -> int:
    """Return the number of values in the last feature maps of a ``size`` x ``size`` picture."""
    first = next(layer for layer in backbone.modules() if isinstance(layer, nn.Conv2d))
    picture = first.weight.new_zeros(1, first.in_channels, size, size)
    with eval_mode(backbone), torch.no_grad():
        return backbone.features(picture).numel()
