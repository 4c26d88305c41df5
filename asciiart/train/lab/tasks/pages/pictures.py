"""Rendered pages: lines of words over a busy background, with the mask of the text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor
from torch.nn import functional

from asciiart.glyphs.font import Font
from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Samples
from asciiart.train.lab.data.word_parts import WordSplit, split_words

SIZE = 128
"""Side of a page in pixels."""
TEXT_SIZES = (18, 32)
"""Smallest and largest text size, in pixels per em."""
MARGIN = 3
"""Pixels around the ink that belong to text, so that the mask covers words and not strokes."""
_DRAWN_SIZE = 2 * SIZE
"""Side at which text is drawn, twice the page's, so that edges stay sharp when it is rotated."""
_STEEPEST = 6
"""Largest rotation of lines in degrees."""
_DARKEST_PAPER, _LIGHTEST_INK = 0.55, 0.2
_DEEPEST_SHADE = 0.55
_NOISE = 0.02

Layer = Callable[[ImageDraw.ImageDraw, np.random.Generator], None]


class Pages(NamedTuple):
    """A batch of pages."""

    pictures: Tensor
    """Colors (B, 3, H, W), 0 to 1."""
    truth: Tensor
    """Masks (B, H, W): 1 at most `MARGIN` pixels from one that text covers by more than half, else
    0."""


@cache
def words_of_names(*, validate: bool = False) -> WordSplit:
    """Return the words of Unicode names with 2 to 10 letters; see `split_words`."""
    names = (unicodedata.name(chr(code), "") for code in range(0x20, 0x3000))
    words = sorted({word for name in names for word in name.split() if word.isalpha()})
    fitting = [word.lower() for word in words if 2 <= len(word) <= 10]
    return split_words(fitting, validate=validate)


def draw_text(fonts: Sequence[Font], words: Sequence[str], random: np.random.Generator) -> Ink:
    """Return ink (H, W), 0 to 1, of lines of words, each line in its own font and size."""
    canvas = Image.new("L", (_DRAWN_SIZE, _DRAWN_SIZE))
    draw = ImageDraw.Draw(canvas)
    y = random.uniform(-10, 60)
    while y < _DRAWN_SIZE:
        size = 2 * random.uniform(*TEXT_SIZES)
        face = fonts[int(random.integers(len(fonts)))].face(size)
        change = (str.lower, str.title, str.upper)[int(random.integers(3))]
        line = " ".join(change(words[i]) for i in random.integers(len(words), size=6).tolist())
        x = random.uniform(-30, 60)
        draw.text((x, y + size), line, fill=255, font=face, anchor="ls")
        y += size * random.uniform(1.2, 2.0)
    turned = canvas.rotate(random.uniform(-_STEEPEST, _STEEPEST), Image.Resampling.BILINEAR)
    return np.asarray(turned.reduce(2), np.float32) / np.float32(255)


def _blotches(random: np.random.Generator, cells: int) -> Samples:
    """Return smooth values (H, W, 1), 0 to 1, with ``cells`` hills or valleys along each side."""
    coarse = random.integers(0, 256, (cells, cells), np.uint8)
    smooth = Image.fromarray(coarse).resize((SIZE, SIZE), Image.Resampling.BICUBIC)
    return np.asarray(smooth, np.float32)[..., None] / np.float32(255)


def _stroke(draw: ImageDraw.ImageDraw, random: np.random.Generator) -> None:
    """Draw a line, an arc, a frame or a scribble, as thin as text."""
    width = int(random.integers(2, 9))
    points = random.uniform(-20, _DRAWN_SIZE + 20, (4, 2))
    box = (*points[:2].min(0), *(points[:2].max(0) + 30))
    kind = random.integers(4)
    if kind == 0:
        draw.line(points[:2].ravel().tolist(), 255, width)
    elif kind == 1:
        start, end = random.uniform(0, 360, 2)
        draw.arc(box, start, end, 255, width)
    elif kind == 2:
        draw.rectangle(box, None, 255, width)
    else:
        draw.line(points.ravel().tolist(), 255, width, joint="curve")


def _blob(draw: ImageDraw.ImageDraw, random: np.random.Generator) -> None:
    """Draw a filled ellipse, a box or a triangle."""
    points = random.uniform(-20, _DRAWN_SIZE + 20, (3, 2))
    box = (*points[:2].min(0), *(points[:2].max(0) + 4))
    kind = random.integers(3)
    if kind == 0:
        draw.ellipse(box, 255)
    elif kind == 1:
        draw.rectangle(box, 255)
    else:
        draw.polygon(points.ravel().tolist(), 255)


def _drawn(layer: Layer, count: int, random: np.random.Generator) -> Ink:
    """Return the ink (H, W, 1), 0 to 1, of ``count`` strokes or blobs."""
    canvas = Image.new("L", (_DRAWN_SIZE, _DRAWN_SIZE))
    for _ in range(count):
        layer(ImageDraw.Draw(canvas), random)
    return np.asarray(canvas.reduce(2), np.float32)[..., None] / np.float32(255)


def _paper(random: np.random.Generator) -> Samples:
    """Return a light background (H, W, 3): a gradient, blotches, grain and blobs."""
    colors = random.uniform(_DARKEST_PAPER, 1, (4, 3))
    across = _blotches(random, 2)  # (H, W, 1)
    paper = colors[0] * across + colors[1] * (1 - across)
    blotched = _blotches(random, int(random.integers(4, 40))) * random.uniform(0, 0.8)
    paper += (colors[2] - paper) * blotched
    blobs = _drawn(_blob, int(random.integers(4)), random) * random.uniform(0.3, 1)
    return np.asarray(paper + (colors[3] - paper) * blobs, np.float32)


def draw_page(ink: Ink, random: np.random.Generator) -> Samples:
    """Return a page (H, W, 3), 0 to 1, with text of ``ink`` (H, W).

    Strokes in the text's color and in another one lie below the text, shade and noise above; every
    second page, on average, is light on dark.
    """
    page: NDArray[np.floating] = _paper(random)
    color = random.uniform(0, _LIGHTEST_INK, 3)
    for stroke_color in (color, random.uniform(0, 1, 3)):
        strokes = _drawn(_stroke, int(random.integers(4)), random)  # (H, W, 1)
        page = page + (stroke_color - page) * strokes
    page = page + (color - page) * ink[..., None]
    page = page * (1 - (1 - _DEEPEST_SHADE) * _blotches(random, 2))
    page = page if random.integers(2) else 1 - page
    return np.asarray(page + random.normal(0, _NOISE, page.shape), np.float32).clip(0, 1)


def spread(masks: Tensor) -> Tensor:
    """Return masks (B, H, W) of 0 and 1, dilated by `MARGIN` pixels."""
    wide = functional.max_pool2d(masks[:, None].float(), 2 * MARGIN + 1, 1, MARGIN)
    return wide[:, 0].long()  # (B, 1, H, W) -> (B, H, W)


def draw_pages(
    fonts: Sequence[Font], words: Sequence[str], count: int, random: np.random.Generator
) -> Pages:
    """Return ``count`` pages made by `draw_text` and `draw_page`."""
    inks = [draw_text(fonts, words, random) for _ in range(count)]
    pictures = np.stack([draw_page(ink, random) for ink in inks])  # (B, H, W, 3)
    truth = spread(torch.from_numpy(np.stack(inks) > 0.5))  # (B, H, W)
    return Pages(torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous(), truth)
