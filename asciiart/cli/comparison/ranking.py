"""Which font and characters draw some pictures best: all of them draw all, and are ranked."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from asciiart.art.art import Art
from asciiart.errors import AsciiArtError, FontError, ImageError
from asciiart.glyphs.grid import Cell, fit_grid
from asciiart.io.addresses import is_address
from asciiart.io.files.assets import available_fonts
from asciiart.io.pictures.image import Picture, Source, load_image
from asciiart.io.pictures.sources import name_source, open_source
from asciiart.matching.layout import PageCheck
from asciiart.matching.metrics import StructureFidelity, ToneFidelity, score_characters
from asciiart.options import Background, Mode, Options
from asciiart.page.drawing_lines import is_drawing
from asciiart.page.ink_page import brightness_on_page, on_page, to_page
from asciiart.pipeline import DEFAULT_CHARSET, DEFAULT_COLUMNS, DEFAULT_MODEL, Artist

Gray = NDArray[np.float32]
Name = str | Path
Faithfulness = StructureFidelity | ToneFidelity
"""The figures of a mode."""
Guard = Callable[[str], AbstractContextManager[None]]
"""Makes what a picture, which it is told, is drawn inside of; it may raise ImageError."""

_CELL = Cell(height=16, width=8, aspect=2.0, unit=8)
"""Of the page on which a picture's lines are found: no font's own, so that all have the same."""
_SHOWN_SIZE = 1280
"""Pixels of a picture's longer side that are kept to be shown."""
_BLANK = np.full((8, 8), 255, np.uint8)
"""A picture whose drawing loads what drawing needs."""


class Thumbnail(NamedTuple):
    """A picture that was drawn."""

    name: str
    """What messages call it."""
    rgb: NDArray[np.uint8]
    """(H, W, 3), reduced if it was large."""


class Measurement(NamedTuple):
    """One picture, drawn with one font and charset."""

    art: Art
    """The drawing."""
    fidelity: Faithfulness
    """How faithful it is."""
    seconds: float
    """How long it took, with font and model loaded."""


@dataclass(frozen=True, eq=False)
class Entry:
    """What one font and charset made of all pictures."""

    font: str
    """As it was asked for."""
    charset: str
    """As it was asked for."""
    trials: tuple[Measurement, ...]
    """One for each picture, in order; at least one."""

    @property
    def fidelity(self) -> Faithfulness:
        """The mean of each figure over the pictures."""
        figures = [trial.fidelity for trial in self.trials]
        return type(figures[0])(*np.mean(figures, axis=0).tolist())

    @property
    def score(self) -> float:
        """What entries are ranked by; see `score_of`."""
        return score_of(self.fidelity)

    @property
    def available(self) -> int:
        """How many characters there were to choose from: those of the charset in the font."""
        return len(self.trials[0].art.glyphs)

    @property
    def used(self) -> int:
        """How many of them were used."""
        used = {c for trial in self.trials for c in np.unique(trial.art.characters).tolist()}
        return len(used - {""})

    @property
    def seconds(self) -> float:
        """The mean time of a drawing."""
        return sum(trial.seconds for trial in self.trials) / len(self.trials)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Fonts and charsets, ranked by how faithfully they draw pictures."""

    mode: Mode
    """What was drawn: tone or structure."""
    pictures: tuple[Thumbnail, ...]
    """Those that could be read, in order."""
    entries: tuple[Entry, ...]
    """The best first, in the order that was asked for where they are equal: by charset, then by
    font. None if there is no picture."""
    failures: tuple[AsciiArtError, ...]
    """Why a font or a picture is missing."""


class _Contestant(NamedTuple):
    """A font and a charset that can draw."""

    font: str
    charset: str
    artist: Artist


class _Subject(NamedTuple):
    """A picture and its drawings."""

    shown: Thumbnail
    trials: tuple[Measurement, ...]
    """One of each contestant."""


def score_of(fidelity: Faithfulness) -> float:
    """Return one number for a mode's figures: oriented F, or the mean of tone r and detail r."""
    if isinstance(fidelity, StructureFidelity):
        return fidelity.f
    return (fidelity.r + fidelity.detail) / 2


