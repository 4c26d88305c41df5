"""Arts whose cells have two colors, in every format, and foregrounds that are dithered."""

from __future__ import annotations

import base64
import io
import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_arts import MakeArt
from PIL import Image

from asciiart.art.art import Art
from asciiart.art.formats.color_layers import color_layers, number_layers, pack, unpack
from asciiart.art.formats.html import render_rows
from asciiart.art.formats.ink_colors import ink_colors
from asciiart.art.formats.registry import RenderOptions, render
from asciiart.art.reading.json_reader import parse_json
from asciiart.color.fill import Fill
from asciiart.color.palettes import to_oklab
from asciiart.io.terminal.color_mode import ColorMode

SVG = "{http://www.w3.org/2000/svg}"
RED, BLUE, GRAY = (255, 0, 0), (0, 0, 238), (127, 127, 127)


def test_ansi_16(filled_art: Art) -> None:
    assert render(filled_art, "ansi", color="16") == (
        "\x1b[91;44m▌▌  \x1b[100m \x1b[0m\n\x1b[100m \x1b[91m<\x1b[107m▌\x1b[97m▌\x1b[0m"
    ).replace("▌▌  ", "▌▌ ")


def test_ansi_256(filled_art: Art) -> None:
    first = str(render(filled_art, "ansi", color="256")).split("\n")[0]
    assert first == "\x1b[38;5;196;48;5;21m▌▌ \x1b[48;5;244m \x1b[0m"


def test_ansi_truecolor(filled_art: Art) -> None:
    first = str(render(filled_art, "ansi", color="truecolor")).split("\n")[0]
    assert first == "\x1b[38;2;255;0;0;48;2;0;0;238m▌▌ \x1b[48;2;127;127;127m \x1b[0m"


@pytest.mark.parametrize("format_", ["ansi", "html", "svg"])
def test_without_color_there_is_no_paper(filled_art: Art, format_: str) -> None:
    plain = replace(filled_art, fill=None)
    assert render(filled_art, format_) == render(plain, format_)


@pytest.mark.parametrize("color", ["none", "16", "truecolor"])
def test_text_under_the_codes_is_the_art(filled_art: Art, color: str) -> None:
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(render(filled_art, "ansi", color=color)))
    assert [line.rstrip() for line in text.split("\n")] == str(filled_art).split("\n")


def test_html_has_a_picture_of_the_papers(filled_art: Art) -> None:
    page = str(render(filled_art, "html", color="truecolor"))
    [data] = re.findall(r"background-image:url\(data:image/png;base64,([^)]+)\)", page)
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))
    assert filled_art.fill is not None
    np.testing.assert_array_equal(pixels, filled_art.fill.paper)
    assert "overflow:hidden;" in page  # block characters may reach beyond their rows
    assert page.count("<span") == 3  # a run as long as the ink is one, whatever the paper


def test_html_rows_have_papers_of_their_own(filled_art: Art) -> None:
    # The frames of a moving picture share one element, and so what is behind it.
    first = render_rows(filled_art, RenderOptions(ColorMode.TRUECOLOR))[0]
    assert first == (
        '<span style="color:#ff0000; background:#0000ee">▌▌ </span>'
        '<span style="background:#7f7f7f"> </span>'
    )


def test_svg_has_a_path_for_each_paper(filled_art: Art) -> None:
    root = ElementTree.fromstring(str(render(filled_art, "svg", color="truecolor")))
    paths = {path.attrib["stroke"]: path.attrib["d"] for path in root.iter(f"{SVG}path")}
    assert paths == {"#0000ee": "M0 0h3", "#7f7f7f": "M3 0h1M0 1h2", "#ffffff": "M2 1h2"}
    [group] = [g for g in root.iter(f"{SVG}g") if "transform" in g.attrib]
    assert group.attrib["transform"] == "scale(8.2678 16) translate(0 .5)"


