"""Where a classifier found its letter: class activation maps, Grad-CAM, saliency of the input.

The classifier learns which letter is in a scene; where it is, it is never told.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.layers import ConvNet
from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.core.vision.boxes import Detections
from asciiart.core.vision.localization import (
    CamClassifier,
    class_activation_map,
    grad_cam,
    input_saliency,
    peak_of,
)
from asciiart.train.lab.classification import picture_loss
from asciiart.train.lab.data.given import load_page
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.tasks.clutter.readers import NearestLetters, match_templates, mean_letters
from asciiart.train.lab.tasks.clutter.rules import darkest_blob, largest_component
from asciiart.train.lab.tasks.clutter.scenes import (
    CLASSES,
    LetterBank,
    SceneConfig,
    SceneMaker,
    Scenes,
    as_scene,
    scene_batches,
)
from asciiart.train.lab.tasks.clutter.sheet import heat_sheet

SCENES = SceneConfig()
"""Scenes with one letter."""
GROUPS = 1
"""Groups of alike letters whose means are templates."""
_STEPS, _RATE = 700, 4e-3
_WINDOW = 17
"""Side in pixels of the square over which the saliency of the input is averaged, for its peak; a
capital is as high."""
_SHOWN = 48
"""Number of scenes on the sheet."""


def build() -> ConvNet:
    """Return the classifier, the same for all three ways to see its evidence."""
    return CamClassifier(len(CLASSES))


def learn(network: str, maker: SceneMaker, lesson: Lesson) -> ConvNet:
    """Train to classify; the positions of the letters are never given."""
    model = lesson.build(build)
    config = TrainerConfig(
        steps=_STEPS, learning_rate=_RATE, optimizer="adamw", schedule="warm_cosine"
    )
    batches = scene_batches(maker, 64, lesson.seed)
    lesson.fit(model, batches, _loss, config, title=f"clutter, {network}")
    return model.cpu().eval()


def _loss(network: nn.Module, scenes: Scenes) -> StepLoss:
    return picture_loss(network, (scenes.pictures, scenes.labels[:, 0] - 1))


def evidence(network: str, model: ConvNet, pictures: Tensor, answers: Tensor) -> Tensor:
    """Return maps (B, S, S) of the evidence for the answers (B,), classes from 0."""
    if network == "cam":
        return class_activation_map(model, pictures, answers)
    if network == "grad-cam":
        return grad_cam(model, model.trunk, pictures, answers)
    slopes = input_saliency(model, pictures, answers)  # (B, S, S)
    return functional.avg_pool2d(slopes, _WINDOW, 1, _WINDOW // 2)


def points_of(maps: Tensor) -> Tensor:
    """Return the centers (B, 2), x and y, of the highest pixels of maps (B, S, S)."""
    peak = peak_of(maps)
    return torch.stack([peak.column, peak.row], 1) + 0.5


def judge(network: str, model: ConvNet, asked: Scenes, known: LetterBank) -> Outcome:
    """Test the position of the evidence for the predicted class."""
    with torch.no_grad():
        answers = model(asked.pictures).argmax(1)  # (B,)
    maps = evidence(network, model, asked.pictures, answers)
    points = points_of(maps)
    share = hits(points, asked.boxes[:, 0])
    right = answers + 1 == asked.labels[:, 0]
    figures = {"score": share, "hits": share, "accuracy": float(right.float().mean())}
    shown = Scenes(*(values[:_SHOWN] for values in asked))
    samples = heat_sheet(shown, maps, points, answers + 1)
    return Outcome(model, figures, samples, _baselines(asked, known), {"network": network})


def _baselines(asked: Scenes, known: LetterBank) -> dict[str, float]:
    boxes = asked.boxes[:, 0]
    templates, nearest = mean_letters(known, GROUPS), NearestLetters(known)
    matched = [match_templates(picture, templates) for picture in asked.pictures]
    read = [nearest(picture) for picture in asked.pictures]
    center = torch.full_like(boxes[:, :2], asked.pictures.shape[2] / 2)
    return {
        "the center": hits(center, boxes),
        "the darkest blob": hits(darkest_blob(asked.pictures), boxes),
        "the largest component": hits(largest_component(asked.pictures), boxes),
        "template matching": hits(middles(matched, center), boxes),
        "the component nearest to a letter": hits(middles(read, center), boxes),
    }


def middles(found: Sequence[Detections], otherwise: Tensor) -> Tensor:
    """Return the middles (B, 2) of the best detections, or ``otherwise`` where there is none."""
    places = otherwise.clone()
    for number, detections in enumerate(found):
        if len(detections.boxes):
            places[number] = (detections.boxes[0, :2] + detections.boxes[0, 2:]) / 2
    return places


def hits(points: Tensor, boxes: Tensor) -> float:
    """Return the share of points (B, 2), x and y, that lie in boxes (B, 4)."""
    inside = (points >= boxes[:, :2]) & (points < boxes[:, 2:])
    return float(inside.all(1).float().mean())


def answer(network: str, model: ConvNet, given: str) -> Image.Image:
    """Return a picture with the evidence for the letter that the classifier sees."""
    picture = load_page(given, SCENES.size)
    with torch.no_grad():
        answers = model(picture).argmax(1)  # (1,)
    maps = evidence(network, model, picture, answers)
    return heat_sheet(as_scene(picture), maps, points_of(maps), answers + 1)
