"""Which letter it is, seen in four glimpses by the recurrent attention model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from PIL import Image
from torch import Tensor

from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.core.vision.boxes import Detections
from asciiart.core.vision.glimpse import GlimpseConfig, RecurrentAttentionModel
from asciiart.train.lab.data.given import load_page
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.tasks.clutter.readers import NearestLetters, match_templates, mean_letters
from asciiart.train.lab.tasks.clutter.rules import darkest_blob
from asciiart.train.lab.tasks.clutter.scenes import (
    CLASSES,
    LetterBank,
    SceneConfig,
    SceneMaker,
    Scenes,
    as_scene,
    scene_batches,
)
from asciiart.train.lab.tasks.clutter.sheet import path_sheet

SCENES = replace(SceneConfig(), classes=CLASSES[:10], clutter=(4, 8))
"""Scenes of few classes: the model has to learn from rewards where to look."""
RETINA = GlimpseConfig(
    num_classes=len(SCENES.classes),
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
GROUPS = 4
"""Groups of alike letters whose means are templates."""
_STEPS = 1600
_FIRST_SPREAD, _GROWS_FOR = 0.1, 0.4
"""Initial spread of the letters around the center, and the share of the steps in which it grows."""
_SHOWN = 48
"""Number of scenes on the sheet."""


def build() -> RecurrentAttentionModel:
    """Return the model before training."""
    return RecurrentAttentionModel(RETINA)


def learn(maker: SceneMaker, lesson: Lesson) -> RecurrentAttentionModel:
    """Train to answer after each glimpse; the positions of the letters are never given.

    A network that cannot read does not know where to look, and one that looks elsewhere does not
    learn to read; so the letters start near the first glimpse and move away.
    """
    model = lesson.build(build)
    grows = _GROWS_FOR * (lesson.steps or _STEPS)  # steps

    def spread(step: int) -> float:
        return _FIRST_SPREAD + (1 - _FIRST_SPREAD) * min(1.0, step / grows)

    config = TrainerConfig(steps=_STEPS, learning_rate=1e-3, schedule="warm_cosine")
    batches = scene_batches(maker, 32, lesson.seed, spread)
    lesson.fit(model, batches, _loss, config, title="clutter, ram")
    return model.cpu().eval()


def _loss(network: RecurrentAttentionModel, scenes: Scenes) -> StepLoss:
    return network.loss(scenes.pictures, scenes.labels[:, 0] - 1)


@torch.no_grad()
def judge(model: RecurrentAttentionModel, asked: Scenes, known: LetterBank) -> Outcome:
    """Test the answers after the last glimpse, and after glimpses at other places."""
    half = asked.pictures.shape[2] / 2  # pixels of 1 in a location
    out = model(asked.pictures)
    places = (out.locations + 1) * half  # (B, G, 2), in pixels
    blob = darkest_blob(asked.pictures) / half - 1  # (B, 2)
    middle = (asked.boxes[:, 0, :2] + asked.boxes[:, 0, 2:]) / 2  # (B, 2)
    right = out.step_logits.argmax(2) + 1 == asked.labels[:, :1]  # (B, G)
    random = torch.Generator().manual_seed(0)
    anywhere = torch.rand(blob.shape, generator=random) * 2 - 1
    figures = {
        "score": _share(right[:, -1]),
        "accuracy": _share(right[:, -1]),
        "accuracy after the first glimpse": _share(right[:, 0]),
        "accuracy if led to random places": _led(model, asked, anywhere),
        "accuracy if led to the darkest blob": _led(model, asked, blob),
        "accuracy if led to the letter": _led(model, asked, middle / half - 1),
        "last glimpse's distance in pixels": float((places[:, -1] - middle).norm(dim=1).mean()),
    }
    answers = out.logits.argmax(1) + 1  # (B,)
    shown = Scenes(*(values[:_SHOWN] for values in asked))
    samples = path_sheet(shown, places, answers, RETINA.size)
    return Outcome(model, figures, samples, _baselines(asked, known), {"network": "ram"})


def _baselines(asked: Scenes, known: LetterBank) -> dict[str, float]:
    templates, nearest = mean_letters(known, GROUPS), NearestLetters(known)
    matched = [match_templates(picture, templates) for picture in asked.pictures]
    read = [nearest(picture) for picture in asked.pictures]
    return {
        "template matching": _share(best_labels(matched) == asked.labels[:, 0]),
        "the component nearest to a letter": _share(best_labels(read) == asked.labels[:, 0]),
    }


def best_labels(found: Sequence[Detections]) -> Tensor:
    """Return the classes (B,) of the best detections; 0 where there is none."""
    return torch.stack([torch.cat([each.labels, torch.zeros(1).long()])[0] for each in found])


def _led(model: RecurrentAttentionModel, asked: Scenes, places: Tensor) -> float:
    """Return the accuracy if all glimpses but the first are at ``places`` (B, 2)."""
    path = places[:, None].repeat(1, RETINA.glimpses, 1)  # (B, G, 2)
    path[:, 0] = 0  # the center
    return _share(model(asked.pictures, path).logits.argmax(1) + 1 == asked.labels[:, 0])


def _share(flags: Tensor) -> float:
    return float(flags.float().mean())


@torch.no_grad()
def answer(model: RecurrentAttentionModel, given: str) -> Image.Image:
    """Return a picture with the path of the glimpses and the letter that was seen."""
    picture = load_page(given, SCENES.size)
    out = model(picture)
    places = (out.locations + 1) * SCENES.size / 2  # (1, G, 2), in pixels
    return path_sheet(as_scene(picture), places, out.logits.argmax(1) + 1, RETINA.size)
