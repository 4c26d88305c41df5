"""Names of fonts come apart into files, faces and variations."""

from __future__ import annotations

import pytest

from asciiart.errors import FontError
from asciiart.glyphs.font_names import (
    FontName,
    VariationAxis,
    Variations,
    format_location,
    full_name,
    locate_instance,
    normalize_name,
    plainest_style,
    split_face,
    split_variation,
)

VARIATIONS = Variations(
    (VariationAxis("wght", 100, 400, 900), VariationAxis("wdth", 75, 100, 100)),
    {"Regular": (400.0, 100.0), "Semi Bold": (600.0, 100.0), "Thin": (100.0, 75.0)},
)


@pytest.mark.parametrize(
    ("name", "base", "variation"),
    [
        ("Fira Code", "Fira Code", ""),
        ("Fira Code:wght=500", "Fira Code", "wght=500"),
        ("Fira Code:wght=500,wdth=80", "Fira Code", "wght=500,wdth=80"),
        ("Fira Code:Semi Bold", "Fira Code", "Semi Bold"),
        ("a:b.ttf:Bold", "a:b.ttf", "Bold"),
        (r"C:\fonts\a.ttf", r"C:\fonts\a.ttf", ""),
        ("a:", "a:", ""),
    ],
)
def test_a_variation_stands_after_the_last_colon(name: str, base: str, variation: str) -> None:
    assert split_variation(name) == FontName(base, None, variation)


@pytest.mark.parametrize(
    ("name", "base", "face"),
    [("a.ttc#1", "a.ttc", 1), ("a#b.ttc#12", "a#b.ttc", 12), ("a.ttc", "a.ttc", None)],
)
def test_a_face_stands_after_the_last_number_sign(name: str, base: str, face: int | None) -> None:
    assert split_face(FontName(name)) == FontName(base, face)


def test_only_letters_and_digits_matter() -> None:
    assert normalize_name("DejaVu Sans_Mono-Bold") == normalize_name("DEJAVUSANSMONOBOLD")
    assert normalize_name("ＭＳ Ｐゴシック") == normalize_name("MS Pゴシック")


def test_a_title_leaves_out_what_goes_without_saying() -> None:
    assert full_name("Toy", "Regular") == full_name("Toy", "Book") == "Toy"
    assert full_name("Toy", "Bold Oblique") == "Toy Bold Oblique"


def test_the_plainest_style_stands_for_a_family() -> None:
    assert plainest_style(["Bold", "Medium", "Book"]) == 2
    assert plainest_style(["Bold", "Thin"]) == 0


@pytest.mark.parametrize(
    ("variation", "values"),
    [
        ("wght=500", (500, 100)),
        (" wdth = 80.5 , wght=900", (900, 80.5)),
        ("semibold", (600, 100)),
        ("Thin", (100, 75)),
    ],
)
def test_an_instance_is_all_axes_in_order(variation: str, values: tuple[float, float]) -> None:
    location = locate_instance("Toy", variation, VARIATIONS)
    assert location == tuple(zip(("wght", "wdth"), values, strict=True))
    assert locate_instance("Toy", format_location(location)[1:], VARIATIONS) == location


@pytest.mark.parametrize("variation", ["wght=400", "Regular", "wdth=100,wght=400"])
def test_the_default_is_no_instance(variation: str) -> None:
    assert locate_instance("Toy", variation, VARIATIONS) == ()
    assert format_location(()) == ""


@pytest.mark.parametrize(
    ("variation", "reason"),
    [
        ("wght=99", "wght must be from 100 to 900, not 99"),
        ("wght=500,wdth=101", "wdth must be from 75 to 100, not 101"),
        ("wght=1e9", "no variation 'wght=1e9'; it has Regular, Semi Bold, Thin, wght from 100 to"),
        ("slnt=5", "no variation 'slnt=5'; it has"),
        ("wght=", "no variation 'wght='; it has"),
        ("Blod", "no variation 'Blod'; it has"),
    ],
)
def test_what_an_axis_does_not_have_is_refused(variation: str, reason: str) -> None:
    with pytest.raises(FontError) as caught:
        locate_instance("Toy", variation, VARIATIONS)
    assert str(caught.value).startswith(f"Toy: {reason}")


def test_a_static_font_has_no_instances() -> None:
    with pytest.raises(FontError, match=r"^Toy: not a variable font, so there is no 'Bold' of it$"):
        locate_instance("Toy", "Bold", None)
