"""Lab task: find text in fonts and words never seen, over a busy background."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.autoencoders.convolutional import UnpoolingAutoencoder
from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.core.vision.segmentation import SegmentationNetwork
from asciiart.core.vision.unet import UNet
from asciiart.glyphs.font import Font
from asciiart.io.pictures.image import load_image
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.sheet import sheet
from asciiart.train.lab.tasks.pages.pictures import SIZE, Pages, draw_pages, words_of_names
from asciiart.train.lab.tasks.pages.rules import LinearPixels, best_threshold, text_iou

BATCH = 8
"""Pages in each batch."""
ASKED = 64
"""Pages to test on."""
KNOWN = 32
"""Pages by which the baselines are tuned."""
_SHOWN = 8
_LONGEST = 4 * SIZE
"""Longest side in pixels of a picture that is tried."""
_VALIDATION_SEED = 1000
"""Number added to the seed for pages for validation."""


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001 - none needed
    """Return a network before training."""
    if network == "autoencoder":
        return UnpoolingAutoencoder((16, 32, 32), in_channels=3)
    if network == "unet":
        return UNet(2)
    return SegmentationNetwork(2, width=8, depth=3, upsampling=network)


def page_batches(fonts: Sequence[Font], words: Sequence[str], seed: int) -> Callable[[int], Pages]:
    """Return a function from a step to new pages; none is seen twice."""
    return lambda step: draw_pages(fonts, words, BATCH, np.random.default_rng((seed, 1, step)))


def page_loss(network: nn.Module, pages: Pages) -> StepLoss:
    """Return the mean cross-entropy over all pixels, and the text's IoU as a score.

    An autoencoder reconstructs the mask, in as many channels as the page has; its loss is the mean
    squared error.
    """
    if isinstance(network, UnpoolingAutoencoder):
        masks = pages.truth[:, None].expand_as(pages.pictures).float()  # (B, 3, H, W)
        return network.loss((pages.pictures, masks))
    logits = network(pages.pictures)  # (B, 2, H, W)
    loss = functional.cross_entropy(logits, pages.truth)
    return StepLoss(loss, {"IoU": text_iou(logits.argmax(1), pages.truth)})


@torch.no_grad()
def find_text(network: nn.Module, pictures: Tensor) -> Tensor:
    """Return the masks (B, H, W) that a network predicts for pages (B, 3, H, W)."""
    device = next(network.parameters()).device
    drawn = torch.cat([network(part.to(device)).cpu() for part in torch.split(pictures, BATCH)])
    if isinstance(network, UnpoolingAutoencoder):
        return (drawn.mean(1) > 0.5).long()  # (B, 3, H, W) -> (B, H, W)
    return drawn.argmax(1)  # (B, 2, H, W) -> (B, H, W)


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on pages with the training fonts; test on held-out fonts and words."""
    fonts, words = lesson.fonts(), words_of_names(validate=lesson.validate)
    model = lesson.build(lambda: build(network, {}))
    config = TrainerConfig(steps=700, learning_rate=1e-2, optimizer="adamw", schedule="warm_cosine")
    batches = page_batches(fonts.training, words.training, lesson.seed)
    lesson.fit(model, batches, page_loss, config, title=f"pages, {network}")
    seed = lesson.seed + _VALIDATION_SEED * lesson.validate
    asked = draw_pages(fonts.held_out, words.held_out, ASKED, np.random.default_rng((seed, 2)))
    known = draw_pages(fonts.training, words.training, KNOWN, np.random.default_rng((seed, 3)))
    answers = find_text(model.eval(), asked.pictures)
    rules = {
        "Otsu's threshold": best_threshold("otsu", known).masks(*asked),
        "adaptive threshold": best_threshold("adaptive", known).masks(*asked),
        "Sauvola's threshold": best_threshold("sauvola", known).masks(*asked),
        "logistic regression of local statistics": LinearPixels(known).masks(asked.pictures),
    }
    baselines = {name: text_iou(masks, asked.truth) for name, masks in rules.items()}
    figures = {
        "IoU": text_iou(answers, asked.truth),
        "share of text": float(asked.truth.float().mean()),
        "pages": float(ASKED),
    }
    best = max(baselines, key=baselines.__getitem__)
    samples = _picture(asked, {"text": asked.truth, "network": answers, "rule": rules[best]})
    return Outcome(model, figures, samples, baselines)


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> Image.Image:  # noqa: ARG001
    """Return a picture with the text that a network found in it in red.

    A picture is made smaller first, if it is larger than the network can take; text should then be
    18 to 32 pixels high.
    """
    picture = Image.fromarray(load_image(given, target=(_LONGEST, _LONGEST)).on(255))
    picture.thumbnail((_LONGEST, _LONGEST))
    picture = picture.resize((max(SIZE // 4, picture.width), max(SIZE // 4, picture.height)))
    colors = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None] / 255  # (1, 3, H, W)
    found = find_text(model, colors)[0, :, :, None].float()  # (H, W, 1)
    shown = colors[0].permute(1, 2, 0) * (1 - 0.5 * found) + found * torch.tensor([0.5, 0, 0])
    return Image.fromarray((shown * 255).round().to(torch.uint8).numpy())


def _picture(asked: Pages, masks: Mapping[str, Tensor]) -> Image.Image:
    """Return pages, and in further rows their masks by name, with the IoU of each."""
    pictures = list(asked.pictures[:_SHOWN])
    captions = ["page"] * _SHOWN
    for name, mask in masks.items():
        pictures += [page.float()[None] for page in mask[:_SHOWN]]
        ious = map(text_iou, mask[:_SHOWN], asked.truth[:_SHOWN])
        captions += [f"{name}, IoU {iou:.2f}" for iou in ious]
    return sheet(pictures, captions, columns=_SHOWN, enlarge=1)
