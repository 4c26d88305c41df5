"""The romaji task: words as symbols, figures, and networks that read them."""

from __future__ import annotations

import pytest
import torch
from lessons import teach
from PIL import Image

from asciiart.core.sequences.decoding import END, PAD
from asciiart.core.sequences.seq2seq import Seq2Seq
from asciiart.core.sequences.transformer import Transformer
from asciiart.errors import OptionError
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.tasks.romaji import task
from asciiart.train.lab.tasks.romaji.katakana import Word
from asciiart.train.lab.tasks.romaji.task import (
    edit_distance,
    exact_share,
    letters_right,
    to_pairs,
    to_romaji,
)


def test_pairs_are_filled_up_and_end() -> None:
    pairs = to_pairs([Word("カ", "KA"), Word("カット", "KATTO")])
    assert pairs.source.shape == (2, 3)
    assert pairs.target.shape == (2, 6)
    assert pairs.source[0, 0] == pairs.source[1, 0] != PAD
    assert pairs.source[0, 1:].tolist() == [PAD, PAD]
    assert pairs.target[0, 2:].tolist() == [END, PAD, PAD, PAD]
    assert [to_romaji(row) for row in pairs.target] == ["KA", "KATTO"]
    assert to_romaji(pairs.target[1, :5]) == "KATTO"  # an answer that was cut off


@pytest.mark.parametrize(
    ("answer", "truth", "distance"),
    [("", "KA", 2), ("KA", "", 2), ("KATTO", "KATO", 1), ("KITTO", "KATTO", 1), ("AB", "BA", 2)],
)
def test_edit_distance(answer: str, truth: str, distance: int) -> None:
    assert edit_distance(answer, truth) == distance
    assert edit_distance(truth, truth) == 0


def test_shares() -> None:
    words = [Word("カ", "KA"), Word("カタ", "KATA")]
    assert exact_share(["KA", "KATO"], words) == 0.5
    assert letters_right(["KA", "KATO"], words) == pytest.approx(5 / 6)
    assert letters_right(["KA" * 9, "KATO"], words) == 0.0


@pytest.fixture
def _few_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "_TRAINING_WORDS", 200)
    monkeypatch.setattr(task, "_HELD_OUT_WORDS", 20)


@pytest.mark.usefixtures("_few_words")
@pytest.mark.parametrize("network", TASKS["romaji"].bars)
def test_three_steps(network: str) -> None:
    outcome = teach(TASKS["romaji"], network)
    assert next(iter(outcome.figures)) == TASKS["romaji"].figure
    shares = [
        value for name, value in outcome.figures.items() if name not in ("words", "real words")
    ]
    assert all(0 <= value <= 1 for value in shares)
    assert 0 <= outcome.figures[TASKS["romaji"].figure] <= 1
    assert outcome.figures["words"] == 20
    assert isinstance(outcome.samples, Image.Image)
    assert min(outcome.samples.size) > 200
    compared = network == "seq2seq-none"
    assert bool(outcome.baselines) != compared
    assert ("exact words, a table of signs in context" in outcome.figures) == compared
    built = task.build(network, outcome.settings)
    built.load_state_dict(outcome.network.state_dict())
    said = task.answer(built.eval(), "\u3042", outcome.settings)  # hiragana
    assert isinstance(outcome.network, Seq2Seq | Transformer)
    assert [said] == task.read(outcome.network, [Word("\u30a2", "A")])


@pytest.mark.usefixtures("_few_words")
def test_the_seed_decides_the_result() -> None:
    first, again, other = (
        teach(TASKS["romaji"], "seq2seq-dot"),
        teach(TASKS["romaji"], "seq2seq-dot"),
        teach(TASKS["romaji"], "seq2seq-dot", 1),
    )
    assert first.figures == again.figures
    weights = [outcome.network.state_dict() for outcome in (first, again, other)]
    assert all(torch.equal(value, weights[1][name]) for name, value in weights[0].items())
    assert not all(torch.equal(value, weights[2][name]) for name, value in weights[0].items())


@pytest.mark.parametrize("network", ["seq2seq-additive", "transformer"])
def test_attention_maps_have_a_row_for_each_letter(network: str) -> None:
    torch.manual_seed(0)
    model = task._NETWORKS[network]().eval()
    found = task.attention_map(model, Word("カラット", "KARATTO"))
    assert found is not None
    assert found.weights.shape == (len(found.written), 4)
    assert torch.allclose(found.weights.sum(1), torch.ones(len(found.written)), atol=1e-5)


@pytest.mark.parametrize("given", ["", "KA", "カ" * 13])
def test_other_words_are_refused(given: str) -> None:
    with pytest.raises(OptionError):
        task.answer(task.build("seq2seq-dot", {}), given, {})


def test_without_attention_there_is_no_map() -> None:
    model = task._NETWORKS["seq2seq-none"]().eval()
    assert task.attention_map(model, Word("カ", "KA")) is None
