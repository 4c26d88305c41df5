"""The numbers task: classifiers that learn a little, and the words that they look at."""

from __future__ import annotations

import pytest
import torch
from lessons import teach

from asciiart.core.sequences.word_localization import WordLocalizer
from asciiart.errors import OptionError
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.tasks.numbers import cheap, task
from asciiart.train.lab.tasks.numbers.texts import to_tokens, vocabulary, word_vectors, words_of

WORDS = words_of("a3.5b")
SETTINGS = {"words": vocabulary()}


@pytest.fixture
def _few_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "_TRAINING", 200)
    monkeypatch.setattr(task, "_ASKED", 20)
    monkeypatch.setattr(task, "_SHOWN", 2)
    monkeypatch.setattr(cheap, "_LONGEST", (1, 2))
    monkeypatch.setattr(cheap, "_STEPS", (3,))


@pytest.mark.usefixtures("_few_texts")
@pytest.mark.parametrize("network", TASKS["numbers"].bars)
def test_three_steps(network: str) -> None:
    outcome = teach(TASKS["numbers"], network)
    assert next(iter(outcome.figures)) == TASKS["numbers"].figure
    assert 0 <= outcome.figures["accuracy"] <= 1
    assert outcome.figures["texts"] == 20
    assert len(outcome.baselines) == 2
    assert isinstance(outcome.samples, str)
    assert len(outcome.samples.split("\n\n")) == 2
    built = task.build(network, outcome.settings)
    built.load_state_dict(outcome.network.state_dict())
    said = task.answer(built.eval(), "a3.5b", outcome.settings)
    assert said.startswith("a number with a separator: ")
    assert said.replace("[", "").replace("]", "").endswith(" ".join(WORDS))


@pytest.mark.parametrize("network", task.NETWORKS)
def test_emphasis_is_what_the_network_sums(network: str) -> None:
    torch.manual_seed(0)
    model = task._make(network, word_vectors(48)).eval()
    weights = torch.tensor(task.emphasis(model, WORDS))
    assert len(weights) == len(WORDS)
    with torch.no_grad():
        logit = model(to_tokens([WORDS]))[0, 1] - model.head.bias[1]
    wanted = {"convolution": weights.sum(), "localizer": weights.mean(), "attention": logit}
    assert float(wanted[network]) == pytest.approx(float(logit), abs=1e-5)
    if network == "attention":
        assert float(weights.sum()) == pytest.approx(1)


def test_the_localizer_knows_words_from_names() -> None:
    model = task._make("localizer", word_vectors(48))
    assert isinstance(model, WordLocalizer)
    assert model.static is not None
    assert torch.equal(model.static, word_vectors(48))


@pytest.mark.parametrize("given", ["", "\u5b57", "\x01"])
def test_other_texts_are_refused(given: str) -> None:
    with pytest.raises(OptionError):
        task.answer(task.build("attention", SETTINGS), given, SETTINGS)
