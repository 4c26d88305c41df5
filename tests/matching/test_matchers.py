"""What the pieces of a page are matched with."""

from __future__ import annotations

import numpy as np
import pytest

from asciiart.errors import FontError
from asciiart.glyphs.charsets import parse_charset
from asciiart.glyphs.font import Font, load_font
from asciiart.glyphs.typesetting import Typeset
from asciiart.matching.matchers import Matchers
from asciiart.matching.model import load_model
from asciiart.matching.scores import StructureScore
from asciiart.options import Mode

ASCII = parse_charset("ascii")


def make(
    font: Font, characters: str = ASCII, *, ink_penalty: float = 0, strict: bool = False
) -> Matchers:
    return Matchers(
        font, characters, load_model("standard"), ink_penalty=ink_penalty, strict=strict
    )


def test_a_matcher_is_made_once(font: Font) -> None:
    matchers = make(font)
    matcher = matchers.matcher({"tone": 1}, None)
    assert matchers.matcher({"tone": 1}, None) is matcher
    assert matchers.refiner(matcher, None) is matchers.refiner(matcher, None)
    others = [
        matchers.matcher({"structure": 1}, None),
        matchers.matcher({"tone": 0.5, "structure": 0.5}, None),
    ]
    assert matcher not in others


def test_a_mix_has_the_keys_of_both_sides(font: Font) -> None:
    matchers = make(font)
    both = matchers.matcher({"tone": 0.5, "structure": 0.5}, None)
    assert [own.mode for own in both.mode_matchers] == ["tone", "structure"]
    alone = [matchers.matcher({own.mode: 1}, None).index for own in both.mode_matchers]
    codes = [index.keys[1].shape[1] - 1 for index in (*alone, both.index)]  # the last is the bias
    assert codes[0] + codes[1] == codes[2]


def test_a_cell_is_whole_steps_of_both_codes() -> None:
    matchers = make(load_font("M PLUS 1 Code"))  # whose cells are 6 pixels wide where steps are 2
    mixed = matchers.matcher({"tone": 0.5, "structure": 0.5}, None)
    for own in mixed.mode_matchers:
        down, right = own.encoder.spec.stride
        assert (mixed.cell.height % down, mixed.cell.width % right) == (0, 0)


def test_a_glyph_s_length_counts_as_much_as_its_matcher_says(font: Font) -> None:
    def score(
        matchers: Matchers, shares: dict[Mode, float], typeset: Typeset | None
    ) -> StructureScore:
        own = matchers.matcher(shares, typeset).mode_matchers[-1]
        assert isinstance(own.score, StructureScore)
        return own.score

    own = load_model("standard").score("structure")
    mixed: dict[Mode, float] = {"tone": 0.5, "structure": 0.5}
    assert score(make(font), {"structure": 1}, None) == own
    assert score(make(font), mixed, None) == StructureScore(0)
    rows = score(make(load_font("Mona")), {"structure": 1}, Typeset(16, 18))
    assert rows not in (own, StructureScore(0))


@pytest.mark.parametrize("mode", ["tone", "structure"])
def test_ink_has_a_price(font: Font, mode: Mode) -> None:
    plain, sparing = (make(font, ink_penalty=x).matcher({mode: 1}, None).index for x in (0, 1))
    np.testing.assert_array_equal(plain.keys[1][:, :-1], sparing.keys[1][:, :-1])
    lost = plain.keys[1][:, -1] - sparing.keys[1][:, -1]
    inks = {character: lost[plain.characters.index(character)] for character in " .@"}
    assert inks[" "] == pytest.approx(0, abs=1e-6)
    assert inks[" "] < inks["."] < inks["@"]


def test_strict_wants_every_character(font: Font) -> None:
    characters = f"{ASCII}漢"
    assert "漢" not in make(font, characters).matcher({"tone": 1}, None).index.characters
    with pytest.raises(FontError, match="漢"):
        make(font, characters, strict=True).matcher({"tone": 1}, None)
