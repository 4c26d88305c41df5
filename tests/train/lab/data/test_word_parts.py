"""Words in three parts without a common word, of which a lesson sees two."""

from __future__ import annotations

import pytest

from asciiart.train.lab.data.word_parts import split_words

WORDS = [f"word{number}" for number in range(1000)]


@pytest.mark.parametrize("validate", [False, True])
def test_one_word_in_ten_is_asked_and_never_learned(*, validate: bool) -> None:
    split = split_words(WORDS, validate=validate)
    assert 70 < len(split.held_out) < 130
    assert 750 < len(split.training) < 850
    assert not set(split.training) & set(split.held_out)
    assert [word for word in WORDS if word in split.training] == list(split.training)


def test_choices_are_made_by_other_words_than_those_that_judge() -> None:
    judged, choosing = split_words(WORDS), split_words(WORDS, validate=True)
    assert judged.training == choosing.training
    assert not set(judged.held_out) & set(choosing.held_out)
