"""Pairs of options of which a drawing has one."""

from __future__ import annotations

import pytest

from asciiart.errors import OptionError
from asciiart.options import DrawOptions, broken_exclusions, refuse_exclusions


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"columns": 1, "width": 1}, "width cannot be combined with columns"),
        ({"columns": 1, "magnify": 1}, "magnify cannot be combined with columns"),
        ({"width": 1, "magnify": 1}, "magnify cannot be combined with width"),
        ({"rows": 1, "magnify": 1}, "magnify cannot be combined with rows"),
        (
            {"fill": True, "ink_penalty": 0.5},
            "fill shows every color, and cannot be combined with ink_penalty",
        ),
        (
            {"fill": True, "mode": "structure"},
            "fill shows brightness and color, and cannot be combined with mode structure",
        ),
    ],
)
def test_two_that_exclude_each_other(values, message):
    with pytest.raises(OptionError) as caught:
        DrawOptions(**values)
    assert str(caught.value) == message
    assert set(caught.value.parameters) == values.keys()


@pytest.mark.parametrize(
    "values",
    [
        {"fill": True, "outline_share": 0},
        {"fill": True, "mode": "structure", "outline_share": 0},
        {"fill": True, "detail": 0.5},
        {"fill": False, "mode": "structure"},
        {"mode": "structure", "outline_share": 0.5},
        {"columns": 3, "rows": 3},
    ],
)
def test_what_can_be_combined(values):
    assert not broken_exclusions(values)
    DrawOptions(**values)


def test_values_that_are_missing_are_defaults():
    assert not broken_exclusions({"fill": True})
    assert not broken_exclusions({})


def test_an_artist_and_options_hold_what_else_is_a_keyword():
    with pytest.raises(OptionError, match=r"^artist already has .* combined with charset x$"):
        refuse_exclusions({"artist": object(), "charset": "x"})
    with pytest.raises(OptionError, match=r"^options cannot be combined with gamma$"):
        refuse_exclusions({"options": object(), "gamma": 2.0})
    refuse_exclusions({"artist": object(), "options": object(), "gamma": 1.0})
