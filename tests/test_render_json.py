"""JSON, and reading it back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asciiart.art import Art, Placement
from asciiart.errors import AsciiArtError
from asciiart.render import ReadArt, parse_json, render

MakeArt = Callable[..., Art]
DAMAGES: list[tuple[dict[str, Any], str]] = [
    ({"version": 2}, "version 2 is not 1, the one known"),
    ({"version": None}, "version None is not 1, the one known"),
    ({"columns": "6"}, "'columns' is missing or no int"),
    ({"columns": True}, "'columns' is missing or no int"),
    ({"columns": 7}, "row 0 is not 7 characters"),
    ({"rows": None}, "'rows' is missing or no list"),
    ({"rows": []}, "it has no rows"),
    ({"rows": ["abcdef", "abc"]}, "row 1 is not 6 characters"),
    ({"rows": ["abcdef", 6]}, "row 1 is not 6 characters"),
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
        {"placement": {"left": 0, "top": 0, "width": 0, "height": 3}},
        "placement: the picture has no width or no height",
    ),
]


def test_document(make_art: MakeArt) -> None:
    art = make_art(['"é', "  "], [[(255, 0, 1)] * 2, [(2, 3, 4)] * 2])
    assert render(art, "json") == (
        "{\n"
        '"version": 1,\n'
        '"rows": ["\\"é", "  "],\n'
        '"columns": 2,\n'
        '"cell": [32, 16],\n'
        '"font": {"name": "DejaVu Sans Mono", "sha256": '
        '"0f5db4f1749979d961019838b160bec74abdf7f9eca69553fe1aa856bbff49a4", "aspect": 1.9352},\n'
        '"placement": {"left": 0, "top": 0, "width": 2, "height": 2},\n'
        '"mode": "tone",\n'
        '"background": "dark",\n'
        '"model": "by hand",\n'
        '"options": {"mode": "tone", "columns": 2, "rows": null, "magnify": null, '
        '"background": "dark", "contrast": 1.0, "brightness": 0.0, "gamma": 1.0, "detail": 0.5, '
        '"neighbors": 5, "max_pixels": 100000000},\n'
        '"charset": " \\"é",\n'
        '"colors": [["#ff0001", "#ff0001"], ["#020304", "#020304"]],\n'
        '"alternatives": [[[["\\"", 2.5], ["é", 1.2346]], [["é", 2.5], [" ", 1.2346]]], '
        '[[[" ", 2.5]], [[" ", 2.5]]]]\n'
        "}"
    )


def test_it_is_read_back(small_art: Art) -> None:
    assert parse_json(str(render(small_art, "json"))) == ReadArt(
        rows=(" <a&b ", "xx  yz", "      "),
        columns=6,
        placement=Placement(left=0, top=0, width=6, height=3),
        background="dark",
        mode="tone",
        font="DejaVu Sans Mono",
    )


@given(rows=st.lists(st.text("\"\\ é│/'", min_size=3, max_size=3), min_size=1, max_size=4))
def test_every_row_is_read_back(make_art: MakeArt, rows: list[str]) -> None:
    assert parse_json(str(render(make_art(rows), "json"))).rows == tuple(rows)


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
