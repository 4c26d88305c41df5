"""Lab task: transcribe katakana words to romaji; trained on generated words, tested on others."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from PIL import Image
from torch import Tensor, nn

from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import TrainerConfig
from asciiart.core.sequences.decoding import END, StepDecoder, beam_search, greedy
from asciiart.core.sequences.seq2seq import Seq2Seq, Seq2SeqConfig, teacher_forcing_loss
from asciiart.core.sequences.transformer import Transformer, TransformerConfig
from asciiart.errors import OptionError
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.tasks.romaji.attention_sheet import Answer, AttentionMap, attention_sheet
from asciiart.train.lab.tasks.romaji.context_table import ContextTable, align_words
from asciiart.train.lab.tasks.romaji.katakana import (
    LETTERS,
    LONG,
    REPEAT,
    REPEAT_VOICED,
    Word,
    Words,
    make_words,
    real_words,
    romanize,
)

_SOURCE_SIGNS = "".join(LETTERS) + LONG + REPEAT + REPEAT_VOICED
_TARGET_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SPECIAL = END + 1
"""Number of special symbols, which precede the signs."""
_TRAINING_WORDS, _HELD_OUT_WORDS = 20_000, 1000
_LONGEST = 32
"""Largest number of symbols in an answer; 9 morae of 3 letters and END are 28."""

_SHOWN = (
    *("キュリー", "カラット", "ブッシェル", "メートル"),
    *("マンション", "キラ〱", "トキ〲", "カンラ〱ト"),
)
"""Words whose attention maps are shown."""
_REACHES = (0, 1, 2, 3)
"""Reaches of the table's contexts that are tried."""
_LISTED = 40
"""Number of answers listed."""
_AT_ONCE = 250
"""Words that are decoded in parallel."""
_TO_KATAKANA = ord("ァ") - ord("ぁ")
_LONGEST_WORD = 12
"""Largest number of signs that a network is asked to read."""

_COMPARED = "seq2seq-none"
"""Network without attention, with which the others are compared; it need not beat the table."""

Transliterator = Seq2Seq | Transformer


class Pairs(NamedTuple):
    """Words as symbols, padded with PAD."""

    source: Tensor
    """Katakana (N, S)."""
    target: Tensor
    """Romaji (N, T), each with END."""


def to_pairs(words: Sequence[Word]) -> Pairs:
    """Return the symbols of words in both scripts."""
    sources = [[_SPECIAL + _SOURCE_SIGNS.index(sign) for sign in word.katakana] for word in words]
    targets = [
        [*(_SPECIAL + _TARGET_SIGNS.index(sign) for sign in word.romaji), END] for word in words
    ]
    return Pairs(_padded(sources), _padded(targets))


def _padded(rows: Sequence[Sequence[int]]) -> Tensor:
    return nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)


def to_romaji(symbols: Tensor) -> str:
    """Return the letters before the END of an answer (T,)."""
    answer = symbols.tolist()
    end = answer.index(END) if END in answer else len(answer)
    return "".join(_TARGET_SIGNS[symbol - _SPECIAL] for symbol in answer[:end])


def _seq2seq(attention: str | None) -> Seq2Seq:
    return Seq2Seq(
        _SPECIAL + len(_SOURCE_SIGNS),
        _SPECIAL + len(_TARGET_SIGNS),
        attention=attention,
        config=Seq2SeqConfig(embedding_dim=64, hidden_size=128),
    )


def _transformer() -> Transformer:
    config = TransformerConfig(
        embed_dim=96, num_heads=4, num_layers=2, hidden_size=256, dropout=0.05, max_length=64
    )
    return Transformer(_SPECIAL + len(_SOURCE_SIGNS), _SPECIAL + len(_TARGET_SIGNS), config)


_NETWORKS: Mapping[str, Callable[[], Transliterator]] = {
    "seq2seq-none": lambda: _seq2seq(None),
    "seq2seq-additive": lambda: _seq2seq("additive"),
    "seq2seq-dot": lambda: _seq2seq("dot"),
    "seq2seq-general": lambda: _seq2seq("general"),
    "transformer": _transformer,
}


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001
    """Return the network called ``network`` as it is before training."""
    return _NETWORKS[network]()


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> str:  # noqa: ARG001
    """Return a word in katakana, or in hiragana, as romaji.

    Raises
    ------
    OptionError
        If it is empty or longer than all that were learned from, or has other signs.
    """
    katakana = "".join(
        chr(ord(sign) + _TO_KATAKANA) if "ぁ" <= sign <= "ゖ" else sign
        for sign in unicodedata.normalize("NFKC", given)
    )
    wrong = [sign for sign in katakana if sign not in _SOURCE_SIGNS]
    if wrong:
        raise OptionError(f"{wrong[0]!r} is no katakana that the network has learned")
    if not 0 < len(katakana) <= _LONGEST_WORD:
        raise OptionError(f"a word of 1 to {_LONGEST_WORD} signs is needed, not {len(katakana)}")
    assert isinstance(model, Seq2Seq | Transformer)
    (romaji,) = read(model, [Word(katakana, "")])
    return romaji


