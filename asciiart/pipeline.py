"""The way of the data, one line a stage: a picture becomes text art."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from asciiart.art.art import Art
from asciiart.art.targets import default_size, find_target
from asciiart.color.fill import Fill
from asciiart.color.palettes import Colors
from asciiart.glyphs.charsets import BRAILLE_BLANK, is_braille
from asciiart.glyphs.font import Font, load_font
from asciiart.glyphs.grid import Grid, PageSizeError, Placement, grid_of
from asciiart.glyphs.typesetting import Typeset, choose_typeset
from asciiart.io.forks import forks_allowed, forks_blocked
from asciiart.io.pictures.edits import edit
from asciiart.io.pictures.image import Picture, Source, load_image
from asciiart.io.pictures.sources import name_source, rereadable
from asciiart.matching.dot_patterns import (
    dot_patterns_for,
    line_dots_for,
    match_dots,
    match_line_dots,
)
from asciiart.matching.glyph_choice import choose_glyphs, refines, rules_of_rows
from asciiart.matching.glyph_index import Neighbors
from asciiart.matching.large_matching import MovedPage
from asciiart.matching.layout import (
    PageCheck,
    count_columns,
    fit_page,
    keep_small,
    needed_pixels,
    place_picture,
    place_whole,
    square_pixels,
)
from asciiart.matching.matcher import Matcher
from asciiart.matching.matchers import Matchers
from asciiart.matching.model import load_model
from asciiart.matching.pixel_squares import keep_squares
from asciiart.matching.repertoire import choose_repertoire
from asciiart.matching.two_colors.two_color_cells import fit_two_colors
from asciiart.options import (
    DEFAULT_COLUMNS,
    ArtistOptions,
    DrawOptions,
    Mode,
    Options,
    spelled_out,
)
from asciiart.page.cell_colors import cell_colors, glyph_colors, line_colors
from asciiart.page.levels import AS_THEY_ARE, Levels
from asciiart.page.mode_choice import choose_mode
from asciiart.page.subject import KnownSubject, show_subject


class _DrawingPlan(NamedTuple):
    """How a picture will be drawn, known before it is read but for mode auto."""

    options: Options
    typeset: Typeset | None
    """How a proportional font is set; None in cells."""
    matcher: Matcher
    columns: int | None
    """The grid's, if they were asked for."""
    levels: Levels | None
    """Those that become black and white; None for the picture's own."""
    still: bool
    """Whether the picture keeps its size and its place in its cells."""

    def check(self, name: str) -> PageCheck:
        """Return what refuses a picture, called ``name`` in messages, whose page is too large."""
        return PageCheck(name, self.columns, self.options, self.matcher.cell)


class _MatchedPage(NamedTuple):
    """The glyphs chosen for a picture, and where and in which colors they stand."""

    nearest: Neighbors
    colors: Colors
    grid: Grid
    placement: Placement
    fill: Fill | None = None


