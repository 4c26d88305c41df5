"""Tests of renderer: heights of rows, and names of fonts."""

from __future__ import annotations

from dataclasses import replace

from asciiart.art.formats.renderer import font_families, row_height
from asciiart.glyphs.font import Font


def test_row_height(font: Font) -> None:
    assert row_height(font, None, default=24) == 24
    assert row_height(font, 100, default=24) == 116  # 0.929 + 0.236 em, rounded
    assert row_height(font, 0.1, default=24) == 1


def test_row_height_of_a_bitmap_font(font: Font) -> None:
    bitmap = replace(font, scalable=False, size=16, ascent=12, descent=4, advance=8)
    assert row_height(bitmap, None, default=24) == 32
    assert row_height(bitmap, None, default=16) == 16


def test_font_families(font: Font) -> None:
    assert font_families(font) == "'DejaVu Sans Mono', monospace"
    assert font_families(replace(font, name="DejaVu Sans Mono Bold")) == (
        "'DejaVu Sans Mono Bold', 'DejaVu Sans Mono', monospace"
    )
    assert font_families(replace(font, name=r"it's \ it")).startswith(r"'it\'s \\ it', ")
