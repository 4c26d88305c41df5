"""Lab task: find text in fonts and words never seen, over a busy background."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.core.vision.segmentation import SegmentationNetwork, intersection_over_union
from asciiart.glyphs.font import Font
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.pages.pictures import Pages, draw_pages, spread, words_of_names
from asciiart.train.lab.sheet import sheet

BATCH = 8
"""Pages in each batch."""
ASKED = 64
"""Pages to test on."""
_SHOWN = 8
_NEIGHBORHOOD = 25
"""Side in pixels of the square whose mean the adaptive threshold subtracts."""
_LEVELS = 64
"""Bins of the histogram for Otsu's threshold."""


def page_batches(fonts: Sequence[Font], words: Sequence[str], seed: int) -> Callable[[int], Pages]:
    """Return a function from a step to new pages; none is seen twice."""
    return lambda step: draw_pages(fonts, words, BATCH, np.random.default_rng((seed, 1, step)))


def page_loss(network: nn.Module, pages: Pages) -> StepLoss:
    """Return the mean cross-entropy over all pixels, and the text's IoU as a score."""
    logits = network(pages.pictures)  # (B, 2, H, W)
    loss = functional.cross_entropy(logits, pages.truth)
    return StepLoss(loss, {"IoU": text_iou(logits.argmax(1), pages.truth)})


def text_iou(predicted: Tensor, truth: Tensor) -> float:
    """Return the IoU of text over the pixels of all pages; masks are (B, H, W) or (H, W)."""
    return float(intersection_over_union(predicted, truth, 2)[1].nan_to_num(0.0))


@torch.no_grad()
def find_text(network: nn.Module, pictures: Tensor) -> Tensor:
    """Return the masks (B, H, W) that a network predicts for pages (B, 3, H, W)."""
    device = next(network.parameters()).device
    parts = [network(part.to(device)).argmax(1).cpu() for part in torch.split(pictures, BATCH)]
    return torch.cat(parts)


def otsu_threshold(values: Tensor) -> float:
    """Return the threshold with the largest variance between the two classes (Otsu 1979).

    The bins lie between the smallest and the largest of ``values``, which have any shape.
    """
    low, high = float(values.min()), float(values.max())
    counts = torch.histc(values, _LEVELS, low, high)  # (64,)
    share = counts.cumsum(0) / counts.sum()  # (64,), of the lower group
    moment = (counts * torch.arange(_LEVELS)).cumsum(0) / counts.sum()  # (64,)
    between = (moment[-1] * share - moment) ** 2 / (share * (1 - share))  # 0 / 0 at the end
    best = int(between.nan_to_num(0.0, 0.0, 0.0).argmax())
    return low + (best + 1) * (high - low) / _LEVELS


def threshold_text(pictures: Tensor, truth: Tensor, *, adaptive: bool) -> Tensor:
    """Return masks (B, H, W) by Otsu's threshold, given for each page which side the text is on.

    With ``adaptive`` the threshold is applied to the difference from the mean of a pixel's
    neighborhood. The masks are dilated like those of the truth.
    """
    gray = pictures.mean(1, keepdim=True)  # (B, 3, H, W) -> (B, 1, H, W)
    if adaptive:
        around = (_NEIGHBORHOOD, 1, _NEIGHBORHOOD // 2)
        gray = gray - functional.avg_pool2d(gray, *around, count_include_pad=False)
    masks = []
    for values, true in zip(gray[:, 0], truth, strict=True):
        below = (values < otsu_threshold(values)).long()  # (H, W)
        sides = spread(torch.stack([below, 1 - below]))  # (2, H, W)
        masks.append(max(sides, key=lambda mask: text_iou(mask, true)))
    return torch.stack(masks)


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on pages with the training fonts; test on held-out fonts and words."""
    fonts, words = lesson.fonts(), words_of_names(validate=lesson.validate)
    model = lesson.build(lambda: SegmentationNetwork(2, width=8, depth=3, upsampling=network))
    config = TrainerConfig(steps=700, learning_rate=1e-2, optimizer="adamw", schedule="warm_cosine")
    batches = page_batches(fonts.training, words.training, lesson.seed)
    lesson.fit(model, batches, page_loss, config, title=f"pages, {network}")
    asked = draw_pages(
        fonts.held_out, words.held_out, ASKED, np.random.default_rng((lesson.seed, 2))
    )
    answers = find_text(model.eval(), asked.pictures)
    otsu = threshold_text(asked.pictures, asked.truth, adaptive=False)
    adaptive = threshold_text(asked.pictures, asked.truth, adaptive=True)
    figures = {
        "IoU": text_iou(answers, asked.truth),
        "IoU by Otsu's threshold": text_iou(otsu, asked.truth),
        "IoU by adaptive threshold": text_iou(adaptive, asked.truth),
        "share of text": float(asked.truth.float().mean()),
        "pages": float(ASKED),
    }
    return Outcome(model, figures, _picture(asked, answers, adaptive))


def _picture(asked: Pages, answers: Tensor, adaptive: Tensor) -> Image.Image:
    """Return pages, their truth, the network's answers and the threshold's, in four rows."""
    masks = (asked.truth, answers, adaptive)
    pictures = list(asked.pictures[:_SHOWN])
    captions = ["page"] * _SHOWN
    for name, mask in zip(("text", "network", "threshold"), masks, strict=True):
        pictures += [page.float()[None] for page in mask[:_SHOWN]]
        ious = map(text_iou, mask[:_SHOWN], asked.truth[:_SHOWN])
        captions += [f"{name}, IoU {iou:.2f}" for iou in ious]
    return sheet(pictures, captions, columns=_SHOWN, enlarge=1)
