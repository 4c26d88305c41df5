"""Stage 5: codes (N, D') -> the k nearest glyphs of each (N, k), by FAISS.

Glyphs of each width have an exact index (`IndexFlatIP`) of their own. A glyph's bias is one more
dimension of its key, in which every query is 1.
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

_FORMAT = b"asciiart index 6\n"
_DENSE = 0.95
"""Quantile of glyph density that counts as full ink in a proportional font; a few symbols, such
as a black circle, are twice as dense as the rest."""
_WIDEST = 16
"""Greatest width, in ems, of a proportional font's glyph in an index that comes from a file."""
_STRETCH = cv2.INTER_LINEAR
"""Interpolation of glyphs to a row height that is a multiple of the encoder's stride."""

# GNU's OpenMP would wait for the threads of the parent; a single thread waits for nobody.
after_fork_in_child(lambda: faiss.omp_set_num_threads(1))


class Neighbors(NamedTuple):
    """The k best glyphs of each of N cells, best first."""

    glyph_ids: NDArray[np.int32]
    """(N, k), positions in the index's characters; -1 for none."""
    scores: NDArray[np.float32]
    """(N, k), higher is better; blank paper scores 0."""

    def first(self, k: int) -> Neighbors:
        """Return the best ``k`` glyphs of each cell."""
        return Neighbors(self.glyph_ids[..., :k], self.scores[..., :k])

    def part(self, rows: slice, columns: slice = slice(None)) -> Neighbors:
        """Return some rows and columns of the neighbors of cells (R, C, k)."""
        return Neighbors(self.glyph_ids[rows, columns], self.scores[rows, columns])