def learn(network: str, lesson: Lesson, words: Sequence[Word]) -> Transliterator:
    """Return the network called ``network``, in evaluation mode, trained on ``words``."""
    model = lesson.build(_NETWORKS[network])
    plain = minibatches(to_pairs(words), min(128, len(words)), seed=lesson.seed)

    def batches(step: int) -> tuple[Tensor, Tensor]:
        source, target = plain(step)
        return source, target

    config = TrainerConfig(
        steps=1000, learning_rate=3e-3, optimizer="adamw", schedule="warm_cosine", clip_norm=1.0
    )
    lesson.fit(model, batches, teacher_forcing_loss, config, title=f"romaji, {network}")
    return model.eval()


def read(network: Transliterator, words: Sequence[Word], *, width: int = 1) -> list[str]:
    """Return the romaji of words by greedy search, or by beam search if ``width`` is above 1."""
    device = next(network.parameters()).device
    decoder: StepDecoder[Any] = network
    answers: list[str] = []
    for start in range(0, len(words), _AT_ONCE):
        source = to_pairs(words[start : start + _AT_ONCE]).source.to(device)  # (B, S)
        if width == 1:
            symbols = greedy(decoder, source, max_steps=_LONGEST).symbols  # (B, T)
        else:
            found = beam_search(decoder, source, width=width, max_steps=_LONGEST)
            symbols = found.symbols[:, 0]  # (B, W, T) -> (B, T)
        answers += map(to_romaji, symbols)
    return answers


def edit_distance(answer: str, truth: str) -> int:
    """Return the smallest number of insertions, deletions and substitutions (Levenshtein 1966)."""
    row = list(range(len(truth) + 1))
    for i, letter in enumerate(answer, 1):
        diagonal, row[0] = row[0], i
        for j, wanted in enumerate(truth, 1):
            best = min(diagonal + (letter != wanted), row[j] + 1, row[j - 1] + 1)
            diagonal, row[j] = row[j], best
    return row[-1]


def exact_share(answers: Sequence[str], words: Sequence[Word]) -> float:
    """Return the share of words whose answer is entirely right."""
    return sum(a == word.romaji for a, word in zip(answers, words, strict=True)) / len(words)


def letters_right(answers: Sequence[str], words: Sequence[Word]) -> float:
    """Return 1 minus the edit distance divided by the words' letters, at least 0."""
    pairs = zip(answers, words, strict=True)
    wrong = sum(edit_distance(answer, word.romaji) for answer, word in pairs)
    return max(0.0, 1 - wrong / sum(len(word.romaji) for word in words))


@torch.no_grad()
def attention_map(network: Transliterator, word: Word) -> AttentionMap | None:
    """Return the attention weights (T, S) with which a network writes a word, without END's row.

    For a transformer they are those of the last layer's cross-attention, averaged over the heads;
    for a network without attention the result is None.
    """
    source = to_pairs([word]).source.to(next(network.parameters()).device)  # (1, S)
    decoder: StepDecoder[Any] = network
    found = greedy(decoder, source, max_steps=_LONGEST)
    if found.weights is None:
        return None
    romaji = to_romaji(found.symbols[0])
    weights = found.weights[0, : len(romaji)]  # (1, T, S) -> (T, S)
    return AttentionMap(word.katakana, romaji, weights.cpu())


def best_table(words: Words) -> ContextTable:
    """Return the table, of those with different reaches, that reads the validation best."""
    aligned = align_words(words.training)
    tables = [ContextTable(aligned, reach) for reach in _REACHES]
    return max(
        tables, key=lambda table: exact_share(table.read(words.validation), words.validation)
    )


def teach(network: str, lesson: Lesson) -> Outcome:
    """Train on generated words; test on others, and on the words that Unicode itself has."""
    words = make_words(_TRAINING_WORDS, _HELD_OUT_WORDS, lesson.seed, validate=lesson.validate)
    model = learn(network, lesson, words.training)
    asked, real = words.held_out, real_words()
    answers, real_answers = read(model, asked), read(model, real)
    figures = {
        "exact words": exact_share(answers, asked),
        "exact words, beam 4": exact_share(read(model, asked, width=4), asked),
        "letters right": letters_right(answers, asked),
        "exact real words": exact_share(real_answers, real),
        "words": float(len(asked)),
        "real words": float(len(real)),
    }
    by_table = exact_share(best_table(words).read(asked), asked)
    baselines = {"a table of signs in context": by_table}
    if network == _COMPARED:
        figures["exact words, a table of signs in context"] = by_table
        baselines = {}
    picture = _picture(model, (*real, *asked), (*real_answers, *answers))
    return Outcome(model, figures, picture, baselines)


def _picture(network: Transliterator, words: Sequence[Word], answers: Sequence[str]) -> Image.Image:
    """Return attention maps of a few words, then answers, mistakes first."""
    maps = [attention_map(network, Word(word, romanize(word))) for word in _SHOWN]
    listed = [
        Answer(word.katakana, answer, word.romaji)
        for word, answer in zip(words, answers, strict=True)
    ]
    listed.sort(key=lambda answer: answer.written == answer.right)
    return attention_sheet([found for found in maps if found is not None], listed[:_LISTED])
