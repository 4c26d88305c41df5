"""Lab task: find letters among strokes, dots and fragments of letters, in fonts never seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from PIL import Image
from torch import nn

from asciiart.core.layers import ConvNet
from asciiart.core.vision.glimpse import RecurrentAttentionModel
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.tasks.clutter import detecting, glimpsing, localizing
from asciiart.train.lab.tasks.clutter.scenes import SceneMaker

ASKED = 600
"""Number of scenes with one letter to be judged by."""
_LOCALIZERS = ("cam", "grad-cam", "input-saliency")
_DETECTORS = ("fast-rcnn", "rcnn")
_VALIDATION_SEED = 1000
"""Number added to the seed for scenes for validation."""


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train a network on letters of the training fonts; test on those of the held-out fonts."""
    fonts = lesson.fonts()
    kind = _kind(network)
    seed = lesson.seed + 1 + _VALIDATION_SEED * lesson.validate
    maker = SceneMaker(fonts.training, kind.SCENES, seed=lesson.seed)
    asked = SceneMaker(fonts.held_out, kind.SCENES, seed=seed)
    if network in _LOCALIZERS:
        classifier = localizing.learn(network, maker, lesson)
        return localizing.judge(network, classifier, asked(ASKED, seed), maker.letters)
    if network in _DETECTORS:
        detector = detecting.learn(network, maker, lesson)
        scenes = asked(min(ASKED, detecting.ASKED), seed)
        return detecting.judge(network, detector, scenes, maker.letters)
    model = glimpsing.learn(maker, lesson)
    return glimpsing.judge(model, asked(ASKED, seed), maker.letters)


def _kind(network: str) -> Any:
    """Return the module that teaches a network."""
    if network in _LOCALIZERS:
        return localizing
    return detecting if network in _DETECTORS else glimpsing


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001 - none needed
    """Return a network before training."""
    if network in _LOCALIZERS:
        return localizing.build()
    return detecting.build(network) if network in _DETECTORS else glimpsing.build()


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> Image.Image:
    """Return a picture with what a network found in it."""
    network = settings["network"]
    if network in _LOCALIZERS:
        return localizing.answer(network, cast("ConvNet", model), given)
    if network in _DETECTORS:
        return detecting.answer(network, model, given)
    return glimpsing.answer(cast("RecurrentAttentionModel", model), given)
