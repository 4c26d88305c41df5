"""Stage 5: codes (N, D') -> the k nearest glyphs of each (N, k), by FAISS.

Glyphs of each width have an exact index (`IndexFlatIP`) of their own. A glyph's bias is one more
dimension of its key, in which every query is 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray

from asciiart.io.forks import after_fork_in_child
from asciiart.matching.arrays import Floats, Ids

# GNU's OpenMP would wait for the threads of the parent; a single thread waits for nobody.
after_fork_in_child(lambda: faiss.omp_set_num_threads(1))


class Neighbors(NamedTuple):
    """The k best glyphs of each of N cells, best first."""

    glyph_ids: NDArray[np.int32]
    """(N, k), positions in the index's characters; -1 for none."""
    scores: Floats
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
    keys: Mapping[int, Floats]
    """Span -> (G', D' + 1): keys and, last, biases of the glyphs of that span, in order."""
    inks: Floats
    """(G,), the sum of each glyph's ink, in pixels of the encoder's page."""
    density: float
    """Mean ink, 0 to 1, of the densest glyph: the most that this font can show."""
    column_code_size: int
    """Q: numbers of a key that belong to one position across; 0 for keys of several codes."""

    @cached_property
    def blanks(self) -> Ids:
        """The glyphs without ink: spaces."""
        return np.flatnonzero(self.inks == 0)

    @cached_property
    def _flats(self) -> Mapping[int, faiss.IndexFlatIP]:
        flats = {}
        for span, keys in self.keys.items():
            flats[span] = faiss.IndexFlatIP(keys.shape[1])
            flats[span].add(keys)
        return flats

    def strips_of(self, span: int) -> Floats:
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

    def ids_of(self, span: int) -> Ids:
        """Return the positions of the glyphs that cover ``span`` columns."""
        return np.flatnonzero(self.spans == span)

    def spans_at(self, glyph_ids: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return how many columns glyphs (...) cover; 0 for -1, which is no glyph."""
        return np.asarray(np.append(self.spans, 0)[glyph_ids])

    def search(self, codes: Floats, k: int, span: int = 1) -> Neighbors:
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
