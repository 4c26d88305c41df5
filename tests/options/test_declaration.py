"""What follows from a declaration: range, words, paragraph and check."""

from __future__ import annotations

import math
from dataclasses import dataclass, make_dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pytest

from asciiart.errors import OptionError
from asciiart.options import DrawOptions, Option, RenderFileOptions, declared


@dataclass(frozen=True, kw_only=True)
class Toy:
    """One option of each kind."""

    size: Annotated[int | None, Option("How large.", low=1, none_means="as large as fits")] = None
    share: Annotated[float, Option("How much.", low=0, high=0.5)] = 0.25
    scale: Annotated[float, Option("How many times.", above=0, high=8)] = 1.0
    kind: Annotated[Literal["a", "b"], Option("Which.")] = "a"
    side: Annotated[Literal["l", "r"] | None, Option("Where to.")] = None
    file: Annotated[str | Path, Option("Where.")] = "x"
    flag: Annotated[bool, Option("Whether.")] = False
    other: Annotated[Option | None, Option("Anything.")] = None


TOY = {each.name: each for each in declared(Toy)}


def test_fields_are_found_in_their_order():
    assert list(TOY) == ["size", "share", "scale", "kind", "side", "file", "flag", "other"]
    assert [TOY[name].type for name in ("size", "share", "flag")] == [int | None, float, bool]
    assert TOY["kind"].choices == ("a", "b")
    assert TOY["side"].choices == ("l", "r")
    assert TOY["size"].choices == ()


@pytest.mark.parametrize("hint", [bool, Annotated[bool, "Whether."]])
def test_a_field_without_an_option_is_named(hint):
    owner = make_dataclass("Bare", [("flag", hint, False)])
    with pytest.raises(TypeError, match=r"^Bare\.flag declares no option: .* Option\(\.\.\.\)\]$"):
        declared(owner)


@pytest.mark.parametrize(
    ("name", "limits"),
    [("size", "at least 1"), ("share", "from 0 to 0.5"), ("scale", "above 0"), ("kind", "")],
)
def test_ranges_in_words(name, limits):
    assert TOY[name].option.limits == limits


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("size", (1, 10**400), (0, -1)),
        ("share", (0, 0.5), (-0.1, 0.6, math.nan)),
        ("scale", (1e-9, 8), (0, -1, 9, math.inf, math.nan)),
    ],
)
def test_what_a_range_allows(name, inside, outside):
    option = TOY[name].option
    assert all(map(option.allows, inside))
    assert not any(map(option.allows, outside))


def test_infinity_is_no_size():
    assert not TOY["size"].option.allows(math.inf)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("size", 0, "size must be at least 1, not 0"),
        ("size", 1.5, "size must be a whole number, not 1.5"),
        ("size", "1", "size must be a whole number, not '1'"),
        ("share", 2, "share must be from 0 to 0.5, not 2"),
        ("share", "0", "share must be a number, not '0'"),
        ("share", None, "share must be a number, not None"),
        ("kind", "c", "kind must be a or b, not 'c'"),
        ("kind", None, "kind must be a or b, not None"),
        ("kind", np.zeros(2), "kind must be a or b, not array([0., 0.])"),
        ("size", True, "size must be a whole number, not True"),
        ("share", False, "share must be a number, not False"),
        ("flag", 3, "flag must be True or False, not 3"),
        ("flag", "yes", "flag must be True or False, not 'yes'"),
        ("flag", None, "flag must be True or False, not None"),
        ("flag", [], "flag must be True or False, not []"),
        ("file", 3, "file must be text or a path, not 3"),
        ("file", None, "file must be text or a path, not None"),
        ("other", 3, "other must be of the type Option, not 3"),
        ("side", "c", "side must be l or r, not 'c'"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name, value, message):
    with pytest.raises(OptionError) as caught:
        TOY[name].check(value)
    assert (str(caught.value), caught.value.parameters) == (message, (name,))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("size", np.int64(3)),
        ("share", np.float32(0.5)),
        ("scale", 2),
        ("flag", np.True_),
        ("file", Path("x")),
        ("other", Option("Or this.")),
    ],
)
def test_numbers_of_other_types_do(name, value):
    TOY[name].check(value)


@pytest.mark.parametrize("name", ["size", "side"])
def test_none_is_as_good_as_unset(name):
    TOY[name].check(None)


@pytest.mark.parametrize(
    ("name", "paragraph"),
    [
        ("size", "size : int, optional\n    How large. At least 1. By default as large as fits."),
        ("share", "share : float, default 0.25\n    How much. From 0 to 0.5."),
        ("kind", "kind : {'a', 'b'}, default 'a'\n    Which."),
        ("side", "side : {'l', 'r'}, optional\n    Where to."),
        ("file", "file : str or Path, default 'x'\n    Where."),
    ],
)
def test_paragraphs_of_docstrings(name, paragraph):
    assert TOY[name].paragraph == paragraph


@pytest.mark.parametrize("owner", [DrawOptions, RenderFileOptions])
def test_every_option_is_explained_in_sentences(owner):
    for each in declared(owner):
        assert each.option.help[0].isupper(), each.name
        assert each.option.explanation.endswith("."), each.name
        numbers = (int, float, int | None, float | None)
        if each.type in numbers and each.name != "line_height":  # whose range is the font's
            assert each.option.limits, each.name