def compare(
    pictures: Sequence[Name],
    fonts: Sequence[Name],
    charsets: Sequence[str],
    options: Options,
    *,
    model: Name = DEFAULT_MODEL,
    guard: Guard = lambda _: nullcontext(),
) -> Comparison:
    """Draw every picture with every font and charset, and rank these by their mean score.

    Without ``fonts`` these are the bundled ones that have the characters, without ``charsets``
    ascii. ``options`` are the same for all; ``columns`` is the size that suits every kind of font.
    What cannot be drawn is left out and named in the result. ``guard`` is entered for each picture.

    Structure is measured against a line drawing's own strokes, and against the lines that drawing
    finds where the picture is none; tone against the picture's brightness.

    Raises
    ------
    FontError
        If there is no such font.
    ModelError
        If there is no such model.
    OptionError
        If a charset is unknown, or the options make no sense for a picture or font.
    """
    contestants = [
        _Contestant(font, charset, Artist(font=font, charset=charset, model=model))
        for charset in dict.fromkeys(charsets or (DEFAULT_CHARSET,))
        for font in dict.fromkeys(map(str, fonts or available_fonts()))
    ]
    refusals = [_refusal(each, options, guard) for each in contestants]
    pairs = list(zip(contestants, refusals, strict=True))
    able = [each for each, refusal in pairs if refusal is None]
    served = {each.charset for each in able}
    failures: list[AsciiArtError] = [
        refusal
        for each, refusal in pairs
        if refusal is not None and (fonts or each.charset not in served)
    ]
    subjects = []
    for source in dict.fromkeys(map(str, pictures)) if able else ():
        try:
            with guard(source):
                subject = _judge(source, able, options)
            subjects.append(subject)
        except ImageError as error:
            failures.append(error)
    entries = [
        Entry(each.font, each.charset, tuple(subject.trials[i] for subject in subjects))
        for i, each in enumerate(able if subjects else ())
    ]
    ranked = sorted(entries, key=lambda entry: -entry.score)
    shown = tuple(subject.shown for subject in subjects)
    return Comparison(options.mode, shown, tuple(ranked), tuple(failures))


def _refusal(contestant: _Contestant, options: Options, guard: Guard) -> AsciiArtError | None:
    """Let a contestant load all that drawing needs; return why it cannot draw, None if it can."""
    try:
        with guard(contestant.font):
            contestant.artist.draw_with(_BLANK, options)
    except FontError as error:
        return FontError(f"charset {contestant.charset!r}: {error}")
    except ImageError as error:  # the guard's
        return error
    return None


def _judge(source: str, contestants: Sequence[_Contestant], options: Options) -> _Subject:
    """Return a picture drawn by all.

    Raises
    ------
    ImageError
        If it cannot be read.
    """
    again = _rereadable(source)
    check = PageCheck(source, options.columns or DEFAULT_COLUMNS, options, _CELL)
    picture = load_image(
        again, max_pixels=options.max_pixels, check_shape=check, strict=options.strict
    )
    gray = _reference(picture, options)
    trials = []
    for each in contestants:
        start = time.perf_counter()
        art = each.artist.draw_with(again, options)
        seconds = time.perf_counter() - start
        trials.append(Measurement(art, _measure(art, gray), seconds))
    return _Subject(_shown(picture, options.background), tuple(trials))


def _rereadable(source: str) -> Source:
    """Return what can be read more than once: the file's name, or the content of what is none."""
    if source != "-" and not is_address(source) and not Path(source).is_fifo():
        return source
    name = name_source(source)
    with open_source(source, name) as opened:
        file = BytesIO(opened.read())
    file.name = name
    return file


def _shown(picture: Picture, background: Background) -> Thumbnail:
    image = Image.fromarray(on_page(picture, background))
    image.thumbnail((_SHOWN_SIZE, _SHOWN_SIZE))
    return Thumbnail(picture.name, np.asarray(image))


def _reference(picture: Picture, options: Options) -> Gray:
    """Return what drawings of a picture are measured against, (H, W) in [0, 1].

    In structure, 0 = stroke: a drawing's own, whatever the page, or lines found in the picture.
    """
    if options.mode == "tone":
        return brightness_on_page(picture, options.background)
    gray = brightness_on_page(picture, "light")
    grid = fit_grid(gray.shape[0], gray.shape[1], _CELL, columns=options.columns or DEFAULT_COLUMNS)
    height, width = grid.page_shape
    page = cv2.resize(gray, (width, height), interpolation=cv2.INTER_AREA)
    if is_drawing(np.asarray(page), 2 * _CELL.unit):
        return gray
    return 1 - to_page(picture, grid, "structure", options, density=1.0).ink


def _measure(art: Art, gray: Gray) -> Faithfulness:
    fidelity = score_characters(
        gray, art.characters, art.font, art.typeset, art.background, placement=art.placement
    )
    return fidelity.tone if art.mode == "tone" else fidelity.structure
