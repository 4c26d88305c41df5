"""What is read of a font's tables is bounded, silent and the same for every container."""

from __future__ import annotations

import zlib
from pathlib import Path

import brotli
import pytest
from fontTools.ttLib import TTFont, TTLibError
from paths import CASES, DEJAVU
from tiny_fonts import (
    bitmap_font,
    changed,
    doubling_font,
    emoji_font,
    repacked,
    toy_font,
    variable_font,
)

from asciiart.errors import FontError
from asciiart.glyphs.font_files import FontFace
from asciiart.glyphs.font_tables import (
    check_components,
    has_color,
    has_tables,
    open_tables,
    read_charmap,
    read_names,
    read_variations,
)


@pytest.mark.parametrize("flavor", ["woff", "woff2"])
def test_metadata_that_unpacks_to_gigabytes_is_left_alone(tmp_path: Path, flavor: str) -> None:
    path = tmp_path / f"toy.{flavor}"
    toy_font().save(tmp_path / "toy.ttf")
    repacked(tmp_path / "toy.ttf", path, flavor)
    data = bytearray(path.read_bytes())
    zeros = bytes(2**24)
    packed = zlib.compress(zeros) if flavor == "woff" else brotli.compress(zeros, quality=1)
    where = 24 if flavor == "woff" else 28
    fields = (len(data), len(packed), 2**24 - 1)  # a wrong length, which fontTools finds at last
    data[where : where + 12] = b"".join(field.to_bytes(4, "big") for field in fields)
    data += packed
    data[8:12] = len(data).to_bytes(4, "big")
    path.write_bytes(data)
    with path.open("rb") as file, pytest.raises((AssertionError, TTLibError)):
        TTFont(file)
    with open_tables(FontFace(path)) as font:
        assert font["maxp"].numGlyphs == 4


def test_remarks_and_warnings_of_fonttools_are_not_the_user_s(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    path = changed(tmp_path / "x.ttf", lambda font: setattr(font["head"], "created", 0))
    with open_tables(FontFace(path)) as font:
        assert font["head"].unitsPerEm == 1000
    read_charmap(FontFace(CASES / "font-74.ttf"))
    assert (caplog.records, capfd.readouterr().err) == ([], "")


def test_whatever_goes_wrong_within_is_one_error(tmp_path: Path) -> None:
    toy_font().save(tmp_path / "toy.ttf")
    for reason in (KeyError("a"), RecursionError(), MemoryError(), ZeroDivisionError("x" * 999)):
        with pytest.raises(FontError) as caught, open_tables(FontFace(tmp_path / "toy.ttf")):
            raise reason
        assert str(caught.value).startswith(f"{tmp_path / 'toy.ttf'}: a damaged font")
        assert len(str(caught.value)) < 300


@pytest.mark.parametrize("flavor", ["woff", "woff2"])
def test_composed_glyphs_are_counted_in_packed_fonts_too(tmp_path: Path, flavor: str) -> None:
    bomb = doubling_font(tmp_path / "bomb.ttf", levels=14)
    path = repacked(bomb, tmp_path / f"bomb.{flavor}", flavor)
    with pytest.raises(FontError, match="it composes a glyph of too many others"):
        check_components(FontFace(path))
    check_components(FontFace(doubling_font(tmp_path / "few.ttf", levels=12)))


def test_usual_fonts_pass(tmp_path: Path) -> None:
    for path in (DEJAVU, CASES / "terminus.otb", CASES / "4x6.pcf.gz", CASES / "mono.woff2"):
        check_components(FontFace(path))
    assert has_tables(FontFace(DEJAVU))
    assert not has_tables(FontFace(bitmap_font(tmp_path / "x.bdf")))
    assert not has_color(FontFace(DEJAVU))
    assert has_color(FontFace(emoji_font(tmp_path / "x.ttf")))


def test_axes_and_instances_are_read(tmp_path: Path) -> None:
    variations = read_variations(FontFace(variable_font(tmp_path / "x.ttf")))
    assert variations is not None
    assert list(map(str, variations.axes)) == ["wght from 100 to 500", "wdth from 100 to 200"]
    assert variations.instances == {"Bold": (400, 100)}
    assert read_variations(FontFace(DEJAVU)) is None


def test_names_are_read() -> None:
    assert read_names(FontFace(DEJAVU))[0] == ("DejaVu Sans Mono", "Book")
