"""What a user may ask of one drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from asciiart.errors import OptionError

Mode = Literal["tone", "structure"]
Background = Literal["dark", "light"]
Quality = Literal["fast", "good", "best"]
Palette = Literal["16", "256", "truecolor"]
Dither = Literal["none", "ordered", "diffusion", "noise"]
BrailleBlank = Literal["pattern", "space"]
Resample = Literal["auto", "nearest", "smooth"]
LevelChoice = Literal["auto", "film", "none"]
DEFAULT_DETAIL = 0.5
DEFAULT_MAX_PIXELS = 100_000_000
"""A picture with more pixels is refused before it is decoded, """
DEFAULT_MAX_UNREDUCED_PIXELS = 50_000_000
"""and one with more than these, if it is in a file that can only be decoded at its full size."""


@dataclass(frozen=True)
class Options:
    """Options of one drawing, checked when made.

    Raises
    ------
    OptionError
        If a value is out of its range or two contradict each other.
    """

    mode: Mode = "tone"
    """tone (brightness) or structure (outlines)."""
    structure: float | None = None
    """Instead of the mode: how much outlines count beside brightness; 0 (tone) to 1."""
    columns: int | None = None
    """Half-width characters in a line; in a proportional font, half ems."""
    width: int | None = None
    """Instead of columns: pixels of a line in a proportional font."""
    rows: int | None = None
    """Lines; with ``columns`` too, the picture is fitted inside both."""
    magnify: float | None = None
    """Instead of all: a picture's pixel becomes this many of a page whose rows are 16 high, or
    of a proportional font's."""
    font_size: int | None = None
    """Pixels per em of a proportional font; None for 16."""
    line_height: int | None = None
    """Pixels from row to row of a proportional font; None for its own, at least 9/8 em."""
    background: Background = "dark"
    """What the text will stand on."""
    contrast: float = 1.0
    """Multiplies differences from middle gray; 0 to 10."""
    brightness: float = 0.0
    """Is added; -1 to 1, of the range from black to white."""
    gamma: float = 1.0
    """Above 1 lightens, below 1 darkens the middle tones; 0.1 to 10."""
    levels: LevelChoice = "auto"
    """Which gray levels become black and white: the darkest and brightest of the picture (auto),
    of the film that it is from (also film, which reads the film through first), or 0 and 255
    (none)."""
    detail: float = DEFAULT_DETAIL
    """How much is kept: lines in structure, local contrast in tone; 0 to 1."""
    quality: Quality = "fast"
    """How much work goes into the page as a whole: fast, good or best."""
    fill: bool = False
    """Whether cells have two colors, ink and paper, chosen together with their characters."""
    palette: Palette = "truecolor"
    """The colors that a fill is made of."""
    dither: Dither = "none"
    """How few colors are mixed; and ink and none, where tone's characters are bits (braille,
    blocks). True colors, and other characters without color, are left as they are."""
    neighbors: int = 5
    """Alternatives kept for each cell, k; 1 to 64."""
    resample: Resample = "auto"
    """How a picture that is smaller than its page is enlarged: nearest keeps its pixels as squares
    of one color, smooth blends them; auto is nearest for pixel art (at most 64 x 64 pixels of at
    most 16 colors) in a fill, else smooth."""
    max_pixels: int | None = None
    """Pictures with more pixels are refused; at least 1. None for 100 million, or 50 million in
    files that cannot be decoded at a reduced size, all but JPEG."""
    strict: bool = False
    """Whether damaged files are refused that can be shown in whole or in part."""

    def __post_init__(self) -> None:
        """Check every value."""
        kinds = (
            ("mode", Mode),
            ("background", Background),
            ("quality", Quality),
            ("palette", Palette),
            ("dither", Dither),
            ("resample", Resample),
            ("levels", LevelChoice),
        )
        for name, kind in kinds:
            allowed = get_args(kind)
            if getattr(self, name) not in allowed:
                choices = " or ".join(allowed)
                raise OptionError(f"{name} must be {choices}, not {getattr(self, name)!r}", name)
        if self.columns is not None and self.width is not None:
            raise OptionError("width cannot be combined with columns", "width", "columns")
        if self.fill and "structure" in self.shares:
            raise OptionError(
                "fill shows brightness and color, and cannot be combined with lines", "fill"
            )
        if self.fill and self.detail != DEFAULT_DETAIL:
            raise OptionError(
                "fill keeps every detail, and cannot be combined with detail", "fill", "detail"
            )
        if self.fill and self.quality != "fast":
            raise OptionError(
                "fill finds the best characters at once, and cannot be combined with quality "
                f"{self.quality}",
                "fill",
                "quality",
            )
        ranges = (
            ("structure", 0.0, 1.0),
            ("contrast", 0.0, 10.0),
            ("brightness", -1.0, 1.0),
            ("gamma", 0.1, 10.0),
            ("detail", 0.0, 1.0),
            ("neighbors", 1, 64),
            ("max_pixels", 1, math.inf),
        )
        for name, low, high in ranges:
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and low <= value <= high):
                limits = f"from {low:g} to {high:g}" if high < math.inf else f"at least {low:g}"
                raise OptionError(f"{name} must be {limits}, not {value}", name)

    @property
    def shares(self) -> dict[Mode, float]:
        """How much each mode counts; those that do not count are absent."""
        structure = float(self.mode == "structure") if self.structure is None else self.structure
        shares: dict[Mode, float] = {"tone": 1 - structure, "structure": structure}
        return {mode: share for mode, share in shares.items() if share > 0}
