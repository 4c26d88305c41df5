"""Trained network -> model folder, refused unless ONNX Runtime and torch agree."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any

import onnxruntime
import tomli_w
import torch
from safetensors.torch import save

from asciiart.errors import ModelError, OutputError
from asciiart.io.files.atomic_files import write_together
from asciiart.io.files.limited_reading import read_toml
from asciiart.matching.model import CARD, GLYPH_NETWORK, PAGE_NETWORK, WEIGHTS
from asciiart.matching.scores import SCORES
from asciiart.options import Mode
from asciiart.train.encoder.config import ModeConfig
from asciiart.train.encoder.dataset import make_page
from asciiart.train.encoder.fit import TrainedMatcher, ranking_of
from asciiart.train.encoder.glyph_matcher import (
    GlyphMatcher,
    GlyphNetwork,
    PageNetwork,
    reach_of,
    step_of,
)
from asciiart.train.encoder.quantize import to_int8
from asciiart.train.onnx_export import check_parity, count_parameters, to_onnx

_IN_INT8: frozenset[Mode] = frozenset({"structure"})
"""Modes whose page network is quantized to 8-bit integers, which is 2.5 times as fast; tone's
network is so small that quantizing its input would take longer."""
_CALIBRATION_PAGES = 16


def _networks(matcher: GlyphMatcher, config: ModeConfig) -> dict[str, bytes]:
    """Return the two ONNX files by name, each compared with torch on inputs of two sizes."""
    height, width = config.cell_height, config.cell_height // 2
    random = torch.Generator().manual_seed(0)
    page = torch.rand(2, 1, 4 * height, 8 * width, generator=random)
    maps, rows = SCORES[config.mode].maps, SCORES[config.mode].row_height
    glyphs = torch.rand(3, maps, rows, rows // 2, generator=random)
    axes = {0: "B", 2: "H", 3: "W"}
    pages_onnx = to_onnx(PageNetwork(matcher), page, "ink", ["code"], axes)
    glyphs_onnx = to_onnx(GlyphNetwork(matcher), glyphs, "features", ["key", "bias"], axes)
    for example in (page, torch.rand(1, 1, 2 * height, 6 * width, generator=random)):
        check_parity(PageNetwork(matcher), pages_onnx, example)
    for example in (glyphs, torch.rand(5, maps, rows, rows, generator=random)):
        check_parity(GlyphNetwork(matcher), glyphs_onnx, example)
    mode = config.mode
    if mode in _IN_INT8:
        numbers = range(_CALIBRATION_PAGES)
        pages = [make_page(config, SCORES[mode](), number).ink for number in numbers]
        pages_onnx = to_int8(pages_onnx, pages)
    return {
        PAGE_NETWORK.format(mode=mode): pages_onnx,
        GLYPH_NETWORK.format(mode=mode): glyphs_onnx,
    }


def recipe_of(config: ModeConfig) -> dict[str, Any]:
    """Return the recipe as the card stores it, with TOML's types."""
    return {
        **{name: value for name, value in asdict(config).items() if name != "mode"},
        "stages": [[s.out_channels, s.kernel_size, *s.stride] for s in config.stages],
        "fonts": list(config.fonts),
    }


_DEFAULTS = {
    field.name: field.default for field in fields(ModeConfig) if field.default is not MISSING
}


def is_exported(config: ModeConfig, folder: Path) -> bool:
    """Return whether the card of ``folder`` says that it holds the model of ``config``."""
    try:
        card = read_toml(folder / CARD)
    except (OSError, ValueError):
        return False
    section = card.get(config.mode)
    recipe = section.get("recipe") if isinstance(section, dict) else None
    # Cards that are older than a field lack it; they were made with what is now its default.
    return isinstance(recipe, dict) and {**_DEFAULTS, **recipe} == recipe_of(config)


def _section(
    trained: TrainedMatcher, config: ModeConfig, files: dict[str, bytes]
) -> dict[str, Any]:
    sy, sx = step_of(trained.matcher)
    return {
        "parameters": count_parameters(trained.matcher),
        "score": asdict(SCORES[config.mode]()),
        "ranking": round(ranking_of(trained.history), 4),
        "code": {
            "cell_height": config.cell_height,
            "step": [sy, sx],
            "size": config.code_channels,
            "reach": reach_of(config.stages),
            "precision": "int8" if config.mode in _IN_INT8 else "float32",
        },
        "recipe": recipe_of(config),
        "made_with": {
            "torch": torch.__version__,
            "onnxruntime": onnxruntime.__version__,
            "python": platform.python_version(),
        },
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }


def export_model(trained: TrainedMatcher, config: ModeConfig, folder: Path, command: str) -> None:
    """Write a mode's networks, weights and section of the card to a model folder.

    The other mode's files are kept. Nothing is written unless ONNX Runtime and torch agree and all
    files can be written, so a folder never holds half a new model.

    Raises
    ------
    ModelError
        If they do not agree, or an existing card is damaged.
    OutputError
        If the folder cannot be written.
    """
    files = _networks(trained.matcher, config)
    files[WEIGHTS.format(mode=config.mode)] = save(trained.matcher.state_dict())
    path = folder / CARD
    try:
        card = read_toml(path) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: damaged card ({error})") from error
    card = {"name": folder.resolve().name, "license": "MIT", **card, "command": command}
    card[config.mode] = _section(trained, config, files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror})") from error
    write_together(folder, {**files, CARD: tomli_w.dumps(card).encode()})
