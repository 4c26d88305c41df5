"""SAUCE records after a text."""

import pytest
from bbs import sauce

from asciiart.art.reading.sauce import Contents, Sauce, split_sauce


@pytest.mark.parametrize("data", [b"", b"text", b"SAUCE00", b"x" * 128, b"SAUC\x1a" + b"x" * 123])
def test_what_has_no_record_is_as_it_was(data):
    assert split_sauce(data) == Contents(data, None)


@pytest.mark.parametrize("form", [0, 1, 2, 4, 5, 8])
@pytest.mark.parametrize("comments", [(), (b"one",), (b"one", b"two")])
def test_columns_and_flags(form, comments):
    record = sauce(132, flags=1, form=form, comments=comments)
    assert split_sauce(b"art" + record) == Contents(b"art\x1a", Sauce(132, True))


def test_what_it_does_not_say():
    assert split_sauce(b"art" + sauce(0)).sauce == Sauce(None, False)
    assert split_sauce(b"art" + sauce(132, form=3)).sauce == Sauce(None, False)  # RIPscript
    assert split_sauce(b"art" + sauce(132, kind=2)) == Contents(b"art\x1a", None)  # a bitmap


def test_comments_that_are_not_there_are_not_taken_away():
    record = bytearray(sauce())
    record[-24] = 200
    assert split_sauce(b"art" + bytes(record)) == Contents(b"art\x1a", Sauce(80, False))
