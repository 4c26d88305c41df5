"""Stage 5: codes (N, D') -> the k nearest glyphs of each (N, k), by FAISS.

The index is exact (`IndexFlatIP`). A glyph's bias is one more dimension, in which every query is 1.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray

from asciiart.encoder import Encoder
from asciiart.errors import OutputError
from asciiart.files import write_atomically
from asciiart.glyphs import Font, rasterize, usable_characters
from asciiart.grid import Cell

_FORMAT = b"asciiart index 1\n"


class Neighbors(NamedTuple):
    """The best glyphs of N cells, best first."""

    glyph_ids: NDArray[np.int32]
    """(N, k), indices into the index's characters."""
    scores: NDArray[np.float32]
    """(N, k), higher is better; the space scores 0."""


@dataclass(frozen=True, eq=False)
class GlyphIndex:
    """The glyphs of a font that are to choose from, ready to be searched."""

    characters: str
    """G characters; the first is the space."""
    keys: NDArray[np.float32]
    """(G, D' + 1): each glyph's key and, last, its bias."""
    density: float
    """Mean ink of the densest glyph: full ink, as far as this font can give it."""

    @cached_property
    def _flat(self) -> faiss.IndexFlatIP:
        flat = faiss.IndexFlatIP(self.keys.shape[1])
        flat.add(self.keys)
        return flat

    def search(self, codes: NDArray[np.float32], k: int) -> Neighbors:
        """Return the ``k`` best glyphs (all of them, if there are fewer) of each code (N, D')."""
        queries = np.ones((len(codes), self.keys.shape[1]), np.float32)
        queries[:, :-1] = codes
        scores, ids = self._flat.search(queries, min(k, len(self.characters)))
        return Neighbors(ids.astype(np.int32), scores)

    def to_bytes(self) -> bytes:
        """Return what `from_bytes` reads, guarded by a digest of itself."""
        buffer = io.BytesIO()
        np.savez(buffer, characters=self.characters, keys=self.keys, density=self.density)
        body = buffer.getvalue()
        return _FORMAT + hashlib.sha256(body).digest() + body

    @classmethod
    def from_bytes(cls, data: bytes) -> GlyphIndex | None:
        """Return the index that ``data`` holds; None if it is damaged or of another version."""
        head = len(_FORMAT) + hashlib.sha256().digest_size
        digest = hashlib.sha256(data[head:]).digest()
        if data[:head] != _FORMAT + digest:
            return None
        with np.load(io.BytesIO(data[head:])) as arrays:
            return cls(str(arrays["characters"]), arrays["keys"], float(arrays["density"]))


def build_index(
    font: Font, characters: str, encoder: Encoder, cell: Cell, *, strict: bool = False
) -> GlyphIndex:
    """Return the index of those of ``characters`` that fit one cell of the font.

    Raises
    ------
    FontError
        If that is none but the space or, with ``strict``, not all.
    """
    usable = usable_characters(font, characters, strict=strict)
    inks = rasterize(font, usable, cell.height, cell.width)
    codes = encoder.encode_glyphs(inks)
    flat = codes.keys.reshape(len(usable), -1)
    keys = np.hstack([flat, codes.biases[:, None]]).astype(np.float32)
    return GlyphIndex(usable, keys, float(inks.mean(axis=(1, 2)).max()))


def cached_index(
    font: Font,
    characters: str,
    encoder: Encoder,
    cell: Cell,
    *,
    strict: bool,
    folder: Path,
    model_digest: str,
) -> GlyphIndex:
    """Return the index from the cache in ``folder``, or build it and keep it there.

    A damaged or outdated file is replaced; a folder that cannot be written is done without.
    """
    parts = (font.digest, characters, f"{cell.height}x{cell.width} {strict}", model_digest)
    name = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    path = folder / f"{name}.index"
    try:
        found = GlyphIndex.from_bytes(path.read_bytes())
    except OSError:
        found = None
    if found is not None:
        return found
    index = build_index(font, characters, encoder, cell, strict=strict)
    with contextlib.suppress(OSError, OutputError):
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, index.to_bytes())
    return index
