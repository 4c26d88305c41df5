"""A folder of `models/` -> a `Model`: its card and its encoders, every file checked."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from asciiart.art import Mode
from asciiart.assets import find_model
from asciiart.encoder import CodeSpec, Encoder
from asciiart.errors import ModelError
from asciiart.features import SCORES, Score

CARD = "card.toml"
PAGE_NETWORK = "{mode}.onnx"
GLYPH_NETWORK = "{mode}-glyphs.onnx"
WEIGHTS = "{mode}.safetensors"


@dataclass(frozen=True)
class Model:
    """A trained model: one encoder for each mode that it was trained for."""

    folder: Path
    """Where it lies."""
    name: str
    """Its name, from the card."""
    card: dict[str, Any]
    """The whole card."""

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes that it was trained for."""
        return tuple(mode for mode in get_args(Mode) if mode in self.card)

    def digest(self, mode: Mode) -> str:
        """Return the SHA-256 of the mode's glyph network, which index caches depend on."""
        return str(self._section(mode)["sha256"][GLYPH_NETWORK.format(mode=mode)])

    def score(self, mode: Mode) -> Score:
        """Return what the encoder of a mode was trained on.

        Raises
        ------
        ModelError
            If the model has no such mode, or its card is damaged.
        """
        try:
            return SCORES[mode](**self._section(mode)["score"])
        except (KeyError, TypeError) as error:
            raise ModelError(f"{self.folder / CARD}: damaged card ({error})") from error

    def load_encoder(self, mode: Mode) -> Encoder:
        """Return the encoder of a mode.

        Raises
        ------
        ModelError
            If the model has no such mode, or a file is missing or not the one on the card.
        """
        section = self._section(mode)
        try:
            digests, code = dict(section["sha256"]), section["code"]
            spec = CodeSpec(code["cell_height"], tuple(code["step"]), code["size"], code["reach"])
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{self.folder / CARD}: damaged card ({error})") from error
        page, glyphs = (self.folder / n.format(mode=mode) for n in (PAGE_NETWORK, GLYPH_NETWORK))
        for path in (page, glyphs):
            _read_checked(path, digests.get(path.name, ""))
        return Encoder(page, glyphs, spec)

    def read_weights(self, mode: Mode) -> bytes:
        """Return the safetensors file from which training of a mode can start.

        Raises
        ------
        ModelError
            If the model has no such mode, or the file is missing or not the one on the card.
        """
        path = self.folder / WEIGHTS.format(mode=mode)
        try:
            digest = str(self._section(mode)["sha256"][path.name])
        except (KeyError, TypeError) as error:
            raise ModelError(f"{self.folder / CARD}: damaged card ({error})") from error
        return _read_checked(path, digest)

    def _section(self, mode: Mode) -> dict[str, Any]:
        if mode not in self.card:
            raise ModelError(f"{self.folder}: this model was not trained for mode {mode}", "mode")
        if not isinstance(self.card[mode], dict):
            raise ModelError(f"{self.folder / CARD}: damaged card ([{mode}] is no table)")
        return dict(self.card[mode])


def _read_checked(path: Path, digest: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise ModelError(f"{path}: damaged (its SHA-256 is not the one on the card)")
    return data


def load_model(name: str | Path) -> Model:
    """Return the model of a name or folder; its networks are opened when they are needed.

    Raises
    ------
    ModelError
        If there is no such model or its card is damaged.
    """
    folder = find_model(name)
    path = folder / CARD
    try:
        card = tomllib.loads(path.read_text(encoding="utf-8"))
        return Model(folder, str(card["name"]), card)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise ModelError(f"{path}: damaged card ({error})") from error
