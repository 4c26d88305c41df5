"""Fonts by name: a font file, or else a bundled font, or else one installed on this system."""

from __future__ import annotations

import difflib
import functools
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from asciiart.errors import FontError
from asciiart.glyphs.font_files import FaceName, FontFace, count_faces, face_name, open_to_measure
from asciiart.glyphs.font_names import (
    FontName,
    full_name,
    normalize_name,
    plainest_style,
    split_face,
    split_variation,
)
from asciiart.glyphs.font_tables import read_names
from asciiart.io.files.assets import available_fonts, system_font_folders

FONT_SUFFIXES = (
    *(".ttf", ".otf", ".ttc", ".otc", ".otb", ".woff", ".woff2", ".dfont"),
    *(".pcf", ".pcf.gz", ".bdf", ".pfb", ".pfa"),
)
"""Suffixes of files that FreeType may be able to read."""
_SIMILARITY = 0.7
"""Least similarity, by difflib's ratio, of a name that is suggested for an unknown one."""


class FoundFont(NamedTuple):
    """The font that a name stands for."""

    face: FontFace
    """The file and the face in it."""
    name: str
    """Name, without a variation, that finds it again; "" for a file, which may move."""
    variation: str = ""
    """The requested axes, or the name of an instance, of a variable font."""
    is_bundled: bool = False
    """Whether it is bundled with this program, and therefore known to be sound."""


class NamedFace(NamedTuple):
    """A face of a font file with its family and style."""

    face: FontFace
    name: FaceName


def find_font(name: str | Path) -> FoundFont:
    """Return the font of a file, or a bundled or installed font by its name.

    Names are compared without regard to case, spaces and punctuation. An installed font may be
    named by its file, its family, or its family and style. "Name:wght=500" or "Name:Bold" is an
    instance of a variable font, and "file.ttc#1" the second face of a collection.

    Raises
    ------
    FontError
        If there is no such font.
    """
    whole = FontName(str(name))
    varied = split_variation(str(name))
    for each in dict.fromkeys((whole, split_face(whole), varied, split_face(varied))):
        path = _existing_file(each.base)
        if path is not None:
            bundled = _name_if_bundled(path, each)
            return FoundFont(_face_of(path, each), bundled, each.variation, bool(bundled))
    named = list(dict.fromkeys((varied, whole)))
    for each in named:
        found = _find_bundled(each)
        if found is not None:
            return found
    path = Path(split_face(varied).base)
    if path.suffix.lower() in FONT_SUFFIXES or len(path.parts) > 1:
        raise FontError(f"{name}: no such font file")
    return _find_installed(named)


def _existing_file(name: str) -> Path | None:
    path = Path(name)
    with suppress(RuntimeError):  # ~ without a home
        path = path.expanduser()
    with suppress(OSError, ValueError):  # such as a name too long for any file
        return path if path.is_file() else None
    return None


def _face_of(path: Path, name: FontName) -> FontFace:
    number = name.face or 0
    if number > 0:
        try:
            count = count_faces(path)
        except OSError as error:
            raise FontError(f"{path}: cannot be read ({error.strerror or error})") from error
        if number >= count:
            raise FontError(f"{path}: no face #{number}; it has {count}, the first of which is #0")
    return FontFace(path, number)


def _name_if_bundled(path: Path, name: FontName) -> str:
    """Return the name of a bundled font that is given by its file; "" for any other file."""
    bundled = () if name.face else available_fonts().items()
    return next((key for key, file in bundled if file.is_file() and file.samefile(path)), "")


def _find_bundled(name: FontName) -> FoundFont | None:
    """Return a bundled font by its name in the table of fonts, or by its full name."""
    wanted = normalize_name(name.base)
    bundled = available_fonts()
    for key, path in bundled.items():
        if normalize_name(key) == wanted:
            return FoundFont(FontFace(path), key, name.variation, is_bundled=True)
    for key, path in bundled.items():
        for each in _read_faces(path):
            if each.face.number == 0 and wanted == normalize_name(full_name(*each.name)):
                return FoundFont(each.face, key, name.variation, is_bundled=True)
    return None


