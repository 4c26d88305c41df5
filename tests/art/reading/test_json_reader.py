"""Tests of json_reader: what was saved comes back, and damage is named."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_arts import MakeArt

from asciiart.art.art import Art
from asciiart.art.formats.color_layers import CLEAR, pack
from asciiart.art.formats.registry import render
from asciiart.art.reading.json_reader import ReadArt, parse_json
from asciiart.art.reading.read_page import ReadColors
from asciiart.errors import AsciiArtError
from asciiart.glyphs.grid import Placement
from asciiart.matching.layout import place_whole
from asciiart.page.subject import CropBox

DAMAGES: list[tuple[dict[str, Any], str]] = [
    ({"version": 2}, "version 2 is not 1, the one known"),
    ({"version": None}, "version None is not 1, the one known"),
    ({"columns": "6"}, "'columns' is missing or no int"),
    ({"columns": True}, "'columns' is missing or no int"),
    ({"columns": 7}, "row 0 is not 7 characters"),
    ({"rows": None}, "'rows' is missing or no list"),
    ({"rows": []}, "it has no rows"),
    ({"rows": ["abcdef", "abc"]}, "row 1 is not 6 characters"),
    ({"rows": ["abcdef", 6]}, "row 1 is no str"),
    ({"columns": 0}, "'columns' must be 1 to 10000, not 0"),
    ({"columns": 10**9}, "'columns' must be 1 to 10000, not 1000000000"),
    ({"rows": ["a\x1b[31m"]}, "row 0 holds U+001B, no text"),
    ({"rows": ["abcde\ud800"]}, "row 0 holds U+D800, no text"),
    ({"background": "red"}, "'background' must be one of dark, light"),
    ({"mode": None}, "'mode' must be one of tone, structure"),
    ({"font": "DejaVu"}, "'font' is missing or no dict"),
    ({"font": {}}, "'name' is missing or no str"),
    ({"placement": [0, 0, 6, 3]}, "'placement' is missing or no dict"),
    (
        {"placement": {"left": 0, "top": 0, "width": 6}},
        "placement: 'height' is missing or no sane number",
    ),
    (
        {"placement": {"left": float("nan"), "top": 0, "width": 6, "height": 3}},
        "placement: 'left' is missing or no sane number",
    ),
    (
        {"placement": {"left": 0, "top": 10**400, "width": 6, "height": 3}},
        "placement: 'top' is missing or no sane number",
    ),
    (
        {"placement": {"left": 0, "top": 0, "width": float("inf"), "height": 3}},
        "placement: 'width' is missing or no sane number",
    ),
    (
        {"placement": {"left": 0, "top": 0, "width": 6, "height": 1e6}},
        "placement: 'height' is missing or no sane number",
    ),
    (
        {"placement": {"left": 0, "top": 0, "width": 0, "height": 3}},
        "placement: the picture has no width or no height",
    ),
]

WIDE_DAMAGES: list[tuple[dict[str, Any], str]] = [
    ({"starts": None}, "'starts' is missing or no list"),
    ({"starts": [[0]]}, "'starts' is not of 2 rows"),
    ({"starts": [[0, 1, 3, 4], [0, 1, 3]]}, "starts of row 1 are not 5, one a character"),
    ({"starts": [[0, 1, 3, 4], {}]}, "starts of row 1 are not 5, one a character"),
    ({"starts": [[0, 1, 1, 4], [0, 2, 3, 4]]}, "starts of row 0 do not rise from 0 to 6"),
    ({"starts": [[-1, 1, 3, 4], [0, 2, 3, 4]]}, "starts of row 0 do not rise from 0 to 6"),
    ({"starts": [[0, 1, 3, 6], [0, 2, 3, 4]]}, "starts of row 0 do not rise from 0 to 6"),
    ({"starts": [[0, 1, 3, 4.0], [0, 2, 3, 4]]}, "starts of row 0 do not rise from 0 to 6"),
    ({"starts": [[False, 1, 3, 4], [0, 2, 3, 4]]}, "starts of row 0 do not rise from 0 to 6"),
]


def test_it_is_read_back(small_art: Art) -> None:
    assert parse_json(str(render(small_art, "json"))) == ReadArt(
        rows=(" <a&b ", "xx  yz", "      "),
        columns=6,
        placement=Placement(left=0, top=0, width=6, height=3),
        background="dark",
        mode="tone",
        font="DejaVu Sans Mono",
        starts=None,
        typeset=None,
    )


def test_a_fill_is_read_back(filled_art: Art) -> None:
    read = parse_json(str(render(filled_art, "json")))
    assert filled_art.fill is not None
    assert read.fill == ReadColors(
        *(tuple(map(tuple, pack(colors).tolist())) for colors in filled_art.fill[:2])
    )


def test_papers_that_are_the_page_are_read_back(cut_out_art: Art) -> None:
    read = parse_json(str(render(cut_out_art, "json")))
    assert read.fill is not None
    assert [[paper == CLEAR for paper in row] for row in read.fill.paper] == [
        [False, True, True, False],
        [False, False, False, True],
    ]


@given(rows=st.lists(st.text("\"\\ é│/'", min_size=3, max_size=3), min_size=1, max_size=4))
def test_every_row_is_read_back(make_art: MakeArt, rows: list[str]) -> None:
    assert parse_json(str(render(make_art(rows), "json"))).rows == tuple(rows)


def test_a_picture_cropped_to_a_pixel_is_placed_again(small_art: Art) -> None:
    placement = place_whole(small_art.placement, CropBox(0.5, 0.75, 0.5001, 0.75002))
    read = parse_json(str(render(replace(small_art, placement=placement), "json")))
    assert read.placement == placement


@pytest.mark.parametrize(("damage", "reason"), DAMAGES)
def test_damaged(small_art: Art, damage: dict[str, Any], reason: str) -> None:
    fields = json.loads(str(render(small_art, "json")))
    with pytest.raises(AsciiArtError) as caught:
        parse_json(json.dumps(fields | damage))
    assert str(caught.value) == f"saved art: {reason}"


@pytest.mark.parametrize("text", ["", "art", '{"version": 1', "[" * 100_000])
def test_not_json(text: str) -> None:
    with pytest.raises(AsciiArtError, match=r"^saved art: not JSON"):
        parse_json(text)


@pytest.mark.parametrize("text", ["[]", "1", "null", '"art"'])
def test_not_an_object(text: str) -> None:
    with pytest.raises(AsciiArtError, match=r"^saved art: not a JSON object$"):
        parse_json(text)


def test_typeset_art_is_read_back(typeset_art: Art) -> None:
    text = str(render(typeset_art, "json"))
    assert json.loads(text)["font"]["size"] == 16
    read = parse_json(text)
    assert read.typeset == typeset_art.typeset
    assert (read.rows, read.columns) == (("i漢 あ", "", "　<Wｱ"), 60)
    # Mona at 16 px: i is 3 wide, kanji 16, the space 5, the ideographic space 11.
    assert read.starts is not None
    assert read.starts[0] == (0, 3, 19, 24)
    assert read.starts[1] == ()
    assert read.starts[2][:2] == (0, 11)
    assert read.placement == Placement(0, 0, 60, 54)


@pytest.mark.parametrize(("damage", "reason"), WIDE_DAMAGES)
def test_damaged_starts(wide_art: Art, damage: dict[str, Any], reason: str) -> None:
    fields = json.loads(str(render(wide_art, "json")))
    with pytest.raises(AsciiArtError) as caught:
        parse_json(json.dumps(fields | damage))
    assert str(caught.value) == f"saved art: {reason}"


@pytest.mark.parametrize(
    ("size", "line_height", "reason"),
    [
        (5, 18, "font_size must be from 6 to 100, not 5"),
        (16, 1000, "line_height must be half to four times the font size, not 1000"),
        (16.5, 18, "'size' is missing or no int"),
        (16, None, "'line_height' is missing or no int"),
    ],
)
def test_damaged_sizes(typeset_art: Art, size: float, line_height: int | None, reason: str) -> None:
    fields = json.loads(str(render(typeset_art, "json")))
    fields["font"] |= {"size": size, "line_height": line_height}
    with pytest.raises(AsciiArtError) as caught:
        parse_json(json.dumps(fields))
    assert str(caught.value) == f"saved art: {reason}"


def test_typeset_art_needs_starts(typeset_art: Art) -> None:
    fields = json.loads(str(render(typeset_art, "json")))
    del fields["starts"]
    with pytest.raises(AsciiArtError, match=r"^saved art: 'starts' is missing or no list$"):
        parse_json(json.dumps(fields))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ({"ink": None}, "'ink' is missing or no list"),
        ({"ink": [["#000000"] * 4]}, "'ink' is not of 2 rows"),
        ({"paper": [["#000000"] * 4] * 3}, "'paper' is not of 2 rows"),
        ({"paper": [["#000000"] * 3] * 2}, "paper of row 0 is not 4 colors, one a character"),
        ({"paper": ["####", "####"]}, "paper of row 0 is not 4 colors, one a character"),
        ({"ink": [["#00000g"] * 4] * 2}, "ink of row 0 holds '#00000g', no #rrggbb"),
        ({"ink": [["#0000000"] * 4] * 2}, "ink of row 0 holds '#0000000', no #rrggbb"),
        ({"ink": [["#000000"] * 3 + [0]] * 2}, "ink of row 0 holds 0, no #rrggbb"),
    ],
)
def test_damaged_fills(filled_art: Art, damage: dict[str, Any], reason: str) -> None:
    fields = json.loads(str(render(filled_art, "json")))
    with pytest.raises(AsciiArtError) as caught:
        parse_json(json.dumps(fields | damage))
    assert str(caught.value) == f"saved art: {reason}"


def test_a_fill_needs_both_colors(filled_art: Art) -> None:
    fields = json.loads(str(render(filled_art, "json")))
    del fields["paper"]
    with pytest.raises(AsciiArtError, match=r"^saved art: 'paper' is missing or no list$"):
        parse_json(json.dumps(fields))