@dataclass(frozen=True, eq=False)
class GlyphIndex:
    """The glyphs of a font among which pages are matched, ready to be searched."""

    characters: str
    """G characters; the first is the space."""
    spans: NDArray[np.int64]
    """(G,), how many columns each covers."""
    keys: Mapping[int, NDArray[np.float32]]
    """Span -> (G', D' + 1): keys and, last, biases of the glyphs of that span, in order."""
    inks: NDArray[np.float32]
    """(G,), the sum of each glyph's ink, in pixels of the encoder's page."""
    density: float
    """Mean ink, 0 to 1, of the densest glyph: the most that this font can show."""
    column_code_size: int
    """Q: numbers of a key that belong to one position across; 0 for keys of several codes."""

    @cached_property
    def blanks(self) -> NDArray[np.int64]:
        """The glyphs without ink: spaces."""
        return np.flatnonzero(self.inks == 0)

    @cached_property
    def _flats(self) -> Mapping[int, faiss.IndexFlatIP]:
        flats = {}
        for span, keys in self.keys.items():
            flats[span] = faiss.IndexFlatIP(keys.shape[1])
            flats[span].add(keys)
        return flats

    def strips_of(self, span: int) -> NDArray[np.float32]:
        """Return the keys of the glyphs that cover ``span`` columns, as strips (G', n, Q)."""
        keys = self.keys[span][:, :-1]
        return keys.reshape(len(keys), -1, self.column_code_size)

    @cached_property
    def strip_moments(self) -> NDArray[np.float64]:
        """The sum (Q, Q) of the outer products of all glyphs' strips with themselves."""
        moments = np.zeros((self.column_code_size, self.column_code_size))
        for span in self.keys:
            flat = self.strips_of(span).reshape(-1, self.column_code_size)
            moments += flat.T @ flat
        return moments

    def ids_of(self, span: int) -> NDArray[np.int64]:
        """Return the positions of the glyphs that cover ``span`` columns."""
        return np.flatnonzero(self.spans == span)

    def spans_at(self, glyph_ids: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return how many columns glyphs (...) cover; 0 for -1, which is no glyph."""
        return np.asarray(np.append(self.spans, 0)[glyph_ids])

    def search(self, codes: NDArray[np.float32], k: int, span: int = 1) -> Neighbors:
        """Return the ``k`` best glyphs, or all if there are fewer, of each code (N, D').

        Only glyphs that cover ``span`` columns are compared.
        """
        ids = self.ids_of(span)
        queries = np.ones((len(codes), self.keys[span].shape[1]), np.float32)
        queries[:, :-1] = codes
        scores, found = self._flats[span].search(queries, min(k, len(ids)))
        return Neighbors(ids[found].astype(np.int32), scores)

    def with_ink_penalty(self, cost: float) -> GlyphIndex:
        """Return an index whose scores are lower by ``cost`` per pixel of a glyph's ink."""
        keys = {}
        for span, own in self.keys.items():
            keys[span] = own.copy()
            keys[span][:, -1] -= np.float32(cost) * self.inks[self.ids_of(span)]
        return replace(self, keys=keys)

    def scaled(self, factor: float) -> GlyphIndex:
        """Return an index whose scores are multiplied by ``factor``."""
        scaled = {span: np.float32(factor) * keys for span, keys in self.keys.items()}
        return replace(self, keys=scaled)

    def concatenated(self, other: GlyphIndex) -> GlyphIndex:
        """Return an index of the same glyphs for both codes side by side; their scores add up."""
        keys = {span: np.hstack([own[:, :-1], other.keys[span]]) for span, own in self.keys.items()}
        for span, own in self.keys.items():
            keys[span][:, -1] += own[:, -1]
        return replace(self, keys=keys, column_code_size=0)

    def to_bytes(self) -> bytes:
        """Return the index as bytes for `from_bytes`, protected by a digest."""
        arrays: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("characters", "spans", "inks", "density", "column_code_size")
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
            column_code_size=int(arrays["column_code_size"]),
        )

    def is_for(
        self, characters: str, cell: Cell, column_code_size: int, stride: int, widest: int
    ) -> bool:
        """Tell whether this may be the index of those of ``characters`` that a font has.

        Whatever a file holds, sizes and numbers must be such that a search can rely on them, and
        there must be no character that was not asked for. ``column_code_size`` numbers belong to
        ``stride`` pixels across; no glyph may cover more than ``widest`` columns.
        """
        widths = {span: -(-span * cell.width // stride) for span in self.keys}
        count = len(self.characters)
        asked_for = iter(dict.fromkeys(" " + characters))
        return (
            self.characters.startswith(" ")
            and all(character in asked_for for character in self.characters)  # in their order
            and self.column_code_size == column_code_size
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
                    (len(self.ids_of(span)), column_code_size * widths[span] + 1),
                )
                for span, keys in self.keys.items()
            )
        )


def _is_array(array: NDArray[Any], kind: type[np.generic], shape: tuple[int, ...]) -> bool:
    """Tell whether an array has a type and shape and holds finite numbers only."""
    return array.dtype == kind and array.shape == shape and bool(np.isfinite(array).all())


def _read_arrays(data: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays of an .npz file, refusing what is larger unpacked than packed."""
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
    """Return, for each span, the ink (G', scale·h, scale·span·w) of the glyphs of that span."""
    drawn = {}
    for span in np.unique(spans).tolist():
        some = "".join(characters[i] for i in np.flatnonzero(spans == span))
        drawn[span] = _draw_alike(font, some, span, cell, typeset, scale=scale)
    return drawn


def _draw_alike(
    font: Font, characters: str, span: int, cell: Cell, typeset: Typeset | None, *, scale: int
) -> NDArray[np.float32]:
    """Return the ink (G', scale·h, scale·span·w) of glyphs that all have one span."""
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
        If that is only the space or, with ``strict``, not all of them.
    """
    usable = usable_characters(font, characters, strict=strict, spans=(1, 2))
    if typeset is None:
        usable = usable.replace(IDEOGRAPHIC_SPACE, "")  # two spaces are as wide
    spans = spans_of(usable, font, typeset)
    keys: dict[int, NDArray[np.float32]] = {}
    inks = np.zeros(len(usable), np.float32)
    means = np.zeros(len(usable), np.float32)
    drawn_by_span = draw_glyphs(font, usable, spans, cell, typeset, scale=encoder.supersampling)
    for span, drawn in drawn_by_span.items():
        ids = np.flatnonzero(spans == span)
        inks[ids] = drawn.sum(axis=(1, 2)) / encoder.supersampling**2
        means[ids] = drawn.mean(axis=(1, 2))
        codes = encoder.encode_glyphs(drawn, score)
        flat = codes.keys.swapaxes(1, 2).reshape(len(ids), -1)  # as `cell_codes` does
        keys[span] = np.hstack([flat, codes.biases[:, None]]).astype(np.float32)
    densest = 1.0 if typeset is None else _DENSE
    density = float(np.quantile(means[means > 0], densest)) if means.any() else 0.0
    return GlyphIndex(usable, spans, keys, inks, density, _column_code_size(cell, encoder))


def _column_code_size(cell: Cell, encoder: Encoder) -> int:
    """Return how many numbers of a key belong to one position across."""
    return cell.height // encoder.spec.stride[0] * encoder.spec.size


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

    A file that is damaged, outdated or not what was asked for is replaced; if there is no folder,
    or it is not writable, nothing is cached.

    Raises
    ------
    FontError
        As `build_index` does.
    """
    size = f"{cell.height}x{cell.width} {typeset} {strict} {score}"
    parts = (font.digest, characters, size, model_digest)
    name = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    data = read_cached(folder, f"{name}.index")
    found = None if data is None else GlyphIndex.from_bytes(data)
    size_across, stride = _column_code_size(cell, encoder), encoder.spec.stride[1]
    widest = 2 if typeset is None else _WIDEST * typeset.font_size
    if found is not None and found.is_for(characters, cell, size_across, stride, widest):
        return found
    index = build_index(font, characters, encoder, score, cell=cell, typeset=typeset, strict=strict)
    write_cached(folder, f"{name}.index", index.to_bytes())
    return index
