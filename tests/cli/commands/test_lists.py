"""`asciiart fonts`, `charsets` and `models` list what options can name."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from command_line import good
from tiny_fonts import bitmap_font, collection, emoji_font, toy_font, variable_font

from asciiart.art.targets import TARGETS
from asciiart.cli.main import main
from asciiart.glyphs.charsets import CHARSETS
from asciiart.io.files.assets import available_fonts, available_models


def listed(*arguments: str) -> list[str]:
    result = CliRunner().invoke(main, ["fonts", *arguments])
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.splitlines()


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a system that has but these fonts."""
    monkeypatch.setenv("ASCIIART_FONT_PATH", str(tmp_path))
    wide = toy_font(family="Prop", widths={"i": 250})
    collection(tmp_path / "faces.ttc", wide, toy_font(family="Mono", style="Bold"))
    variable_font(tmp_path / "vary.ttf")
    bitmap_font(tmp_path / "dots.bdf")
    emoji_font(tmp_path / "smile.ttf")
    toy_font(family="Evil \x1b[31m\nlines", ascent=20000).save(tmp_path / "evil\x1b[2J.ttf")
    (tmp_path / "no.ttf").write_bytes(b"no font")
    return tmp_path


def test_the_bundled_ones_with_what_they_cover() -> None:
    for line, (name, path) in zip(listed(), available_fonts().items(), strict=True):
        assert line.startswith(name)
        assert line.endswith(str(path))
        assert "ascii" in line


def test_all_with_every_installed_face_sorted(system: Path) -> None:
    lines = listed("--all")[len(available_fonts()) :]
    assert [line.split("  ")[0] for line in lines] == [
        *("Evil ?[31m?lines", "Mono", "Prop", "Tiny", "Tiny Emoji", "Vary")
    ]
    kinds = [[part.strip() for part in line.split("  ") if part] for line in lines]
    assert kinds[0][2:] == ["damaged", f"{system}/evil\\x1b[2J.ttf"]
    assert kinds[1][1:] == ["Bold", "monospaced", f"{system}/faces.ttc#1"]
    assert kinds[2][1:] == ["Regular", "proportional", f"{system}/faces.ttc"]
    assert kinds[3][1:] == ["Regular", "monospaced", f"{system}/dots.bdf"]
    vary = "monospaced, wght from 100 to 500, wdth from 100 to 200"
    assert kinds[5][1:] == ["Regular", vary, f"{system}/vary.ttf"]


def test_a_misspelt_name_is_answered_with_the_nearest(system: Path) -> None:
    assert system.is_dir()
    result = CliRunner().invoke(main, ["x.png", "--font", "DejaVu Sans Mon"])
    assert result.exit_code == 2
    assert result.stderr == (
        "asciiart: DejaVu Sans Mon: no such font; did you mean DejaVu Sans Mono? "
        "(asciiart fonts --all lists them)\n"
    )


def test_names_that_a_terminal_would_obey_are_escaped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fonts"
    folder.mkdir()
    toy_font().save(folder / "toy.ttf")
    table = '["E\\u001b[2J\\u202e\\u009bM\\n"]\nfile = "toy.ttf"\n'
    (folder / "fonts.toml").write_text(table, encoding="utf-8")
    monkeypatch.setenv("ASCIIART_HOME", str(tmp_path))
    assert listed()[0].startswith(r"E\x1b[2J\u202e\x9bM\n")


def test_where_no_font_is_installed() -> None:
    assert listed("--all") == listed()


def test_charsets() -> None:
    lines = good("charsets").splitlines()
    assert [line.split()[:2] for line in lines] == [
        [name, str(len(characters))] for name, characters in CHARSETS.items()
    ]


def test_charsets_by_name() -> None:
    assert good("charsets", "box", "chars:ab") == f" {CHARSETS['box']}\n ab\n"


def test_models_whose_names_a_terminal_would_obey(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(available_models()["standard"], tmp_path / "models" / "a\x1b[2J\u202eb")
    monkeypatch.setenv("ASCIIART_HOME", str(tmp_path))
    line = good("models").splitlines()[0]
    assert line.startswith(r"a\x1b[2J\u202eb ")
    assert line.endswith(r"models/a\x1b[2J\u202eb")


def test_models() -> None:
    (line,) = [line for line in good("models").splitlines() if line.startswith("standard ")]
    assert re.fullmatch(r"standard +tone, structure +\S+/models/standard", line)


def test_targets_are_listed_with_what_they_take() -> None:
    lines = good("targets").splitlines()
    assert [line.split()[0] for line in lines] == list(TARGETS)
    assert "mastodon  a post of 500 characters" in "\n".join(lines)
