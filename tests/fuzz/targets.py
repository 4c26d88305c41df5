"""What is fuzzed: each target takes a file and either succeeds or raises an error of ours."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path

import numpy as np

from asciiart.art.reading.saved_art import read_art
from asciiart.cli.defaults import read_defaults
from asciiart.cli.main import main
from asciiart.glyphs.font import load_font
from asciiart.glyphs.rasterize import rasterize
from asciiart.glyphs.usable import usable_characters
from asciiart.io.files.assets import available_models
from asciiart.io.pictures.image import load_image
from asciiart.matching.model import load_model
from asciiart.motion.decoding.opening import open_frames

_CHARACTERS = " aMi#.é漢█"
_FRAMES = 20
_PIXELS = 50_000_000
"""After so many no more frames are asked for: they take as long as they take."""
_SQUARE = np.pad(np.ones((24, 24), np.float32), 4)


def _load_image(path: Path) -> None:
    load_image(path)


def _open_frames(path: Path) -> None:
    left = _PIXELS
    for frame in islice(open_frames(path), _FRAMES):
        left -= frame.pixels[..., 0].size
        if left < 0:
            break


def _load_font(path: Path) -> None:
    font = load_font(path)
    characters = usable_characters(font, _CHARACTERS, spans=(1, 2))
    rasterize(font, characters, 16, 8)
    str(font.proportional)


def _read_art(path: Path) -> None:
    read_art(str(path))


def _load_model(path: Path) -> None:
    """Load a copy of the standard model with this card or, with its digest in the card, network."""
    folder = path.parent / "model"
    if folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(available_models()["standard"], folder)
    if path.suffix == ".toml":
        shutil.copy(path, folder / "card.toml")
    else:
        _replace_network(folder, path.read_bytes())
    model = load_model(folder)
    for mode in model.modes:
        encoder = model.load_encoder(mode)
        encoder.encode(_SQUARE)
        with suppress(KeyError):
            encoder.encode_glyphs(_SQUARE[np.newaxis, :, ::2], model.score(mode))


def _replace_network(folder: Path, network: bytes) -> None:
    name = "tone-glyphs.onnx" if len(network) < 12_000 else "tone.onnx"
    (folder / name).write_bytes(network)
    card = folder / "card.toml"
    digest = hashlib.sha256(network).hexdigest()
    text = re.sub(rf'("{name}" = )"\w+"', rf'\1"{digest}"', card.read_text(encoding="utf-8"))
    assert digest in text
    card.write_text(text, encoding="utf-8")


def _configuration(path: Path) -> None:
    os.environ["ASCIIART_CONFIG"] = str(path)
    read_defaults(main)


TARGETS: dict[str, Callable[[Path], None]] = {
    "load_image": _load_image,
    "open_frames": _open_frames,
    "load_font": _load_font,
    "read_art": _read_art,
    "load_model": _load_model,
    "configuration": _configuration,
}
"""By the name of their folder in corpora/."""
