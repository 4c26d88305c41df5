"""The font that documents carry, and what a browser makes of it."""

from __future__ import annotations

import base64
import logging
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from made_arts import MakeArt
from numpy.typing import NDArray
from paths import CASES
from PIL import Image
from tiny_fonts import (
    EMPTY,
    calling_font,
    collection,
    repacked,
    square,
    start_font,
    symbol_font,
    toy_font,
    variable_font,
)

from asciiart.art.art import Art
from asciiart.art.formats.registry import draw_page, render, render_fragment, save
from asciiart.art.formats.renderer import measure
from asciiart.art.formats.webfont import make_web_font
from asciiart.errors import FontError
from asciiart.glyphs.font import Font, load_font
from asciiart.glyphs.typesetting import Typeset

CHROMIUM = shutil.which("chromium")
LONG = "".join(map(chr, range(0x3042, 0x3080))) + "iiii,,,, 　漢字" + "/\\|'-" * 9


def font_in(document: str | bytes) -> TTFont:
    [data] = re.findall(r"base64,([^)]*)\)", str(document))
    return TTFont(BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize("size", [None, 7, 20, 33.4, 300])
@pytest.mark.parametrize("typeset", [Typeset(16, 18), Typeset(15, 17), Typeset(21, 24)])
def test_advances_are_whole_pixels(
    make_art: MakeArt, mona: Font, typeset: Typeset, size: float | None
) -> None:
    text = "iW ,　漢あｱ/"
    art = make_art([text], font=mona, typeset=typeset)
    measures = measure(art, size)
    font = font_in(make_web_font(art, measures).rule)
    pixel = font["head"].unitsPerEm / measures.font_size
    glyphs = font.getBestCmap()
    widths = [font["hmtx"].metrics[glyphs[ord(character)]][0] / pixel for character in text]
    expected = np.array(mona.advances(text, typeset.font_size)) * measures.column
    np.testing.assert_array_equal(widths, expected)
    assert (64 * measures.column).is_integer()


def test_advances_of_cells(wide_art: Art) -> None:
    font = font_in(render(wide_art, "html"))
    widths = {chr(c): font["hmtx"].metrics[name][0] for c, name in font.getBestCmap().items()}
    assert (widths["a"], widths["漢"], font["head"].unitsPerEm) == (512, 1024, 1024)
    assert set("a漢&字 <bあ") <= set(widths)


@pytest.mark.parametrize("line_height", [8, 18, 30])
def test_ascent_and_descent_put_the_baseline_where_it_is(
    make_art: MakeArt, mona: Font, line_height: int
) -> None:
    art = make_art(["漢"], font=mona, typeset=Typeset(16, line_height))
    measures = measure(art, None)
    font = font_in(render(art, "html"))
    pixel = font["head"].unitsPerEm / 16
    ascent, descent = font["hhea"].ascent / pixel, -font["hhea"].descent / pixel
    assert (line_height - ascent - descent) / 2 + ascent == measures.baseline
    # 880 of Mona's 1024 units are above the baseline and 144 below.
    assert measures.baseline == pytest.approx((line_height + 16 * 736 / 1024) / 2, abs=0.51)
    table = font["OS/2"]
    assert (table.sTypoAscender, -table.sTypoDescender) == (ascent * pixel, descent * pixel)
    assert (table.usWinAscent, table.usWinDescent) == (ascent * pixel, descent * pixel)


def test_only_what_is_shown_is_carried(typeset_art: Art) -> None:
    font = font_in(render(typeset_art, "svg"))
    assert set("i漢 あ　<Wｱ") <= set(map(chr, font.getBestCmap())) <= set("i漢 あ　<Wｱ>")
    assert {"EBDT", "fpgm", "GSUB"}.isdisjoint(font.keys())
    assert len(str(render(typeset_art, "svg"))) < 6000


def test_the_same_art_has_the_same_font_and_another_another(
    typeset_art: Art, wide_art: Art
) -> None:
    first = make_web_font(typeset_art, measure(typeset_art, None))
    assert make_web_font(replace(typeset_art), measure(typeset_art, None)) == first
    assert make_web_font(wide_art, measure(wide_art, None)).family != first.family
    assert render(typeset_art, "html") == render(replace(typeset_art), "html")


def test_remarks_on_the_font_are_not_the_users(
    typeset_art: Art, caplog: pytest.LogCaptureFixture
) -> None:
    level = logging.getLogger("fontTools").level
    render(typeset_art, "html")
    assert caplog.records == []
    assert logging.getLogger("fontTools").level == level


def test_a_font_without_outlines(typeset_art: Art, tmp_path: Path) -> None:
    (tmp_path / "x.ttf").write_bytes(b"no font")
    broken = replace(typeset_art, font=replace(typeset_art.font, path=tmp_path / "x.ttf"))
    # What is known of the glyphs stays; only the file is another.
    broken.font.__dict__["_face"] = typeset_art.font.face()
    with pytest.raises(
        FontError, match=r"x\.ttf: a document cannot carry it: it has no outlines of"
    ):
        render(broken, "html")


@pytest.mark.parametrize("path", [CASES / "terminus.otb", CASES / "4x6.pcf.gz"])
def test_a_document_cannot_carry_bitmaps(make_art: MakeArt, path: Path) -> None:
    art = make_art(["AM"], font=load_font(path))
    with pytest.raises(FontError, match=r"a document cannot carry it: it has no outlines of"):
        make_web_font(art, measure(art, None))


@pytest.mark.no_cover  # fontTools runs millions of lines, ten times as slowly when measured
def test_outlines_without_end_are_not_followed(
    make_art: MakeArt, mona: Font, tmp_path: Path
) -> None:
    art = make_art(["M"], font=mona, typeset=Typeset(16, 18))
    art = replace(art, font=replace(mona, path=calling_font(tmp_path / "x.otf"), read_map=None))
    art.font.__dict__["_face"] = mona.face()
    with pytest.raises(FontError, match=r"x\.otf: a document cannot carry it: .*is too long\)$"):
        render(art, "html")


def contours(font: TTFont, character: str) -> Any:
    pen = RecordingPen()
    font.getGlyphSet()[font.getBestCmap()[ord(character)]].draw(pen)
    return pen.value


def test_the_face_of_a_collection_is_carried(make_art: MakeArt, tmp_path: Path) -> None:
    one = toy_font(family="One")
    two = start_font(
        {".notdef": EMPTY, "space": EMPTY, "M": square(100, 100, 200, 300)},
        {" ": "space", "M": "M", "W": "M", "i": "M"},
        family="Two",
    )
    path = collection(tmp_path / "two.ttc", one, two)
    carried = []
    for name in (path, f"{path}#1"):
        art = make_art(["M"], font=load_font(name))
        carried.append(font_in(make_web_font(art, measure(art, 1000)).rule))
    widths = []
    for font in carried:
        columns = [x for _, points in contours(font, "M") for x, _ in points]
        widths.append((max(columns) - min(columns)) / font["head"].unitsPerEm)
    assert widths == [0.5, 0.1]


@pytest.mark.parametrize("flavor", ["ttf", "woff2"])
def test_an_instance_of_a_variable_font_is_carried(
    make_art: MakeArt, tmp_path: Path, flavor: str
) -> None:
    path = variable_font(tmp_path / "vary.ttf")
    if flavor == "woff2":
        path = repacked(path, tmp_path / "vary.woff2", "woff2")
    art = make_art(["M"], font=load_font(f"{path}:wght=300"))
    font = font_in(make_web_font(art, measure(art, 1000)).rule)
    assert "fvar" not in font
    unit = font["head"].unitsPerEm / 1000
    assert max(x for _, points in contours(font, "M") for x, _ in points) == round(300 * unit)


@pytest.mark.parametrize("platform", [3, 1])
def test_symbols_are_carried_with_a_map_of_unicode(
    make_art: MakeArt, tmp_path: Path, platform: int
) -> None:
    art = make_art(["Mi"], font=load_font(symbol_font(tmp_path / "toy.ttf", platform)))
    font = font_in(make_web_font(art, measure(art, None)).rule)
    assert set(font.getBestCmap()) >= {ord("M"), ord("i")}


@pytest.mark.parametrize("format_", ["html", "svg"])
def test_a_browser_s_own_variable_font_is_set_likewise(
    make_art: MakeArt, tmp_path: Path, format_: str
) -> None:
    path = variable_font(tmp_path / "vary.ttf")
    text = str(render(make_art(["M"], font=load_font(f"{path}:wght=300")), format_))
    assert "font-variation-settings:'wght' 300, 'wdth' 100" in text
    assert "'Vary', monospace" in text
    assert "variation" not in str(render(make_art(["M"], font=load_font(path)), format_))


def test_a_family_s_name_stays_within_its_quotes(make_art: MakeArt, font: Font) -> None:
    odd = replace(font, name="a\n'}</style><b>", family="\x1b\\")
    text = str(render(make_art(["M"], font=odd), "html"))
    assert r"'a\a \'}&lt;/style&gt;&lt;b&gt;', '\1b \\', monospace" in text


def test_ascii_needs_no_font(small_art: Art) -> None:
    assert "@font-face" not in str(render(small_art, "html")) + str(render(small_art, "svg"))


def test_a_fragment_carries_its_font(typeset_art: Art) -> None:
    fragment = render_fragment(typeset_art)
    family = make_web_font(typeset_art, measure(typeset_art, None)).family
    assert fragment.startswith(f"\n<style>@font-face{{font-family:'{family}'; src:url(data:")
    assert f"font:16px/18px '{family}', 'Mona', monospace; letter-spacing:0" in fragment
    assert fragment.endswith("i漢 あ\n\n　&lt;Wｱ</pre>")


@pytest.fixture(scope="module")
def long_art(make_art: MakeArt, mona: Font) -> Art:
    """Return two long rows of Mona at 16 px, an empty one before each."""
    return make_art(["", LONG, "", LONG], font=mona, typeset=Typeset(16, 18), background="light")


@pytest.fixture
def screenshot(tmp_path: Path) -> Callable[[Path, int], NDArray[np.float32]]:
    """Return a function that photographs a document in Chromium: ink (H, W) of a page on light."""
    if CHROMIUM is None:
        pytest.skip("no Chromium")

    def take(path: Path, scale: int) -> NDArray[np.float32]:
        picture = tmp_path / "shot.png"
        command = (
            *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *(f"--force-device-scale-factor={scale}", "--window-size=1600,200"),
            *(f"--screenshot={picture}", f"--user-data-dir={tmp_path / 'profile'}"),
        )
        subprocess.run([*command, path.as_uri()], capture_output=True, timeout=120, check=True)
        return 1 - np.asarray(Image.open(picture).convert("L"), np.float32) / np.float32(255)

    return take


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("document", [("art.html", 16), ("art.svg", 0)])
def test_chromium_sets_glyphs_where_the_picture_has_them(
    long_art: Art,
    screenshot: Callable[[Path, int], NDArray[np.float32]],
    tmp_path: Path,
    document: tuple[str, int],
    scale: int,
) -> None:
    art = long_art
    name, margin = document
    path = tmp_path / name
    save(art, path)
    page = draw_page(art, 18 * scale)
    height, width = page.shape
    left = margin * scale
    shown = screenshot(path, scale)[left : left + height, left : left + width]
    # The ends of the rows: each column's ink, shifted by up to 2 px, fits best where it is.
    ours, theirs = (ink[:, -100 * scale :].sum(axis=0) for ink in (page, shown))
    fits = [np.corrcoef(ours[2:-2], np.roll(theirs, by)[2:-2])[0, 1] for by in range(-2, 3)]
    assert int(np.argmax(fits)) == 2
    assert fits[2] > 0.97
    ours, theirs = (ink.sum(axis=1) for ink in (page, shown))
    assert np.corrcoef(ours, theirs)[0, 1] > 0.9
