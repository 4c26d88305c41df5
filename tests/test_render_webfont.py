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

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from PIL import Image

from asciiart.art import Art
from asciiart.errors import FontError
from asciiart.glyphs import Font
from asciiart.render import draw_page, render, render_fragment, save
from asciiart.render.renderer import measure
from asciiart.render.webfont import make_web_font
from asciiart.typeset import Typeset

MakeArt = Callable[..., Art]
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
    with pytest.raises(FontError, match=r"x\.ttf: a document cannot carry this font \("):
        render(broken, "html")


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
        return 1 - np.asarray(Image.open(picture).convert("L"), np.float32) / 255

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
