"""Indexes of glyphs kept in files, so that a font's glyphs are encoded only once."""

from __future__ import annotations

import hashlib
import io
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.font import Font
from asciiart.glyphs.grid import Cell
from asciiart.glyphs.typesetting import Typeset
from asciiart.io.files.cache import read_cached, write_cached
from asciiart.matching.encoder import Encoder
from asciiart.matching.glyph_index import GlyphIndex
from asciiart.matching.index_building import build_index, column_code_size
from asciiart.matching.scores import MatchScore

_FORMAT = b"asciiart index 6\n"
_WIDEST = 16
"""Greatest width, in ems, of a proportional font's glyph in an index that comes from a file."""


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
    found = None if data is None else unpack_index(data)
    sizes = {
        "code_size": column_code_size(cell, encoder),
        "stride": encoder.spec.stride[1],
        "widest": 2 if typeset is None else _WIDEST * typeset.font_size,
    }
    if found is not None and _is_for(found, characters, cell, **sizes):
        return found
    index = build_index(font, characters, encoder, score, cell=cell, typeset=typeset, strict=strict)
    write_cached(folder, f"{name}.index", pack_index(index))
    return index


def pack_index(index: GlyphIndex) -> bytes:
    """Return an index as bytes for `unpack_index`, protected by a digest."""
    arrays: dict[str, Any] = {
        name: getattr(index, name)
        for name in ("characters", "spans", "inks", "density", "column_code_size")
    }
    arrays |= {f"keys{span}": keys for span, keys in index.keys.items()}
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    body = buffer.getvalue()
    return _FORMAT + hashlib.sha256(body).digest() + body


def unpack_index(data: bytes) -> GlyphIndex | None:
    """Return the index that ``data`` holds; None if it is damaged or of another version."""
    head = len(_FORMAT) + hashlib.sha256().digest_size
    digest = hashlib.sha256(data[head:]).digest()
    if data[:head] != _FORMAT + digest:
        return None
    try:
        return _from_arrays(_read_arrays(data[head:]))
    except Exception:  # whatever NumPy and zipfile raise
        return None


def _from_arrays(arrays: Mapping[str, NDArray[Any]]) -> GlyphIndex:
    spans = arrays["spans"]
    return GlyphIndex(
        characters=str(arrays["characters"]),
        spans=spans,
        keys={int(span): arrays[f"keys{span}"] for span in np.unique(spans)},
        inks=arrays["inks"],
        density=float(arrays["density"]),
        column_code_size=int(arrays["column_code_size"]),
    )


def _is_for(
    index: GlyphIndex, characters: str, cell: Cell, *, code_size: int, stride: int, widest: int
) -> bool:
    """Tell whether an index can be that of a font's glyphs for ``characters``.

    Whatever a file holds, sizes and numbers must be such that a search can rely on them, and
    there must be no character that was not asked for. ``code_size`` numbers belong to
    ``stride`` pixels across; no glyph may cover more than ``widest`` columns.
    """
    widths = {span: -(-span * cell.width // stride) for span in index.keys}
    count = len(index.characters)
    asked_for = iter(dict.fromkeys(" " + characters))
    return (
        index.characters.startswith(" ")
        and all(character in asked_for for character in index.characters)  # in their order
        and index.column_code_size == code_size
        and math.isfinite(index.density)
        and index.density >= 0
        and _is_array(index.spans, np.int64, (count,))
        and 1 <= index.spans.min() <= index.spans.max() <= widest
        and _is_array(index.inks, np.float32, (count,))
        and bool((index.inks >= 0).all())
        and all(
            _is_array(
                keys,
                np.float32,
                (len(index.ids_of(span)), code_size * widths[span] + 1),
            )
            for span, keys in index.keys.items()
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
