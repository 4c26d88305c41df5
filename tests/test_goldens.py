"""Whole drawings in every format that shows them, as they were when somebody last looked.

``--update-golden`` writes the files anew; look at what has changed before it is committed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from format_suffixes import suffix_of
from goldens import check_document, check_picture, compare, read_document
from paths import DEJAVU, MONA, PICTURES

from asciiart.art.art import Art
from asciiart.art.formats.suffixes import SUFFIXES
from asciiart.pipeline import Artist

CAT = PICTURES / "small" / "cat.png"
TREFOIL = PICTURES / "drawings" / "trefoil_architectural_e_01.png"

DRAWINGS: dict[str, dict[str, Any]] = {
    "tone-dark": {"columns": 24},
    "tone-light": {"columns": 24, "background": "light"},
    "structure-dark": {"columns": 20, "mode": "structure"},
    "structure-light": {"columns": 20, "mode": "structure", "background": "light"},
    "fill-dark": {"columns": 16, "fill": True},
    "fill-light": {"columns": 16, "fill": True, "background": "light"},
    "proportional-tone": {"width": 160},
    "proportional-structure": {"width": 160, "mode": "structure", "background": "light"},
}
LOOKALIKES = ("jpeg", "webp")
"""Pictures that show what the PNG shows, in bytes that depend on their encoders."""
COLORLESS = ("text", "fastfetch")
"""Drawn without colors: a single level may decide which of fastfetch's nine a cell has."""


@pytest.fixture(scope="module", params=DRAWINGS)
def drawing(request: pytest.FixtureRequest) -> tuple[str, Art]:
    name, options = request.param, DRAWINGS[request.param]
    artist = Artist(
        font=MONA if "proportional" in name else DEJAVU,
        charset="quadrants" if "fill" in name else None,
    )
    picture = TREFOIL if options.get("mode") == "structure" else CAT
    return name, artist.draw(picture, neighbors=1, **options)


@pytest.mark.parametrize("format_", [name for name in SUFFIXES if name not in LOOKALIKES])
def test_drawing(
    drawing: tuple[str, Art], format_: str, golden: Callable[[str, str | bytes], None]
) -> None:
    name, art = drawing
    color = "none" if format_ in COLORLESS else "truecolor"
    golden(f"{name}{suffix_of(format_)}", art.render(format_, color=color))


# --- the comparison itself ------------------------------------------------------------------------


def test_what_may_differ_and_what_not() -> None:
    html = '<b style="color:#0a0b0c">x</b>'
    check_document(html.replace("0a", "0c"), html)
    for other in (html.replace("0a", "0d"), html.replace("x", "y"), html.replace("</b>", "")):
        with pytest.raises(AssertionError):
            check_document(other, html)
    check_document("\x1b[38;2;1;2;3mx", "\x1b[38;2;1;2;5mx")
    with pytest.raises(AssertionError):
        check_document("\x1b[38;2;1;2;3mx", "\x1b[38;2;1;2;6mx")
    check_document('[["1.5", 0.90879]]', '[["1.5", 0.9088]]')
    with pytest.raises(AssertionError):
        check_document('[["1.5", 0.90879]]', '[["1.6", 0.90879]]')
    with pytest.raises(AssertionError):
        check_document('[["1.5", 0.90879]]', '[["1.5", 0.95]]')


def test_a_golden_that_is_missing_is_named(tmp_path: Path) -> None:
    message = "^there is no golden new.md yet: pytest --update-golden"
    with pytest.raises(AssertionError, match=message):
        compare(tmp_path / "new.md", "x", update=False)
    compare(tmp_path / "new.md", "x", update=True)
    assert (tmp_path / "new.md").read_text() == "x\n"


def test_pictures_differ_by_their_pixels(small_art: Art) -> None:
    data = small_art.render("png", color="truecolor")
    assert isinstance(data, bytes)
    check_picture(data, data)
    with pytest.raises(AssertionError):
        check_picture(data, small_art.render("png"))  # type: ignore[arg-type]


def test_embedded_fonts_are_compared_by_their_advances(typeset_art: Art) -> None:
    html = str(typeset_art.render("html"))
    assert "base64" not in (text := read_document(html).text)
    assert "漢" in text
    with pytest.raises(AssertionError):
        check_document(html, str(typeset_art.render("html", color="truecolor")))
