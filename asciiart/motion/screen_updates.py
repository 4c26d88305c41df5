"""Moving pictures, stage 7: the codes that change what a terminal shows into the next art.

Control functions are those of ECMA-48 (CUP, CUF, ED); xterm's private modes are in `fullscreen`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from asciiart.art.art import Art
from asciiart.art.formats.ansi import BACKGROUND, FOREGROUND, color_code
from asciiart.art.formats.color_layers import CLEAR, Numbers, number_layers
from asciiart.errors import OptionError
from asciiart.glyphs.charsets import BLANKS
from asciiart.io.pictures.arrays import Mask
from asciiart.io.terminal.color_mode import ColorMode

_CLEAR = "\x1b[0m\x1b[2J"
"""Codes that reset the colors and clear the screen."""
_PLAIN = "\x1b[0m"
"""Code that resets the colors."""
_KEPT = 1 << 16
"""Maximum number of colors whose codes are cached."""
_NO_COLOR = CLEAR
"""Marks cells without a color of their own: blanks, plain backgrounds, colorless art."""


class ScreenDiff:
    """Remembers what a terminal shows, so that only changes are sent."""

    def __init__(self, columns: int, rows: int, mode: ColorMode) -> None:
        """Take the terminal's size, to which arts are cropped, and its color mode."""
        self._columns, self._rows, self._mode = columns, rows, mode
        self._characters: NDArray[np.str_] | None = None
        self._inks: Numbers = np.zeros((0, 0), np.int64)
        self._papers: Numbers = self._inks
        self._codes: dict[tuple[int, int], str] = {}

    def update(self, art: Art) -> str:
        """Return the codes after which the terminal shows ``art`` in its top left corner.

        Raises
        ------
        OptionError
            If the art is typeset in a proportional font.
        """
        if art.typeset is not None:
            raise OptionError(f"{art.font.name}: a terminal needs a monospaced font")
        characters = art.characters[: self._rows, : self._columns]
        inks, papers = (part[: self._rows, : self._columns] for part in self._layers(art))
        codes = ""
        if self._characters is None or self._characters.shape != characters.shape:
            self._characters = np.full(characters.shape, " ")
            self._inks = self._papers = np.full(characters.shape, _NO_COLOR)
            codes = _CLEAR
        changed = (characters != self._characters) | (inks != self._inks) | (papers != self._papers)
        self._characters, self._inks, self._papers = characters, inks, papers
        return codes + self._sent(changed) if changed.any() else codes

    def _layers(self, art: Art) -> tuple[Numbers, Numbers]:
        """Return numbers (R, C) for the colors of characters and of their backgrounds."""
        layers = number_layers(art, self._mode)
        none = np.full(art.characters.shape, _NO_COLOR)
        if layers is None:
            return none, none
        bare = np.isin(art.characters, ["", *BLANKS])
        return np.where(bare, none, layers.ink), none if layers.paper is None else layers.paper

    def _sent(self, changed: Mask) -> str:
        assert self._characters is not None
        last = changed.shape[1] - 1
        texts = self._characters.tolist()
        inks, papers = self._inks.tolist(), self._papers.tolist()
        codes, at, ink, paper = [_PLAIN], (-1, -1), _NO_COLOR, _NO_COLOR
        for row, column in np.argwhere(changed).tolist():
            text = texts[row][column]
            wide = column < last and text != "" and texts[row][column + 1] == ""
            if not text or (column == last and _is_cut(text)):
                continue
            if at != (row, column):
                ahead = column - at[1]
                codes.append(f"\x1b[{ahead}C" if at[0] == row else f"\x1b[{row + 1};{column + 1}H")
            if inks[row][column] not in (ink, _NO_COLOR):
                ink = inks[row][column]
                codes.append(self._code(ink, FOREGROUND))
            if papers[row][column] != paper:
                paper = papers[row][column]
                codes.append(self._code(paper, BACKGROUND))
            codes.append(text)
            at = row, column + 1 + wide
        return "".join([*codes, _PLAIN])

    def _code(self, number: int, layer: int) -> str:
        """Return the code of a color, cached since frames have many colors in common."""
        if (number, layer) not in self._codes:
            if len(self._codes) > _KEPT:
                self._codes.clear()
            self._codes[number, layer] = f"\x1b[{color_code(number, self._mode, layer)}m"
        return self._codes[number, layer]


@lru_cache(1 << 12)
def _is_cut(text: str) -> bool:
    """Tell whether a character is too wide for the last column."""
    from wcwidth import wcwidth  # noqa: PLC0415 - slow to import

    return bool(wcwidth(text) > 1)
