"""Stages 1 to 6, one line each: a picture becomes text art."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import platformdirs

from asciiart.art import Art, Background, Mode, Quality
from asciiart.charsets import IDEOGRAPHIC_SPACE, parse_charset
from asciiart.errors import OptionError
from asciiart.features import Score, StructureScore
from asciiart.glyphs import Font, load_font
from asciiart.image import DEFAULT_MAX_PIXELS, Source, load_image
from asciiart.index import cached_index
from asciiart.layout import count_columns, lay, needed_pixels, place_picture
from asciiart.match import Kit, RowRules, match_page, move
from asciiart.model import load_model
from asciiart.options import Options
from asciiart.preprocess import cell_colors, glyph_colors
from asciiart.refiner import Refiner
from asciiart.targets import find_target, writable
from asciiart.typeset import Typeset, choose_typeset

DEFAULT_FONT = "DejaVu Sans Mono"
DEFAULT_CHARSET = "ascii"
DEFAULT_MODEL = "standard"
DEFAULT_COLUMNS = 80
_GLYPH_COST = {"structure": 0.3, "tone": 0.0}
"""What a glyph of a proportional font has to add to its row's score."""
_INK_COST = {"structure": 0.15, "tone": 0.0025}
"""What a pixel of ink costs more with --simple 1."""
_CANDIDATES: dict[Mode, dict[Quality, int]] = {
    "structure": {"fast": 1, "good": 8, "best": 16},
    "tone": {"fast": 1, "good": 32, "best": 64},
}
"""Glyphs that a cell is refined with."""
_ROW_WEIGHT = 0.87
"""Of a glyph's length in rows of a proportional font, which reach a higher F than cells."""


