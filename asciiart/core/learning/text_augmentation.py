"""Text augmentation, EDA (Wei and Zou 2019), on lists of words.

The paper takes synonyms from WordNet and spares stop words; here the caller gives the synonyms, and
a word without any is neither replaced nor a source of insertions. The look-up is case-sensitive.
Words are chosen by position: if a word occurs twice, one may be replaced and the other not. No
function modifies its arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

Synonyms = Mapping[str, Sequence[str]]


def changes(words: Sequence[str], alpha: float) -> int:
    """Return the number of changes to a text: n = max(1, round(alpha · words)).

    The paper's n is alpha · words; here it is never 0. Halves are rounded to even, as Python does.

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
    """Return the words with n of them replaced by one of their synonyms.

    If fewer than n words have synonyms, all of those are replaced.

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
    """Return the words with n of their synonyms inserted at random places.

    The synonyms are always those of the given words, never of an inserted one. If no word has a
    synonym, nothing is inserted.

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
    """Return the words after n swaps of two words at different places.

    A single word stays as it is. A later swap may undo an earlier one.

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
    """Return the words after deleting each with probability ``alpha``.

    As in the paper, alpha is a probability here and not a share. If all words would go, one stays.

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
    """Return the words after one of the four operations, chosen uniformly at random.

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
"""Name -> function of words, synonyms, random number generator and alpha."""