def _find_installed(names: Sequence[FontName]) -> FoundFont:
    files = list(_system_fonts())
    for name in names:
        path = _by_file_name(normalize_name(name.base), files)
        if path is not None:
            return FoundFont(FontFace(path), name.base, name.variation)
    faces = [face for path in files for face in _read_faces(path)]
    for name in names:
        found = _by_family(normalize_name(name.base), faces) or _by_other_name(name.base, faces)
        if found is not None:
            own = full_name(*found.name)
            again = own if normalize_name(own) == normalize_name(name.base) else name.base
            return FoundFont(found.face, again, name.variation)
    raise FontError(_no_such_font(names[0].base, faces))


def _no_such_font(name: str, faces: Sequence[NamedFace]) -> str:
    bundled = available_fonts()
    known = {normalize_name(key): key for key in bundled}
    for _, (family, style) in faces:
        known.setdefault(normalize_name(family), family)
        known.setdefault(normalize_name(family + style), full_name(family, style))
    close = difflib.get_close_matches(normalize_name(name), known, n=1, cutoff=_SIMILARITY)
    if close:
        meant = known[close[0]]
        return f"{name}: no such font; did you mean {meant}? (asciiart fonts --all lists them)"
    listed = ", ".join(bundled)
    return f"{name}: no such font (bundled: {listed}; asciiart fonts --all lists the installed)"


def _system_fonts() -> Iterator[Path]:
    """Yield the installed font files, sorted within each folder; each folder is visited once."""
    seen: set[str] = set()
    for start in system_font_folders():
        for folder, below, names in os.walk(start, followlinks=True):
            real = os.path.realpath(folder)
            if real in seen:
                below.clear()
                continue
            seen.add(real)
            below.sort()
            paths = (Path(folder, name) for name in sorted(names))
            yield from (path for path in paths if path.name.lower().endswith(FONT_SUFFIXES))


def installed_faces() -> list[NamedFace]:
    """Return every face of the installed font files that FreeType can open."""
    return [face for path in _system_fonts() for face in _read_faces(path)]


def _read_faces(path: Path) -> tuple[NamedFace, ...]:
    """Return the faces of a file with their names, without those that cannot be read."""
    if _existing_file(str(path)) is None:
        return ()
    with suppress(OSError):
        status = path.stat()
        return _faces_in(path, status.st_mtime_ns, status.st_size)
    return ()


@functools.cache  # reading all files of a system takes a second, and many fonts may be asked for
def _faces_in(path: Path, modified: int, size: int) -> tuple[NamedFace, ...]:  # noqa: ARG001
    """Return the faces of a file as it was when it was ``modified``."""
    faces = []
    for number in range(count_faces(path)):
        with suppress(FontError):
            face = FontFace(path, number)
            faces.append(NamedFace(face, _read_name(face)))
    return tuple(faces)


def _read_name(face: FontFace) -> FaceName:
    try:
        return face_name(open_to_measure(face).face)
    except FontError:  # such as one of colored pictures only, in another size
        return next(iter(read_names(face)), FaceName("", ""))


def _by_file_name(wanted: str, files: Sequence[Path]) -> Path | None:
    names = (wanted, wanted + "regular", wanted + "book", wanted + "medium")
    stems = {normalize_name(path.name.split(".")[0]): path for path in reversed(files)}
    return next((stems[name] for name in names if name in stems and wanted), None)


def _by_family(wanted: str, faces: Sequence[NamedFace]) -> NamedFace | None:
    for each in faces:
        if wanted in {
            normalize_name(each.name.family + each.name.style),
            normalize_name(full_name(*each.name)),
        }:
            return each
    family = [each for each in faces if wanted and normalize_name(each.name.family) == wanted]
    return family[plainest_style([each.name.style for each in family])] if family else None


def _by_other_name(wanted: str, faces: Sequence[NamedFace]) -> NamedFace | None:
    """Return a face by its name in another language, which FreeType does not report."""
    if wanted.isascii():
        return None
    others = []
    for each in faces:
        with suppress(FontError):
            others += [NamedFace(each.face, name) for name in read_names(each.face)]
    return _by_family(normalize_name(wanted), others)
