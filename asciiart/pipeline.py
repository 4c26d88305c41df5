"""Stages 1 to 6, one line each: a picture becomes text art."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs

from asciiart.art import Art, Background, Mode, Placement, place
from asciiart.charsets import parse_charset
from asciiart.encoder import Encoder
from asciiart.glyphs import Font, load_font
from asciiart.grid import Cell, fit_grid
from asciiart.image import DEFAULT_MAX_PIXELS, Source, load_image
from asciiart.index import GlyphIndex, cached_index
from asciiart.model import load_model
from asciiart.options import Options
from asciiart.patches import cut, inked_cells
from asciiart.preprocess import DRAWING_SCALE, cell_colors, to_page

DEFAULT_FONT = "DejaVu Sans Mono"
DEFAULT_CHARSET = "ascii"
DEFAULT_MODEL = "standard"
DEFAULT_COLUMNS = 80


@dataclass(frozen=True)
class _Kit:
    """What one mode needs, loaded once."""

    encoder: Encoder
    cell: Cell
    index: GlyphIndex


class Artist:
    """Draws pictures with one font, character set and model, which it loads once.

    Cheap to make (what a mode needs is loaded at its first drawing) and picklable.
    """

    def __init__(
        self,
        *,
        font: str | Path = DEFAULT_FONT,
        charset: str = DEFAULT_CHARSET,
        exclude: str = "",
        model: str | Path = DEFAULT_MODEL,
    ) -> None:
        """Take a font (name or file), a charset expression and a model (name or folder).

        Raises
        ------
        FontError
            If there is no such font; that it lacks characters, the first drawing says.
        ModelError
            If there is no such model.
        OptionError
            If the charset is unknown or empty.
        """
        self._arguments = (font, charset, exclude, model)
        self._characters = parse_charset(charset, exclude)
        self._strict = "chars:" in charset
        self.font: Font = load_font(font)
        self._model = load_model(model)
        self._kits: dict[Mode, _Kit] = {}

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the arguments; what they name is loaded again."""
        return _make_artist, self._arguments

    def draw(
        self,
        source: Source,
        *,
        mode: Mode = "tone",
        columns: int | None = None,
        rows: int | None = None,
        magnify: float | None = None,
        background: Background = "dark",
        contrast: float = 1.0,
        brightness: float = 0.0,
        gamma: float = 1.0,
        detail: float = 0.5,
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
            If an option is out of its range.
        """
        options = Options(
            mode=mode,
            columns=DEFAULT_COLUMNS if (columns, rows, magnify) == (None, None, None) else columns,
            rows=rows,
            magnify=magnify,
            background=background,
            contrast=contrast,
            brightness=brightness,
            gamma=gamma,
            detail=detail,
            neighbors=neighbors,
            max_pixels=max_pixels,
        )
        return self.draw_with(source, options)

    def draw_with(self, source: Source, options: Options) -> Art:
        """Return the text art of a picture, as `draw` does, from options made before."""
        kit = self._kit(options.mode)
        needed = _needed_pixels(options, kit.cell)
        picture = load_image(source, max_pixels=options.max_pixels, target=needed)
        height, width = picture.rgb.shape[:2]
        grid = fit_grid(
            height,
            width,
            kit.cell,
            columns=options.columns,
            rows=options.rows,
            magnify=options.magnify,
        )
        page = to_page(picture, grid, options, kit.index.density)
        where = inked_cells(page, grid.rows, grid.columns)
        codes = cut(kit.encoder.encode(page), grid.rows, grid.columns, where)
        nearest = place(kit.index.search(codes, options.neighbors), where)
        characters = np.array(list(kit.index.characters))[nearest.glyph_ids[..., 0]]
        return Art(
            characters=characters,
            glyphs=kit.index.characters,
            glyph_ids=nearest.glyph_ids,
            scores=nearest.scores,
            colors=cell_colors(picture, grid, options.background),
            grid=grid,
            placement=Placement(0, 0, grid.columns, grid.rows),
            font=self.font,
            mode=options.mode,
            background=options.background,
            model=self._model.name,
            options=options,
        )

    def _kit(self, mode: Mode) -> _Kit:
        if mode not in self._kits:
            encoder = self._model.load_encoder(mode)
            cell = self.font.cell(encoder.spec.cell_height, encoder.spec.step[1])
            index = cached_index(
                self.font,
                self._characters,
                encoder,
                cell,
                folder=platformdirs.user_cache_path("asciiart") / "index",
                model_digest=self._model.digest(mode),
                strict=self._strict,
            )
            self._kits[mode] = _Kit(encoder, cell, index)
        return self._kits[mode]


def _make_artist(font: str | Path, charset: str, exclude: str, model: str | Path) -> Artist:
    return Artist(font=font, charset=charset, exclude=exclude, model=model)


def _needed_pixels(options: Options, cell: Cell) -> tuple[int, int] | None:
    """Return the height and width under which a picture is too small for its page."""
    if options.magnify is not None:
        return None
    scale = DRAWING_SCALE if options.mode == "structure" else 1
    height, width = scale * cell.height, scale * cell.width
    return max(1, (options.rows or 0) * height), max(1, (options.columns or 0) * width)


def draw(
    source: Source,
    *,
    font: str | Path = DEFAULT_FONT,
    charset: str = DEFAULT_CHARSET,
    exclude: str = "",
    model: str | Path = DEFAULT_MODEL,
    mode: Mode = "tone",
    columns: int | None = None,
    rows: int | None = None,
    magnify: float | None = None,
    background: Background = "dark",
    contrast: float = 1.0,
    brightness: float = 0.0,
    gamma: float = 1.0,
    detail: float = 0.5,
    neighbors: int = 5,
    max_pixels: int = DEFAULT_MAX_PIXELS,
) -> Art:
    """Return the text art of one picture; see `Artist` and `Artist.draw`.

    Who draws many pictures keeps an `Artist`, which loads font and model once.
    """
    artist = Artist(font=font, charset=charset, exclude=exclude, model=model)
    return artist.draw(
        source,
        mode=mode,
        columns=columns,
        rows=rows,
        magnify=magnify,
        background=background,
        contrast=contrast,
        brightness=brightness,
        gamma=gamma,
        detail=detail,
        neighbors=neighbors,
        max_pixels=max_pixels,
    )
