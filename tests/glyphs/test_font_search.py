"""Fonts are found by file, bundled name and installed name, and by the name that they get."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from paths import DEJAVU, FONTS, SPLEEN
from tiny_fonts import bitmap_font, collection, emoji_font, toy_font, variable_font

from asciiart.errors import FontError
from asciiart.glyphs import font_search
from asciiart.glyphs.font import load_font
from asciiart.glyphs.font_files import count_faces
from asciiart.glyphs.font_search import find_font, installed_faces
from asciiart.io.files.assets import available_fonts

ABSENT = r" \(bundled: DejaVu Sans Mono, Spleen 8x16, Mona, .*; asciiart fonts --all lists the "


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a system that has but these fonts."""
    folder = tmp_path / "system"
    (folder / "deep").mkdir(parents=True)
    for name, source in (
        ("Curious-Regular.ttf", DEJAVU),
        ("Curious-Bold.ttf", DEJAVU),
        ("deep/q.otf", SPLEEN),
        ("notes.txt", DEJAVU),
    ):
        (folder / name).write_bytes(source.read_bytes())
    (folder / "broken.ttf").write_bytes(b"no font")
    os.mkfifo(folder / "pipe.ttf")
    collection(folder / "faces.ttc", toy_font(family="Test Prop"), toy_font(family="Test Mono"))
    for style in ("Thin", "Medium", "Bold"):
        toy_font(family="Styled", style=style).save(folder / f"{style}.ttf")
    variable_font(folder / "variable.ttf")
    bitmap_font(folder / "dots.bdf", 21)
    emoji_font(folder / "smileys.ttf")
    monkeypatch.setenv("ASCIIART_FONT_PATH", str(folder))
    return folder


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Mona", "mona/mona.ttf"),
        ("mona", "mona/mona.ttf"),
        ("M PLUS 1 Code", "mplus/Mplus1Code-Regular.otf"),
        ("mplus1code", "mplus/Mplus1Code-Regular.otf"),
        ("DejaVu Sans Mono", "dejavu/DejaVuSansMono.ttf"),
        ("dejavu sans mono", "dejavu/DejaVuSansMono.ttf"),
        ("DEJAVU-SANS_MONO", "dejavu/DejaVuSansMono.ttf"),
        ("Spleen 8x16 Medium", "spleen/spleen-8x16.otf"),  # as older art says
    ],
)
def test_a_bundled_font_is_found_however_its_name_is_written(name: str, file: str) -> None:
    assert find_font(name)[::3] == ((FONTS / file, 0), True)


@pytest.mark.parametrize("form", [str, Path])
def test_a_path_is_a_font(form: type, tmp_path: Path) -> None:
    path = tmp_path / "any name"
    path.write_bytes(DEJAVU.read_bytes())
    assert find_font(form(path))[:3] == ((path, 0), "", "")


def test_a_path_may_start_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine.ttf").write_bytes(DEJAVU.read_bytes())
    assert find_font("~/mine.ttf").face.path == tmp_path / "mine.ttf"


def test_the_file_of_a_bundled_font_has_its_name() -> None:
    assert find_font(SPLEEN).name == find_font("Spleen 8x16").name == "Spleen 8x16"


def test_a_name_may_hold_what_parts_others(tmp_path: Path) -> None:
    path = tmp_path / "a#1:Bold.ttf"
    path.write_bytes(DEJAVU.read_bytes())
    assert find_font(path)[:3] == ((path, 0), "", "")
    assert find_font(f"{path}:Bold")[:3] == ((path, 0), "", "Bold")


def test_a_face_of_a_collection_has_a_number(system: Path) -> None:
    path = system / "faces.ttc"
    assert [find_font(f"{path}{end}").face.number for end in ("", "#0", "#1")] == [0, 0, 1]
    assert find_font(f"{path}#1:wght=5")[:3] == ((path, 1), "", "wght=5")
    with pytest.raises(FontError, match=r"faces\.ttc: no face #2; it has 2, the first of which "):
        find_font(f"{path}#2")
    with pytest.raises(FontError, match=r"DejaVuSansMono\.ttf: no face #1; it has 1, "):
        find_font(f"{DEJAVU}#1")


@pytest.mark.parametrize("name", ["curious", "Curious Regular", "CURIOUS"])
def test_an_installed_font_is_found_by_its_files_name(system: Path, name: str) -> None:
    assert find_font(name)[:3] == ((system / "Curious-Regular.ttf", 0), name, "")


