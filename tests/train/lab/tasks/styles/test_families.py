"""Families of fonts: no one is in two groups, and each font has a style."""

from __future__ import annotations

import pytest

from asciiart.errors import FontError
from asciiart.glyphs.font import load_font
from asciiart.train.lab.tasks.styles.families import (
    HELD_OUT,
    KINDS,
    STYLES,
    TRAINING,
    VALIDATION,
    find_families,
    named_style,
)

FONT = load_font("DejaVu Sans Mono")


def test_no_family_is_in_two_groups() -> None:
    names = [
        name for group in (TRAINING, VALIDATION, HELD_OUT) for kind in KINDS for name in group[kind]
    ]
    assert len(names) == len(set(names))


def test_styles_are_in_order_of_kind_weight_slope() -> None:
    assert STYLES[:4] == ("sans", "sans italic", "sans bold", "sans bold italic")
    assert STYLES[8] == "mono"
    assert len(set(STYLES)) == 12


def test_missing_families_are_named() -> None:
    with pytest.raises(FontError, match="No Such Family"):
        find_families({"sans": ("No Such Family",)})


def test_a_font_tells_its_style() -> None:
    assert STYLES[named_style(FONT)] == "mono"
