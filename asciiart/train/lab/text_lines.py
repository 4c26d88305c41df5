"""Lines of words, drawn with fonts, as strips of ink."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from asciiart.glyphs.font import Font
from asciiart.glyphs.rasterize import Ink
from asciiart.train.lab.word_parts import WordSplit, split_words

HEIGHT, WIDTH = 32, 128
"""Size of a strip in pixels."""
TEXT_SIZES = (16, 24)
"""Smallest and largest text size, in pixels per em."""
_WORDS = 12
"""More words than any strip has room for."""


@cache
def words_of_names(*, validate: bool = False) -> WordSplit:
    """Return the words of Unicode names with 2 to 10 letters, in lower case; see `split_words`."""
    names = (unicodedata.name(chr(code), "") for code in range(0x20, 0x3000))
    words = sorted({word for name in names for word in name.split() if word.isalpha()})
    fitting = [word.lower() for word in words if 2 <= len(word) <= 10]
    return split_words(fitting, validate=validate)


def draw_line(font: Font, words: Sequence[str], random: np.random.Generator) -> Ink:
    """Return the ink (H, W), 0 to 1, of a line of random words, at a random size and place."""
    size = random.uniform(*TEXT_SIZES)
    change = (str.lower, str.title, str.upper)[int(random.integers(3))]
    line = " ".join(change(words[i]) for i in random.integers(len(words), size=_WORDS).tolist())
    canvas = Image.new("L", (WIDTH, HEIGHT))
    place = (random.uniform(-size, 0), random.uniform(0.6, 0.9) * HEIGHT)
    ImageDraw.Draw(canvas).text(place, line, fill=255, font=font.face(size), anchor="ls")
    return np.asarray(canvas, np.float32) / np.float32(255)


def text_lines(fonts: Sequence[Font], words: Sequence[str], count: int, seed: int) -> Tensor:
    """Return the ink (count, 1, H, W), 0 to 1, of lines of words, in one font after the other."""
    random = np.random.default_rng(seed)
    lines = [draw_line(fonts[i % len(fonts)], words, random) for i in range(count)]
    return torch.from_numpy(np.stack(lines))[:, None]  # (B, H, W) -> (B, 1, H, W)
