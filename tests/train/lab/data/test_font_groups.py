"""Fonts of the lab: groups without a common family."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_fonts import toy_font

from asciiart.errors import FontError
from asciiart.glyphs.font import load_font
from asciiart.train.lab.data import font_groups as module
from asciiart.train.lab.data.font_groups import (
    HELD_OUT_FONTS,
    TRAINING_FONTS,
    VALIDATION_FONTS,
    find_lab_fonts,
    missing_fonts,
)

DEJAVU, SPLEEN = "DejaVu Sans Mono", "Spleen 8x16"


def test_no_family_is_in_two_groups() -> None:
    styles = ("Bold", "Italic", "Light", "Medium", "Regular", "Narrow", "Mono", "Sans", "Serif")

    def families(names: tuple[str, ...]) -> set[str]:
        words = (
            [word for word in name.replace("-", " ").split() if word not in styles]
            for name in names
        )
        return {" ".join(word) for word in words}

    groups = [families(names) for names in (TRAINING_FONTS, VALIDATION_FONTS, HELD_OUT_FONTS)]
    assert sum(map(len, groups)) == len(set.union(*groups))


def test_named_fonts_are_taken_and_missing_ones_refused() -> None:
    found = find_lab_fonts((DEJAVU,), (SPLEEN,))
    assert [font.name for font in found.training] == [load_font(DEJAVU).name]
    assert [font.name for font in found.held_out] == [load_font(SPLEEN).name]
    with pytest.raises(FontError, match="no such font"):
        find_lab_fonts(("No Such Font At All",), (SPLEEN,))


def test_too_few_installed_fonts_are_said_with_the_packages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "TRAINING_FONTS", ("No Such Font At All", DEJAVU))
    with pytest.raises(FontError, match=r"only 1 to learn from.*fonts-liberation"):
        find_lab_fonts((), (SPLEEN,))
    assert len(find_lab_fonts((DEJAVU,), (SPLEEN,)).training) == 1


def test_fonts_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TRAINING_FONTS", (DEJAVU, "No Such Font"))
    monkeypatch.setattr(module, "VALIDATION_FONTS", (SPLEEN,))
    monkeypatch.setattr(module, "HELD_OUT_FONTS", ("Nor This One",))
    assert missing_fonts() == ["No Such Font", "Nor This One"]


def test_fonts_are_searched_again_only_where_others_are_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "TRAINING_FONTS", ("Fresh", DEJAVU))
    monkeypatch.setattr(module, "VALIDATION_FONTS", ())
    monkeypatch.setattr(module, "HELD_OUT_FONTS", ())
    assert missing_fonts() == ["Fresh"]
    toy_font(family="Fresh").save(tmp_path / "fresh.ttf")
    monkeypatch.setenv("ASCIIART_FONT_PATH", str(tmp_path))
    assert missing_fonts() == []
    monkeypatch.setattr(module, "load_font", lambda _: pytest.fail("searched again"))
    assert missing_fonts() == []


def test_fonts_for_validation_take_the_place_of_those_held_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("TRAINING_FONTS", "HELD_OUT_FONTS"):
        monkeypatch.setattr(module, name, (DEJAVU,) * 8)
    monkeypatch.setattr(module, "VALIDATION_FONTS", (SPLEEN,) * 3)
    names = [font.name for font in find_lab_fonts(validate=True).held_out]
    assert names == [load_font(SPLEEN).name] * 3
