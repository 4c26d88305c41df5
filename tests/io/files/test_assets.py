"""Fonts and models are found by name, by path and in $ASCIIART_HOME."""

import os
import pwd
import sys
import tomllib
from pathlib import Path

import pytest
from paths import ROOT

from asciiart.errors import FontError, ModelError
from asciiart.glyphs.charsets import CHARSETS
from asciiart.glyphs.font import load_font
from asciiart.io.files import assets
from asciiart.io.files.assets import available_fonts, available_models, find_model

BUNDLED = ROOT / "fonts"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder that $ASCIIART_HOME names."""
    monkeypatch.setenv("ASCIIART_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_bundled_fonts_lie_where_the_table_says():
    fonts = available_fonts()
    assert list(fonts)[:4] == ["DejaVu Sans Mono", "Spleen 8x16", "Mona", "M PLUS 1 Code"]
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


def test_a_damaged_table_of_fonts_is_refused(home):
    (home / "fonts").mkdir(parents=True)
    (home / "fonts" / "fonts.toml").write_text("a = " + "[" * 9999)
    with pytest.raises(FontError, match=r"fonts\.toml: damaged \("):
        available_fonts()


@pytest.fixture
def on_linux(tmp_path, monkeypatch):
    """No variable that says where fonts are, and a home without any."""
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("ASCIIART_FONT_PATH", "XDG_DATA_HOME", "XDG_DATA_DIRS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    return monkeypatch


def test_system_folders_are_those_that_exist(tmp_path, on_linux):
    on_linux.setenv("XDG_DATA_HOME", str(tmp_path))
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
    assert Path.home() != Path(pwd.getpwuid(os.getuid()).pw_dir)


def test_the_environment_says_where_fonts_are(tmp_path, on_linux):
    below = ("own/fonts", "one/fonts", "two/fonts", "two/texmf/fonts/opentype")
    folders = [tmp_path / name for name in below]
    for folder in folders:
        folder.mkdir(parents=True)
    on_linux.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
    on_linux.setenv("XDG_DATA_DIRS", f"relative:{tmp_path / 'one'}:{tmp_path / 'two'}::")
    assert assets.system_font_folders() == folders


def test_relative_folders_do_not_count(tmp_path, on_linux):
    (tmp_path / "relative" / "fonts").mkdir(parents=True)
    on_linux.chdir(tmp_path)
    on_linux.setenv("XDG_DATA_HOME", "relative")
    on_linux.setenv("XDG_DATA_DIRS", "relative")
    assert not [each for each in assets.system_font_folders() if not each.is_absolute()]


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_nobody_s_home_has_no_fonts(on_linux, platform):
    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    on_linux.setattr(sys, "platform", platform)
    on_linux.setattr(Path, "home", nowhere)
    assert all(folder.is_absolute() for folder in assets.system_font_folders())
