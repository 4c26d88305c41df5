"""Which of several values holds: a nearer one discards a default from further away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command_line import CAT, columns, good, refused, run

from asciiart.cli.main import main
from asciiart.cli.precedence import _drop


def test_the_command_line_beats_variables_beat_the_file_beats_the_default(user_file: Path) -> None:
    assert columns(good(CAT)) == 80
    user_file.write_text("[draw]\ncolumns = 40\n")
    assert columns(good(CAT)) == 40
    assert columns(good(CAT, environ={"ASCIIART_DRAW_COLUMNS": "30"})) == 30
    assert columns(good(CAT, "-c", "20", environ={"ASCIIART_DRAW_COLUMNS": "30"})) == 20


@pytest.mark.parametrize(
    ("text", "arguments", "same"),
    [
        ('format = "html"', ("--target", "discord"), True),
        ('color = "16"', ("--target", "discord"), True),
        ('color = "16"\nfill = true', ("--color", "none", "-c", "20"), True),
        ("fill = true", ("-c", "20"), True),
        ("fill = true", ("-c", "20", "--color", "16"), False),
        ("fill = true", ("-c", "20", "--color", "16", "--no-fill"), True),
        ("fill = true", ("-c", "20", "--color", "16", "--no-fill", "--detail", "0.8"), True),
        ('color = "16"\nfill = true', ("--mode", "tone", "-c", "20"), False),
        ('mode = "structure"', ("--color", "16", "--fill", "-c", "20"), True),
        ("outline-share = 0.5", ("--color", "16", "--fill", "-c", "20"), True),
        ("fill = true", ("--color", "16", "--mode", "structure", "-c", "20"), True),
        ("fill = true", ("--color", "16", "--outline-share", "0.5", "-c", "20"), True),
        ('dither = "diffusion"', ("-c", "20"), True),
        ('quality = "best"', ("--color", "16", "--fill", "-c", "20"), True),
        ("detail = 0.8", ("--color", "16", "--fill", "-c", "20"), True),
        ("ink-penalty = 0.8", ("--color", "16", "--fill", "-c", "20"), True),
        ("fill = true", ("--color", "16", "--detail", "0.8", "-c", "20"), True),
        ("fill = true\ndetail = 0.8", ("-c", "20"), False),
        ('color = "16"\nfill = true\ndetail = 0.8', ("-c", "20"), False),
        ("fill = true", ("--color", "16", "--ink-penalty", "0.8", "-c", "20"), True),
        ("fill = true", ("--color", "16", "--quality", "good", "-c", "20"), True),
        ('encoding = "utf-16"', ("--format", "html", "-c", "20"), True),
        ("numeric-references = true", ("--format", "c", "-c", "20"), True),
        ("width = 99", ("-r", "20"), True),
        ("width = 99", ("-r", "20", "--font", "Spleen 8x16"), True),
        ("width = 99", ("-r", "20", "--font", "Mona"), False),
        ("font-size = 18\nline-height = 30", ("--target", "discord"), True),
        ('font = "Mona"\nfont-size = 18', ("--target", "discord"), True),
        ("font-size = 30", ("--target", "sjis", "--width", "99"), False),
        ("columns = 40", ("--width", "200", "--font", "Mona"), True),
        ("width = 300", ("-c", "20", "--font", "Mona"), True),
        ("columns = 40", ("--magnify", "0.2"), True),
        ("rows = 5", ("--magnify", "0.2"), True),
        ("outline-share = 0.5", ("--mode", "structure", "-c", "20"), True),
        ('mode = "structure"', ("--outline-share", "0.2", "-c", "20"), True),
        ('font = "Spleen 8x16"', ("--target", "sjis", "-c", "20"), True),
        ('charset = "box"', ("--target", "sjis", "-c", "20"), True),
        ("columns = 20", ("--target", "sjis"), True),
        ('target = "sjis"', ("--font", "Spleen 8x16", "-c", "20"), False),
        ("columns = 9", ("-r", "20"), False),
    ],
)
def test_an_option_beats_a_default_that_it_stands_instead_of(
    user_file: Path, text: str, arguments: tuple[str, ...], same: bool
) -> None:
    without = good(CAT, *arguments)
    user_file.write_text(f"[draw]\n{text}\n")
    assert (good(CAT, *arguments) == without) is same


@pytest.mark.parametrize(("given", "steady"), [((), True), (("--no-steady",), False)])
def test_a_discarded_boolean_has_its_default(given: tuple[str, ...], steady: bool) -> None:
    play = main.commands["play"]
    context = play.make_context("play", ["x", *given], default_map={"steady": False})
    _drop(context, ["steady"])
    assert context.params["steady"] is steady


def test_the_suffix_of_an_output_beats_the_usual_format(user_file: Path, tmp_path: Path) -> None:
    user_file.write_text('[draw]\nformat = "json"\ncolumns = 20\n')
    assert good(CAT).startswith("{")
    good(CAT, "-o", str(tmp_path / "art.png"))
    assert (tmp_path / "art.png").read_bytes().startswith(b"\x89PNG")
    good(CAT, "-o", str(tmp_path / "art"))
    assert (tmp_path / "art").read_text().startswith("{")


ENCODED = 'encoding = "cp932"\nnumeric-references = true\n'


@pytest.mark.parametrize("suffix", ["png", "html", "svg", "json", "jsonc"])
def test_a_default_is_for_the_formats_that_it_means_something_in(
    user_file: Path, tmp_path: Path, suffix: str
) -> None:
    art = tmp_path / f"art.{suffix}"
    good(CAT, "-c", "20", "-o", str(art))
    without = art.read_bytes()
    copy = "copy = true\n" if suffix == "png" else ""
    user_file.write_text(f"[draw]\n{ENCODED}{copy}")
    good(CAT, "-c", "20", "-o", str(art))
    assert art.read_bytes() == without
    reason = refused(CAT, "-c", "20", "-o", str(art), "--encoding", "cp932")
    assert reason.startswith("--encoding and --numeric-references are for text and ansi, not for ")


def test_what_is_copied_is_text(user_file: Path, tmp_path: Path) -> None:
    tool = tmp_path / "xclip"
    tool.write_text(f"#!/bin/sh\ncat > {tmp_path}/copied\n", encoding="utf-8")
    tool.chmod(0o755)
    desktop = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "DISPLAY": ":9", "WAYLAND_DISPLAY": ""}
    text = good(CAT, "-c", "20")
    for default in ('color = "16"', 'format = "png"'):
        user_file.write_text(f"[draw]\n{default}\n")
        assert good(CAT, "-c", "20", "--copy", environ=desktop) == text
        assert (tmp_path / "copied").read_text(encoding="utf-8") + "\n" == text
    assert "--copy takes text" in refused(CAT, "--copy", "--format", "png")


@pytest.mark.parametrize("color", ["16", "256", "truecolor"])
@pytest.mark.parametrize("target", ["twitch", "discord"])
def test_a_usual_color_is_for_places_that_show_it(user_file: Path, target: str, color: str) -> None:
    plain = good(CAT, "--target", target)
    user_file.write_text(f'[draw]\ntarget = "{target}"\ncolor = "{color}"')
    expected = plain
    if (target, color) == ("discord", "16"):
        expected = good(CAT, "--target", "discord", "--color", "16")
        assert expected != plain
    assert good(CAT) == expected
    assert good(CAT, "--target", target, environ={"ASCIIART_DRAW_COLOR": color}) == plain


def test_a_usual_encoding_is_not_for_json_arts(user_file: Path, tmp_path: Path) -> None:
    art, picture = str(tmp_path / "art.json"), tmp_path / "art.png"
    good(CAT, "-c", "20", "-o", art, "--charset", "blocks")
    user_file.write_text('[render]\nencoding = "cp437"')
    good("render", art, "-o", str(picture))
    usual = picture.read_bytes()
    user_file.unlink()
    good("render", art, "-o", str(picture))
    assert picture.read_bytes() == usual


def test_what_a_json_art_says_of_itself_beats_defaults(user_file: Path, tmp_path: Path) -> None:
    art, picture = str(tmp_path / "art.json"), tmp_path / "art.png"
    good(CAT, "-c", "20", "-o", art, "--font", "Spleen 8x16")
    shown = []
    for text, options in [("", ()), ('[render]\nfont = "Mona"\nbackground = "light"', ())]:
        user_file.write_text(text)
        good("render", art, "-o", str(picture), *options)
        shown.append(picture.read_bytes())
    assert shown[0] == shown[1]
    good("render", art, "-o", str(picture), "--background", "light")
    assert picture.read_bytes() != shown[0]
    good(CAT, "-c", "20", "-o", f"{tmp_path}/art.txt")
    arguments = ("render", f"{tmp_path}/art.txt", "-o", str(picture))
    assert "ghostly" in refused(*arguments, environ={"ASCIIART_RENDER_FONT": "ghostly"})


def test_a_configuration_of_training_beats_defaults(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the lowest versions are tried without training")
    mine = tmp_path / "mine.toml"
    mine.write_text('steps = 2\nfonts = ["DejaVu Sans Mono"]\n')
    arguments = ("train", "--out", "/dev/null/none", "--config", str(mine))
    result = run(*arguments, environ={"ASCIIART_TRAIN_STEPS": "0"})
    assert (result.exit_code, "/dev/null/none: cannot be written" in result.stderr) == (1, True)
    assert refused(*arguments, "--steps", "0").startswith("steps must be")
    named = {"ASCIIART_TRAIN_CONFIG": str(mine), "ASCIIART_TRAIN_STEPS": "0"}
    assert "steps must be" in refused(*arguments[:3], environ=named)
