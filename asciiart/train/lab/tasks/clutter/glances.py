"""Lab task: where a reader looks first, that is where letters are among strokes and dots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.core.vision.segmentation import SaliencyNetwork
from asciiart.train.lab.data.given import load_page
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.tasks.clutter.readers import Template, match_templates, mean_letters
from asciiart.train.lab.tasks.clutter.scenes import (
    LetterBank,
    SceneConfig,
    SceneMaker,
    Scenes,
    scene_batches,
)
from asciiart.train.lab.tasks.clutter.sheet import map_sheet

SCENES = SceneConfig(size=72, letters=(1, 3), clutter=(8, 14))
"""Scenes with one to three letters."""
ASKED = 200
"""Number of scenes to be judged by."""
KNOWN = 64
"""Number of scenes by which the baselines are tuned."""
SPREAD = 5.0
"""Standard deviation in pixels of the glances around a letter's middle."""
GROUPS = 4
"""Groups of alike letters whose means are templates."""
_SHOWN = 12
_WIDTH = 12
_STEPS, _BATCH, _RATE = 1000, 8, 2e-3
_POWERS = (4.0, 8.0, 16.0)
"""Powers of the correlation with a template that are tried."""
_BLURS = (2.0, 4.0, 6.0, 8.0, 12.0)
"""Standard deviations in pixels that baselines may choose."""
_VALIDATION_SEED = 1000
"""Number added to the seed for scenes for validation."""

Rule = Callable[[Tensor], Tensor]
"""Pictures (B, 1, S, S) -> maps (B, S, S)."""


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001 - none needed
    """Return the network before training."""
    return SaliencyNetwork(in_channels=1, width=_WIDTH)


def glances(scenes: Scenes) -> Tensor:
    """Return maps (B, S, S), 0 to 1, with a round hill over the middle of each letter."""
    size = scenes.pictures.shape[2]
    places = torch.arange(size) + 0.5
    middle = (scenes.boxes[..., :2] + scenes.boxes[..., 2:]) / 2  # (B, G, 2)
    across, down = (
        (-((places - middle[..., axis, None]) ** 2) / (2 * SPREAD**2)).exp() for axis in (0, 1)
    )  # (B, G, S) each
    hills = down[..., :, None] * across[..., None, :]  # (B, G, S, S)
    return (hills * (scenes.labels > 0)[..., None, None]).amax(1)


def correlation(maps: Tensor, truth: Tensor) -> float:
    """Return Pearson's correlation of two maps, averaged over pictures: (B, S, S) each.

    It is the CC by which Pan et al. 2016 and the MIT benchmark compare saliency; 1 is perfect. A
    map that is flat has none, which counts as 0.
    """
    first, second = (values.flatten(1) for values in (maps, truth))
    first, second = (values - values.mean(1, keepdim=True) for values in (first, second))
    both = (first * second).sum(1)
    return float((both / (first.norm(dim=1) * second.norm(dim=1)).clamp_min(1e-9)).mean())


def _loss(network: nn.Module, scenes: Scenes) -> StepLoss:
    """Return the cross-entropy of the maps.

    The paper's squared error is slow to leave the even gray of the first steps, since the sigmoid
    is flat at its ends.
    """
    maps = network(scenes.pictures)[:, 0]  # (B, S, S)
    return StepLoss(functional.binary_cross_entropy(maps, glances(scenes).clamp(0, 1)))


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on scenes with the training fonts; test on scenes with the held-out fonts."""
    fonts = lesson.fonts()
    seed = lesson.seed + 1 + _VALIDATION_SEED * lesson.validate
    maker = SceneMaker(fonts.training, SCENES, seed=lesson.seed)
    asked = SceneMaker(fonts.held_out, SCENES, seed=seed)(ASKED, seed)
    model = lesson.build(lambda: build(network, {}))
    config = TrainerConfig(steps=_STEPS, learning_rate=_RATE, schedule="warm_cosine")
    batches = scene_batches(maker, _BATCH, lesson.seed)
    lesson.fit(model, batches, _loss, config, title="glances, salnet")
    model = model.cpu().eval()
    truth, maps = glances(asked), predict(model, asked.pictures)
    known = maker(KNOWN, seed + 1)
    rules = {name: best_rule(tried, known) for name, tried in _rules(maker.letters).items()}
    found = {name: rule(asked.pictures) for name, rule in rules.items()}
    baselines = {name: correlation(each, truth) for name, each in found.items()}
    center = glances(known).mean(0).expand_as(truth)
    baselines["the mean of the training scenes"] = correlation(center, truth)
    figures = {"correlation": correlation(maps, truth), "scenes": float(ASKED)}
    best = found[max(found, key=baselines.__getitem__)]
    rows = {"network": maps, "truth": truth, "cheap": best}
    return Outcome(model, figures, map_sheet(asked.pictures[:_SHOWN], rows), baselines)


@torch.no_grad()
def predict(model: nn.Module, pictures: Tensor) -> Tensor:
    """Return a network's maps (B, S, S) of pictures (B, 1, S, S)."""
    return torch.cat([model(part)[:, 0] for part in torch.split(pictures, 50)])


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> Image.Image:  # noqa: ARG001
    """Return a picture with a map of where a reader would look."""
    picture = load_page(given, SCENES.size)
    return map_sheet(picture, {"network": predict(model, picture)})


