"""Stage 5: codes (N, D') -> the k nearest glyphs of each (N, k), by FAISS.

The index is exact (`IndexFlatIP`), one for each width that glyphs have. A glyph's bias is one more
dimension, in which every query is 1.
"""

from __future__ import annotations

import hashlib
import io
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import faiss
import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.charsets import IDEOGRAPHIC_SPACE
from asciiart.glyphs.font import Font
from asciiart.glyphs.grid import Cell
from asciiart.glyphs.rasterize import rasterize, rasterize_row
from asciiart.glyphs.typesetting import Typeset, column_spans
from asciiart.glyphs.usable import usable_characters
from asciiart.io.files.cache import read_cached, write_cached
from asciiart.io.forks import after_fork_in_child
from asciiart.matching.encoder import Encoder
from asciiart.matching.scores import MatchScore

_FORMAT = b"asciiart index 5\n"
_DENSE = 0.95
"""Share of a proportional font's glyphs that have at most full ink: a few signs, such as a black
circle, are twice as dense as anything that could stand beside them."""
_WIDEST = 16
"""Ems that a glyph of a proportional font may be wide in an index that comes from a file."""
_STRETCH = cv2.INTER_LINEAR
"""How a row's glyphs are brought to a height that the encoder's step divides."""

# GNU's OpenMP would wait for the threads of the parent; a single thread waits for nobody.
after_fork_in_child(lambda: faiss.omp_set_num_threads(1))


class Neighbors(NamedTuple):
    """The best glyphs of N cells, best first."""

    glyph_ids: NDArray[np.int32]
    """(N, k), indices into the index's characters."""
    scores: NDArray[np.float32]
    """(N, k), higher is better; blank paper scores 0."""

    def first(self, k: int) -> Neighbors:
        """Return the best ``k`` of them."""
        return Neighbors(self.glyph_ids[..., :k], self.scores[..., :k])

    def part(self, rows: slice, columns: slice = slice(None)) -> Neighbors:
        """Return those of some rows and columns of cells (R, C, k)."""
        return Neighbors(self.glyph_ids[rows, columns], self.scores[rows, columns])


