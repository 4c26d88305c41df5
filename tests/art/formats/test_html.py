"""HTML pages and fragments."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_arts import MakeArt

import asciiart
from asciiart.art.art import Art
from asciiart.art.formats.registry import render, render_fragment
from asciiart.glyphs.font import Font
from asciiart.glyphs.typesetting import Typeset

RED, WHITE = (255, 0, 0), (255, 255, 255)


class PreReader(HTMLParser):
    """Collects the text inside <pre>, and all tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - as given
        self.tags.append(tag)
        self.depth += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "pre"

    def handle_data(self, data: str) -> None:
        self.text += data if self.depth else ""


def test_content(small_art: Art) -> None:
    content = render_fragment(small_art).partition(">")[2]
    assert content == " &lt;a&amp;b \nxx  yz\n      </pre>"


def test_colored_content(small_art: Art) -> None:
    content = str(render(small_art, "html", color="truecolor")).partition("<pre")[2]
    assert content.partition(">")[2].partition("</pre>")[0] == (
        ' <span style="color:#ffffff">&lt;a</span><span style="color:#ff0808">&amp;b </span>\n'
        '<span style="color:#ff0808">xx  y</span><span style="color:#0fff0f">z</span>\n'
        "      "
    )


def test_palette_colors(small_art: Art) -> None:
    assert '<span style="color:#ff0000">xx  y' in str(render(small_art, "html", color="256"))


def test_page(small_art: Art) -> None:
    page = str(render(small_art, "html"))
    before, fragment, after = page.partition(render_fragment(small_art))
    assert before == (
        "<!DOCTYPE html>\n"
        '<html lang="zxx">\n'
        '<head><meta charset="utf-8"><title>Text art</title></head>\n'
        '<body style="margin:16px; background:rgb(17, 17, 17)">\n'
    )
    assert fragment
    assert after == "\n</body>\n</html>"


def test_cell_is_advance_by_line_height(small_art: Art) -> None:
    # 16 px a row; 16 / 1.165 em = 13.7339 px; 1165 / 602 = 1.93522 widths a row.
    assert (
        " font:13.7339px/16px 'DejaVu Sans Mono', monospace;"
        " line-height:round(1.93522ch, 1px);"
        ' letter-spacing:0; letter-spacing:calc(round(up, 1ch, 0.015625px) - 1ch)">'
    ) in render_fragment(small_art)
    assert " font:99.5708px/116px 'Deja" in str(render(small_art, "html", font_size=100))


@pytest.mark.parametrize(
    "style",
    [
        "padding:0;",
        "white-space:pre;",
        "font-variant-ligatures:none;",
        "unicode-bidi:bidi-override;",
    ],
)
def test_nothing_around_it_changes_the_text(small_art: Art, style: str) -> None:
    assert style in render_fragment(small_art)


@pytest.mark.parametrize(
    ("background", "style"),
    [
        ("dark", "background:rgb(17, 17, 17); color:rgb(255, 255, 255);"),
        ("light", "background:rgb(255, 255, 255); color:rgb(0, 0, 0);"),
    ],
)
def test_background(make_art: MakeArt, background: str, style: str) -> None:
    assert style in render_fragment(make_art(["x"], background=background))


def test_fragment_tells_what_it_is(small_art: Art) -> None:
    start = '<pre role="img" aria-label="Text art, 6 columns by 3 rows" translate="no" '
    assert render_fragment(small_art).startswith(start)
    assert small_art._repr_html_() == render_fragment(small_art, color="truecolor")


@pytest.mark.parametrize("color", ["none", "truecolor"])
@given(data=st.data())
def test_text_inside_is_the_rows(make_art: MakeArt, color: str, data: st.DataObject) -> None:
    columns = data.draw(st.integers(1, 6))
    row = st.text(" <>&\"'amp;é", min_size=columns, max_size=columns)
    rows = data.draw(st.lists(row, min_size=1, max_size=4))
    cells = st.lists(st.sampled_from([WHITE, RED]), min_size=columns, max_size=columns)
    art = make_art(rows, [data.draw(cells) for _ in rows])
    read = PreReader(str(render(art, "html", color=color)))
    assert read.text == "\n".join(rows)
    assert set(read.tags) <= {"html", "head", "meta", "title", "body", "pre", "span"}


def test_full_width_characters_have_a_color_each(wide_art: Art) -> None:
    page = str(render(wide_art, "html", color="16"))
    assert (
        '<span style="color:#ff0000">a</span><span style="color:#ffffff">漢</span>'
        '<span style="color:#ff0000">&amp;字</span>'
    ) in page
    assert PreReader(page).text == "a漢&字\n  <bあ"


def test_typeset_rows_are_as_high_as_asked(typeset_art: Art) -> None:
    page = str(render(typeset_art, "html"))
    assert "font:16px/18px 'asciiart-" in page
    assert "text-autospace:no-autospace; text-spacing-trim:space-all" in page
    assert PreReader(page).text == "i漢 あ\n\n　<Wｱ"
    assert page.index("<style>@font-face") < page.index("</head>")
    assert "font:32px/36px 'asciiart-" in str(render(typeset_art, "html", font_size=32))


@pytest.mark.parametrize("color", ["none", "truecolor"])
def test_empty_rows_at_the_ends_stay(make_art: MakeArt, mona: Font, color: str) -> None:
    art = make_art(["", "", "i", ""], font=mona, typeset=Typeset(16, 18))
    content = str(render(art, "html", color=color)).partition("<pre")[2].partition(">")[2]
    lines = content.partition("</pre>")[0].split("\n")
    # One more before, which HTML drops, and one more after, which ends the last row.
    assert [bool(line) for line in lines] == [False, False, False, True, False, False]


def test_braille_carries_its_font_since_browsers_have_it_in_another_width() -> None:
    art = asciiart.draw(np.full((16, 16, 3), 255, np.uint8), charset="braille", columns=4)
    page = str(render(art, "html"))
    assert "@font-face" in page
    assert "ch," not in page  # the row's height is not taken from another font's width
    assert "⣿⣿⣿⣿" in page
    assert "@font-face" in render_fragment(art)
    spaced = replace(art, characters=np.char.replace(art.characters, "⠀", " "))
    assert "@font-face" in str(render(spaced, "html"))