class Artist:
    """Draws pictures with one font, character set and model, which it loads once.

    Cheap to make (what a mode needs is loaded at its first drawing) and picklable.
    """

    @spelled_out(ArtistOptions)
    def __init__(self, options: ArtistOptions) -> None:
        """Load a font and a model.

        Raises
        ------
        FontError
            If there is no such font; the first drawing says which characters it lacks.
        ModelError
            If there is no such model.
        OptionError
            If the charset is unknown or empty, there is no such target, or an option is out of its
            range.
        """
        self.options = options
        self._target = None if options.target is None else find_target(options.target)
        self._repertoire = choose_repertoire(options, self._target)
        self.font: Font = load_font(self._repertoire.font)
        self._model = load_model(options.model)
        self._matchers = Matchers(
            self.font,
            self._repertoire.characters,
            self._model,
            ink_penalty=options.ink_penalty,
            strict=self._repertoire.strict,
        )

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the options; what they name is loaded again."""
        return partial(Artist, **vars(self.options)), ()

    @spelled_out(Options)
    def draw(self, source: Source, options: Options) -> Art:
        """Return the text art of a picture.

        Without any size the art is 80 columns wide, or as large as its target takes.

        Parameters
        ----------
        source : Source
            A path, ``"-"``, an http or https address, bytes, a binary file, a PIL image or an
            array (H, W) or (H, W, 1 to 4); `load_image` says more.

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
        return self.draw_with(source, self.sized(options))

    def sized(self, options: Options) -> Options:
        """Return options with a size: without any, 80 columns or what the target takes."""
        return options.sized(*default_size(self.options.target, DEFAULT_COLUMNS))

    @forks_blocked()
    def draw_with(
        self,
        source: Source,
        options: Options,
        *,
        name: str | None = None,
        levels: Levels | None = None,
        subject: KnownSubject | None = None,
        still: bool = False,
    ) -> Art:
        """Return the text art of a picture, as `draw` does, from options made before.

        Parameters
        ----------
        source : Source
            The picture, as `draw` takes it.
        options : Options
            Options with a size; see `sized`.
        name : str, optional
            What messages call a picture that has no name of its own.
        levels : Levels, optional
            Gray levels that become black and white, of a film that the picture is from, say. By
            default they are what ``options.levels`` asks for.
        subject : KnownSubject, optional
            What is known of the subject of a film that the picture is from.
        still : bool
            Whether the picture keeps its size and its place in its cells, as a film's frames do.
        """
        plan = self._plan(options, levels, still)
        name = name_source(source) if name is None else name
        plan, picture = self._read(source, plan, name)
        picture, box = show_subject(picture, plan.options, subject)
        plan = self._fitted(plan, picture)
        plan.check(name)(*picture.rgb.shape[:2])
        matched = self._fill(picture, plan) if options.fill else self._draw(picture, plan)
        placement = place_whole(matched.placement, box)
        return self._finish(matched._replace(placement=placement), plan)

    def dithers(self, options: Options) -> bool:
        """Tell whether ``options.dither`` changes what is drawn, and not just its colors."""
        if options.fill:
            return options.dither != "none" and options.palette != "truecolor"
        characters, proportional = self._repertoire.characters, self.font.proportional
        return dot_patterns_for(characters, options, proportional=proportional) is not None

    def _plan(self, options: Options, levels: Levels | None, still: bool) -> _DrawingPlan:
        """Return what a picture is drawn with; options that make no sense here are refused."""
        DrawOptions(**vars(self.options), **vars(options))
        typeset = choose_typeset(self.font, options.font_size, options.line_height)
        matcher = self._matchers.matcher(options.shares, typeset)
        if levels is None and options.levels == "none":
            levels = AS_THEY_ARE
        columns = count_columns(options, typeset)
        return _DrawingPlan(options, typeset, matcher, columns, levels, still)

    def _read(self, source: Source, plan: _DrawingPlan, name: str) -> tuple[_DrawingPlan, Picture]:
        """Return the picture, and its plan with the mode that suits it instead of auto."""
        if plan.options.mode != "auto":
            return plan, _load(source, plan, name)
        source = _rereadable(source)
        picture = _load(source, plan, name)
        plan = self._fitted(plan, picture)
        options = plan.options.settled(self._choose_mode(picture, plan))
        plan = self._plan(options, plan.levels, plan.still)
        if options.mode == "structure":  # whose strokes are followed in a finer picture
            picture = _load(source, plan, name)
        return plan, picture

    def _fitted(self, plan: _DrawingPlan, picture: Picture) -> _DrawingPlan:
        """Return the plan for a picture that may be too small for the size that was asked for."""
        for fit in (keep_small, square_pixels):
            options = fit(plan.options, plan.columns, plan.matcher.cell, picture)
            if options is not plan.options:
                plan = self._plan(options, plan.levels, plan.still)
        return plan

    def _choose_mode(self, picture: Picture, plan: _DrawingPlan) -> Mode:
        """Return the mode that suits a picture; tone where another option asks for brightness."""
        options = plan.options
        if options.fill or options.outline_share is not None or self.dithers(options):
            return "tone"
        try:
            grid = _fit_grid(picture, plan)
        except PageSizeError:  # only a part of the picture will be drawn
            return "tone"
        return choose_mode(picture, grid, options, plan.levels)

    def _draw(self, picture: Picture, plan: _DrawingPlan) -> _MatchedPage:
        """Return the glyphs that draw a picture's page best, colored by what lies below them."""
        options, typeset, matcher, columns, levels, still = plan
        rules = rules_of_rows(options, self._target, typeset)
        squares, laid_out = keep_squares(picture, columns, matcher.cell, options)
        characters, proportional = matcher.index.characters, typeset is not None
        bits = dot_patterns_for(characters, options, proportional=proportional)
        line_dots = line_dots_for(characters, options, proportional=proportional)
        still = still or line_dots is not None  # dots lie everywhere alike
        pages, grid, offset = fit_page(
            squares, columns, laid_out, matcher, rules, levels=levels, still=still
        )
        down, right = offset.down / matcher.cell.height, offset.right / matcher.cell.width
        if bits:
            nearest = match_dots(pages[0], grid, matcher, bits, options.dither)
        elif line_dots:
            nearest = match_line_dots(pages[0], grid, matcher, line_dots)
        else:
            moved = [MovedPage(page, offset, matcher.cell) for page in pages]
            together = refines(options, typeset, self.options.ink_penalty)
            refiner = self._matchers.refiner(matcher, typeset) if together else None
            nearest = choose_glyphs(moved, matcher, rules, options, refiner)
        spans = matcher.index.spans_at(nearest.glyph_ids[..., 0])
        colors = glyph_colors(cell_colors(squares, grid, options.background), spans, down, right)
        if options.draws_lines_alone:
            colors = line_colors(colors, options.background)
        return _MatchedPage(nearest, colors, grid, place_picture(grid, down, right, typeset))

    def _fill(self, picture: Picture, plan: _DrawingPlan) -> _MatchedPage:
        """Return the glyphs whose ink and paper, in two colors a cell, show a picture best."""
        options, typeset, matcher, _, levels, _ = plan
        grid = _fit_grid(picture, plan)
        filled = fit_two_colors(
            picture, grid, self.font, matcher.index.characters, options, levels=levels
        )
        colors = cell_colors(picture, grid, options.background)
        nearest = Neighbors(filled.glyph_ids, filled.scores)
        return _MatchedPage(nearest, colors, grid, place_picture(grid, 0, 0, typeset), filled.fill)

    def _finish(self, matched: _MatchedPage, plan: _DrawingPlan) -> Art:
        """Return the art, which holds all that formats show."""
        glyphs = self._shown_glyphs(plan)
        characters = np.array([*glyphs, ""])[matched.nearest.glyph_ids[..., 0]]
        rows, columns = characters.shape
        return Art(
            characters=characters,
            glyphs=glyphs,
            glyph_ids=matched.nearest.glyph_ids,
            scores=matched.nearest.scores,
            colors=matched.colors,
            grid=replace(matched.grid, rows=rows, columns=columns),
            placement=matched.placement,
            font=self.font,
            typeset=plan.typeset,
            mode=plan.options.settled_mode,
            background=plan.options.background,
            model=self._model.name,
            options=plan.options,
            fill=matched.fill,
            target=self.options.target,
        )

    def _shown_glyphs(self, plan: _DrawingPlan) -> str:
        """Return the matcher's glyphs, whose blank among braille may be the dotless pattern."""
        index = plan.matcher.index
        in_cells = plan.typeset is None and bool((index.spans == 1).all())
        if self._repertoire.dotless and in_cells and is_braille(index.characters):
            return BRAILLE_BLANK + index.characters[1:]
        return index.characters