@dataclass(frozen=True, eq=False)
class GlyphIndex:
    """The glyphs of a font that are to choose from, ready to be searched."""

    characters: str
    """G characters; the first is the space."""
    spans: NDArray[np.int64]
    """(G,), columns that each covers."""
    keys: Mapping[int, NDArray[np.float32]]
    """Span -> (G', D' + 1): the key and, last, the bias of each glyph that wide, in order."""
    inks: NDArray[np.float32]
    """(G,), pixels of ink on the encoder's page."""
    density: float
    """Mean ink of the densest glyph: full ink, as far as this font can give it."""
    strip: int
    """Q: numbers of a key that belong to one position across; 0 if they are of several codes."""

    @cached_property
    def blanks(self) -> NDArray[np.int64]:
        """Which glyphs are nothing but paper: spaces."""
        return np.flatnonzero(self.inks == 0)

    @cached_property
    def _flats(self) -> Mapping[int, faiss.IndexFlatIP]:
        flats = {}
        for span, keys in self.keys.items():
            flats[span] = faiss.IndexFlatIP(keys.shape[1])
            flats[span].add(keys)
        return flats

    def strips_of(self, span: int) -> NDArray[np.float32]:
        """Return the keys of the glyphs that cover ``span`` columns as strips (G', n, Q)."""
        keys = self.keys[span][:, :-1]
        return keys.reshape(len(keys), -1, self.strip)

    @cached_property
    def strip_moments(self) -> NDArray[np.float64]:
        """The sum of the outer products of all glyphs' strips with themselves (Q, Q)."""
        moments = np.zeros((self.strip, self.strip))
        for span in self.keys:
            flat = self.strips_of(span).reshape(-1, self.strip)
            moments += flat.T @ flat
        return moments

    def ids_of(self, span: int) -> NDArray[np.int64]:
        """Return which glyphs cover ``span`` columns."""
        return np.flatnonzero(self.spans == span)

    def spans_at(self, glyph_ids: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the columns that glyphs cover (...), 0 for -1, which is none."""
        return np.asarray(np.append(self.spans, 0)[glyph_ids])

    def search(self, codes: NDArray[np.float32], k: int, span: int = 1) -> Neighbors:
        """Return the ``k`` best glyphs (all, if there are fewer) of each code (N, D').

        Only glyphs that cover ``span`` columns are compared.
        """
        ids = self.ids_of(span)
        queries = np.ones((len(codes), self.keys[span].shape[1]), np.float32)
        queries[:, :-1] = codes
        scores, found = self._flats[span].search(queries, min(k, len(ids)))
        return Neighbors(ids[found].astype(np.int32), scores)

    def preferring_little_ink(self, cost: float) -> GlyphIndex:
        """Return an index whose scores are lower by ``cost`` for every pixel of a glyph's ink."""
        keys = {}
        for span, own in self.keys.items():
            keys[span] = own.copy()
            keys[span][:, -1] -= np.float32(cost) * self.inks[self.ids_of(span)]
        return replace(self, keys=keys)

    def weighing(self, weight: float) -> GlyphIndex:
        """Return an index whose scores are multiplied."""
        factor = np.float32(weight)
        return replace(self, keys={span: factor * keys for span, keys in self.keys.items()})

    def joined(self, other: GlyphIndex) -> GlyphIndex:
        """Return an index of the same glyphs for both codes side by side; scores are added."""
        keys = {span: np.hstack([own[:, :-1], other.keys[span]]) for span, own in self.keys.items()}
        for span, own in self.keys.items():
            keys[span][:, -1] += own[:, -1]
        return replace(self, keys=keys, strip=0)

    def to_bytes(self) -> bytes:
        """Return what `from_bytes` reads, guarded by a digest of itself."""
        arrays: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("characters", "spans", "inks", "density", "strip")
        }
        arrays |= {f"keys{span}": keys for span, keys in self.keys.items()}
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)
        body = buffer.getvalue()
        return _FORMAT + hashlib.sha256(body).digest() + body

    @classmethod
    def from_bytes(cls, data: bytes) -> GlyphIndex | None:
        """Return the index that ``data`` holds; None if it is damaged or of another version."""
        head = len(_FORMAT) + hashlib.sha256().digest_size
        digest = hashlib.sha256(data[head:]).digest()
        if data[:head] != _FORMAT + digest:
            return None
        try:
            return cls._from_arrays(_read_arrays(data[head:]))
        except Exception:  # whatever NumPy and zipfile raise
            return None

    @classmethod
    def _from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> GlyphIndex:
        spans = arrays["spans"]
        return cls(
            characters=str(arrays["characters"]),
            spans=spans,
            keys={int(span): arrays[f"keys{span}"] for span in np.unique(spans)},
            inks=arrays["inks"],
            density=float(arrays["density"]),
            strip=int(arrays["strip"]),
        )

    def is_for(self, characters: str, cell: Cell, strip: int, step: int, widest: int) -> bool:
        """Tell whether this may be the index of those of ``characters`` that a font has.

        In whatever comes from a file, sizes and numbers have to be what a search relies on, and no
        character may stand that was not asked for. ``strip`` numbers belong to ``step`` pixels
        across; no glyph covers more than ``widest`` columns.
        """
        count = len(self.characters)
        asked_for = iter(dict.fromkeys(" " + characters))
        return (
            self.characters.startswith(" ")
            and all(character in asked_for for character in self.characters)  # in their order
            and self.strip == strip
            and math.isfinite(self.density)
            and self.density >= 0
            and _is_array(self.spans, np.int64, (count,))
            and 1 <= self.spans.min() <= self.spans.max() <= widest
            and _is_array(self.inks, np.float32, (count,))
            and bool((self.inks >= 0).all())
            and all(
                _is_array(
                    keys,
                    np.float32,
                    (len(self.ids_of(span)), strip * -(-span * cell.width // step) + 1),
                )
                for span, keys in self.keys.items()
            )
        )


def _is_array(array: NDArray[Any], kind: type[np.generic], shape: tuple[int, ...]) -> bool:
    return array.dtype == kind and array.shape == shape and bool(np.isfinite(array).all())


def _read_arrays(data: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays of an .npz file that is no larger unpacked than packed."""
    arrays = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > len(data):
                raise ValueError("not as it was written")
            member = io.BytesIO(archive.read(entry))
            version = np.lib.format.read_magic(member)
            if version != (1, 0):
                raise ValueError("not as it was written")
            shape, _, dtype = np.lib.format.read_array_header_1_0(member)
            if math.prod(shape) * dtype.itemsize > len(data):
                raise ValueError("larger than its file")
            member.seek(0)
            name = entry.filename.removesuffix(".npy")
            arrays[name] = np.lib.format.read_array(member, allow_pickle=False)
    return arrays


def draw_glyphs(
    font: Font,
    characters: str,
    spans: NDArray[np.int64],
    cell: Cell,
    typeset: Typeset | None,
    *,
    scale: int = 1,
) -> dict[int, NDArray[np.float32]]:
    """Return, for each span, the ink (G', scale·h, scale·span·w) of the glyphs that wide."""
    drawn = {}
    for span in np.unique(spans).tolist():
        some = "".join(characters[i] for i in np.flatnonzero(spans == span))
        drawn[span] = _draw_alike(font, some, span, cell, typeset, scale=scale)
    return drawn


def _draw_alike(
    font: Font, characters: str, span: int, cell: Cell, typeset: Typeset | None, *, scale: int
) -> NDArray[np.float32]:
    height, width = scale * cell.height, scale * span * cell.width
    if typeset is None:
        return rasterize(font, characters, height, width, cells=span)
    size, pitch = typeset.font_size, typeset.line_height
    inks = rasterize_row(font, characters, size, pitch, span, scale=scale)
    if pitch == cell.height:
        return inks
    return np.stack([cv2.resize(ink, (width, height), interpolation=_STRETCH) for ink in inks])


def build_index(
    font: Font,
    characters: str,
    encoder: Encoder,
    score: MatchScore,
    *,
    cell: Cell,
    typeset: Typeset | None = None,
    strict: bool = False,
) -> GlyphIndex:
    """Return the index of those of ``characters`` that the font can set.

    Raises
    ------
    FontError
        If that is none but the space or, with ``strict``, not all.
    """
    usable = usable_characters(font, characters, strict=strict, spans=(1, 2))
    if typeset is None:
        usable = usable.replace(IDEOGRAPHIC_SPACE, "")  # two spaces do as well
    spans = column_spans(usable, font, typeset)
    keys: dict[int, NDArray[np.float32]] = {}
    inks = np.zeros(len(usable), np.float32)
    means = np.zeros(len(usable), np.float32)
    strip = _strip(cell, encoder)
    inked = draw_glyphs(font, usable, spans, cell, typeset, scale=encoder.enlarge)
    for span, drawn in inked.items():
        ids = np.flatnonzero(spans == span)
        inks[ids] = drawn.sum(axis=(1, 2)) / encoder.enlarge**2
        means[ids] = drawn.mean(axis=(1, 2))
        codes = encoder.encode_glyphs(drawn, score)
        flat = codes.keys.swapaxes(1, 2).reshape(len(ids), -1)  # column by column, as `cut` does
        keys[span] = np.hstack([flat, codes.biases[:, None]]).astype(np.float32)
    densest = 1.0 if typeset is None else _DENSE
    density = float(np.quantile(means[means > 0], densest)) if means.any() else 0.0
    return GlyphIndex(usable, spans, keys, inks, density, strip)


def _strip(cell: Cell, encoder: Encoder) -> int:
    """Return how many numbers of a key belong to one position across."""
    return cell.height // encoder.spec.step[0] * encoder.spec.size


def cached_index(
    font: Font,
    characters: str,
    encoder: Encoder,
    score: MatchScore,
    *,
    cell: Cell,
    typeset: Typeset | None = None,
    strict: bool,
    folder: Path | None,
    model_digest: str,
) -> GlyphIndex:
    """Return the index from the cache in ``folder``, or build it and keep it there.

    A file that is damaged, outdated or not what was asked for is replaced. Where there is no
    folder, or it cannot be written, nothing is kept.
    """
    size = f"{cell.height}x{cell.width} {typeset} {strict} {score}"
    parts = (font.digest, characters, size, model_digest)
    name = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    data = read_cached(folder, f"{name}.index")
    found = None if data is None else GlyphIndex.from_bytes(data)
    strip, step = _strip(cell, encoder), encoder.spec.step[1]
    widest = 2 if typeset is None else _WIDEST * typeset.font_size
    if found is not None and found.is_for(characters, cell, strip, step, widest):
        return found
    index = build_index(font, characters, encoder, score, cell=cell, typeset=typeset, strict=strict)
    write_cached(folder, f"{name}.index", index.to_bytes())
    return index
