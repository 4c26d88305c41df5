"""Which letters there are, and their boxes: R-CNN as published, and Fast R-CNN."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from PIL import Image
from torch import Tensor, nn

from asciiart.core.convnets import vgg_small
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.core.vision.boxes import Detections, Truth, box_iou, mean_average_precision
from asciiart.core.vision.detection import (
    FastRCNN,
    detect,
    detection_loss,
    match_proposals,
    region_entropy,
)
from asciiart.core.vision.rcnn import RCNN, fit_box_regressors, svm_loss, svm_targets
from asciiart.train.lab.data.given import load_page
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.region_search import search_regions
from asciiart.train.lab.tasks.clutter.readers import NearestLetters, match_templates, mean_letters
from asciiart.train.lab.tasks.clutter.rules import component_boxes
from asciiart.train.lab.tasks.clutter.scenes import (
    CLASSES,
    LetterBank,
    SceneConfig,
    SceneMaker,
    Scenes,
    as_scene,
)
from asciiart.train.lab.tasks.clutter.sheet import box_sheet

SCENES = SceneConfig(size=72, letters=(2, 4), clutter=(8, 14))
"""Scenes with two to four letters."""
GROUPS = 4
"""Groups of alike letters whose means are templates."""
ASKED = 200
"""Number of scenes to be judged by."""
_SHOWN = 48
"""Number of scenes on the sheet."""
_OVERLAP = 0.5
"""Lowest intersection over union of a correct box."""
_SURE = {"fast-rcnn": 0.5, "rcnn": 0.0}
"""Lowest score of a detection that is drawn: a probability, or a margin."""
_COUNTED = {"fast-rcnn": 0.05, "rcnn": -1.0}
"""Lowest score of a detection that is judged."""
_SIDE, _CONTEXT = 32, 4
"""Side of a warped region in pixels, and how many of them on each side show what is around it."""
_SCALES = (8.0, 20.0)
"""Scales of selective search's segments; letters are small."""
_PROPOSALS = 100
"""Regions of a picture that are judged."""
_RIDGE = 1000.0
"""Penalty of the box regressions, the paper's."""
_LIKE = 0.7
"""Lowest overlap of a region that the machines learn from as a letter. In the paper only the true
boxes are; here there are too few of them."""
_MACHINE_STEPS = 600
_OBJECTS, _OTHERS = 8, 24
"""Regions of a picture that R-CNN learns from: of letters, and of background (a quarter and three
quarters, as in the paper)."""


class RegionExamples(NamedTuple):
    """Scenes with regions to learn from."""

    pictures: Tensor  # (B, 1, S, S)
    regions: Tensor  # (B, R, 4)
    truth: Truth  # (B, G, 4), (B, G)


def build(network: str) -> nn.Module:
    """Return a detector before training."""
    if network == "fast-rcnn":
        return FastRCNN(len(CLASSES))
    backbone = vgg_small(num_classes=len(CLASSES) + 1)
    return RCNN(backbone, len(CLASSES), size=_SIDE, padding=_CONTEXT)


def learn(network: str, maker: SceneMaker, lesson: Lesson) -> nn.Module:
    """Train on letters and their boxes."""
    if network == "fast-rcnn":
        return _learn_fast(maker, lesson)
    return _learn_published(maker, lesson)


def propose(pictures: Tensor) -> Tensor:
    """Return regions (B, R, 4) to look at, by selective search."""
    return search_regions(pictures, _PROPOSALS, _SCALES)


# --- Fast R-CNN --------------------------------------------------------------------------------


def _learn_fast(maker: SceneMaker, lesson: Lesson) -> FastRCNN:
    steps, batch_size = 900, 8
    model = lesson.build(lambda: FastRCNN(len(CLASSES)))
    scenes = maker(min(1000, batch_size * (lesson.steps or steps)), lesson.seed)
    data = (*scenes, propose(scenes.pictures))
    batches = minibatches(data, batch_size, seed=lesson.seed)
    config = TrainerConfig(steps=steps, learning_rate=2e-3, schedule="warm_cosine")
    lesson.fit(model, batches, _fast_loss, config, title="clutter, fast-rcnn")
    return model.cpu().eval()


def _fast_loss(network: nn.Module, batch: tuple[Tensor, ...]) -> StepLoss:
    pictures, boxes, labels, proposals = batch
    targets = match_proposals(proposals, Truth(boxes, labels))
    return StepLoss(detection_loss(network(pictures, proposals), targets))


# --- R-CNN as published ------------------------------------------------------------------------


def _learn_published(maker: SceneMaker, lesson: Lesson) -> RCNN:
    """Train in the paper's three stages: the backbone, the machines, the regressions."""
    steps, batch_size = 350, 8
    model = lesson.build(_published)
    scenes = maker(min(700, batch_size * (lesson.steps or steps)), lesson.seed)
    examples = sample_regions(scenes, propose(scenes.pictures), lesson.seed)
    data = (examples.pictures, examples.regions, *examples.truth)
    batches = minibatches(data, batch_size, seed=lesson.seed)
    config = TrainerConfig(
        steps=steps, learning_rate=3e-3, optimizer="adamw", schedule="warm_cosine"
    )
    lesson.fit(model, batches, _tuning_loss, config, title="clutter, rcnn")
    model = model.cpu().eval()
    _fit_machines(model, examples, lesson)
    fit_box_regressors(model, *examples, ridge=_RIDGE)
    return model


def _published() -> RCNN:
    model = build("rcnn")
    assert isinstance(model, RCNN)
    return model


