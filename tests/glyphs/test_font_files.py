"""Files of fonts are opened within limits, and damaged ones refused."""

import bz2
import gzip
import shutil
import struct
import time

import pytest
from paths import DEJAVU
from tiny_fonts import calling_font, changed, circular_font, doubling_font

from asciiart.errors import FontError
from asciiart.glyphs.font import load_font


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (doubling_font, "it composes a glyph of too many others"),
        (circular_font, "it composes a glyph of too many others"),
        (calling_font, "broken file"),
    ],
)
def test_outlines_that_would_take_hours_are_refused_at_once(tmp_path, make, reason):
    path = make(tmp_path / "bomb.ttf")
    started = time.process_time()
    with pytest.raises(FontError) as caught:
        load_font(path)
    assert time.process_time() - started < 5
    assert str(caught.value) == f"{path}: a damaged font ({reason})"


@pytest.mark.parametrize("pack", [gzip, bz2])
def test_a_bitmap_font_that_unpacks_without_end_is_refused_at_once(tmp_path, pack):
    # A table of properties far away, to which FreeType would unpack for each size that it tries.
    where = struct.pack("<8I", 1, 14, 1000, 2**26 - 4096, 4, 14, 1000, 2**26 - 2048)
    path = tmp_path / "x.pcf.gz"
    with pack.open(path, "wb", 1) as file:
        file.write(b"\1fcp" + struct.pack("<I", 2) + where)
        for _ in range(64):
            file.write(bytes(2**20))
    started = time.process_time()
    with pytest.raises(FontError, match=r"\(over 32 MiB when unpacked\)$"):
        load_font(path)
    assert time.process_time() - started < 5


def test_a_damaged_font_is_not_replaced_by_an_installed_namesake(tmp_path, monkeypatch):
    # As `ImageFont.truetype` does, which searches these folders for the file's name.
    installed = tmp_path / "data" / "fonts"
    installed.mkdir(parents=True)
    shutil.copy(DEJAVU, installed / "same.ttf")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "same.ttf").write_bytes(b"no font")
    with pytest.raises(FontError, match="not a font that can be read"):
        load_font(tmp_path / "same.ttf")


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ({"ascent": 32767, "descent": 0}, "0.5 em wide and 32.8 em high"),
        ({"ascent": 30000, "descent": -29999}, "0.5 em wide and 0.00"),
        ({"ascent": 10, "descent": 10}, "0.5 em wide and 0.02 em high"),
    ],
)
def test_a_line_that_no_font_has_is_refused(tmp_path, header, values):
    def stretch(font):
        font["hhea"].ascent, font["hhea"].descent = header["ascent"], -header["descent"]
        font["OS/2"].sTypoAscender = header["ascent"]
        font["OS/2"].sTypoDescender = -header["descent"]

    with pytest.raises(FontError, match=rf"\(its characters are {values}"):
        load_font(changed(tmp_path / "toy.ttf", stretch))
