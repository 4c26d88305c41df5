"""Ranking fonts and charsets by how faithfully they draw some pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

from asciiart.art.art import Art
from asciiart.errors import AsciiArtError, FontError, ImageError
from asciiart.glyphs.grid import Cell, fit_grid
from asciiart.io.files.assets import available_fonts
from asciiart.io.pictures.arrays import Gray, Pixels
from asciiart.io.pictures.edits import edit
from asciiart.io.pictures.image import Picture, load_image
from asciiart.io.pictures.sources import rereadable
from asciiart.matching.layout import PageCheck
from asciiart.matching.metrics import StructureFidelity, ToneFidelity, score_characters
from asciiart.motion.frames import pixels_of
from asciiart.options import (
    DEFAULT_CHARSET,
    DEFAULT_COLUMNS,
    ArtistOptions,
    Background,
    Mode,
    Options,
)
from asciiart.page.cell_colors import brightness_on_page, on_page
from asciiart.page.drawing_lines import is_drawing
from asciiart.page.ink_page import to_page
from asciiart.page.subject import show_subject
from asciiart.pipeline import Artist

Name = str | Path
Faithfulness = StructureFidelity | ToneFidelity
"""The figures of one drawing in its mode, each 1 if perfect."""
Guard = Callable[[str], AbstractContextManager[None]]
"""Makes the context in which the named picture is drawn; the context may raise ImageError."""

_CELL = Cell(height=16, width=8, aspect=2.0, unit=8)
"""Cell of the page on which lines are found in a picture, the same for all fonts."""
_SHOWN_SIZE = 1280
"""Longer side of a thumbnail, in pixels."""
_BLANK = np.full((8, 8), 255, np.uint8)
"""A blank picture, drawn first so that fonts and networks are loaded."""


class Thumbnail(NamedTuple):
    """A picture, perhaps cropped, reduced in size, to be shown beside its drawings."""

    name: str
    """Its name in messages."""
    rgb: Pixels
    """Its pixels (H, W, 3) on the page's background."""


class Measurement(NamedTuple):
    """One picture, drawn with one font and charset."""

    art: Art
    """The drawing."""
    fidelity: Faithfulness
    """Its figures."""
    seconds: float
    """Time to draw it, with font and model already loaded."""


@dataclass(frozen=True, eq=False)
class Entry:
    """The drawings of all pictures with one font and charset."""

    font: str
    """Name or file of the font, as given."""
    charset: str
    """Name of the charset, as given."""
    measurements: tuple[Measurement, ...]
    """One per picture, in order; at least one."""

    @property
    def fidelity(self) -> Faithfulness:
        """The mean of each figure over the pictures."""
        figures = [each.fidelity for each in self.measurements]
        return type(figures[0])(*np.mean(figures, axis=0).tolist())

    @property
    def score(self) -> float:
        """The number by which entries are ranked; see `score_of`."""
        return score_of(self.fidelity)

    @property
    def available(self) -> int:
        """Number of characters to choose from: those of the charset that the font has."""
        return len(self.measurements[0].art.glyphs)

    @property
    def used(self) -> int:
        """Number of different characters in the drawings."""
        used = {c for each in self.measurements for c in np.unique(each.art.characters).tolist()}
        return len(used - {""})

    @property
    def seconds(self) -> float:
        """Mean time of a drawing."""
        return sum(each.seconds for each in self.measurements) / len(self.measurements)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Fonts and charsets, ranked by how faithfully they draw pictures."""

    mode: Mode
    """The mode of all drawings."""
    pictures: tuple[Thumbnail, ...]
    """The pictures that could be read, in order."""
    entries: tuple[Entry, ...]
    """Best first; equal ones in the order given, by charset, then by font. Empty if no picture
    could be read."""
    failures: tuple[AsciiArtError, ...]
    """Errors that explain why a font or a picture is missing."""


class _Contestant(NamedTuple):
    """A font and a charset, with their artist."""

    font: str
    charset: str
    artist: Artist


class _Subject(NamedTuple):
    """A picture and its drawings."""

    thumbnail: Thumbnail
    measurements: tuple[Measurement, ...]
    """One per contestant."""


def score_of(fidelity: Faithfulness) -> float:
    """Return the figures as one number: oriented F, or the mean of tone r and detail r."""
    if isinstance(fidelity, StructureFidelity):
        return fidelity.f
    return (fidelity.r + fidelity.detail) / 2


def compare(
    pictures: Sequence[Name],
    fonts: Sequence[Name],
    charsets: Sequence[str],
    options: Options,
    *,
    model: Name = ArtistOptions.model,
    guard: Guard = lambda _: nullcontext(),
) -> Comparison:
    """Draw every picture with every font and charset, and rank these by their mean score.

    The default of ``fonts`` is every bundled font that has the characters, and that of
    ``charsets`` is ascii. ``options`` apply to all drawings; only ``columns`` is a size that suits
    every kind of font. Fonts and pictures that cannot be drawn are left out and listed among the
    failures. ``guard`` is entered for each picture.

    Structure is measured against the strokes of a line drawing or, for any other picture, against
    the lines found in it; tone is measured against the picture's brightness. A picture that is
    cropped is cut once, so that all drawings show the same part of it.

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
    refused = [
        refusal
        for each, refusal in pairs
        if refusal is not None and (fonts or each.charset not in served)
    ]
    subjects, unread = _subjects(pictures if able else (), able, options, guard)
    ranked = _rank(able, subjects) if subjects else ()
    thumbnails = tuple(subject.thumbnail for subject in subjects)
    return Comparison(options.settled_mode, thumbnails, ranked, (*refused, *unread))