def test_png_has_papers(filled_art: Art) -> None:
    data = render(filled_art, "png", color="truecolor")
    assert isinstance(data, bytes)
    pixels = np.asarray(Image.open(io.BytesIO(data)))
    assert pixels[12, [3, 10, 30, 42]].tolist() == [[255, 0, 0], [0, 0, 238], [0, 0, 238], [*GRAY]]
    assert pixels[36, [3, 27, 39]].tolist() == [[*GRAY], [255, 0, 0], [255, 255, 255]]


@pytest.mark.parametrize(
    ("color", "lines"),
    [
        (
            "16",
            [
                "\x1b[91;44m▌\x1b[49m▌ \x1b[100m \x1b[0m",
                "\x1b[100m \x1b[91m<\x1b[107m▌\x1b[97;49m▌\x1b[0m",
            ],
        ),
        (
            "256",
            [
                "\x1b[38;5;196;48;5;21m▌\x1b[49m▌ \x1b[48;5;244m \x1b[0m",
                "\x1b[48;5;244m \x1b[38;5;196m<\x1b[48;5;231m▌\x1b[38;5;231;49m▌\x1b[0m",
            ],
        ),
    ],
)
def test_ansi_where_the_page_is_the_paper(cut_out_art: Art, color: str, lines: list[str]) -> None:
    assert str(render(cut_out_art, "ansi", color=color)).split("\n") == lines


def test_ansi_that_begins_on_the_page(cut_out_art: Art) -> None:
    assert cut_out_art.fill is not None
    clear = np.ones_like(cut_out_art.fill.clear)
    art = replace(cut_out_art, fill=cut_out_art.fill._replace(clear=clear))
    assert str(render(art, "ansi", color="16")).split("\n") == [
        "\x1b[91m▌▌  \x1b[0m",
        " \x1b[91m<▌\x1b[97m▌\x1b[0m",
    ]


def test_html_where_the_page_is_the_paper(cut_out_art: Art) -> None:
    page = str(render(cut_out_art, "html", color="truecolor"))
    [data] = re.findall(r"background-image:url\(data:image/png;base64,([^)]+)\)", page)
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    assert cut_out_art.fill is not None
    np.testing.assert_array_equal(pixels[..., 3] == 0, cut_out_art.fill.clear)
    first = render_rows(cut_out_art, RenderOptions(ColorMode.TRUECOLOR))[0]
    assert first == (
        '<span style="color:#ff0000; background:#0000ee">▌</span>'
        '<span style="color:#ff0000">▌ </span>'
        '<span style="background:#7f7f7f"> </span>'
    )


def test_svg_where_the_page_is_the_paper(cut_out_art: Art) -> None:
    root = ElementTree.fromstring(str(render(cut_out_art, "svg", color="truecolor")))
    paths = {path.attrib["stroke"]: path.attrib["d"] for path in root.iter(f"{SVG}path")}
    assert paths == {"#0000ee": "M0 0h1", "#7f7f7f": "M3 0h1M0 1h2", "#ffffff": "M2 1h1"}


@pytest.mark.parametrize("color", ["16", "256", "truecolor"])
def test_png_where_the_page_is_the_paper(cut_out_art: Art, color: str) -> None:
    data = render(cut_out_art, "png", color=color)
    assert isinstance(data, bytes)
    pixels = np.asarray(Image.open(io.BytesIO(data)))
    assert pixels[12, [20, 30]].tolist() == [[17, 17, 17]] * 2
    assert pixels[36, 46].tolist() == [17, 17, 17]
    assert pixels[12, 10].tolist() == [0, 0, 255 if color == "256" else 238]


def test_json_has_both_colors(filled_art: Art) -> None:
    text = str(render(filled_art, "json"))
    fields = json.loads(text)
    assert fields["ink"][0] == ["#ff0000", "#ff0000", "#0000ee", "#ff0000"]
    assert fields["paper"][1] == ["#7f7f7f", "#7f7f7f", "#ffffff", "#ffffff"]
    assert parse_json(text).rows == filled_art.rows
    assert "paper" not in json.loads(str(render(replace(filled_art, fill=None), "json")))


