"""SVG documents."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_arts import MakeArt

from asciiart.art.art import Art
from asciiart.art.formats.registry import render

SVG = "{http://www.w3.org/2000/svg}"
RED, WHITE = (255, 0, 0), (255, 255, 255)


def parse(art: Art, color: str = "none", font_size: float | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(str(render(art, "svg", color=color, font_size=font_size)))


def test_document(make_art: MakeArt) -> None:
    # A row of 16; 2 * 16 * 602 / 1165 wide; baseline at 16 * 929 / 1165.
    art = make_art(["a&"], [[RED, WHITE]], background="light")
    assert render(art, "svg") == (
        '<svg xmlns="http://www.w3.org/2000/svg" width="16.5356" height="16" '
        'viewBox="0 0 16.5356 16" role="img" aria-label="Text art, 2 columns by 1 rows">\n'
        '<rect width="100%" height="100%" fill="rgb(255, 255, 255)"/>\n'
        '<g fill="rgb(0, 0, 0)" font-size="13.7339" '
        "font-family=\"'DejaVu Sans Mono', monospace\" "
        'style="white-space:pre; text-rendering:geometricPrecision; '
        'font-variant-ligatures:none; font-kerning:none">\n'
        '<text xml:space="preserve" y="12.7588" textLength="16.5356" '
        'lengthAdjust="spacingAndGlyphs" unicode-bidi="bidi-override">a&amp;</text>\n'
        "</g>\n</svg>"
    )


def test_rows_lie_one_below_the_other(small_art: Art) -> None:
    texts = parse(small_art, font_size=100).findall(f".//{SVG}text")
    # 116 a row, baseline at 116 * 929 / 1165 in it.
    assert [float(text.attrib["y"]) for text in texts] == pytest.approx(
        [92.5013, 208.5013, 324.5013], abs=1e-3
    )
    assert {text.attrib["textLength"] for text in texts} == {"359.65"}


def test_view_box(small_art: Art) -> None:
    assert parse(small_art, font_size=100).attrib["viewBox"] == "0 0 359.65 348"


def test_colored_runs(small_art: Art) -> None:
    first, second, third = parse(small_art, "truecolor").findall(f".//{SVG}text")
    runs = [[(run.attrib["fill"], run.text) for run in text] for text in (first, second, third)]
    assert runs == [
        [("#ffffff", "<a"), ("#ff0808", "&b ")],
        [("#ff0808", "xx  y"), ("#0fff0f", "z")],
        [],
    ]
    assert [first.text, second.text, third.text] == [" ", None, "      "]


def test_font_name_is_escaped(small_art: Art) -> None:
    art = replace(small_art, font=replace(small_art.font, name='<"&">'))
    group = parse(art).find(f"{SVG}g")
    assert group is not None
    assert group.attrib["font-family"].startswith("'<\"&\">', ")


@pytest.mark.parametrize("color", ["none", "truecolor"])
@given(data=st.data())
def test_text_inside_is_the_rows(make_art: MakeArt, color: str, data: st.DataObject) -> None:
    columns = data.draw(st.integers(1, 6))
    row = st.text(" <>&\"'amp;é", min_size=columns, max_size=columns)
    rows = data.draw(st.lists(row, min_size=1, max_size=4))
    cells = st.lists(st.sampled_from([WHITE, RED]), min_size=columns, max_size=columns)
    art = make_art(rows, [data.draw(cells) for _ in rows])
    texts = parse(art, color).findall(f".//{SVG}text")
    assert ["".join(text.itertext()) for text in texts] == rows
    assert {text.attrib["{http://www.w3.org/XML/1998/namespace}space"] for text in texts} == {
        "preserve"
    }


def test_full_width_characters_are_placed_one_by_one(wide_art: Art) -> None:
    root = parse(wide_art, "truecolor")
    first, second = root.findall(f".//{SVG}text")
    # 16 px per em: half of that a column.
    assert first.attrib["x"] == "0 8 24 32"
    assert second.attrib["x"] == "0 8 16 24 32"
    assert ["".join(text.itertext()) for text in (first, second)] == ["a漢&字", "  <bあ"]
    assert root.attrib["viewBox"] == "0 0 48 40"
    assert "textLength" not in first.attrib


def test_typeset_glyphs_stand_at_their_pixels(typeset_art: Art) -> None:
    root = parse(typeset_art)
    texts = root.findall(f".//{SVG}text")
    assert [text.attrib["x"] for text in texts] == ["0 3 19 24", "0 11 19 30"]
    assert [text.attrib["y"] for text in texts] == ["15", "51"]
    assert root.attrib["viewBox"] == "0 0 60 54"
    assert root.attrib["aria-label"] == "Text art, 60 pixels by 3 rows"
    style = root.find(f"{SVG}style")
    assert style is not None
    assert str(style.text).startswith("@font-face{font-family:'asciiart-")
    larger = parse(typeset_art, font_size=32)
    assert larger.findall(f".//{SVG}text")[0].attrib["x"] == "0 6 38 48"
