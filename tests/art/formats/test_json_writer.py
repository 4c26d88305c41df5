"""JSON, and reading it back."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from made_arts import MakeArt

from asciiart.art.art import Art
from asciiart.art.formats.registry import render
from asciiart.art.reading.json_reader import parse_json
from asciiart.errors import AsciiArtError


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
        f'"options": {json.dumps(asdict(art.options))},\n'
        '"charset": " \\"é",\n'
        '"colors": [["#ff0001", "#ff0001"], ["#020304", "#020304"]],\n'
        '"alternatives": [[[["\\"", 2.5], ["é", 1.2346]], [["é", 2.5], [" ", 1.2346]]], '
        '[[[" ", 2.5]], [[" ", 2.5]]]]\n'
        "}"
    )


def test_no_ink_is_clear(cut_out_art: Art) -> None:
    fields = json.loads(str(render(cut_out_art, "json")))
    with pytest.raises(AsciiArtError, match="ink of row 0 holds None, no #rrggbb"):
        parse_json(json.dumps(fields | {"ink": fields["paper"]}))


def test_wide_characters_have_one_entry_each(wide_art: Art) -> None:
    fields = json.loads(str(render(wide_art, "json")))
    assert (fields["rows"], fields["columns"]) == (["a漢&字", "  <bあ"], 6)
    assert fields["starts"] == [[0, 1, 3, 4], [0, 1, 2, 3, 4]]
    assert fields["colors"][0] == ["#ff0000", "#ffffff", "#ff0000", "#ff0000"]
    assert [cell[0][0] for cell in fields["alternatives"][1]] == list("  <bあ")
    assert set(fields["font"]) == {"name", "sha256", "aspect"}
    assert parse_json(str(render(wide_art, "json"))).starts == ((0, 1, 3, 4), (0, 1, 2, 3, 4))