@pytest.mark.parametrize(
    ("name", "file", "number"),
    [
        ("Curious Bold", "Curious-Bold.ttf", 0),
        ("Test Prop", "faces.ttc", 0),
        ("Test Mono", "faces.ttc", 1),
        ("testmono regular", "faces.ttc", 1),
        ("Styled", "Medium.ttf", 0),
        ("Styled Bold", "Bold.ttf", 0),
        ("Vary", "variable.ttf", 0),
        ("Tiny", "dots.bdf", 0),
        ("Tiny Emoji", "smileys.ttf", 0),
    ],
)
def test_an_installed_face_is_found_by_family_and_style(
    system: Path, name: str, file: str, number: int
) -> None:
    assert find_font(name).face == (system / file, number)


def test_an_installed_font_is_found_by_the_family_in_it(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(font_search, "available_fonts", dict)
    assert find_font("Spleen 8x16").face.path == system / "deep" / "q.otf"


def test_a_font_is_found_by_its_name_in_another_language(system: Path) -> None:
    with TTFont(system / "Bold.ttf") as font:
        font["name"].setName("ＭＳ Ｐゴシック", 1, 3, 1, 0x411)
        font.save(system / "Bold.ttf")
    found = find_font("MS Pゴシック")
    assert (found.face.path, found.name) == (system / "Bold.ttf", "ＭＳ Ｐゴシック")


def test_an_instance_is_of_the_font_before_the_colon(system: Path) -> None:
    assert find_font("Vary:wght=500")[:3] == ((system / "variable.ttf", 0), "Vary", "wght=500")
    assert find_font("Mona:Bold").variation == "Bold"


@pytest.mark.parametrize(
    "name",
    [
        *available_fonts(),
        *("Curious", "Curious Bold", "Test Mono", "test-mono", "Styled", "Styled Thin", "Vary"),
        *("Vary:Bold", "Vary:wght=300,wdth=150", "Tiny", str(SPLEEN)),
    ],
)
def test_a_font_s_name_finds_it_again(system: Path, name: str) -> None:
    assert system.is_dir()
    font = load_font(name)
    again = load_font(font.name)
    assert (again, again.digest) == (font, font.digest)


@pytest.mark.parametrize("name", ["no such thing at all", "notes", "broken file", "", "#1"])
def test_an_unknown_font_is_refused_and_the_bundled_ones_are_named(system: Path, name: str) -> None:
    assert system.is_dir()
    with pytest.raises(FontError, match=f"^{name}: no such font{ABSENT}"):
        find_font(name)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DejaVu Sans Mon", "DejaVu Sans Mono"),
        ("Tets Mono", "Test Mono"),
        ("Stlyed Bold", "Styled Bold"),
        ("Splen 8x16", "Spleen 8x16"),
        ("Vray:wght=500", "Vary"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(system: Path, name: str, meant: str) -> None:
    assert system.is_dir()
    with pytest.raises(FontError) as caught:
        find_font(name)
    asked = name.split(":", maxsplit=1)[0]
    assert str(caught.value) == (
        f"{asked}: no such font; did you mean {meant}? (asciiart fonts --all lists them)"
    )


@pytest.mark.parametrize(
    "name", ["missing.ttf", "some/folder/missing", "/missing", "x.woff2", "x.ttc#1", "x.ttf:Bold"]
)
def test_a_path_that_is_not_there_is_refused_as_a_file(name: str) -> None:
    with pytest.raises(FontError) as caught:
        find_font(name)
    assert str(caught.value) == f"{name}: no such font file"


@pytest.mark.parametrize("name", ["x" * 5000, "x\0y", "/" + "x" * 300])
def test_a_name_that_no_file_can_have_is_refused(name: str) -> None:
    with pytest.raises(FontError, match="no such font"):
        find_font(name)


def test_every_face_of_every_font_is_listed(system: Path) -> None:
    (system / "loop").symlink_to(system)
    listed = {str(each.face)[len(str(system)) + 1 :]: each.name for each in installed_faces()}
    assert listed["faces.ttc#1"] == ("Test Mono", "Regular")
    assert listed["dots.bdf"] == ("Tiny", "Regular")
    assert "broken.ttf" not in listed
    assert len(listed) == 11


def test_files_are_read_again_only_if_they_changed(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def count(path: Path) -> int:
        asked.append(path)
        return count_faces(path)

    monkeypatch.setattr(font_search, "count_faces", count)
    assert find_font("Test Mono").face == (system / "faces.ttc", 1)
    assert system / "faces.ttc" in asked
    asked.clear()
    assert find_font("Test Mono").face == (system / "faces.ttc", 1)
    assert system / "faces.ttc" not in asked
    collection(system / "faces.ttc", toy_font(family="Test Mono"), toy_font(family="Another"))
    assert find_font("Test Mono").face == (system / "faces.ttc", 0)