def _rereadable(source: Source) -> Source:
    """Return a source that can be read again; see `sources.rereadable`."""
    with forks_allowed():
        return rereadable(source)


def _fit_grid(picture: Picture, plan: _DrawingPlan) -> Grid:
    """Return the cells that a picture covers as a whole."""
    height, width = picture.rgb.shape[:2]
    options, cell = plan.options, plan.matcher.cell
    return grid_of(options, height, width, cell, columns=plan.columns, rows=options.rows)


def _load(source: Source, plan: _DrawingPlan, name: str) -> Picture:
    """Return the picture, edited, unless it or its page would be too large."""
    options = plan.options
    reshaped = options.is_edited or options.crop != "none"  # its page is checked later
    with forks_allowed():  # the picture may come from a process that is yet to be forked
        picture = load_image(
            source,
            max_pixels=options.max_pixels,
            target=needed_pixels(options, plan.columns, plan.matcher.cell),
            check_shape=None if reshaped else plan.check(name),
            strict=options.strict,
        )
    return edit(picture, options)


@spelled_out(DrawOptions)
def draw(source: Source, options: DrawOptions) -> Art:
    """Return the text art of one picture; see `Artist` and `Artist.draw`.

    Who draws many pictures keeps an `Artist`, which loads font and model once.

    Parameters
    ----------
    source : Source
        The picture, as `Artist.draw` takes it.
    """
    artist = Artist(**options.part(ArtistOptions))
    return artist.draw(source, **options.part(Options))
