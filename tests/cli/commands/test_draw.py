"""`asciiart draw` as a user meets it: what it prints and writes."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from command_line import ANTENNA, CAT, good, refused, run
from PIL import Image
from wcwidth import wcswidth, wcwidth

import asciiart
from asciiart.art.formats.suffixes import PICTURES, SUFFIXES
from asciiart.glyphs.charsets import CHARSETS
from asciiart.glyphs.font import load_font
from asciiart.glyphs.rasterize import rasterize_row

# Drawing


@pytest.mark.parametrize("mode", ["tone", "structure"])
def test_draw_is_the_library_s_drawing(mode: str) -> None:
    expected = asciiart.draw(ANTENNA, mode=mode, columns=30)  # type: ignore[arg-type]
    assert good(ANTENNA, "--mode", mode, "-c", "30") == f"{expected}\n"


def test_a_line_drawing_is_drawn_in_structure_and_a_photograph_in_tone() -> None:
    for picture, mode, other in ((ANTENNA, "structure", "tone"), (CAT, "tone", "structure")):
        drawn = good(picture, "-c", "30")
        assert drawn == good(picture, "-c", "30", "--mode", "auto")
        assert drawn == good(picture, "-c", "30", "--mode", mode)
        assert drawn != good(picture, "-c", "30", "--mode", other)


def test_every_picture_is_drawn_in_the_mode_that_suits_it(tmp_path: Path) -> None:
    good(CAT, ANTENNA, "-c", "10", "-o", f"{tmp_path}/{{stem}}.json")
    modes = {file.stem: json.loads(file.read_text())["mode"] for file in tmp_path.iterdir()}
    assert modes == {Path(CAT).stem: "tone", Path(ANTENNA).stem: "structure"}


def test_json_says_which_mode_auto_was() -> None:
    art = json.loads(good(ANTENNA, "-c", "10", "--format", "json"))
    assert (art["mode"], art["options"]["mode"]) == ("structure", "structure")


def test_a_mode_of_the_user_s_file_holds(user_file: Path) -> None:
    user_file.write_text('[draw]\nmode = "tone"\n')
    assert good(ANTENNA, "-c", "30") == good(ANTENNA, "-c", "30", "--mode", "tone")


def test_an_outline_share_is_a_blend_of_a_drawing_too() -> None:
    blend = ("-c", "30", "--outline-share", "0.5")
    assert good(ANTENNA, *blend) == good(ANTENNA, *blend, "--mode", "tone")


def test_a_fill_of_a_drawing_needs_no_mode() -> None:
    wishes = ("-c", "20", "--fill", "--color", "16", "--charset", "blocks")
    assert good(ANTENNA, *wishes) == good(ANTENNA, *wishes, "--mode", "tone")


def test_standard_input() -> None:
    data = Path(CAT).read_bytes()
    assert good("-", "-c", "20", data=data) == good(CAT, "-c", "20")
    assert good("-c", "20", "-", data=data) == good(CAT, "-c", "20")


def test_80_columns_where_there_is_no_terminal() -> None:
    assert good(CAT) == good(CAT, "--columns", "80")


def test_columns_of_the_environment() -> None:
    assert good(CAT, environ={"COLUMNS": "33"}) == good(CAT, "--columns", "33")


def test_rows_alone_and_magnify() -> None:
    assert len(good(CAT, "--rows", "7").splitlines()) == 7
    assert good(CAT, "--magnify", "0.5") != good(CAT, "--magnify", "1")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--contrast", "3"),
        ("--brightness", "0.4"),
        ("--gamma", "0.4"),
        ("--detail", "1"),
        ("--background", "light"),
        ("--charset", "blocks"),
        ("--exclude", "[]|;:"),
        ("--font", "Spleen 8x16"),
    ],
)
def test_every_option_changes_the_art(option: str, value: str) -> None:
    assert good(CAT, "-c", "40", option, value) != good(CAT, "-c", "40")


def test_excluded_characters_are_absent() -> None:
    assert set("[]|;:") & set(good(CAT, "-c", "40"))
    assert not set("[]|;:") & set(good(CAT, "-c", "40", "--exclude", "[]|;:"))


def test_the_terminal_s_background() -> None:
    light = good(CAT, "-c", "40", "--background", "light")
    assert good(CAT, "-c", "40", environ={"COLORFGBG": "0;15"}) == light
    assert good(CAT, "-c", "40", "--background", "dark", environ={"COLORFGBG": "0;15"}) != light


def test_several_pictures() -> None:
    assert good(CAT, ANTENNA, "-c", "20") == good(CAT, "-c", "20") + good(ANTENNA, "-c", "20")


def test_good_pictures_are_drawn_beside_bad_ones(tmp_path: Path) -> None:
    result = run(str(tmp_path / "no.png"), CAT, str(tmp_path / "none.png"), "-c", "20")
    assert result.exit_code == 1
    assert result.stdout == good(CAT, "-c", "20")
    first, second = result.stderr.splitlines()
    assert first.startswith(f"asciiart: {tmp_path}/no.png: ")
    assert second.startswith(f"asciiart: {tmp_path}/none.png: ")


def test_neighbors() -> None:
    art = json.loads(good(CAT, "-c", "10", "--format", "json", "--neighbors", "3"))
    assert max(len(cell) for row in art["alternatives"] for cell in row) == 3


# Colors


@pytest.mark.parametrize(
    ("color", "environ", "expected"),
    [
        ("none", {"FORCE_COLOR": "3"}, None),
        ("16", {}, r"\x1b\[(3|9)[0-7]m"),
        ("256", {}, r"\x1b\[38;5;\d+m"),
        ("truecolor", {}, r"\x1b\[38;2;\d+;\d+;\d+m"),
        ("truecolor", {"NO_COLOR": "1"}, r"\x1b\[38;2;\d+;\d+;\d+m"),
        ("auto", {}, None),
        ("auto", {"FORCE_COLOR": "3"}, r"\x1b\[38;2;\d+;\d+;\d+m"),
        ("auto", {"FORCE_COLOR": "2"}, r"\x1b\[38;5;\d+m"),
        ("auto", {"FORCE_COLOR": "3", "NO_COLOR": "1"}, None),
    ],
)
def test_color(color: str, environ: dict[str, str], expected: str | None) -> None:
    text = good(CAT, "-c", "20", "--color", color, environ=environ)
    plain = good(CAT, "-c", "20")
    codes = re.findall(r"\x1b\[[\d;]*m", text)
    if expected is None:
        assert text == plain
    else:
        assert len([code for code in codes if re.fullmatch(expected, code)]) > 20
        stripped = re.sub(r"\x1b\[[\d;]*m", "", text)
        assert [line.rstrip() for line in stripped.splitlines()] == plain.splitlines()


# Formats and files


def check_format(data: bytes, name: str) -> None:
    if name in PICTURES:
        assert Image.open(BytesIO(data)).format == name.upper()
    elif name == "markdown":
        assert data.decode() == f"```text\n{good(CAT, '-c', '20')}```\n"
    elif name == "rst":
        assert data.startswith(b".. code:: text\n\n    ")
    elif name == "json":
        assert json.loads(data)["columns"] == 20
    elif name == "html":
        assert data.lower().startswith(b"<!doctype html>")
    elif name == "svg":
        assert b"<svg" in data[:200]
    elif name in ("c", "python", "json-string"):
        assert re.search(rb'^ *["\']', data, re.MULTILINE)
    elif name in ("text", "ansi", "fastfetch"):
        assert data.decode() == good(CAT, "-c", "20")
    else:
        art = asciiart.draw(CAT, columns=20)
        assert data.decode() == str(art.render(name)) + "\n"


@pytest.mark.parametrize("name", SUFFIXES)
def test_format_on_standard_output(name: str) -> None:
    result = run(CAT, "-c", "20", "--format", name)
    assert result.exit_code == 0
    check_format(result.stdout_bytes, name)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("art", "text"),
        ("art.txt", "text"),
        ("art.ansi", "ansi"),
        ("ART.HTML", "html"),
        ("art.svg", "svg"),
        ("art.png", "png"),
        ("art.json", "json"),
    ],
)
def test_format_by_suffix(tmp_path: Path, file: str, name: str) -> None:
    assert good(CAT, "-c", "20", "-o", str(tmp_path / file)) == ""
    check_format((tmp_path / file).read_bytes(), name)
    assert [path.name for path in tmp_path.iterdir()] == [file]


def test_format_before_suffix(tmp_path: Path) -> None:
    assert good(CAT, "-c", "20", "-o", str(tmp_path / "art.odd"), "--format", "svg") == ""
    check_format((tmp_path / "art.odd").read_bytes(), "svg")


def test_color_in_a_file_without_suffix(tmp_path: Path) -> None:
    good(CAT, "-c", "20", "--color", "256", "-o", str(tmp_path / "art"))
    expected = good(CAT, "-c", "20", "--color", "256")
    assert (tmp_path / "art").read_text(encoding="utf-8") == expected


def test_a_dash_for_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert good(CAT, "-c", "20", "-o", "-") == good(CAT, "-c", "20")
    assert list(tmp_path.iterdir()) == []


# Posts for Japanese boards, and full-width text


POST = ("--mode", "structure", "--background", "light", "--target", "sjis", "--width", "320")


def test_a_post_keeps_to_the_rules_of_boards(tmp_path: Path) -> None:
    file = tmp_path / "post.txt"
    good(ANTENNA, *POST, "--encoding", "cp932", "-o", str(file))
    lines = file.read_bytes().decode("cp932").splitlines()
    assert len(lines) > 20
    assert sum(len(line.strip()) for line in lines) > 100
    for line in lines:
        assert line == line.rstrip()
        assert not line.startswith(" ")
        assert "  " not in line
    assert any(ord(character) > 0x3000 for line in lines for character in line)


def test_the_same_post_is_the_same_text_every_time() -> None:
    assert good(ANTENNA, *POST) == good(ANTENNA, *POST)


def test_numeric_references_stand_for_what_cp932_lacks(tmp_path: Path) -> None:
    file = tmp_path / "post.txt"
    charset = "chars:\u3000\u00a5\u2600"  # a yen sign and a sun, which Mona has and cp932 has not
    encoded = ("--encoding", "cp932", "-o", str(file))
    good(ANTENNA, *POST, "--charset", charset, "--numeric-references", *encoded)
    assert re.search(rb"&#(165|9728);", file.read_bytes())


def test_full_width_rows_never_pass_their_columns() -> None:
    text = good(
        ANTENNA, "--mode", "structure", "-c", "40", "--font", "M PLUS 1 Code",
        "--charset", "ascii+kana", "--background", "light",
    )  # fmt: skip
    widths = [wcswidth(line) for line in text.splitlines()]
    assert max(widths) <= 40
    assert any(wcwidth(character) == 2 for character in text)


def test_simple_characters_have_less_ink() -> None:
    inks = []
    for simple in ("0", "1"):
        text = good(ANTENNA, *POST, "--charset", "ascii+kana", "--ink-penalty", simple)
        characters = "".join(sorted(set(text) - set(" \n\u3000")))
        font = load_font("Mona")
        drawn = dict(zip(characters, rasterize_row(font, characters, 16, 18, 16), strict=True))
        inks.append(sum(float(drawn[c].sum()) for c in text if c in drawn))
    assert inks[1] < 0.95 * inks[0]


# Fills and dithering


def test_fill_colors_the_backgrounds() -> None:
    text = good(CAT, "-c", "10", "--charset", "half", "--color", "truecolor", "--fill")
    assert "\x1b[38;2;" in text or ";48;2;" in text
    first = text.split("\n")[0]
    assert len(re.sub(r"\x1b\[[0-9;]*m", "", first)) == 10


def test_fill_has_the_colors_that_are_asked_for() -> None:
    arguments = (CAT, "-c", "10", "--charset", "half", "--fill", "--color", "auto")
    text = good(*arguments, environ={"FORCE_COLOR": "1"})
    assert text == good(*arguments[:-1], "16")
    codes = {int(n) for code in re.findall(r"\x1b\[([0-9;]+)m", text) for n in code.split(";")}
    assert codes <= {0, *range(30, 38), *range(40, 48), *range(90, 98), *range(100, 108)}


def test_where_no_color_is_shown_nothing_is_filled() -> None:
    arguments = (CAT, "-c", "10", "--charset", "half")
    assert good(*arguments, "--fill", "--color", "auto") == good(*arguments)


def test_fill_needs_color() -> None:
    result = run(CAT, "--fill")
    assert result.exit_code == 2
    assert "--fill needs --color" in result.stderr


@pytest.mark.parametrize("command", ["draw", "play"])
def test_what_excludes_a_fill_is_reported_before_its_need_of_color(
    command: str, tmp_path: Path
) -> None:
    output = str(tmp_path / "art.html")
    reason = refused(command, CAT, "--fill", "--quality", "best", "--color", "none", "-o", output)
    assert reason == (
        "--fill finds the best characters at once, and cannot be combined with --quality best"
    )


def test_dithered_braille() -> None:
    text = good(CAT, "-c", "10", "--charset", "braille", "--dither", "diffusion")
    assert set(text) <= {" ", "\n", *CHARSETS["braille"]}
    assert text != good(CAT, "-c", "10", "--charset", "braille")


@pytest.mark.parametrize(
    "arguments",
    [
        "--dither ordered",
        "--dither ordered --color truecolor",
        "--dither noise --charset half --fill --color truecolor",
        "--dither noise --charset braille --mode structure",
    ],
)
def test_dithering_without_effect_is_refused(arguments: str) -> None:
    result = run(CAT, "-c", "10", *arguments.split())
    assert result.exit_code == 2
    assert "--dither mixes 16 or 256 colors" in result.stderr


@pytest.mark.parametrize("color", ["16", "256", "auto"])
def test_dithering_of_colors(color: str) -> None:
    assert good(CAT, "-c", "10", "--dither", "ordered", "--color", color)


def test_a_small_picture_may_stay_small(tmp_path: Path) -> None:
    Image.new("L", (16, 16), 90).save(tmp_path / "icon.png")
    assert len(good(f"{tmp_path}/icon.png", "--no-enlarge").splitlines()) == 4
    assert good(CAT, "--no-enlarge") == good(CAT)
    with Image.open(ANTENNA) as picture:
        most = -(-picture.width // 2)
    for mode in ("tone", "structure"):
        rows = good(ANTENNA, "-c", "9999", "-r", "500", "--no-enlarge", "--mode", mode).splitlines()
        assert max(map(len, rows)) <= most


# Edits of the picture


@pytest.mark.parametrize(
    "edits",
    [
        (),
        ("--rotate", "90"),
        ("--flip", "horizontal"),
        ("--invert",),
        ("--crop", "25%,10%,50%,50%"),
        ("--crop", "100,100,200,200", "--rotate", "-90", "--flip", "vertical", "--invert"),
        ("--rotate", "180", "--crop", "subject"),
    ],
)
def test_an_edited_picture_is_scored_as_it_was_drawn(
    edits: tuple[str, ...], tmp_path: Path
) -> None:
    art = f"{tmp_path}/art.json"
    good(CAT, "-c", "40", *edits, "-o", art)
    found = re.search(r"tone r +(\S+)", good("score", CAT, art))
    assert found is not None
    assert float(found[1]) > 0.9
    others = {good(CAT, "-c", "40"), good(CAT, "-c", "40", "--crop", "subject")}
    assert (good(CAT, "-c", "40", *edits) in others) is (not edits)


def test_a_large_jpeg_is_cropped_by_its_own_pixels(tmp_path: Path) -> None:
    with Image.open(CAT) as cat:
        cat.resize((2 * cat.width, 2 * cat.height)).save(tmp_path / "large.jpg", quality=95)
        cat.crop((100, 100, 300, 300)).save(tmp_path / "part.png")
    part = good(f"{tmp_path}/part.png", "-c", "20", "--gamma", "1").split("\n")
    cropped = good(f"{tmp_path}/large.jpg", "-c", "20", "--crop", "200,200,400,400").split("\n")
    same = [
        a == b
        for one, other in zip(part, cropped, strict=True)
        for a, b in zip(one, other, strict=True)
    ]
    assert np.mean(same) > 0.8


def test_a_stretched_picture_fills_both() -> None:
    rows = good(CAT, "-c", "30", "-r", "20", "--stretch").splitlines()
    assert (len(rows), max(map(len, rows))) == (20, 30)
    assert len(good(CAT, "-c", "30", "--cell-ratio", "1").splitlines()) == 20


@pytest.mark.parametrize("size", [(), ("-c", "40"), ("-c", "50", "-r", "50")])
def test_pixels_of_pixel_art_stay_square(size: tuple[str, ...], tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    levels = random.choice((0, 255), (8, 8)).astype(np.uint8)
    Image.fromarray(levels).save(tmp_path / "icon.png")
    wishes = ("--pixel-art", "--charset", "half", "--levels", "none", "--fill", "--color", "16")
    good(f"{tmp_path}/icon.png", *size, *wishes, "-o", f"{tmp_path}/art.json")
    art = json.loads((tmp_path / "art.json").read_text(encoding="utf-8"))
    rows, columns = len(art["rows"]), art["columns"]
    assert (rows % 8, columns) == (0, 2 * rows)
    plain = good(f"{tmp_path}/icon.png", *size, "--pixel-art", "--charset", "half").splitlines()
    inked = np.array([[each == "█" for each in line.ljust(columns)] for line in plain])
    blocks = inked.reshape(8, rows // 8, 8, columns // 8)
    assert (blocks.mean(axis=(1, 3)) == (levels > 0)).all()


def test_ranges_of_characters() -> None:
    drawn = good(CAT, "-c", "40", "--charset", "u2580..u259f-half")
    assert {*drawn} <= {*CHARSETS["blocks"], " ", "\n"} - {*CHARSETS["half"]}
    assert good(CAT, "-c", "40", "--charset", 'block:"Box Drawing"') == good(
        CAT, "-c", "40", "--charset", "box"
    )


# Words


def test_a_crop_beside_the_picture_names_both() -> None:
    result = run(CAT, "--crop", "9000,0,10,10")
    assert result.exit_code == 1
    assert "451 pixels wide and 300 high, lies in the area of --crop 9000,0,10,10" in result.stderr


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--height", "--rows N sets the height"),
        ("--symbols", "--charset names the characters"),
        ("--negative", "--invert swaps dark and light"),
        ("--colors", "--color says how many"),
    ],
)
def test_another_program_s_option_is_translated(option: str, words: str) -> None:
    reason = refused(CAT, option)
    assert reason.startswith(f"No such option '{option}': {words}")
    assert reason.endswith("(see asciiart draw --help)")