class Artist:
    """Draws pictures with one font, character set and model, which it loads once.

    Cheap to make (what a mode needs is loaded at its first drawing) and picklable.
    """

    def __init__(
        self,
        *,
        font: str | Path | None = None,
        charset: str | None = None,
        exclude: str = "",
        simple: float = 0.0,
        model: str | Path = DEFAULT_MODEL,
        target: str | None = None,
        references: bool = False,
    ) -> None:
        """Take a font (name or file), a charset expression and a model (name or folder).

        A ``target`` of `asciiart.targets` gives font and charset where they are not given, and the
        rules that its rows keep to; with ``references`` it also takes characters that can only be
        written as numeric references there. ``simple``, 0 to 1, prefers characters of little ink.

        Raises
        ------
        FontError
            If there is no such font; that it lacks characters, the first drawing says.
        ModelError
            If there is no such model.
        OptionError
            If the charset is unknown or empty, there is no such target, or ``simple`` is out of
            its range.
        """
        if not 0 <= simple <= 1:
            raise OptionError(f"--simple must be from 0 to 1, not {simple}")
        self._arguments = (font, charset, exclude, simple, model, target, references)
        self._simple = simple
        self._target = None if target is None else find_target(target)
        if self._target is not None:
            font = self._target.font if font is None else font
            charset = self._target.charset if charset is None else charset
        expression = DEFAULT_CHARSET if charset is None else charset
        literal = expression.partition("chars:")[2]
        self._characters = parse_charset(expression, exclude)
        if self._target is not None and IDEOGRAPHIC_SPACE not in self._characters:
            self._characters += IDEOGRAPHIC_SPACE  # without it no gap can be posted
        if self._target is not None and not references:
            encoding = self._target.encoding
            self._characters = writable(self._characters, encoding, asked_for=literal)
        self._strict = bool(literal)
        self.font: Font = load_font(DEFAULT_FONT if font is None else font)
        self._model = load_model(model)
        self._kits: dict[tuple[Mode, Typeset | None], Kit] = {}
        self._refiners: dict[tuple[Mode, Typeset | None], Refiner] = {}

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the arguments; what they name is loaded again."""
        return _make_artist, self._arguments

    def draw(
        self,
        source: Source,
        *,
        mode: Mode = "tone",
        columns: int | None = None,
        width: int | None = None,
        rows: int | None = None,
        magnify: float | None = None,
        font_size: int | None = None,
        line_height: int | None = None,
        background: Background = "dark",
        contrast: float = 1.0,
        brightness: float = 0.0,
        gamma: float = 1.0,
        detail: float = 0.5,
        quality: Quality = "fast",
        neighbors: int = 5,
        max_pixels: int = DEFAULT_MAX_PIXELS,
    ) -> Art:
        """Return the text art of a picture; `Options` says what each option means.

        ``source`` is a path, ``"-"``, bytes, a binary file, a PIL image or an array (H, W[, 3|4]).
        Without any size the art is 80 columns wide.

        Raises
        ------
        ImageError
            If the picture cannot be read or has more than ``max_pixels`` pixels.
        OptionError
            If an option is out of its range, or is for another kind of font.
        """
        sized = (columns, width, rows, magnify) != (None, None, None, None)
        options = Options(
            mode=mode,
            columns=columns if sized else DEFAULT_COLUMNS,
            width=width,
            rows=rows,
            magnify=magnify,
            font_size=font_size,
            line_height=line_height,
            background=background,
            contrast=contrast,
            brightness=brightness,
            gamma=gamma,
            detail=detail,
            quality=quality,
            neighbors=neighbors,
            max_pixels=max_pixels,
        )
        return self.draw_with(source, options)

    def draw_with(self, source: Source, options: Options) -> Art:
        """Return the text art of a picture, as `draw` does, from options made before."""
        typeset = choose_typeset(self.font, options.font_size, options.line_height)
        kit = self._kit(options.mode, typeset)
        columns = count_columns(options, typeset)
        needed = needed_pixels(options, columns, kit.cell)
        picture = load_image(source, max_pixels=options.max_pixels, target=needed)
        rules = RowRules(
            glyph_cost=_GLYPH_COST[options.mode] if typeset else 0.0,
            posting=self._target is not None and typeset is not None,
            proportional=typeset is not None,
        )
        page, grid, offset = lay(picture, columns, options, kit, rules)
        k = max(options.neighbors, _CANDIDATES[options.mode][options.quality])
        nearest = match_page(move(page.ink, offset, kit.cell), kit, k, rules)
        if options.quality != "fast":
            nearest = self._refiner(options.mode, typeset).refine(nearest, page, offset)
        nearest = nearest.first(options.neighbors)
        characters = np.array([*kit.index.characters, ""])[nearest.glyph_ids[..., 0]]
        down, right = offset.down / kit.cell.height, offset.right / kit.cell.width
        colors = cell_colors(picture, grid, options.background)
        spans = kit.index.spans_at(nearest.glyph_ids[..., 0])
        return Art(
            characters=characters,
            glyphs=kit.index.characters,
            glyph_ids=nearest.glyph_ids,
            scores=nearest.scores,
            colors=glyph_colors(colors, spans, down, right),
            grid=replace(grid, rows=characters.shape[0], columns=characters.shape[1]),
            placement=place_picture(grid, down, right, typeset),
            font=self.font,
            typeset=typeset,
            mode=options.mode,
            background=options.background,
            model=self._model.name,
            options=options,
        )

    def _refiner(self, mode: Mode, typeset: Typeset | None) -> Refiner:
        if (mode, typeset) not in self._refiners:
            kit = self._kit(mode, typeset)
            score = self._score(mode, typeset)
            self._refiners[mode, typeset] = Refiner(kit, self.font, typeset, score)
        return self._refiners[mode, typeset]

    def _score(self, mode: Mode, typeset: Typeset | None) -> Score:
        score = self._model.score(mode)
        if typeset is not None and isinstance(score, StructureScore):
            return StructureScore(_ROW_WEIGHT)
        return score

    def _kit(self, mode: Mode, typeset: Typeset | None) -> Kit:
        if (mode, typeset) not in self._kits:
            encoder = self._model.load_encoder(mode)
            cell = (
                self.font.cell(encoder.spec.cell_height, encoder.spec.step[1])
                if typeset is None
                else typeset.cell(encoder.spec.step[0])
            )
            index = cached_index(
                self.font,
                self._characters,
                encoder,
                self._score(mode, typeset),
                cell=cell,
                typeset=typeset,
                folder=platformdirs.user_cache_path("asciiart") / "index",
                model_digest=self._model.digest(mode),
                strict=self._strict,
            )
            if self._simple:
                index = index.preferring_little_ink(self._simple * _INK_COST[mode])
            self._kits[mode, typeset] = Kit(encoder, cell, index)
        return self._kits[mode, typeset]


def _make_artist(  # noqa: PLR0917 - what pickle hands back
    font: str | Path | None,
    charset: str | None,
    exclude: str,
    simple: float,
    model: str | Path,
    target: str | None,
    references: bool,
) -> Artist:
    return Artist(
        font=font,
        charset=charset,
        exclude=exclude,
        simple=simple,
        model=model,
        target=target,
        references=references,
    )


def draw(
    source: Source,
    *,
    font: str | Path | None = None,
    charset: str | None = None,
    exclude: str = "",
    simple: float = 0.0,
    model: str | Path = DEFAULT_MODEL,
    target: str | None = None,
    references: bool = False,
    mode: Mode = "tone",
    columns: int | None = None,
    width: int | None = None,
    rows: int | None = None,
    magnify: float | None = None,
    font_size: int | None = None,
    line_height: int | None = None,
    background: Background = "dark",
    contrast: float = 1.0,
    brightness: float = 0.0,
    gamma: float = 1.0,
    detail: float = 0.5,
    quality: Quality = "fast",
    neighbors: int = 5,
    max_pixels: int = DEFAULT_MAX_PIXELS,
) -> Art:
    """Return the text art of one picture; see `Artist` and `Artist.draw`.

    Who draws many pictures keeps an `Artist`, which loads font and model once.
    """
    artist = Artist(
        font=font,
        charset=charset,
        exclude=exclude,
        simple=simple,
        model=model,
        target=target,
        references=references,
    )
    return artist.draw(
        source,
        mode=mode,
        columns=columns,
        width=width,
        rows=rows,
        magnify=magnify,
        font_size=font_size,
        line_height=line_height,
        background=background,
        contrast=contrast,
        brightness=brightness,
        gamma=gamma,
        detail=detail,
        quality=quality,
        neighbors=neighbors,
        max_pixels=max_pixels,
    )