def sample_regions(scenes: Scenes, proposals: Tensor, seed: int) -> RegionExamples:
    """Return regions to learn from: proposals near a letter, and others, a quarter and the rest.

    The true boxes are among them, since machines learn from these. If a picture has too few
    regions of a kind, some are drawn twice.
    """
    random = torch.Generator().manual_seed(seed)
    chosen = []
    for boxes, labels, own in zip(scenes.boxes, scenes.labels, proposals, strict=True):
        true = boxes[labels > 0]  # (G, 4)
        overlap = box_iou(own, true).amax(1)  # (R,)
        near = torch.cat([true, _draw(own[overlap >= _OVERLAP], _OBJECTS, random)])[:_OBJECTS]
        if len(near) < _OBJECTS:
            near = torch.cat([near, _draw(true, _OBJECTS - len(near), random)])
        far = own[overlap < _OVERLAP]
        chosen.append(torch.cat([near, _draw(far, _OTHERS, random)]))
    return RegionExamples(scenes.pictures, torch.stack(chosen), Truth(scenes.boxes, scenes.labels))


def _draw(boxes: Tensor, count: int, random: torch.Generator) -> Tensor:
    """Return ``count`` of (N, 4), each once if there are enough; none of none."""
    if not len(boxes):
        return boxes
    rounds = range(-(-count // len(boxes)))
    order = torch.cat([torch.randperm(len(boxes), generator=random) for _ in rounds])
    return boxes[order[:count]]


def _tuning_loss(network: nn.Module, batch: tuple[Tensor, ...]) -> StepLoss:
    pictures, regions, boxes, labels = batch
    targets = match_proposals(regions, Truth(boxes, labels))
    return StepLoss(region_entropy(network(pictures, regions).logits, targets.labels))


@torch.no_grad()
def _fit_machines(model: RCNN, examples: RegionExamples, lesson: Lesson) -> None:
    """Fit the support vector machines to the features of the tuned backbone."""
    parts = zip(_parts(examples.pictures), _parts(examples.regions), strict=True)
    hidden = [model.backbone.head(model.pool(*part).flatten(0, 1)) for part in parts]  # (b R, D)
    features = torch.cat(hidden).view(*examples.regions.shape[:2], -1)  # (B, R, D)
    targets = svm_targets(examples.regions, examples.truth, model.num_classes, positive=_LIKE)
    batches = minibatches((features, targets), min(32, len(features)), seed=lesson.seed)

    def loss(machines: nn.Linear, batch: tuple[Tensor, ...]) -> StepLoss:
        inputs, wanted = batch
        return StepLoss(svm_loss(machines(inputs), wanted))

    config = TrainerConfig(
        steps=_MACHINE_STEPS, learning_rate=1e-2, optimizer="adamw", schedule="warm_cosine"
    )
    with torch.enable_grad():
        lesson.fit(model.svms, batches, loss, config, title="clutter, rcnn, machines")
    model.cpu()


# --- judging -----------------------------------------------------------------------------------


@torch.no_grad()
def judge(network: str, model: nn.Module, asked: Scenes, known: LetterBank) -> Outcome:
    """Test the boxes and classes of the letters."""
    proposals = propose(asked.pictures)
    found = find(network, model, asked.pictures, proposals)
    truths = [Truth(*truth) for truth in zip(asked.boxes, asked.labels, strict=True)]
    score = mean_average_precision(found, truths, _OVERLAP)
    components = [component_boxes(picture) for picture in asked.pictures]
    figures = {
        "score": score,
        "mAP@0.5": score,
        "recall of the proposals": recall(list(proposals), truths),
        "recall of connected components": recall(components, truths),
        "letters": float((asked.labels > 0).sum()),
    }
    shown = Scenes(*(values[:_SHOWN] for values in asked))
    samples = box_sheet(shown, found[:_SHOWN], _SURE[network])
    return Outcome(model, figures, samples, _baselines(asked, truths, known), {"network": network})


def find(network: str, model: nn.Module, pictures: Tensor, proposals: Tensor) -> list[Detections]:
    """Return what a detector finds in each picture."""
    found: list[Detections] = []
    for part, regions in zip(_parts(pictures), _parts(proposals), strict=True):
        found += detect(model, part, regions, threshold=_COUNTED[network])  # type: ignore[arg-type]
    return found


def _baselines(asked: Scenes, truths: Sequence[Truth], known: LetterBank) -> dict[str, float]:
    templates, nearest = mean_letters(known, GROUPS), NearestLetters(known)
    matched = [match_templates(picture, templates) for picture in asked.pictures]
    read = [nearest(picture) for picture in asked.pictures]
    return {
        "template matching": mean_average_precision(matched, truths, _OVERLAP),
        "components, nearest letter": mean_average_precision(read, truths, _OVERLAP),
    }


def recall(boxes: Sequence[Tensor], truths: Sequence[Truth]) -> float:
    """Return the share of letters that one of a picture's boxes (N, 4) overlaps enough."""
    reached = [
        box_iou(truth.boxes[truth.labels > 0], own).amax(1) >= _OVERLAP
        for own, truth in zip(boxes, truths, strict=True)
    ]
    return float(torch.cat(reached).float().mean())


def answer(network: str, model: nn.Module, given: str) -> Image.Image:
    """Return a picture with the letters that were found and their boxes."""
    picture = load_page(given, SCENES.size)
    found = find(network, model, picture, propose(picture))
    return box_sheet(as_scene(picture), found, _SURE[network])


def _parts(values: Tensor) -> Sequence[Tensor]:
    return torch.split(values, 50)
