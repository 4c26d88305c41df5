"""Lab task: find letters among strokes, dots and fragments of letters, in fonts never seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.core.vision.boxes import Detections, Truth, box_iou, mean_average_precision
from asciiart.core.vision.detection import FastRCNN, detect, detection_loss, match_proposals
from asciiart.core.vision.glimpse import GlimpseConfig, RecurrentAttentionModel
from asciiart.core.vision.localization import CamClassifier, class_activation_map, peak_of
from asciiart.core.vision.proposals import propose_regions
from asciiart.train.lab.clutter.rules import component_boxes, darkest_blob, largest_component
from asciiart.train.lab.clutter.scenes import (
    CLASSES,
    SceneConfig,
    SceneMaker,
    Scenes,
    scene_batches,
)
from asciiart.train.lab.clutter.sheet import box_sheet, heat_sheet, path_sheet
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.letters import letter_loss

ONE_LETTER = SceneConfig()
"""Scenes for class activation maps."""
MANY_LETTERS = SceneConfig(size=72, letters=(2, 4), clutter=(8, 14))
"""Scenes for R-CNN."""
FEW_CLASSES = replace(ONE_LETTER, classes=CLASSES[:10], clutter=(4, 8))
"""Scenes for the recurrent attention model, which has to learn from rewards where to look."""
RETINA = GlimpseConfig(
    num_classes=len(FEW_CLASSES.classes),
    size=16,
    scales=3,
    glimpses=4,
    channels=(16, 32, 64),
    deviation=0.2,
    location_scale=0.2,
    policy_through_core=True,
    copies=4,
    compare_copies=True,
    reinforce_weight=0.7,
)
_RAM_STEPS = 1600
_FIRST_SPREAD, _GROWS_FOR = 0.1, 0.4
"""Initial spread of the letters around the center, and the share of the steps in which it grows."""
_ASKED = 600
"""Number of scenes with held-out fonts."""
_SHOWN = 48
"""Number of scenes on the sheet."""
_SURE = 0.5
"""Lowest probability of a detection that is drawn."""
_OVERLAP = 0.5
"""Lowest intersection over union of a correct box."""


def _config(steps: int, learning_rate: float = 2e-3) -> TrainerConfig:
    return TrainerConfig(steps=steps, learning_rate=learning_rate, schedule="warm_cosine")


def hits(points: Tensor, boxes: Tensor) -> float:
    """Return the share of points (B, 2), x and y, that lie in boxes (B, 4)."""
    inside = (points >= boxes[:, :2]) & (points < boxes[:, 2:])
    return float(inside.all(1).float().mean())


# --- class activation map ----------------------------------------------------------------------


def _cam_loss(network: nn.Module, scenes: Scenes) -> StepLoss:
    return letter_loss(network, (scenes.pictures, scenes.labels[:, 0] - 1))


def _learn_cam(maker: SceneMaker, lesson: Lesson) -> CamClassifier:
    """Train to classify; the positions of the letters are never given."""
    model = lesson.build(lambda: CamClassifier(len(CLASSES)))
    batches = scene_batches(maker, 64, lesson.seed)
    lesson.fit(model, batches, _cam_loss, _config(600, 4e-3), title="clutter, cam")
    return model.cpu().eval()


@torch.no_grad()
def _judge_cam(model: CamClassifier, maker: SceneMaker, lesson: Lesson) -> Outcome:
    """Test the position of the evidence for the predicted class."""
    asked = maker(_ASKED, lesson.seed)
    answers = model(asked.pictures).argmax(1)  # (B,)
    maps = class_activation_map(model, asked.pictures, answers)  # (B, S, S)
    peak = peak_of(maps)
    points = torch.stack([peak.column, peak.row], 1) + 0.5  # (B, 2), x and y
    boxes = asked.boxes[:, 0]
    share = hits(points, boxes)
    figures = {
        "score": share,
        "hits": share,
        "accuracy": _share(answers + 1 == asked.labels[:, 0]),
        "hits of the darkest blob": hits(darkest_blob(asked.pictures), boxes),
        "hits of the largest component": hits(largest_component(asked.pictures), boxes),
    }
    return Outcome(model, figures, heat_sheet(_first(asked), maps, points, answers + 1))


# --- R-CNN -------------------------------------------------------------------------------------


def _rcnn_loss(network: nn.Module, batch: tuple[Tensor, ...]) -> StepLoss:
    pictures, boxes, labels, proposals = batch
    targets = match_proposals(proposals, Truth(boxes, labels))
    return StepLoss(detection_loss(network(pictures, proposals), targets))


def _propose(pictures: Tensor) -> Tensor:
    return torch.cat([propose_regions(part) for part in _parts(pictures)])  # (B, R, 4)


def _learn_rcnn(maker: SceneMaker, lesson: Lesson) -> FastRCNN:
    """Train on letters and their boxes; the proposals are computed once, before."""
    steps, batch_size = 900, 8
    model = lesson.build(lambda: FastRCNN(len(CLASSES)))
    scenes = maker(min(1500, batch_size * (lesson.steps or steps)), lesson.seed)
    data = (*scenes, _propose(scenes.pictures))
    batches = minibatches(data, batch_size, seed=lesson.seed)
    lesson.fit(model, batches, _rcnn_loss, _config(steps), title="clutter, rcnn")
    return model.cpu().eval()


@torch.no_grad()
def _judge_rcnn(model: FastRCNN, maker: SceneMaker, lesson: Lesson) -> Outcome:
    asked = maker(_ASKED // 3, lesson.seed)
    proposals = _propose(asked.pictures)
    found: list[Detections] = []
    for pictures, regions in zip(_parts(asked.pictures), _parts(proposals), strict=True):
        found += detect(model, pictures, regions)
    truths = [Truth(*truth) for truth in zip(asked.boxes, asked.labels, strict=True)]
    score = mean_average_precision(found, truths, _OVERLAP)
    figures = {
        "score": score,
        "mAP@0.5": score,
        "recall of the proposals": recall(list(proposals), truths),
        "recall of connected components": recall(
            [component_boxes(picture) for picture in asked.pictures], truths
        ),
        "letters": float((asked.labels > 0).sum()),
    }
    return Outcome(model, figures, box_sheet(_first(asked), found[:_SHOWN], _SURE))


def recall(boxes: Sequence[Tensor], truths: Sequence[Truth]) -> float:
    """Return the share of letters that one of a picture's boxes (N, 4) overlaps enough."""
    reached = [
        box_iou(truth.boxes[truth.labels > 0], own).amax(1) >= _OVERLAP
        for own, truth in zip(boxes, truths, strict=True)
    ]
    return _share(torch.cat(reached))


