"""The memory task: regressions that cannot multiply, and networks that learn a little."""

from __future__ import annotations

import pytest
import torch
from lessons import teach
from torch import Tensor

from asciiart.core.sequences.memory_tasks import MemoryProblem, addition_problem
from asciiart.errors import OptionError
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.tasks import memory
from asciiart.train.lab.tasks.memory import baselines, share_of


def problems(count: int, seed: int) -> list[MemoryProblem]:
    random = torch.Generator().manual_seed(seed)
    return [addition_problem(50, 10, generator=random) for _ in range(count)]


def test_the_share_is_averaged_over_problems() -> None:
    given = problems(2, 0)
    answers = iter([given[0].targets, given[1].targets + 0.05])
    assert share_of(lambda _: next(answers), given) == 0.5


def test_the_mean_of_features_can_add() -> None:
    """Addition is a mean of what each step adds, so that a regression finds it."""
    found = baselines(problems(20, 0), problems(4, 1), problems(4, 2), 0)
    assert found["regression on the mean"] > 0.95
    assert found["regression on the last steps"] < 0.8


def test_the_last_steps_suffice_for_what_is_among_them() -> None:
    random = torch.Generator().manual_seed(0)

    def last(count: int) -> list[MemoryProblem]:
        inputs = [torch.rand(50, 10, 2, generator=random) for _ in range(count)]
        return [MemoryProblem(x, x[:, -2, :1] - x[:, -1, 1:]) for x in inputs]

    found = baselines(last(8), last(2), last(2), 0)
    assert found["regression on the last steps"] == 1
    assert found["regression on the mean"] < 0.5


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "_STEPS": 12,
        "_LONGER": 20,
        "_ASKED": 2,
        "_FEATURES": 10,
        "_LEARNED": 9,
    }.items():
        monkeypatch.setattr(memory, name, value)


@pytest.mark.usefixtures("_short")
@pytest.mark.parametrize("network", memory.NETWORKS)
def test_three_steps(network: str) -> None:
    outcome = teach(TASKS["memory"], network)
    assert next(iter(outcome.figures)) == TASKS["memory"].figure
    assert 0 <= outcome.figures["right"] <= 1
    assert outcome.figures["sequences"] == 200
    assert isinstance(outcome.samples, str)
    assert len(outcome.samples.splitlines()) == 1 + 12
    cheap = {"regression on the last steps", "regression on the mean"}
    if network == "rnn":  # the comparison
        assert {f"right, {name}" for name in cheap} < set(outcome.figures)
        cheap = set()
    assert set(outcome.baselines) == cheap
    built = memory.build(network, outcome.settings)
    built.load_state_dict(outcome.network.state_dict())
    assert memory.answer(built.eval(), "0.5 0.8", outcome.settings).endswith("right is 0.400)")


def test_answers_are_about_the_given_numbers() -> None:
    class Sum(torch.nn.Module):
        def forward(self, inputs: Tensor) -> Tensor:
            marked = inputs[..., 0] * (inputs[..., 1] == 1)
            return marked.sum(1, keepdim=True)

    assert memory.answer(Sum(), "0.25, 0.5", {}).startswith("0.750 ")


@pytest.mark.parametrize("given", ["", "0.5", "a b", "0.5 2"])
def test_other_inputs_are_refused(given: str) -> None:
    with pytest.raises(OptionError):
        memory.answer(memory.build("gru", {}), given, {})


def test_sequences_grow_to_the_length_of_the_test() -> None:
    batches = memory.growing_batches(0, 2000)
    early = [batches(number).inputs.shape[1] for number in range(20)]
    late = [batches(2000 - number).inputs.shape[1] for number in range(1, 60)]
    assert set(early) == {6}
    assert min(late) < 12 < memory._STEPS < max(late) <= 1.1 * memory._STEPS
    assert torch.equal(batches(7).inputs, batches(7).inputs)
    assert not torch.equal(batches(7).inputs, memory.growing_batches(1, 2000)(7).inputs)


def test_held_out_sequences_are_never_learned_from() -> None:
    asked = memory._problems(memory._FIRST_HELD_OUT, 12, 0)
    tuned = memory._problems(memory._FIRST_VALIDATION, 12, 0)
    assert 10 * max(memory._TRAINING_STEPS.values()) < memory._FIRST_VALIDATION
    assert not torch.equal(asked[0].inputs[:, :12], tuned[0].inputs[:, :12])