def test_packed_colors() -> None:
    colors = np.array([[RED, (1, 2, 3)]], np.uint8)
    assert pack(colors).tolist() == [[0xFF0000, 0x010203]]
    np.testing.assert_array_equal(unpack(pack(colors)), colors)


def test_layers(make_art: MakeArt) -> None:
    art = make_art(["xy"], [[(100, 40, 20), (0, 0, 0)]])
    assert color_layers(art, ColorMode.NONE) is None
    shown = {}
    for mode in (ColorMode.TRUECOLOR, ColorMode.ANSI256, ColorMode.ANSI16):
        layers = color_layers(art, mode)
        assert layers is not None
        assert layers.paper is None
        shown[mode.value] = [f"{color:06x}" for color in layers.ink[0]]
    assert shown == {
        "truecolor": ["ff7142", "ffffff"],
        "256": ["ff5f00", "ffffff"],
        "16": ["ff0000", "ffffff"],
    }


def test_a_dithered_foreground(make_art: MakeArt) -> None:
    art = make_art(["x" * 16] * 4, [[(140, 150, 60)] * 16] * 4)
    dithered = replace(art, options=replace(art.options, dither="diffusion"))
    counts = []
    for each in (art, dithered):
        layers = number_layers(each, ColorMode.ANSI16)
        assert layers is not None
        counts.append(len(np.unique(layers.ink)))
    assert counts[0] == 1 < counts[1]
    assert str(dithered) == str(art)


NEARLY_RED, ORANGE = (252, 2, 1), (255, 90, 0)


def test_inks_that_look_alike_are_one(make_art: MakeArt) -> None:
    art = make_art(["abc def"], [[RED, NEARLY_RED, ORANGE, GRAY, ORANGE, (252, 92, 2), RED]])
    exact, joined = (
        number_layers(art, ColorMode.TRUECOLOR, joined=joined) for joined in (False, True)
    )
    assert exact is not None
    np.testing.assert_array_equal(exact.ink, pack(ink_colors(art)))
    assert joined is not None
    first, third, last = (exact.ink[0, column] for column in (0, 2, 6))
    assert joined.ink.tolist() == [[first, first, third, third, third, third, last]]


@given(seed=st.integers(0, 2**32 - 1))
def test_joined_inks_look_alike(make_art: MakeArt, seed: int) -> None:
    steps = np.random.default_rng(seed).integers(-3, 4, (2, 30, 3))
    colors = np.clip(150 + np.cumsum(steps, axis=1), 0, 255).tolist()
    art = make_art(["x" * 30] * 2, colors)
    joined = number_layers(art, ColorMode.TRUECOLOR, joined=True)
    assert joined is not None
    differences = to_oklab(unpack(joined.ink)) - to_oklab(ink_colors(art))
    assert np.linalg.norm(differences, axis=-1).max() <= 0.02 + 1e-9


@pytest.mark.parametrize("format_", ["ansi", "html", "svg"])
def test_texts_have_joined_inks(make_art: MakeArt, format_: str) -> None:
    one, two = (make_art(["ab"], [[RED, color]]) for color in (RED, NEARLY_RED))
    text = render(two, format_, color="truecolor")
    assert text == render(one, format_, color="truecolor")
    assert render(two, "png", color="truecolor") != render(one, "png", color="truecolor")


def test_the_inks_of_a_filled_art_are_its_own(make_art: MakeArt) -> None:
    ink = np.array([[RED, NEARLY_RED]], np.uint8)
    art = replace(make_art(["▌▌"]), fill=Fill(ink, np.zeros_like(ink), np.zeros((1, 2), np.bool_)))
    layers = number_layers(art, ColorMode.TRUECOLOR, joined=True)
    assert layers is not None
    np.testing.assert_array_equal(layers.ink, pack(ink))