# --- recurrent attention model -----------------------------------------------------------------


def _ram_loss(network: RecurrentAttentionModel, scenes: Scenes) -> StepLoss:
    return network.loss(scenes.pictures, scenes.labels[:, 0] - 1)


def _learn_ram(maker: SceneMaker, lesson: Lesson) -> RecurrentAttentionModel:
    """Train to answer after each glimpse; the positions of the letters are never given.

    A network that cannot read does not know where to look, and one that looks elsewhere does not
    learn to read; so the letters start near the first glimpse and move away.
    """
    model = lesson.build(lambda: RecurrentAttentionModel(RETINA))
    grows = _GROWS_FOR * (lesson.steps or _RAM_STEPS)  # steps

    def spread(step: int) -> float:
        return _FIRST_SPREAD + (1 - _FIRST_SPREAD) * min(1.0, step / grows)

    batches = scene_batches(maker, 32, lesson.seed, spread)
    lesson.fit(model, batches, _ram_loss, _config(_RAM_STEPS, 1e-3), title="clutter, ram")
    return model.cpu().eval()


@torch.no_grad()
def _judge_ram(model: RecurrentAttentionModel, maker: SceneMaker, lesson: Lesson) -> Outcome:
    asked = maker(_ASKED, lesson.seed)
    half = maker.config.size / 2  # pixels of 1 in a location
    out = model(asked.pictures)
    places = (out.locations + 1) * half  # (B, G, 2), in pixels
    blob = darkest_blob(asked.pictures) / half - 1  # (B, 2)
    middle = (asked.boxes[:, 0, :2] + asked.boxes[:, 0, 2:]) / 2  # (B, 2)
    right = out.step_logits.argmax(2) + 1 == asked.labels[:, :1]  # (B, G)
    figures = {
        "score": _share(right[:, -1]),
        "accuracy": _share(right[:, -1]),
        "accuracy after the first glimpse": _share(right[:, 0]),
        "accuracy if led to random places": _led(model, asked, torch.rand_like(blob) * 2 - 1),
        "accuracy if led to the darkest blob": _led(model, asked, blob),
        "accuracy if led to the letter": _led(model, asked, middle / half - 1),
        "last glimpse's distance in pixels": float((places[:, -1] - middle).norm(dim=1).mean()),
    }
    answers = out.logits.argmax(1) + 1  # (B,)
    return Outcome(model, figures, path_sheet(_first(asked), places, answers, RETINA.size))


def _led(model: RecurrentAttentionModel, asked: Scenes, places: Tensor) -> float:
    """Return the accuracy if all glimpses but the first are at ``places`` (B, 2)."""
    path = places[:, None].repeat(1, RETINA.glimpses, 1)  # (B, G, 2)
    path[:, 0] = 0  # the center
    return _share(model(asked.pictures, path).logits.argmax(1) + 1 == asked.labels[:, 0])


# -----------------------------------------------------------------------------------------------


def _parts(values: Tensor) -> Sequence[Tensor]:
    return torch.split(values, 50)


def _share(flags: Tensor) -> float:
    return float(flags.float().mean())


def _first(scenes: Scenes) -> Scenes:
    return Scenes(*(values[:_SHOWN] for values in scenes))


_SCENES = {"cam": ONE_LETTER, "rcnn": MANY_LETTERS, "ram": FEW_CLASSES}


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train a network on letters of the training fonts; test on those of the held-out fonts."""
    fonts = lesson.fonts()
    config = _SCENES[network]
    maker = SceneMaker(fonts.training, config, seed=lesson.seed)
    asked = SceneMaker(fonts.held_out, config, seed=lesson.seed + 1)
    if network == "cam":
        return _judge_cam(_learn_cam(maker, lesson), asked, lesson)
    if network == "rcnn":
        return _judge_rcnn(_learn_rcnn(maker, lesson), asked, lesson)
    return _judge_ram(_learn_ram(maker, lesson), asked, lesson)
