"""Text art from pictures, each character chosen by a trained autoencoder.

The way of the data, stage by stage, with the principal name of each module (`pipeline` is this list
as code)::

    io.pictures.image            path | "-" | bytes | PIL | array -> Picture load_image
    page.subject                 Picture -> cropped to, cut out: its subject show_subject
    page.ink_page                Picture -> ink page (R·h, C·w)              to_page
    page.contours                photograph -> lines that are its contours   trace_contours
    matching.encoder             ink page -> code map (R·h/sy, C·w/sx, D)    Encoder.encode
    matching.cell_codes          code map -> one code per cell (N, D')       cell_codes
    matching.row_windows         code map -> codes of windows at any pixel   make_row_windows
    matching.scores              glyphs -> exact features of each            MatchScore.glyphs
    matching.glyph_index         codes -> nearest glyphs (N, k)              GlyphIndex.search
    matching.row_solver          scores of windows -> best path of each row  solve_rows
    matching.match               ink page -> nearest glyphs, by all of these match_page
    matching.refinement.refiner  k nearest glyphs -> the best combination    Refiner.refine
    art.art                      nearest glyphs -> Art                       Art
    art.formats.registry         Art -> text, ANSI, HTML, SVG, PNG, JSON     render

Moving pictures go the same way, frame by frame (`motion.animation`)::

    motion.decoding.opening      GIF | video | webcam | arrays -> frames     open_frames
    motion.film_subject          frames -> one subject for all of them       find_film_subject
    motion.deflicker             frame -> steady where nothing has moved     TemporalDenoiser.apply
    motion.frame_drawer          frames -> Arts, two at once                 FrameDrawer.begin
    motion.player                Arts -> a terminal, each when it is due     Player.play
    motion.recording.recorder    Arts -> GIF, MP4, asciicast, HTML, texts    save

Shapes, the same letters everywhere: ``B`` batch, ``H W`` pixels, ``R C`` rows and columns of the
character grid, ``h w`` pixels of a cell, ``N`` = R·C cells, ``D`` code size at one position, ``G``
glyphs, ``k`` neighbors, ``T S`` target and source length, ``E`` embedding, ``V`` vocabulary.
Images are (H, W, 3) uint8; ink is (H, W) float32, 0 = paper, 1 = full ink.
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"

TYPE_CHECKING = False  # as type checkers know it; `typing` would take longer than all the rest
if TYPE_CHECKING:
    from asciiart.art.art import Art
    from asciiart.errors import (
        AsciiArtError,
        FontError,
        ImageError,
        ImageWarning,
        ModelError,
        OptionError,
        OutputError,
    )
    from asciiart.io.files.assets import available_fonts, available_models
    from asciiart.io.pictures.image import load_image
    from asciiart.motion.animation import animate
    from asciiart.options import Options
    from asciiart.page.picture_lines import trace_lines
    from asciiart.pipeline import Artist, draw

__all__ = [
    "Art",
    "Artist",
    "AsciiArtError",
    "FontError",
    "ImageError",
    "ImageWarning",
    "ModelError",
    "OptionError",
    "Options",
    "OutputError",
    "animate",
    "available_fonts",
    "available_models",
    "draw",
    "load_image",
    "trace_lines",
]

_HOMES = {
    "Art": "art.art",
    "Artist": "pipeline",
    "AsciiArtError": "errors",
    "FontError": "errors",
    "ImageError": "errors",
    "ImageWarning": "errors",
    "ModelError": "errors",
    "OptionError": "errors",
    "Options": "options",
    "OutputError": "errors",
    "animate": "motion.animation",
    "available_fonts": "io.files.assets",
    "available_models": "io.files.assets",
    "draw": "pipeline",
    "load_image": "io.pictures.image",
    "trace_lines": "page.picture_lines",
}


def __getattr__(name: str) -> object:
    """Import a public name's module when the name is first used; `import asciiart` is instant."""
    if name not in _HOMES:
        raise AttributeError(f"module 'asciiart' has no attribute {name!r}")
    return getattr(import_module(f"asciiart.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return [*__all__, "__version__"]
