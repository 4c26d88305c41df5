"""Lab task: what kind of scene is it - a city, mountains, the sea - in colors that tell nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from asciiart.core.convnets import resnet_small
from asciiart.core.learning.trainer import TrainerConfig
from asciiart.io.pictures.image import load_image
from asciiart.train.lab.cheap_methods import classify_cheaply, share_right
from asciiart.train.lab.classification import likeliest, picture_loss, recognize
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.sheet import sheet
from asciiart.train.lab.tasks.scenes.pictures import KINDS, SIZE, draw_scenes

_NAMES = tuple(KINDS)
_BATCH = 48
_CONFIG = TrainerConfig(steps=300, learning_rate=4e-3, optimizer="adamw", schedule="warm_cosine")
_ASKED, _KNOWN = 2000, 8000
_KNOWN_SEED, _ASKED_SEED, _VALIDATION_SEED = 2**40, 2**41, 2**42
"""Far from the seeds of the network's batches."""
_SHOWN = 48


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001 - as all tasks
    """Return the network as it is before training."""
    return resnet_small(len(KINDS), in_channels=3)


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> str:  # noqa: ARG001
    """Return the three likeliest kinds of the scene in a picture's file, with probabilities.

    Raises
    ------
    ImageError
        If the file is not a picture.
    """
    picture = Image.fromarray(load_image(given, target=(SIZE, SIZE)).on(255)).resize((SIZE, SIZE))
    colors = torch.from_numpy(np.asarray(picture, np.float32) / 255)  # (S, S, 3)
    return likeliest(model, colors.permute(2, 0, 1)[None], _NAMES)


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on endless new scenes; test on others."""
    model = lesson.build(lambda: build(network, {}))

    def batches(step: int) -> tuple[Tensor, Tensor]:
        return draw_scenes(_BATCH, hash((lesson.seed, step)) % 2**32)

    lesson.fit(model, batches, picture_loss, _CONFIG, title=f"scenes, {network}")
    part = _VALIDATION_SEED if lesson.validate else _ASKED_SEED
    asked, kinds = draw_scenes(_ASKED, part + lesson.seed)
    answers = recognize(model.eval(), asked)
    known, labels = draw_scenes(_KNOWN, _KNOWN_SEED + lesson.seed)
    cheap = classify_cheaply(_gray(known), labels, _gray(asked), lesson.seed)
    figures = {"accuracy": share_right(answers, kinds), "scenes": float(_ASKED)}
    baselines = {name: share_right(found, kinds) for name, found in cheap.items()}
    return Outcome(model, figures, _picture(asked, kinds, answers), baselines)


def _gray(pictures: Tensor) -> Tensor:
    return pictures.mean(1, keepdim=True)  # (B, 3, S, S) -> (B, 1, S, S)


def _picture(asked: Tensor, kinds: Tensor, answers: Tensor) -> Image.Image:
    """Return a sheet, mistakes first, with the kind that was taken for the true one."""
    order = (answers == kinds).int().argsort(stable=True)[:_SHOWN]
    return sheet([asked[i] for i in order], [_NAMES[answers[i]] for i in order], columns=8)
