"""Moving pictures, stage 7: what a terminal shows -> the codes that make it show the next art.

Control functions are those of ECMA-48 (CUP, CUF, ED); xterm's private modes are in `fullscreen`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from asciiart.art import Art
from asciiart.color import ColorMode, ink_colors, nearest_palette
from asciiart.errors import OptionError
from asciiart.render.ansi import foreground
from asciiart.render.layers import pack

_CLEAR = "\x1b[0m\x1b[2J"
_PLAIN = "\x1b[0m"
_KEPT = 1 << 16
"""Colors whose codes are kept."""
_NO_COLOR = -1
"""The color of blanks, and of all where there are no colors."""


class Screen:
    """Remembers what a terminal shows, so that only what changes is sent."""

    def __init__(self, columns: int, rows: int, mode: ColorMode) -> None:
        """Take the terminal's size, to which arts are cut, and what colors it shows."""
        self._columns, self._rows, self._mode = columns, rows, mode
        self._characters: NDArray[np.str_] | None = None
        self._numbers = np.zeros((0, 0), np.int64)
        self._codes: dict[int, str] = {}

    def update(self, art: Art) -> str:
        """Return the codes after which the terminal shows ``art``, at its left and top.

        Raises
        ------
        OptionError
            If the art is typeset in a proportional font.
        """
        if art.typeset is not None:
            raise OptionError(f"{art.font.name}: a terminal needs a monospaced font")
        characters = art.characters[: self._rows, : self._columns]
        numbers = self._numbered(art)[: self._rows, : self._columns]
        codes = ""
        if self._characters is None or self._characters.shape != characters.shape:
            self._characters = np.full(characters.shape, " ")
            self._numbers = np.full(characters.shape, _NO_COLOR)
            codes = _CLEAR
        changed = (characters != self._characters) | (numbers != self._numbers)
        self._characters, self._numbers = characters, numbers
        return codes + self._sent(changed) if changed.any() else codes

    def _numbered(self, art: Art) -> NDArray[np.int64]:
        """Return a number (R, C) for each character's color, -1 for none."""
        if self._mode is ColorMode.NONE:
            return np.full(art.characters.shape, _NO_COLOR)
        colors = ink_colors(art)
        palette = self._mode is not ColorMode.TRUECOLOR
        numbers = nearest_palette(colors, self._mode).astype(np.int64) if palette else pack(colors)  # type: ignore[arg-type]
        return np.where((art.characters == " ") | (art.characters == ""), _NO_COLOR, numbers)

    def _sent(self, changed: NDArray[np.bool_]) -> str:
        assert self._characters is not None
        last = changed.shape[1] - 1
        texts, numbers = self._characters.tolist(), self._numbers.tolist()
        if len(self._codes) > _KEPT:
            self._codes.clear()
        codes, at, current = [_PLAIN], (-1, -1), _NO_COLOR
        for row, column in np.argwhere(changed).tolist():
            text = texts[row][column]
            wide = column < last and text != "" and texts[row][column + 1] == ""
            if not text or (column == last and _is_cut(text)):
                continue
            if at != (row, column):
                ahead = column - at[1]
                codes.append(f"\x1b[{ahead}C" if at[0] == row else f"\x1b[{row + 1};{column + 1}H")
            number = numbers[row][column]
            if number not in (current, _NO_COLOR):
                if number not in self._codes:
                    self._codes[number] = f"\x1b[{foreground(number, self._mode)}m"
                codes.append(self._codes[number])
                current = number
            codes.append(text)
            at = row, column + 1 + wide
        return "".join([*codes, _PLAIN])


@lru_cache(1 << 12)
def _is_cut(text: str) -> bool:
    """Tell whether a character in the last column has no room there."""
    from wcwidth import wcwidth  # noqa: PLC0415 - slow to import

    return bool(wcwidth(text) > 1)
