"""Options: frozen, with ranges that are checked when they are made."""

import dataclasses
import math

import pytest

from asciiart.errors import AsciiArtError, OptionError
from asciiart.options import ArtistOptions, DrawOptions, Options


def test_defaults():
    assert dataclasses.asdict(Options()) == {
        "mode": "tone",
        "outline_share": None,
        "columns": None,
        "width": None,
        "rows": None,
        "magnify": None,
        "stretch": False,
        "cell_ratio": None,
        "enlarge": True,
        "font_size": None,
        "line_height": None,
        "background": "dark",
        "contrast": 1.0,
        "brightness": 0.0,
        "gamma": 1.0,
        "levels": "auto",
        "detail": 0.5,
        "subject": 0.5,
        "rotate": 0,
        "flip": "none",
        "invert": False,
        "crop": "none",
        "background_removal": False,
        "quality": "fast",
        "fill": False,
        "palette": "truecolor",
        "dither": "none",
        "neighbors": 5,
        "resample": "auto",
        "pixel_art": False,
        "max_pixels": None,
        "strict": False,
    }


def test_options_do_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Options().mode = "structure"  # type: ignore[misc]


@pytest.mark.parametrize(
    "wishes",
    [
        {"mode": "structure"},
        {"background": "light"},
        {"quality": "best"},
        {"outline_share": 0},
        {"outline_share": 1},
        {"contrast": 0},
        {"contrast": 10},
        {"brightness": -1},
        {"brightness": 1},
        {"gamma": 0.1},
        {"gamma": 10},
        {"detail": 0},
        {"detail": 1},
        {"neighbors": 1},
        {"neighbors": 64},
        {"max_pixels": 1},
    ],
)
def test_the_ends_of_the_ranges_are_inside(wishes):
    assert dataclasses.replace(Options(), **wishes) == Options(**wishes)


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"mode": "color"}, "mode must be tone or structure or auto, not 'color'"),
        ({"quality": "worst"}, "quality must be fast or good or best, not 'worst'"),
        ({"background": "red"}, "background must be dark or light, not 'red'"),
        ({"contrast": -0.1}, "contrast must be from 0 to 10, not -0.1"),
        ({"contrast": 10.1}, "contrast must be from 0 to 10, not 10.1"),
        ({"brightness": -1.01}, "brightness must be from -1 to 1, not -1.01"),
        ({"brightness": 2.0}, "brightness must be from -1 to 1, not 2.0"),
        ({"gamma": 0.0}, "gamma must be from 0.1 to 10, not 0.0"),
        ({"gamma": 11.0}, "gamma must be from 0.1 to 10, not 11.0"),
        ({"gamma": math.nan}, "gamma must be from 0.1 to 10, not nan"),
        ({"detail": -0.5}, "detail must be from 0 to 1, not -0.5"),
        ({"detail": 1.5}, "detail must be from 0 to 1, not 1.5"),
        ({"outline_share": -0.1}, "outline_share must be from 0 to 1, not -0.1"),
        ({"outline_share": math.nan}, "outline_share must be from 0 to 1, not nan"),
        ({"neighbors": 0}, "neighbors must be from 1 to 64, not 0"),
        ({"neighbors": 65}, "neighbors must be from 1 to 64, not 65"),
        ({"max_pixels": 0}, "max_pixels must be at least 1, not 0"),
        ({"contrast": math.inf}, "contrast must be from 0 to 10, not inf"),
    ],
)
def test_what_lies_outside_is_refused_with_its_name_and_value(wishes, message):
    with pytest.raises(OptionError) as caught:
        Options(**wishes)
    assert str(caught.value) == message


def test_a_wrong_option_is_a_value_error_too():
    assert issubclass(OptionError, ValueError)
    assert issubclass(OptionError, AsciiArtError)


def test_columns_or_width_but_not_both():
    assert Options(width=640).width == 640
    with pytest.raises(OptionError, match="width cannot be combined with columns"):
        Options(width=640, columns=80)


@pytest.mark.parametrize(
    ("wishes", "shares"),
    [
        ({}, {"tone": 1}),
        ({"mode": "structure"}, {"structure": 1}),
        ({"outline_share": 0.25}, {"tone": 0.75, "structure": 0.25}),
        ({"mode": "structure", "outline_share": 0.5}, {"tone": 0.5, "structure": 0.5}),
        ({"mode": "structure", "outline_share": 0}, {"tone": 1}),
        ({"outline_share": 1}, {"structure": 1}),
        ({"mode": "auto"}, {"tone": 1}),
        ({"mode": "auto", "outline_share": 0.25}, {"tone": 0.75, "structure": 0.25}),
    ],
)
def test_what_counts_how_much(wishes, shares):
    assert Options(**wishes).shares == shares


@pytest.mark.parametrize("wishes", [{"mode": "structure"}, {"outline_share": 0.5}])
def test_a_fill_has_no_lines(wishes):
    assert Options(fill=True, mode="structure", outline_share=0).fill
    assert Options(fill=True, mode="auto").fill
    with pytest.raises(OptionError, match="fill shows brightness and color"):
        Options(fill=True, **wishes)


def test_a_fill_has_no_detail():
    with pytest.raises(OptionError, match=r"fill keeps every detail, .* combined with detail$"):
        Options(fill=True, detail=0.6)


@pytest.mark.parametrize("quality", ["good", "best"])
def test_a_fill_has_no_quality(quality):
    with pytest.raises(OptionError, match=f"fill finds .* combined with quality {quality}$"):
        Options(fill=True, quality=quality)


@pytest.mark.parametrize("name", ["palette", "dither"])
def test_names_of_colors_and_dithering(name):
    with pytest.raises(OptionError, match=f"{name} must be .*, not 'pear'"):
        Options(**{name: "pear"})  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [{"columns": 9}, {"width": 9}, {"rows": 9}, {"magnify": 9}])
def test_a_size_is_taken_unless_one_is_asked_for(size):
    assert Options().sized(100, 30) == Options(columns=100, rows=30)
    assert not Options().is_sized
    assert Options(**size).sized(100, 30) == Options(**size)


def test_parts_of_all_options():
    options = DrawOptions(font="Mona", columns=9)
    assert Options(**options.part(Options)) == Options(columns=9)
    assert ArtistOptions(**options.part(ArtistOptions)) == ArtistOptions(font="Mona")


def test_only_auto_is_settled():
    auto = Options(mode="auto", columns=30)
    assert auto.settled_mode == "tone"
    assert auto.settled("structure") == Options(mode="structure", columns=30)
    tone = Options(mode="tone")
    assert tone.settled("structure") is tone
