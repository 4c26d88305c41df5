r"""The drawings, objects and textures that scenes are made of, read from free packages.

A folder with what these packages install is made by

    apt-get download openclipart-svg tuxpaint-stamps-default wesnoth-1.16-data \
        ufoai-textures supertuxkart-data
    for package in *.deb; do dpkg -x "$package" FOLDER; done
    npm pack @lobehub/fluent-emoji-3d@1.1.0
    tar -xf lobehub-fluent-emoji-3d-1.1.0.tgz -C FOLDER
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, UnidentifiedImageError

from asciiart.errors import ImageError, OptionError
from asciiart.io.pictures.arrays import Mask, Pixels
from asciiart.train.contours.drawings import FlatDrawing, crop_to_alpha, read_drawing
from asciiart.train.contours.teacher import FacePlace, find_face

DRAWINGS = "usr/share/openclipart/svg"
"""Public domain."""
_KINDS = (
    "animals", "buildings", "containers", "decorations", "education", "electronics", "food",
    "office", "people", "plants", "recreation", "science", "special", "tools", "transportation",
    "unsorted",
)  # fmt: skip
"""Kinds of drawings that show objects, not flags and signs."""
PHOTOGRAPHS = "usr/share/tuxpaint/stamps"
"""Objects cut out of photographs, and cartoons, which are left out: mostly GPL-2+."""
_PORTRAITS = "usr/share/games/wesnoth/1.16/data/core/images/portraits"
"""People, painted: GPL-2+ and CC BY-SA 4.0."""
_PEOPLE = ("dunefolk", "dwarves", "elves", "humans", "merfolk", "orcs")
SHADED = "package/assets"
"""Objects and faces with soft shading: MIT."""
_TEXTURES = "usr/share/games/ufoai/base/0textures.pk3"
_TEXTURE_LICENCES = "usr/share/doc/ufoai-textures/copyright"
_FREE = ("CC-BY-3.0", "CC-BY-SA-3.0", "public-domain", "Expat")
"""Licences of the textures that are used."""
_MORE_TEXTURES = "usr/share/games/supertuxkart/data"
"""GPL-3+, CC BY-SA and others, all free; only those of even texture are used."""
_OTHER_MAPS = re.compile(r"_(nm|sm|gm|rm)\.")
"""Names of pictures that are no colors but normals, reflections and the like."""
_LONGEST_PHOTOGRAPH = 384
_LONGEST_PORTRAIT = 512
_LONGEST_SHADED = 112
"""Longer side, in pixels, of a shaded object in which a face is looked for."""
_LONGEST_TEXTURE = 512
_SMALLEST_TEXTURE = 128
_SMALLEST_OBJECT = 60
_FEWEST_COLORS = 60
"""Colors, in 16 levels a channel, of a photograph; cartoons have fewer."""


class PictureObject(NamedTuple):
    """An object cut out of a photograph or painting."""

    rgba: Pixels
    """(H, W, 4), with alpha."""
    face: Mask | None
    """(H, W), where its face is; None if it is not known whether or where it has one."""


class ShadedFile(NamedTuple):
    """A file with a shaded object."""

    path: Path
    face: FacePlace | None
    """Where the face is that was found in it."""


@dataclass(frozen=True, eq=False)
class Stock:
    """The drawings, objects and textures that scenes are made of."""

    drawings: tuple[FlatDrawing, ...]
    """Flat drawings."""
    photographs: tuple[PictureObject, ...]
    """Objects cut out of photographs."""
    portraits: tuple[PictureObject, ...]
    """Painted people."""
    shaded: tuple[ShadedFile, ...]
    """Files of shaded objects with alpha."""
    textures: tuple[Pixels, ...]
    """Photographic textures (H, W, 3)."""

    def digest(self) -> str:
        """Return the SHA-256 of all that is in it, in hexadecimal digits."""
        arrays = (
            *(part for drawing in self.drawings for part in drawing),
            *(each.rgba for each in (*self.photographs, *self.portraits)),
        )
        total = hashlib.sha256()
        for array in (*arrays, *self.textures):
            total.update(np.ascontiguousarray(array).tobytes())
        for file in self.shaded:
            total.update(file.path.read_bytes())
        return total.hexdigest()


def check_packages(folder: Path) -> None:
    """Check that the packages are below a folder; see this module on how to fill it.

    Raises
    ------
    OptionError
        If one is missing.
    """
    for part in (
        DRAWINGS,
        PHOTOGRAPHS,
        _PORTRAITS,
        SHADED,
        _TEXTURES,
        _TEXTURE_LICENCES,
        _MORE_TEXTURES,
    ):
        if not (folder / part).exists():
            raise OptionError(
                f"data has no {part}: see asciiart.train.contours.stock for the packages", "data"
            )


def load_stock(folder: Path) -> Stock:
    """Return what the packages below a folder hold, which takes minutes.

    Raises
    ------
    OptionError
        If a package is missing.
    ImageError
        If one of its pictures is damaged.
    """
    check_packages(folder)
    return Stock(
        drawings=tuple(_read_drawings(folder / DRAWINGS)),
        photographs=tuple(_read_photographs(folder / PHOTOGRAPHS)),
        portraits=tuple(_read_portraits(folder / _PORTRAITS)),
        shaded=tuple(_find_shaded(folder / SHADED)),
        textures=(*_read_textures(folder), *_read_even_textures(folder / _MORE_TEXTURES)),
    )


def read_shaded(file: ShadedFile) -> PictureObject:
    """Return the object in a file, without the transparent margins."""
    return _with_face(crop_to_alpha(_read_rgba(file.path)), file.face)


def _with_face(rgba: Pixels, face: FacePlace | None) -> PictureObject:
    return PictureObject(rgba, None if face is None else face.mask(*rgba.shape[:2]))


def _read_rgba(path: Path, longest: int | None = None) -> Pixels:
    """Return a picture with alpha, whose longer side is at most ``longest`` pixels."""
    try:
        with Image.open(path) as picture:
            rgba = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError) as error:
        raise _damaged(path, error) from error
    if longest is not None:
        rgba.thumbnail((longest, longest))
    return np.asarray(rgba)


def _damaged(path: Path, error: Exception) -> ImageError:
    reason = f"{error}".partition("\n")[0]
    return ImageError(f"{path} is damaged ({reason}): unpack its package again")


def _find_shaded(folder: Path) -> Iterator[ShadedFile]:
    for path in sorted(folder.glob("*.webp")):
        rgba = crop_to_alpha(_read_rgba(path))
        yield ShadedFile(path, find_face(rgba, _LONGEST_SHADED, lowest=0.65))


def _read_portraits(folder: Path) -> Iterator[PictureObject]:
    for people in _PEOPLE:
        for path in sorted((folder / people).iterdir()):
            rgba = crop_to_alpha(_read_rgba(path, _LONGEST_PORTRAIT))
            yield _with_face(rgba, find_face(rgba))


def _read_drawings(folder: Path) -> Iterator[FlatDrawing]:
    paths = sorted(path for kind in _KINDS for path in (folder / kind).rglob("*.svg*"))
    return filter(None, (read_drawing(path.read_bytes()) for path in paths))


def _read_photographs(folder: Path) -> Iterator[PictureObject]:
    for path in sorted(folder.rglob("*.png")):
        if "symbols" in path.parts:
            continue
        small = _read_rgba(path, _LONGEST_PHOTOGRAPH)
        covered = float((small[..., 3] > 127).mean())
        rgba = crop_to_alpha(small)
        if not 0.1 < covered < 0.97 or max(rgba.shape[:2]) < _SMALLEST_OBJECT:
            continue
        colors = np.unique((rgba[::2, ::2, :3] >> 4).reshape(-1, 3), axis=0)
        if len(colors) >= _FEWEST_COLORS:
            of_people = "people" in path.parts
            yield PictureObject(rgba, None if of_people else np.zeros(rgba.shape[:2], bool))


def _read_textures(folder: Path) -> Iterator[Pixels]:
    """Yield the textures of UFO: Alien Invasion that are under one of the free licences."""
    licences = (folder / _TEXTURE_LICENCES).read_text(encoding="utf-8")
    path = folder / _TEXTURES
    try:
        with zipfile.ZipFile(path) as archive:
            present = set(archive.namelist())
            for name in _free_files(licences):
                if name in present and not _OTHER_MAPS.search(name):
                    yield from _texture(archive.read(name))
    except (zipfile.BadZipFile, zlib.error) as error:
        raise _damaged(path, error) from error


def _free_files(licences: str) -> Iterable[str]:
    """Return the files that a Debian copyright file puts under one of the free licences."""
    for paragraph in licences.split("\n\n"):
        licence = re.search(r"^License: (.*)", paragraph, re.MULTILINE)
        files = re.search(r"^Files:(.*?)^\w", paragraph, re.MULTILINE | re.DOTALL)
        if files and licence and licence[1] in _FREE:
            for name in files[1].split():
                yield name.removeprefix("base/")


def _texture(data: bytes) -> Iterator[Pixels]:
    """Yield the texture in a file, if it is a picture and large enough."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            rgb = picture.convert("RGB")
    except (UnidentifiedImageError, OSError):
        return
    if min(rgb.size) >= _SMALLEST_TEXTURE:
        rgb.thumbnail((_LONGEST_TEXTURE, _LONGEST_TEXTURE))
        yield np.asarray(rgb)


def _read_even_textures(folder: Path) -> Iterator[Pixels]:
    for path in sorted(folder.rglob("*.jpg")):
        for rgb in _texture(path.read_bytes()):
            if _is_even(rgb):
                yield rgb


def _is_even(rgb: Pixels) -> bool:
    """Tell whether a picture (H, W, 3) is a texture: much the same everywhere, and not smooth."""
    height, width = (side // 3 for side in rgb.shape[:2])
    tiles = rgb[: 3 * height, : 3 * width].reshape(3, height, 3, width, 3).astype(np.float32)
    means = tiles.mean((1, 3)).reshape(9, 3)
    mean = means.mean(0)
    if mean[2] > 200 and np.abs(mean[:2] - 128).max() < 25:
        return False  # a map of normals
    gray = tiles.mean(4)
    rough = np.abs(np.diff(gray, axis=1)).mean((1, 3)) + np.abs(np.diff(gray, axis=3)).mean((1, 3))
    same = float(means.std(0).max()) <= 14 and float(rough.max()) <= 2.2 * float(rough.min()) + 1
    return same and float(rough.mean()) >= 1.5
