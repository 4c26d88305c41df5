"""Stages 1 to 6, one line each: a picture becomes text art."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from asciiart.art.art import Art
from asciiart.art.targets import allowed_characters, default_size, find_target
from asciiart.color.fill import Fill
from asciiart.errors import OptionError
from asciiart.glyphs.charsets import BRAILLE_BLANK, IDEOGRAPHIC_SPACE, is_braille, parse_charset
from asciiart.glyphs.font import Font, default_font, load_font
from asciiart.glyphs.grid import Grid, Placement, fit_grid
from asciiart.glyphs.typesetting import Typeset, choose_typeset
from asciiart.io.forks import forks_allowed, forks_blocked
from asciiart.io.pictures.image import Picture, Source, load_image
from asciiart.io.pictures.sources import name_source
from asciiart.matching.dot_patterns import dot_patterns_for, match_dots
from asciiart.matching.glyph_index import Neighbors
from asciiart.matching.large_matching import LargeMatch, MovedPage
from asciiart.matching.layout import (
    PageCheck,
    count_columns,
    fit_page,
    needed_pixels,
    place_picture,
)
from asciiart.matching.match import Matcher, RowRules, match_page
from asciiart.matching.matchers import Matchers
from asciiart.matching.model import load_model
from asciiart.matching.two_color_cells import fit_two_colors
from asciiart.options import (
    DEFAULT_DETAIL,
    Background,
    BrailleBlank,
    Dither,
    LevelChoice,
    Mode,
    Options,
    Palette,
    Quality,
    Resample,
)
from asciiart.page.bands import is_one_band
from asciiart.page.ink_page import cell_colors, glyph_colors
from asciiart.page.levels import AS_THEY_ARE, Levels
from asciiart.page.resampling import count_repeats, repeat_pixels, shows_squares

DEFAULT_CHARSET = "ascii"
DEFAULT_MODEL = "standard"
DEFAULT_COLUMNS = 80
_GLYPH_COST = {"structure": 0.3, "tone": 0.0}
"""What a glyph of a proportional font has to add to its row's score."""
_CANDIDATES: dict[Mode, dict[Quality, int]] = {
    "structure": {"fast": 1, "good": 8, "best": 16},
    "tone": {"fast": 1, "good": 32, "best": 64},
}
"""Glyphs that a cell is refined with."""


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
        braille_blank: BrailleBlank = "pattern",
    ) -> None:
        """Take a font (name or file), a charset expression and a model (name or folder).

        A ``target`` of `asciiart.art.targets` gives font and charset where they are not given, and
        the rules that its rows keep to; with ``references`` it also takes characters that can only
        be written as numeric references there. ``simple``, 0 to 1, prefers characters of little
        ink. Among braille alone the blank is a ``pattern``, too, without dots (U+2800), which is as
        wide as the others in every font; or a ``space``.

        Raises
        ------
        FontError
            If there is no such font; that it lacks characters, the first drawing says.
        ModelError
            If there is no such model.
        OptionError
            If the charset is unknown or empty, there is no such target or blank, or ``simple`` is
            out of its range.
        """
        if not 0 <= simple <= 1:
            raise OptionError(f"simple must be from 0 to 1, not {simple}", "simple")
        if braille_blank not in get_args(BrailleBlank):
            choices = " or ".join(get_args(BrailleBlank))
            raise OptionError(
                f"braille_blank must be {choices}, not {braille_blank!r}", "braille_blank"
            )
        self._arguments = (
            *(font, charset, exclude, simple, model, target, references),
            braille_blank,
        )
        self._simple = simple
        self._target = None if target is None else find_target(target)
        if self._target is not None:
            font = self._target.font if font is None else font
            charset = self._target.charset if charset is None else charset
        expression = DEFAULT_CHARSET if charset is None else charset
        literal = expression.partition("chars:")[2]
        self._characters = parse_charset(expression, exclude)
        if self._target is not None:
            if self._target.no_adjacent_spaces and IDEOGRAPHIC_SPACE not in self._characters:
                self._characters += IDEOGRAPHIC_SPACE  # without it no gap can be posted
            self._characters = allowed_characters(
                self._characters, self._target, references=references, asked_for=literal
            )
        if is_braille(self._characters):
            self._characters = self._characters.replace(BRAILLE_BLANK, "")
        self._dotless = braille_blank == "pattern" and BRAILLE_BLANK not in exclude
        self.font: Font = load_font(default_font(self._characters) if font is None else font)
        self._model = load_model(model)
        self._matchers = Matchers(
            self.font, self._characters, self._model, simple=simple, strict=bool(literal)
        )

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the arguments; what they name is loaded again."""
        return _make_artist, self._arguments

    def draw(
        self,
        source: Source,
        *,
        mode: Mode = "tone",
        structure: float | None = None,
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
        levels: LevelChoice = "auto",
        detail: float = DEFAULT_DETAIL,
        quality: Quality = "fast",
        fill: bool = False,
        palette: Palette = "truecolor",
        dither: Dither = "none",
        neighbors: int = 5,
        resample: Resample = "auto",
        max_pixels: int | None = None,
        strict: bool = False,
    ) -> Art:
        """Return the text art of a picture; `Options` says what each option means.

        ``source`` is a path, ``"-"``, an http or https address, bytes, a binary file, a PIL image
        or an array (H, W) or (H, W, 1 to 4); `load_image` says more.
        Without any size the art is 80 columns wide, or as large as its target takes.

        Raises
        ------
        ImageError
            If the picture cannot be read, has more than ``max_pixels`` pixels, is damaged and
            ``strict`` refuses that, or its page would be too large.
        OptionError
            If an option is out of its range, or is for another kind of font.
        TypeError
            If ``source`` is nothing that can hold a picture.

        Warns
        -----
        ImageWarning
            If a part of the picture is missing, or its file damaged where that does not show.
        """
        options = Options(
            mode=mode,
            structure=structure,
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
            levels=levels,
            detail=detail,
            quality=quality,
            fill=fill,
            palette=palette,
            dither=dither,
            neighbors=neighbors,
            resample=resample,
            max_pixels=max_pixels,
            strict=strict,
        )
        return self.draw_with(source, self.sized(options))

    def sized(self, options: Options) -> Options:
        """Return options with a size: without any, 80 columns or what the target takes."""
        if (options.columns, options.width, options.rows, options.magnify) != (None,) * 4:
            return options
        target = None if self._target is None else self._target.name
        columns, rows = default_size(target, DEFAULT_COLUMNS)
        return replace(options, columns=columns, rows=rows)

    @forks_blocked()
    def draw_with(
        self,
        source: Source,
        options: Options,
        *,
        name: str | None = None,
        levels: Levels | None = None,
    ) -> Art:
        """Return the text art of a picture, as `draw` does, from options made before.

        ``name`` is what messages call the picture, where it cannot tell itself.
        ``levels`` are those that become black and white, of a film that the picture is from, say;
        by default they are what ``options.levels`` asks for.
        """
        if options.fill and self._simple:
            raise OptionError(
                "fill shows every color, and cannot be combined with simple", "fill", "simple"
            )
        typeset = choose_typeset(self.font, options.font_size, options.line_height)
        matcher = self._matchers.matcher(options.shares, typeset)
        columns = count_columns(options, typeset)
        needed = needed_pixels(options, columns, matcher.cell)
        with forks_allowed():  # the picture may come from a process that is yet to be forked
            picture = load_image(
                source,
                max_pixels=options.max_pixels,
                target=needed,
                check_shape=PageCheck(
                    name_source(source) if name is None else name, columns, options, matcher.cell
                ),
                strict=options.strict,
            )
        if levels is None and options.levels == "none":
            levels = AS_THEY_ARE
        if options.fill:
            return self._fill(picture, columns, matcher, typeset, options=options, levels=levels)
        rules = RowRules(
            glyph_cost=_glyph_cost(options) if typeset else 0.0,
            posting=self._target is not None
            and self._target.no_adjacent_spaces
            and typeset is not None,
            proportional=typeset is not None,
        )
        picture, laid_out = _with_squares(picture, columns, matcher, options)
        pages, grid, offset = fit_page(picture, columns, laid_out, matcher, rules, levels=levels)
        if bits := dot_patterns_for(
            matcher.index.characters, options, proportional=typeset is not None
        ):
            nearest = match_dots(pages[0], grid, matcher, bits, options.dither)
        else:
            moved = [MovedPage(page, offset, matcher.cell) for page in pages]
            nearest = self._match(moved, matcher, rules, typeset, options)
        down, right = offset.down / matcher.cell.height, offset.right / matcher.cell.width
        colors = cell_colors(picture, grid, options.background)
        spans = matcher.index.spans_at(nearest.glyph_ids[..., 0])
        return self._art(
            nearest,
            glyph_colors(colors, spans, down, right),
            grid,
            place_picture(grid, down, right, typeset),
            matcher=matcher,
            typeset=typeset,
            options=options,
        )

    def _match(
        self,
        pages: Sequence[MovedPage],
        matcher: Matcher,
        rules: RowRules,
        typeset: Typeset | None,
        options: Options,
    ) -> Neighbors:
        """Return the best glyphs of pages that lie where they are to be matched."""
        k = max(options.neighbors, *(_CANDIDATES[m][options.quality] for m in options.shares))
        height, kept = pages[0].shape[0], options.neighbors
        refiner = None if options.quality == "fast" else self._matchers.refiner(matcher, typeset)
        if not is_one_band(pages[0].page.shape):
            match = LargeMatch(pages, matcher, k, rules)
            return match.first(kept) if refiner is None else refiner.refine_large(match, kept)
        nearest = match_page([page.ink_rows(0, height) for page in pages], matcher, k, rules)
        return (nearest if refiner is None else refiner.refine(nearest, pages)).first(kept)

    def dithers(self, options: Options) -> bool:
        """Tell whether ``options.dither`` changes what is drawn, and not just its colors."""
        if options.fill:
            return options.dither != "none" and options.palette != "truecolor"
        bits = dot_patterns_for(self._characters, options, proportional=self.font.proportional)
        return bits is not None

    def _fill(
        self,
        picture: Picture,
        columns: int | None,
        matcher: Matcher,
        typeset: Typeset | None,
        *,
        options: Options,
        levels: Levels | None,
    ) -> Art:
        height, width = picture.rgb.shape[:2]
        grid = fit_grid(
            height, width, matcher.cell, columns=columns, rows=options.rows, magnify=options.magnify
        )
        filled = fit_two_colors(
            picture, grid, self.font, matcher.index.characters, options, levels=levels
        )
        return self._art(
            Neighbors(filled.glyph_ids, filled.scores),
            cell_colors(picture, grid, options.background),
            grid,
            place_picture(grid, 0, 0, typeset),
            matcher=matcher,
            typeset=typeset,
            options=options,
            fill=filled.fill,
        )

    def _art(
        self,
        nearest: Neighbors,
        colors: NDArray[np.uint8],
        grid: Grid,
        placement: Placement,
        *,
        matcher: Matcher,
        typeset: Typeset | None,
        options: Options,
        fill: Fill | None = None,
    ) -> Art:
        glyphs = matcher.index.characters
        in_cells = typeset is None and bool((matcher.index.spans == 1).all())
        if self._dotless and in_cells and is_braille(glyphs):
            glyphs = BRAILLE_BLANK + glyphs[1:]
        characters = np.array([*glyphs, ""])[nearest.glyph_ids[..., 0]]
        return Art(
            characters=characters,
            glyphs=glyphs,
            glyph_ids=nearest.glyph_ids,
            scores=nearest.scores,
            colors=colors,
            grid=replace(grid, rows=characters.shape[0], columns=characters.shape[1]),
            placement=placement,
            font=self.font,
            typeset=typeset,
            mode=options.mode,
            background=options.background,
            model=self._model.name,
            options=options,
            fill=fill,
            target=None if self._target is None else self._target.name,
        )


def _with_squares(
    picture: Picture, columns: int | None, matcher: Matcher, options: Options
) -> tuple[Picture, Options]:
    """Return a picture whose pixels stay squares on its page, and what it is laid out with."""
    if not shows_squares(picture.rgb, options.resample, fill=False):
        return picture, options
    height, width = picture.rgb.shape[:2]
    grid = fit_grid(
        height, width, matcher.cell, columns=columns, rows=options.rows, magnify=options.magnify
    )
    times = count_repeats((height, width), grid.page_shape)
    magnify = None if options.magnify is None else options.magnify / times
    return repeat_pixels(picture, times), replace(options, magnify=magnify)


def _glyph_cost(options: Options) -> float:
    return sum(share * _GLYPH_COST[mode] for mode, share in options.shares.items())


def _make_artist(  # noqa: PLR0917 - what pickle hands back
    font: str | Path | None,
    charset: str | None,
    exclude: str,
    simple: float,
    model: str | Path,
    target: str | None,
    references: bool,
    braille_blank: BrailleBlank,
) -> Artist:
    return Artist(
        font=font,
        charset=charset,
        exclude=exclude,
        simple=simple,
        model=model,
        target=target,
        references=references,
        braille_blank=braille_blank,
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
    braille_blank: BrailleBlank = "pattern",
    mode: Mode = "tone",
    structure: float | None = None,
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
    levels: LevelChoice = "auto",
    detail: float = DEFAULT_DETAIL,
    quality: Quality = "fast",
    fill: bool = False,
    palette: Palette = "truecolor",
    dither: Dither = "none",
    neighbors: int = 5,
    resample: Resample = "auto",
    max_pixels: int | None = None,
    strict: bool = False,
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
        braille_blank=braille_blank,
    )
    return artist.draw(
        source,
        mode=mode,
        structure=structure,
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
        levels=levels,
        detail=detail,
        quality=quality,
        fill=fill,
        palette=palette,
        dither=dither,
        neighbors=neighbors,
        resample=resample,
        max_pixels=max_pixels,
        strict=strict,
    )
