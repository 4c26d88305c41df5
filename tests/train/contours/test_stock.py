"""What scenes are made of is read from free packages: what is unfit or not free is left out."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tiny_stock
from tiny_stock import COPYRIGHT, FISH, HOUSE, PARTS, SKIN, drawn_person, rough

from asciiart.errors import ImageError, OptionError
from asciiart.io.pictures.arrays import Pixels
from asciiart.train.contours import stock as module
from asciiart.train.contours.drawings import FlatDrawing, read_drawing
from asciiart.train.contours.stock import Stock, load_stock, read_shaded


def holds(textures: tuple[Pixels, ...], seed: int) -> bool:
    """Tell whether the texture that `write_stock` made of a seed is among the textures."""
    return any(np.array_equal(texture, rough((128, 160), seed)) for texture in textures)


def test_drawings_are_those_of_objects_compressed_or_not(stock: Stock) -> None:
    expected = [drawing for drawing in map(read_drawing, (FISH, HOUSE)) if drawing is not None]
    assert len(stock.drawings) == len(expected) == 2  # the sign, which is a house, is none
    for found, drawing in zip(stock.drawings, expected, strict=True):
        assert np.array_equal(found.labels, drawing.labels)
        assert np.array_equal(found.colors, drawing.colors)


def test_photographs_are_objects_cut_out(stock: Stock) -> None:
    beast, child = stock.photographs  # no cartoon, nothing whole, nothing tiny, no symbol
    for photograph in (beast, child):
        opaque = photograph.rgba[..., 3] > 127
        for side in (opaque[0], opaque[-1], opaque[:, 0], opaque[:, -1]):
            assert side.any()
    assert beast.face is not None
    assert beast.face.shape == beast.rgba.shape[:2]
    assert not beast.face.any()


def test_nobody_knows_where_the_face_of_a_photographed_person_is(stock: Stock) -> None:
    assert stock.photographs[1].face is None


def test_faces_of_portraits_are_where_the_cascade_finds_them(stock: Stock) -> None:
    assert len(stock.portraits) == 7
    (seen,) = (portrait for portrait in stock.portraits if portrait.face is not None)
    assert seen.face is not None
    assert seen.face.shape == seen.rgba.shape[:2]
    skin = (seen.rgba[..., :3] == SKIN).all(2)
    assert seen.face[skin].mean() > 0.8
    assert skin[seen.face].mean() > 0.7  # the rest are eyes, brows, nose and mouth


def test_shaded_objects_are_read_when_they_are_needed(stock: Stock) -> None:
    apple, man = map(read_shaded, stock.shaded)
    assert apple.face is None
    assert apple.rgba.shape[0] < 64
    assert man.face is not None
    assert man.face.shape == man.rgba.shape[:2]
    skin = (man.rgba[..., :3] == SKIN).all(2)
    assert man.face[skin].mean() > 0.8
    assert skin[man.face].mean() > 0.7


def test_textures_of_free_licences_are_read_and_no_others(stock: Stock) -> None:
    assert holds(stock.textures, 10)
    assert holds(stock.textures, 12)  # of another free licence
    assert not holds(stock.textures, 13)  # of a licence that is not known
    assert not holds(stock.textures, 14)  # of the package's, which is not known either


def test_normals_and_small_or_broken_files_are_no_textures(stock: Stock) -> None:
    assert not holds(stock.textures, 11)
    assert all(min(texture.shape[:2]) >= 128 for texture in stock.textures)


def test_textures_are_even_and_rough(stock: Stock) -> None:
    (even,) = (texture for texture in stock.textures if texture.shape == (150, 150, 3))
    nearer = [np.abs(even.astype(int) - rough((150, 150), seed)).mean() for seed in (6, 5, 7)]
    assert np.argmin(nearer) == 0


@pytest.mark.parametrize(
    ("picture", "even"),
    [
        (rough((150, 150)), True),
        (rough((150, 150), 0, (128, 128, 240)), False),
        (np.full((150, 150, 3), 100, np.uint8), False),
        (np.hstack([rough((150, 75)), rough((150, 75)) // 4]), False),
        (np.hstack([rough((150, 75)), rough((150, 75), 1, (150, 170, 130))]), False),
        (np.hstack([rough((150, 75)), np.full((150, 75, 3), (110, 130, 90), np.uint8)]), False),
    ],
    ids=["rough", "normals", "smooth", "darker aside", "brighter aside", "smoother aside"],
)
def test_what_is_even(picture: Pixels, even: bool) -> None:
    assert module._is_even(picture) == even


def test_licences_of_other_files_say_nothing_of_a_texture() -> None:
    names = set(module._free_files(COPYRIGHT))
    assert names == {
        f"textures/{name}.png"
        for name in ("free", "free_nm", "small", "absent", "broken", "shared")
    }


def test_a_large_texture_is_reduced() -> None:
    ((height, width, _),) = (
        texture.shape for texture in module._texture(tiny_stock.encoded_png(rough((300, 1200))))
    )
    assert (height, width) == (128, 512)


def test_digest_is_that_of_the_content(stock: Stock, stock_folder: Path) -> None:
    assert load_stock(stock_folder).digest() == stock.digest()
    assert len(stock.digest()) == 64


def test_digest_changes_with_any_part(stock: Stock, tmp_path: Path) -> None:
    labels, colors = stock.drawings[0]
    other = stock.photographs[0]._replace(rgba=255 - stock.photographs[0].rgba)
    copy = tmp_path / "apple.webp"
    copy.write_bytes(stock.shaded[0].path.read_bytes() + b" ")
    changed = (
        replace(stock, drawings=(FlatDrawing(labels[::-1], colors), *stock.drawings[1:])),
        replace(stock, drawings=(FlatDrawing(labels, 255 - colors), *stock.drawings[1:])),
        replace(stock, photographs=(other, *stock.photographs[1:])),
        replace(stock, portraits=(other, *stock.portraits[1:])),
        replace(stock, shaded=(stock.shaded[0]._replace(path=copy), *stock.shaded[1:])),
        replace(stock, textures=(255 - stock.textures[0], *stock.textures[1:])),
        replace(stock, textures=stock.textures[1:]),
    )
    assert len({stock.digest(), *(each.digest() for each in changed)}) == 1 + len(changed)


@pytest.mark.parametrize("part", PARTS)
def test_a_missing_package_is_named_in_one_line(
    stock_folder: Path, tmp_path: Path, part: str
) -> None:
    shutil.copytree(stock_folder, tmp_path / "data")
    missing = tmp_path / "data" / part
    missing.rename(tmp_path / "elsewhere")
    with pytest.raises(OptionError, match=f"data has no {part}: see asciiart.train") as error:
        load_stock(tmp_path / "data")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("part", ["stamps", "portraits", "assets", "0textures.pk3"])
def test_a_damaged_picture_or_archive_is_named_in_one_line(
    stock_folder: Path, tmp_path: Path, part: str
) -> None:
    shutil.copytree(stock_folder, tmp_path / "data")
    files = sorted(path for path in (tmp_path / "data").rglob("*") if path.is_file())
    damaged = next(path for path in files if part in path.parts and "symbols" not in path.parts)
    damaged.write_bytes(damaged.read_bytes()[:40])
    with pytest.raises(ImageError, match=f"{damaged.name} is damaged .*: unpack") as error:
        load_stock(tmp_path / "data")
    assert "\n" not in str(error.value)


def test_a_portrait_is_reduced_and_has_no_margins(tmp_path: Path) -> None:
    person = drawn_person((240, 180), (90, 70), 50)
    wide = np.pad(person, ((300, 300), (300, 300), (0, 0)))
    for people in tiny_stock.PEOPLE:
        tiny_stock.save(tmp_path / people / "wide.png", wide)
    for rgba, mask in module._read_portraits(tmp_path):
        assert 512 * 210 / 840 - 6 < rgba.shape[0] < 512 * 220 / 840
        assert mask is not None
        assert mask.shape == rgba.shape[:2]