# --- baselines ---------------------------------------------------------------------------------


def _rules(letters: LetterBank) -> Mapping[str, Sequence[Rule]]:
    """Return the baselines by name, each with the settings that are tried."""
    templates = mean_letters(letters, GROUPS)

    return {
        "ink, blurred": [partial(_ink, blur=blur) for blur in _BLURS],
        "difference of two blurs": [
            partial(_difference, blur=blur, wider=wider)
            for blur in _BLURS
            for wider in _BLURS
            if blur < wider
        ],
        "spectral residual": [partial(_residual, blur=blur) for blur in _BLURS],
        "template matching": [
            partial(_matched, templates=templates, blur=blur, power=power)
            for blur in _BLURS[1:4]
            for power in _POWERS
        ],
    }


def _ink(pictures: Tensor, blur: float) -> Tensor:
    return blurred(pictures[:, 0], blur)


def _difference(pictures: Tensor, blur: float, wider: float) -> Tensor:
    return (_ink(pictures, blur) - _ink(pictures, wider)).clamp_min(0)


def _residual(pictures: Tensor, blur: float) -> Tensor:
    return blurred(spectral_residual(pictures[:, 0]), blur)


def _matched(pictures: Tensor, templates: Sequence[Template], blur: float, power: float) -> Tensor:
    """Return maps (B, S, S) of how well templates fit, a power of it where they fit best."""
    maps = torch.zeros_like(pictures[:, 0])
    for canvas, picture in zip(maps, pictures, strict=True):
        found = match_templates(picture, templates)
        x, y = ((found.boxes[:, :2] + found.boxes[:, 2:]) / 2).long().unbind(1)
        canvas.index_put_((y.flip(0), x.flip(0)), found.scores.flip(0) ** power)  # the best is last
    return blurred(maps, blur)


def best_rule(tried: Sequence[Rule], known: Scenes) -> Rule:
    """Return the rule whose maps correlate best with the truth of some scenes."""
    truth = glances(known)
    return max(tried, key=lambda rule: correlation(rule(known.pictures), truth))


def blurred(maps: Tensor, deviation: float) -> Tensor:
    """Return maps (B, S, S) smoothed by a Gaussian; outside the picture all is 0."""
    reach = int(3 * deviation)
    steps = torch.arange(-reach, reach + 1.0)
    kernel = (-(steps**2) / (2 * deviation**2)).exp()
    kernel = kernel / kernel.sum()
    rows = functional.conv2d(maps[:, None], kernel[None, None, :, None], padding=(reach, 0))
    both = functional.conv2d(rows, kernel[None, None, None], padding=(0, reach))
    return both[:, 0]


def spectral_residual(maps: Tensor) -> Tensor:
    """Return how unusual each place is (Hou and Zhang 2007): (B, S, S) -> (B, S, S).

    What remains of the logarithm of the spectrum's amplitude after its local mean, with the phase
    unchanged, is transformed back and squared.
    """
    spectrum = torch.fft.fft2(maps)
    logarithm = spectrum.abs().clamp_min(1e-9).log()
    residual = logarithm - functional.avg_pool2d(logarithm[:, None], 3, 1, 1)[:, 0]
    back: Tensor = torch.fft.ifft2(torch.polar(residual.exp(), spectrum.angle()))
    return back.abs().square()
