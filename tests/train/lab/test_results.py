"""Results: what is judged, what is written, and the table made of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from asciiart.errors import ModelError
from asciiart.train.lab.results import (
    Result,
    read_result,
    result_path,
    summary,
    table,
    write_result,
)

RESULT = Result(
    task="letters",
    network="mlp",
    figure="accuracy",
    bar=0.8,
    seeds=(0, 1, 2),
    figures=({"accuracy": 0.8, "letters": 9}, {"accuracy": 0.9}, {"accuracy": 1.0}),
    baselines=(
        {"nearest neighbor": 0.7, "chance": 0.1},
        {"nearest neighbor": 0.8, "chance": 0.0},
        {"nearest neighbor": 0.6, "chance": 0.2},
    ),
    seconds=(1.0, 2.0, 3.0),
    settings={"classes": ["a", "b"]},
)


def test_mean_spread_and_the_strongest_baseline_are_over_the_seeds() -> None:
    assert RESULT.mean == pytest.approx(0.9)
    assert RESULT.spread == pytest.approx(0.1)
    assert RESULT.baseline is not None
    assert RESULT.baseline.name == "nearest neighbor"
    assert RESULT.baseline.figure == pytest.approx(0.7)


def test_a_single_seed_has_no_spread_and_a_task_may_have_no_baseline() -> None:
    alone = replace(RESULT, figures=RESULT.figures[:1], baselines=({},))
    assert (alone.spread, alone.baseline) == (None, None)


@pytest.mark.parametrize(
    ("bar", "baseline", "passed"),
    [
        (0.9, 0.7, True),
        (0.91, 0.7, False),
        (0.8, 0.9, False),
        (0.8, 0.91, False),
        (0, -1, True),
        (None, 0.91, True),
    ],
)
def test_the_bar_is_to_be_reached_and_the_baseline_beaten(
    bar: float | None, baseline: float, *, passed: bool
) -> None:
    figures = ({"accuracy": 0.9},)
    result = replace(RESULT, bar=bar, figures=figures, baselines=({"chance": baseline},))
    assert result.passed is passed


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_result(tmp_path, RESULT)
    path = result_path(tmp_path, "letters", "mlp")
    assert path.name == "letters-mlp.json"
    assert read_result(path) == RESULT


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"task": "letters"}', "\x00"])
def test_a_damaged_result_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "letters-mlp.json"
    path.write_text(text)
    with pytest.raises(ModelError, match=r"letters-mlp\.json: damaged"):
        read_result(path)
    with pytest.raises(ModelError, match="no-such: cannot be read"):
        read_result(tmp_path / "no-such")


def test_the_table_has_a_row_for_each_result() -> None:
    alone = replace(RESULT, network="vgg", figures=RESULT.figures[:1], baselines=({},))
    assert table([RESULT, alone]).splitlines()[2:] == [
        "| letters | mlp | accuracy | 0.9000 ± 0.1000 | 0.8 | nearest neighbor | 0.7000 |",
        "| letters | vgg | accuracy | 0.8000 | 0.8 |  |  |",
    ]


def test_a_summary_holds_the_figure_against_the_strongest_cheap_method() -> None:
    assert summary(RESULT) == "accuracy 0.9000 ± 0.1000; nearest neighbor 0.7000"
    alone = replace(RESULT, figures=RESULT.figures[:1], baselines=({},))
    assert summary(alone) == "accuracy 0.8000"
