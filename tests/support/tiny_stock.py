"""Packages like those that scenes are made of, but tiny, and made here."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import cv2
import numpy as np
from made_pictures import encoded
from PIL import Image

from asciiart.io.pictures.arrays import Pixels

OPENCLIPART = "usr/share/openclipart/svg"
TUXPAINT = "usr/share/tuxpaint/stamps"
WESNOTH = "usr/share/games/wesnoth/1.16/data/core/images/portraits"
EMOJI = "package/assets"
UFOAI = "usr/share/games/ufoai/base/0textures.pk3"
UFOAI_LICENCES = "usr/share/doc/ufoai-textures/copyright"
SUPERTUXKART = "usr/share/games/supertuxkart/data"
PARTS = (OPENCLIPART, TUXPAINT, WESNOTH, EMOJI, UFOAI, UFOAI_LICENCES, SUPERTUXKART)
PEOPLE = ("dunefolk", "dwarves", "elves", "humans", "merfolk", "orcs")
SKIN = (225, 185, 160)
COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2001 Somebody
License: GPL-2+

Files:
 base/textures/free.png
 base/textures/free_nm.png
 base/textures/small.png
 base/textures/absent.png
 base/textures/broken.png
Copyright: 2002 Somebody else
License: public-domain

Files: base/textures/shared.png
Copyright: 2003 A third
License: CC-BY-SA-3.0

Files: base/textures/mean.png
Copyright: 2004 A fourth
License: CC-BY-NC-3.0

License: public-domain
 These files were granted to the public domain.
"""


def svg(*shapes: str) -> bytes:
    """Return a drawing, 100 x 100, of shapes."""
    opening = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
    return f"{opening}{''.join(shapes)}</svg>".encode()


def rectangle(x: int, y: int, width: int, height: int, fill: str) -> str:
    """Return a shape of a drawing."""
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>'


HOUSE = svg(
    rectangle(20, 40, 60, 50, "#d0c090"),
    '<path d="M10 40 L50 10 L90 40 Z" fill="#a03020"/>',
    rectangle(42, 60, 16, 30, "#402010"),
)
FISH = svg(
    '<ellipse cx="45" cy="50" rx="35" ry="20" fill="#3060c0"/>',
    '<path d="M75 50 L95 30 L95 70 Z" fill="#f0a020"/>',
    '<circle cx="28" cy="45" r="5" fill="#ffffff"/>',
)


def rough(
    shape: tuple[int, int], seed: int = 0, color: tuple[int, int, int] = (110, 130, 90)
) -> Pixels:
    """Return a photograph (H, W, 3) of an even, rough surface."""
    random = np.random.default_rng(seed)
    return np.clip(color + random.normal(0, 40, (*shape, 3)), 0, 255).astype(np.uint8)


def cut_out(rgb: Pixels) -> Pixels:
    """Return an ellipse (H, W, 4) cut out of a picture (H, W, 3), with transparent margins."""
    height, width = rgb.shape[:2]
    alpha = np.zeros((height, width), np.uint8)
    center, axes = (width // 2, height // 2), (width // 3, height // 3)
    cv2.ellipse(alpha, center, axes, 0, 0, 360, 255, -1)
    return np.dstack([rgb, alpha])


def drawn_person(shape: tuple[int, int], center: tuple[int, int], radius: float) -> Pixels:
    """Return a picture (H, W, 4), transparent around head and shoulders.

    A cascade takes the face, at ``center``, for one; its upper half is ``radius`` pixels high.
    """
    picture = np.zeros((*shape, 4), np.uint8)

    def fill(x: float, y: float, across: float, down: float, color: tuple[int, int, int]) -> None:
        at = (round(center[0] + x * radius), round(center[1] + y * radius))
        axes = (round(across * radius), round(down * radius))
        cv2.ellipse(picture, at, axes, 0, 0, 360, (*color, 255), -1, cv2.LINE_AA)

    fill(0, 2.3, 1.1, 1.4, (70, 90, 130))
    fill(0, 0, 0.72, 0.95, SKIN)
    for side in (-0.32, 0.32):
        fill(side, -0.15, 0.17, 0.09, (60, 40, 40))
        fill(side, -0.35, 0.2, 0.04, (80, 50, 40))
    fill(0, 0.22, 0.12, 0.06, (170, 120, 100))
    fill(0, 0.52, 0.27, 0.09, (150, 60, 60))
    return picture


def save(path: Path, array: Pixels) -> None:
    """Write a picture (H, W, 3 or 4), PNG, JPEG or lossless WebP, and the folders above it."""
    options: dict[str, object] = {"lossless": True} if path.suffix == ".webp" else {}
    kind = {".png": "PNG", ".jpg": "JPEG", ".webp": "WEBP"}[path.suffix]
    write(path, encoded(Image.fromarray(array), kind, **options))


def write(path: Path, data: bytes) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def encoded_png(array: Pixels) -> bytes:
    """Return a picture (H, W, 3 or 4) as a file."""
    return encoded(Image.fromarray(array), "PNG")


def write_stock(folder: Path) -> None:
    """Write all packages below a folder."""
    write(folder / OPENCLIPART / "animals/sea/fish.svgz", gzip.compress(FISH))
    write(folder / OPENCLIPART / "buildings/house.svg", HOUSE)
    write(folder / OPENCLIPART / "buildings/unclear.svg", b"no drawing")
    write(folder / OPENCLIPART / "signs_and_symbols/sign.svg", HOUSE)

    save(folder / TUXPAINT / "animals/beast.png", cut_out(rough((120, 150), 1)))
    save(folder / TUXPAINT / "animals/cartoon.png", cut_out(np.full((120, 150, 3), 90, np.uint8)))
    whole = cut_out(rough((120, 90)))
    whole[..., 3] = 255
    save(folder / TUXPAINT / "animals/whole.png", whole)
    save(folder / TUXPAINT / "animals/tiny.png", cut_out(rough((60, 60))))
    save(folder / TUXPAINT / "people/child.png", cut_out(rough((150, 120), 2)))
    save(folder / TUXPAINT / "symbols/coin.png", cut_out(rough((120, 120), 3)))

    for number, people in enumerate(PEOPLE):
        save(folder / WESNOTH / f"{people}/hidden.webp", cut_out(rough((90, 60), number)))
    save(folder / WESNOTH / "elves/seen.webp", drawn_person((240, 180), (90, 70), 50))

    save(folder / EMOJI / "apple.webp", cut_out(rough((64, 64), 4)))
    save(folder / EMOJI / "man.webp", drawn_person((112, 112), (56, 45), 42))

    write(folder / UFOAI_LICENCES, COPYRIGHT.encode())
    (folder / UFOAI).parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / UFOAI, "w") as archive:
        for number, name in enumerate(("free", "free_nm", "shared", "mean", "unlisted")):
            texture = rough((128, 160), 10 + number)
            archive.writestr(f"textures/{name}.png", encoded_png(texture))
        archive.writestr("textures/small.png", encoded_png(rough((64, 300))))
        archive.writestr("textures/broken.png", b"no picture")

    half = rough((150, 150), 5)
    half[:, 75:] //= 4
    save(folder / SUPERTUXKART / "textures/even.jpg", rough((150, 150), 6))
    save(folder / SUPERTUXKART / "textures/uneven.jpg", half)
    save(folder / SUPERTUXKART / "textures/smooth.jpg", np.full((150, 150, 3), 100, np.uint8))
    save(folder / SUPERTUXKART / "tracks/normals.jpg", rough((150, 150), 7, (128, 128, 240)))
