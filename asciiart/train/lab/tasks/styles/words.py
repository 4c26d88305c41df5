"""Pictures of words, set in fonts of known styles."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from asciiart.core.learning.augmentation import Compose, GaussianNoise, Rotate, Scale, Translate
from asciiart.glyphs.font import Font
from asciiart.train.lab.data.drawn_letters import Letters
from asciiart.train.lab.tasks.styles.families import StyledFonts

HEIGHT, WIDTH = 24, 72
"""Sides of a picture in pixels."""
_CAPITALS = (9.0, 14.0)
"""Least and greatest height of a capital in pixels."""
_BASELINE = 17
_MARGIN = 4
_FAINTEST = 0.6
_ALTER = Compose((Scale((0.9, 1.1)), Rotate((-3, 3)), Translate((-0.05, 0.05), (-0.1, 0.1))))
_NOISE = GaussianNoise(0.08, clip=True)
_NAMED = range(0x21, 0x3000)
_LENGTHS = range(4, 10)


def known_words() -> tuple[str, ...]:
    """Return words of 4 to 9 letters from the names of Unicode, with a capital, in order."""
    words = {
        word.capitalize()
        for code in _NAMED
        for word in unicodedata.name(chr(code), "").split()
        if word.isalpha() and len(word) in _LENGTHS
    }
    return tuple(sorted(words))


def draw_word(font: Font, word: str, capital: float) -> np.ndarray:
    """Return the ink (HEIGHT, WIDTH), 0 to 1, of a word with capitals of a height in pixels.

    What does not fit is cut off on the right.
    """
    top, bottom = font.face().getbbox("H", anchor="ls")[1::2]
    face = font.face(capital / max(1.0, bottom - top) * font.size)
    canvas = Image.new("L", (WIDTH, HEIGHT))
    ImageDraw.Draw(canvas).text((_MARGIN, _BASELINE), word, fill=255, font=face, anchor="ls")
    return np.asarray(canvas, np.float32) / 255


class WordSetter:
    """Makes pictures of words in fonts of known styles."""

    def __init__(
        self, found: StyledFonts, words: Sequence[str], *, each: int = 40, seed: int = 0
    ) -> None:
        """Draw ``each`` words with every font."""
        random = np.random.default_rng(seed)
        inks = [
            draw_word(font, words[int(random.integers(len(words)))], random.uniform(*_CAPITALS))
            for font in found.fonts
            for _ in range(each)
        ]
        styles = torch.tensor(found.styles).repeat_interleave(each)
        owners = torch.arange(len(found.fonts)).repeat_interleave(each)
        self.drawn = Letters(torch.from_numpy(np.stack(inks))[:, None], styles, owners)
        counts = styles.bincount(minlength=int(styles.max()) + 1)
        self._shares = 1 / counts[styles]  # every style as often as any other

    def __call__(self, count: int, seed: int) -> tuple[Tensor, Tensor]:
        """Return ``count`` pictures (B, 1, HEIGHT, WIDTH) and their styles (B,)."""
        random = torch.Generator().manual_seed(seed)
        chosen = torch.multinomial(self._shares, count, replacement=True, generator=random)
        pictures = _ALTER(self.drawn.pictures[chosen], random)
        strength = torch.rand(count, 1, 1, 1, generator=random)
        pictures = pictures * (_FAINTEST + (1 - _FAINTEST) * strength)
        return _NOISE(pictures, random), self.drawn.labels[chosen]


def word_batches(
    setter: WordSetter, count: int, seed: int
) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Return a function from a step to new pictures and their styles."""
    return lambda step: setter(count, hash((seed, step)) % 2**63)
