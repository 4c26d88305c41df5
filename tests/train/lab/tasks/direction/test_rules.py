"""Unicode's bidirectional algorithm, rule by rule."""

from __future__ import annotations

import pytest

from asciiart.train.lab.tasks.direction.rules import joins, levels

H, A, N = "\u05d0", "\u0627", "\u0661"  # Hebrew ALEF, Arabic ALEF, ARABIC-INDIC DIGIT ONE


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("ab", "00"),
        (f"a{H}{H}", "011"),
        (f"{H}a", "12"),  # P2, P3: the first strong character decides
        (f"1{H}a", "212"),
        ("1 ", "00"),  # no strong one: left to right
        (f"a{H}\u05b0", "011"),  # W1: a point runs as its letter
        (f"{A}1-1", "1212"),  # W2: after Arabic 1 is an Arabic number, which - does not join
        (f"{H}1-1", "1222"),
        (f"{A}a", "12"),  # W3
        (f"{H}1,1", "1222"),  # W4
        (f"{H}1,,1", "12112"),
        (f"{H}1,{N}", "1212"),
        (f"{H}{N},{N}", "1222"),
        (f"{H}$1%", "1222"),  # W5
        (f"{H}$a%", "1121"),  # W6: without a number they are neutral
        (f"{H}a1", "122"),  # W7: after Latin a number runs as Latin
        (f"a{H}1", "012"),
        (f"a{H} {H}a", "01110"),  # N1: between two of a kind
        (f"a{H} 1", "0112"),  # N1: numbers count as right to left
        (f"a{H} a", "0100"),  # N2: otherwise as the line
        (f"{H}a {H}", "1211"),
        (f"{H}a!", "121"),
        (f"a{H} ", "010"),  # the end of the line counts as the line
        ("", ""),
    ],
)
def test_levels(line: str, wanted: str) -> None:
    assert "".join(map(str, levels(line))) == wanted


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        (("EN", "ES", "EN"), True),
        (("EN", "CS", "EN"), True),
        (("AN", "CS", "AN"), True),
        (("AN", "ES", "AN"), False),
        (("EN", "CS", "AN"), False),
        (("L", "CS", "L"), False),
        (("EN", "ON", "EN"), False),
    ],
)
def test_separators_join_numbers_of_a_kind(kinds: tuple[str, str, str], wanted: bool) -> None:
    assert joins(*kinds) == wanted
