"""Other words for the same text: EDA (Wei and Zou 2019), on lists of words.

Where the paper takes synonyms from WordNet and spares stop words, here both are the caller's: a
word without synonyms in the table is neither replaced nor a source of insertions. Words are
looked up as they stand, upper and lower case apart. Chosen words are positions, not kinds: of a
word that occurs twice one may be replaced and the other not. No function changes its argument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

Synonyms = Mapping[str, Sequence[str]]


def changes(words: Sequence[str], alpha: float) -> int:
    """Return how many changes are made to a text: n = max(1, round(alpha · words)).

    The paper's n = alpha · words, but never 0. Halves are rounded to even, as Python does.

    Raises
    ------
    ValueError
        If there are no words or ``alpha`` is not in 0 to 1.
    """
    if not words:
        raise ValueError(f"a text to augment must have words, not {words!r}")
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha must be 0 to 1, not {alpha}")
    return max(1, round(alpha * len(words)))


def _replaceable(words: Sequence[str], synonyms: Synonyms) -> list[int]:
    return [place for place, word in enumerate(words) if synonyms.get(word)]


def synonym_replacement(
    words: Sequence[str], synonyms: Synonyms, random: Random, *, alpha: float = 0.1
) -> list[str]:
    """Return the words with n of them replaced by one of their synonyms each.

    Fewer where fewer than n have synonyms.

    Raises
    ------
    ValueError
        If there are no words or ``alpha`` is not in 0 to 1.
    """
    count = changes(words, alpha)
    places = _replaceable(words, synonyms)
    result = list(words)
    for place in random.sample(places, min(count, len(places))):
        result[place] = random.choice(synonyms[words[place]])
    return result


def random_insertion(
    words: Sequence[str], synonyms: Synonyms, random: Random, *, alpha: float = 0.1
) -> list[str]:
    """Return the words with n synonyms of them at random places between.

    Always synonyms of the words that were given, never of an inserted one; no insertion where no
    word has a synonym.

    Raises
    ------
    ValueError
        If there are no words or ``alpha`` is not in 0 to 1.
    """
    count = changes(words, alpha)
    places = _replaceable(words, synonyms)
    result = list(words)
    for _ in range(count if places else 0):
        synonym = random.choice(synonyms[words[random.choice(places)]])
        result.insert(random.randint(0, len(result)), synonym)  # before the first to after the last
    return result


def random_swap(words: Sequence[str], random: Random, *, alpha: float = 0.1) -> list[str]:
    """Return the words after n exchanges of two of them, at different places.

    A word alone stays. A later exchange may undo an earlier one.

    Raises
    ------
    ValueError
        If there are no words or ``alpha`` is not in 0 to 1.
    """
    count = changes(words, alpha)
    result = list(words)
    for _ in range(count if len(words) > 1 else 0):
        first, second = random.sample(range(len(words)), 2)
        result[first], result[second] = result[second], result[first]
    return result


def random_deletion(words: Sequence[str], random: Random, *, alpha: float = 0.1) -> list[str]:
    """Return the words without those that chance took, each with probability ``alpha``.

    The paper's rule: here alpha is a probability and no count. If all would go, one stays.

    Raises
    ------
    ValueError
        If there are no words or ``alpha`` is not in 0 to 1.
    """
    changes(words, alpha)  # for its errors
    kept = [word for word in words if random.random() >= alpha]
    return kept or [random.choice(words)]


def augment_text(
    words: Sequence[str], synonyms: Synonyms, random: Random, *, alpha: float = 0.1
) -> list[str]:
    """Return the words after one of the four operations, each as likely.

    Raises
    ------
    ValueError
        If there are no words or ``alpha`` is not in 0 to 1.
    """
    name = random.choice(list(TEXT_AUGMENTATIONS))
    return TEXT_AUGMENTATIONS[name](words, synonyms, random, alpha)


TEXT_AUGMENTATIONS: dict[str, Callable[[Sequence[str], Synonyms, Random, float], list[str]]] = {
    "synonym_replacement": lambda words, synonyms, random, alpha: synonym_replacement(
        words, synonyms, random, alpha=alpha
    ),
    "random_insertion": lambda words, synonyms, random, alpha: random_insertion(
        words, synonyms, random, alpha=alpha
    ),
    "random_swap": lambda words, _, random, alpha: random_swap(words, random, alpha=alpha),
    "random_deletion": lambda words, _, random, alpha: random_deletion(words, random, alpha=alpha),
}
"""Name -> function of words, synonyms, random numbers and alpha."""
