"""fastfetch's logos."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
from made_arts import MakeArt

from asciiart.art.art import Art
from asciiart.art.formats.ink_colors import ink_colors
from asciiart.art.formats.registry import image_format, render


def shown(source: str, colors: dict[str, str]) -> list[list[tuple[str, str]]]:
    """Return each line's characters with their codes, as fastfetch replaces placeholders."""
    code, lines = "", []
    for line in source.split("\n"):
        pairs = []
        for placeholder, character in re.findall(r"\$([1-9])|(\$\$|[^$])", line):
            code = colors[placeholder] if placeholder else code
            if character:
                pairs.append((character[0], code))
        assert re.sub(r"\$[1-9$]", "", line).count("$") == 0
        lines.append(pairs)
    return lines


def configuration(art: Art, color: str) -> dict[str, Any]:
    read = json.loads(str(render(art, "fastfetch", color=color)))
    assert read["logo"]["type"] == "data"
    assert re.fullmatch(r"https://github\.com/fastfetch-cli/.*\.json", read["$schema"])
    logo: dict[str, Any] = read["logo"]
    return logo


def test_without_a_color_it_is_a_logo_file(make_art: MakeArt) -> None:
    assert render(make_art(["$1 a$", "$$  "]), "fastfetch") == "$$1 a$$\n$$$$"


def test_with_colors_it_is_a_configuration(small_art: Art) -> None:
    logo = configuration(small_art, "truecolor")
    lines = shown(logo["source"], logo["color"])
    assert ["".join(c for c, _ in line) for line in lines] == str(small_art).split("\n")
    inks = ink_colors(small_art)
    for row, line in enumerate(lines):
        for column, (character, code) in enumerate(line):
            if character != " ":
                red, green, blue = inks[row, column]
                assert code == f"38;2;{red};{green};{blue}"


def test_dollars_among_colors(make_art: MakeArt) -> None:
    art = make_art(["$1$", "2$3"], np.eye(3, dtype=np.uint8)[[[0, 1, 2], [2, 0, 1]]] * 255)
    logo = configuration(art, "256")
    assert [[c for c, _ in line] for line in shown(logo["source"], logo["color"])] == [
        ["$", "1", "$"],
        ["2", "$", "3"],
    ]
    assert all(re.fullmatch(r"38;5;\d+", code) for code in logo["color"].values())


def test_never_more_than_nine_colors(make_art: MakeArt) -> None:
    colors = np.random.default_rng(0).integers(0, 256, (8, 40, 3))
    art = make_art(["x" * 40] * 8, colors.tolist())
    for color in ("16", "256", "truecolor"):
        logo = configuration(art, color)
        assert set(logo["color"]) <= set("123456789")
        assert set(re.findall(r"\$(.)", logo["source"])) <= set(logo["color"])
    assert len(logo["color"]) == 9


def test_nine_colors_come_near_all(make_art: MakeArt) -> None:
    """Two hues in many shades: no cell is given the other's."""
    colors = [[(200 + i % 50, 20, 20) if i % 2 else (20, 20, 200 + i % 50) for i in range(60)]]
    art = make_art(["x" * 60], colors)
    logo = configuration(art, "truecolor")
    (line,) = shown(logo["source"], logo["color"])
    for column, (_, code) in enumerate(line):
        red, _, blue = (int(part) for part in code.split(";")[2:])
        assert (red > blue) == bool(column % 2)


def test_an_art_of_blanks(make_art: MakeArt) -> None:
    assert configuration(make_art(["   "]), "16")["source"] == ""


def test_suffix() -> None:
    assert image_format("logo.jsonc") == "fastfetch"
