"""Letters of any size, place and slant, hidden among strokes and pieces of other letters."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from asciiart.core.learning.augmentation import Compose, GaussianNoise, Rotate, Scale, Translate
from asciiart.glyphs.font import Font
from asciiart.train.lab.data.drawn_letters import Letters, letters_of

SIZE = 24
"""Side of a picture in pixels."""
_LETTER = Compose((Scale((0.65, 1.05)), Rotate((-15, 15)), Translate((-0.2, 0.2), (-0.17, 0.2))))
_PIECE = Compose((Scale((0.7, 1.0)), Rotate((-180, 180)), Translate((-0.4, 0.4), (-0.4, 0.4))))
_NOISE = GaussianNoise(0.06, clip=True)
_STROKES = 200
"""Number of different strokes."""
_PIECES = 2
"""Number of pieces in each picture; each is a stroke or a part of a letter."""
_WINDOW = 7
"""Side of the window through which a part of a letter is seen."""
_FAINTEST = 0.55
"""Least ink of a letter or piece."""
_ENLARGED = 4
"""Supersampling factor at which strokes are drawn, for soft edges."""


class LetterHider:
    """Makes pictures of hidden letters; the pieces that hide them are of the same fonts."""

    def __init__(self, fonts: Sequence[Font], characters: str, *, seed: int = 0) -> None:
        self.letters = letters_of(fonts, characters, SIZE)
        self.strokes = _draw_strokes(seed)  # (M, 1, S, S)

    def __call__(self, count: int, seed: int) -> Letters:
        """Return ``count`` pictures of random letters, which depend on the seed alone."""
        random = torch.Generator().manual_seed(seed)
        return self.hide(torch.randint(len(self.letters.labels), (count,), generator=random), seed)

    def hide(self, chosen: Tensor, seed: int) -> Letters:
        """Return the letters of the given numbers (B,), each hidden in a picture."""
        random = torch.Generator().manual_seed(seed)
        letters = _LETTER(self.letters.pictures[chosen], random)  # (B, 1, S, S)
        parts = [letters, *(self._pieces(len(chosen), random) for _ in range(_PIECES))]
        inks = torch.cat(parts, 1)  # (B, 1 + pieces, S, S)
        strength = torch.rand(*inks.shape[:2], 1, 1, generator=random)
        inks = inks * (_FAINTEST + (1 - _FAINTEST) * strength)
        pictures = _NOISE(inks.amax(1, keepdim=True), random)  # (B, 1, S, S)
        return Letters(pictures, self.letters.labels[chosen], self.letters.fonts[chosen])

    def _pieces(self, count: int, random: torch.Generator) -> Tensor:
        """Return one piece (B, 1, S, S) for each picture: a stroke or a part of a letter."""
        strokes = self.strokes[torch.randint(_STROKES, (count,), generator=random)]
        letters = self.letters.pictures
        letters = letters[torch.randint(len(letters), (count,), generator=random)]
        corners = torch.randint(4, SIZE - _WINDOW - 4, (count, 2, 1), generator=random)
        near = torch.arange(SIZE) - corners  # (B, 2, S)
        inside = (near >= 0) & (near < _WINDOW)
        parts = letters * (inside[:, 0, :, None] & inside[:, 1, None, :])[:, None]
        is_stroke = torch.rand(count, 1, 1, 1, generator=random) < 0.5
        return _PIECE(torch.where(is_stroke, strokes, parts), random)


def letter_batches(hider: LetterHider, count: int, seed: int) -> Callable[[int], Letters]:
    """Return a function from a step to new pictures."""
    return lambda step: hider(count, hash((seed, step)) % 2**63)


def _draw_strokes(seed: int) -> Tensor:
    """Return straight and bent strokes (M, 1, S, S)."""
    random = np.random.default_rng(seed)
    middle = SIZE * _ENLARGED / 2
    strokes = np.empty((_STROKES, 1, SIZE, SIZE), np.float32)
    for stroke in strokes:
        canvas = Image.new("L", (SIZE * _ENLARGED,) * 2)
        draw = ImageDraw.Draw(canvas)
        width, reach = int(random.uniform(1, 3.5) * _ENLARGED), random.uniform(0.2, 0.6) * middle
        if random.random() < 0.5:
            draw.line((middle - reach, middle, middle + reach, middle), 255, width)
        else:
            box = (middle - reach, middle - reach, middle + reach, middle + reach)
            draw.arc(box, 0, math.degrees(random.uniform(1, 3)), 255, width)
        stroke[0] = np.asarray(canvas.reduce(_ENLARGED), np.float32) / 255
    return torch.from_numpy(strokes)