def _rank(contestants: Sequence[_Contestant], subjects: Sequence[_Subject]) -> tuple[Entry, ...]:
    """Return an entry for each contestant, best first; equal ones keep their order."""
    entries = (
        Entry(each.font, each.charset, tuple(subject.measurements[i] for subject in subjects))
        for i, each in enumerate(contestants)
    )
    return tuple(sorted(entries, key=lambda entry: -entry.score))


def _refusal(contestant: _Contestant, options: Options, guard: Guard) -> AsciiArtError | None:
    """Load all that a contestant needs, and return why it cannot draw, or None if it can."""
    try:
        with guard(contestant.font):
            contestant.artist.draw_with(_BLANK, options)
    except FontError as error:
        return FontError(f"charset {contestant.charset!r}: {error}")
    except ImageError as error:  # raised by the guard
        return error
    return None


def _subjects(
    pictures: Sequence[Name], contestants: Sequence[_Contestant], options: Options, guard: Guard
) -> tuple[list[_Subject], list[ImageError]]:
    """Return the pictures, each once, with their drawings, and why others cannot be read."""
    subjects, failures = [], []
    for source in dict.fromkeys(map(str, pictures)):
        try:
            with guard(source):
                subject = _measure_all(source, contestants, options)
            subjects.append(subject)
        except ImageError as error:
            failures.append(error)
    return subjects, failures


def _measure_all(source: str, contestants: Sequence[_Contestant], options: Options) -> _Subject:
    """Return a picture drawn and measured with all contestants.

    Raises
    ------
    ImageError
        If it cannot be read.
    """
    again = rereadable(source)
    check = PageCheck(source, options.columns or DEFAULT_COLUMNS, options, _CELL)
    whole = options.crop == "none" and not options.is_edited
    picture = load_image(
        again,
        max_pixels=options.max_pixels,
        check_shape=check if whole else None,
        strict=options.strict,
    )
    if not whole:
        picture = show_subject(edit(picture, options), options).picture
        check(*picture.rgb.shape[:2])
        options = replace(options.unedited(), crop="none")
        again = Image.fromarray(pixels_of(picture))
    gray = _reference(picture, options)
    measurements = []
    for each in contestants:
        start = time.perf_counter()
        art = each.artist.draw_with(again, options, name=picture.name)
        seconds = time.perf_counter() - start
        measurements.append(Measurement(art, _measure(art, gray), seconds))
    return _Subject(_thumbnail(picture, options.background), tuple(measurements))


def _thumbnail(picture: Picture, background: Background) -> Thumbnail:
    image = Image.fromarray(on_page(picture, background))
    image.thumbnail((_SHOWN_SIZE, _SHOWN_SIZE))
    return Thumbnail(picture.name, np.asarray(image))


def _reference(picture: Picture, options: Options) -> Gray:
    """Return the gray picture (H, W), in [0, 1], against which drawings are measured.

    In tone it is the brightness on the page. In structure it is 0 on strokes: those of a line
    drawing, whatever the page, or the lines found in any other picture.
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
