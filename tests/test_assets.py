"""Fonts and models are found by name, by path and in $ASCIIART_HOME."""

import os
import tomllib
from pathlib import Path

import pytest

from asciiart import assets
from asciiart.assets import available_fonts, available_models, find_font, find_model
from asciiart.charsets import CHARSETS
from asciiart.errors import FontError, ModelError
from asciiart.glyphs import load_font

BUNDLED = Path(__file__).parent.parent / "fonts"
DEJAVU = BUNDLED / "dejavu" / "DejaVuSansMono.ttf"


@pytest.fixture
def system_fonts(tmp_path, monkeypatch):
    """A system with but these fonts."""
    folder = tmp_path / "system"
    (folder / "deep").mkdir(parents=True)
    spleen = BUNDLED / "spleen" / "spleen-8x16.otf"
    for name, source in (
        ("Curious-Regular.ttf", DEJAVU),
        ("Curious-Bold.ttf", DEJAVU),
        ("deep/q.otf", spleen),
    ):
        (folder / name).write_bytes(source.read_bytes())
    (folder / "broken.ttf").write_bytes(b"no font")
    (folder / "notes.txt").write_bytes(DEJAVU.read_bytes())
    monkeypatch.setenv("ASCIIART_FONT_PATH", str(folder))
    return folder


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder that $ASCIIART_HOME names."""
    monkeypatch.setenv("ASCIIART_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_bundled_fonts_lie_where_the_table_says():
    fonts = available_fonts()
    assert list(fonts) == ["DejaVu Sans Mono", "Spleen 8x16", "Mona", "M PLUS 1 Code"]
    assert all(path.is_file() for path in fonts.values())
    assert all(list(path.parent.glob("LICENSE*")) for path in fonts.values())


def test_bundled_fonts_have_the_sets_that_the_table_claims():
    table = tomllib.loads((BUNDLED / "fonts.toml").read_text(encoding="utf-8"))
    for family, entry in table.items():
        font = load_font(family)
        assert font.path == BUNDLED / entry["file"]
        assert (BUNDLED / entry["license"]).is_file()
        for name in entry["covers"].split(", "):
            assert [c for c in CHARSETS[name] if not font.has(c)] == []


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Mona", "mona/mona.ttf"),
        ("mona", "mona/mona.ttf"),
        ("M PLUS 1 Code", "mplus/Mplus1Code-Regular.otf"),
        ("mplus1code", "mplus/Mplus1Code-Regular.otf"),
    ],
)
def test_the_japanese_fonts_are_found(name, file):
    assert find_font(name) == BUNDLED / file


@pytest.mark.parametrize(
    "name", ["DejaVu Sans Mono", "dejavu sans mono", "DejaVuSansMono", "DEJAVU-SANS_MONO"]
)
def test_a_bundled_font_is_found_however_its_name_is_written(name):
    assert find_font(name) == DEJAVU


@pytest.mark.parametrize("form", [str, Path])
def test_a_path_is_a_font(form, tmp_path):
    path = tmp_path / "any name"
    path.write_bytes(DEJAVU.read_bytes())
    assert find_font(form(path)) == path


def test_a_path_may_start_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine.ttf").write_bytes(DEJAVU.read_bytes())
    assert find_font("~/mine.ttf") == tmp_path / "mine.ttf"


@pytest.mark.parametrize("name", ["curious", "Curious Regular", "CURIOUS"])
def test_an_installed_font_is_found_by_its_files_name(system_fonts, name):
    assert find_font(name) == system_fonts / "Curious-Regular.ttf"


def test_a_style_is_part_of_the_name(system_fonts):
    assert find_font("Curious Bold") == system_fonts / "Curious-Bold.ttf"


def test_an_installed_font_is_found_by_the_family_in_it(system_fonts, monkeypatch):
    monkeypatch.setattr(assets, "available_fonts", dict)
    assert find_font("Spleen 8x16") == system_fonts / "deep" / "q.otf"


@pytest.mark.parametrize("name", ["no such font", "notes", "broken file"])
def test_an_unknown_font_is_refused_and_the_bundled_ones_are_named(system_fonts, name):
    assert system_fonts.is_dir()
    with pytest.raises(FontError) as caught:
        find_font(name)
    assert str(caught.value).startswith(f"{name}: no such font (bundled: DejaVu Sans Mono, Spleen")


@pytest.mark.parametrize("name", ["missing.ttf", "some/folder/missing", "/missing"])
def test_a_path_that_is_not_there_is_refused_as_a_file(name):
    with pytest.raises(FontError) as caught:
        find_font(name)
    assert str(caught.value) == f"{name}: no such font file"


def test_home_comes_before_what_is_shipped(home):
    folder = home / "fonts"
    folder.mkdir(parents=True)
    table = '["DejaVu Sans Mono"]\nfile = "mine.ttf"\n["Other"]\nfile = "other.ttf"\n'
    (folder / "fonts.toml").write_text(table)
    fonts = available_fonts()
    assert fonts["DejaVu Sans Mono"] == folder / "mine.ttf"
    assert fonts["Other"] == folder / "other.ttf"
    assert "Spleen 8x16" in fonts


def make_model(folder):
    folder.mkdir(parents=True)
    (folder / "card.toml").write_text('name = "mine"\n')
    return folder


def test_models_of_home_are_found_by_name(home):
    mine = make_model(home / "models" / "mine")
    (home / "models" / "unfinished").mkdir()
    assert available_models()["mine"] == mine
    assert "unfinished" not in available_models()
    assert find_model("mine") == mine


def test_a_model_is_found_by_its_folder(tmp_path):
    mine = make_model(tmp_path / "somewhere")
    assert find_model(mine) == find_model(str(mine)) == mine


def test_a_folder_without_a_card_is_no_model(tmp_path):
    with pytest.raises(ModelError) as caught:
        find_model(tmp_path)
    assert str(caught.value) == f"{tmp_path}: not a model folder (it has no card.toml)"


def test_an_unknown_model_is_refused_and_the_others_are_named(home):
    make_model(home / "models" / "mine")
    with pytest.raises(ModelError, match=r"^other: no such model \(there are: mine"):
        find_model("other")


def test_system_folders_are_those_that_exist(tmp_path, monkeypatch):
    monkeypatch.delenv("ASCIIART_FONT_PATH")
    monkeypatch.setattr(assets.sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert tmp_path / "fonts" not in assets.system_font_folders()
    (tmp_path / "fonts").mkdir()
    assert assets.system_font_folders()[0] == tmp_path / "fonts"


def test_own_font_folders_take_the_place_of_the_system_s(tmp_path, monkeypatch):
    (tmp_path / "fonts").mkdir()
    (tmp_path / "mine").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    wanted = [tmp_path / "mine", tmp_path / "missing", tmp_path]
    monkeypatch.setenv("ASCIIART_FONT_PATH", os.pathsep.join(map(str, wanted)))
    assert assets.system_font_folders() == [tmp_path / "mine", tmp_path]


def test_no_test_sees_the_host_s_fonts():
    assert assets.system_font_folders() == []
    assert not any(Path.home().iterdir())
