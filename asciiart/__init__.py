"""Text art from pictures, each character chosen by a trained autoencoder.

The way of the data, one module and one principal function each (`pipeline.py` is it as code)::

    image       path | "-" | bytes | PIL | array -> Picture       load_image
    preprocess  Picture -> ink page (R·h, C·w)                    to_page
    contours    photograph -> lines, where a network sees some    trace_photograph
    encoder     ink page -> code map (R·h/sy, C·w/sx, D)          Encoder.encode
    patches     code map -> one code per cell (N, D')             cut
    lattice     code map -> codes of windows at any pixel         make_lattice
    features    glyphs -> what is known of them exactly           Score.glyphs
    index       codes -> nearest glyphs (N, k)                    GlyphIndex.search
    rows        scores of windows -> the best path of each row    solve_rows
    match       ink page -> glyphs, by the four above             match_page
    refine      the k nearest -> the best together                refine_structure
    art         nearest glyphs -> Art                             place
    render/     Art -> text, ANSI, HTML, SVG, PNG, JSON           render

Moving pictures go the same way, frame by frame (`animation.py`)::

    frames      GIF | video | webcam | arrays -> frames           open_frames
    steady      frame -> the same where nothing has moved         Stillness.settle
    drawer      frames -> Arts, two at once                       Drawer.begin
    player      Arts -> a terminal, each when it is due           Player.play
    recording   Arts -> GIF, MP4, asciicast, HTML, texts          save

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
}


def __getattr__(name: str) -> object:
    """Import a public name's module when the name is first used; `import asciiart` is instant."""
    if name not in _HOMES:
        raise AttributeError(f"module 'asciiart' has no attribute {name!r}")
    return getattr(import_module(f"asciiart.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return [*__all__, "__version__"]
