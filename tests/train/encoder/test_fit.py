"""Training of one mode: it learns to rank, the same way every time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_training import Tiny
from torch.nn import functional

from asciiart.core.learning.progress import read_log
from asciiart.core.learning.trainer import History
from asciiart.errors import ModelError, OutputError
from asciiart.matching.scores import SCORES
from asciiart.train.encoder import fit as module
from asciiart.train.encoder.config import ModeConfig
from asciiart.train.encoder.dataset import Dataset
from asciiart.train.encoder.fit import build_matcher, fit, ranking_of, ranking_score
from asciiart.train.encoder.glyph_matcher import cut_codes


class Interrupt:
    """Callback: Ctrl-C after some step."""

    def __init__(self, at: int) -> None:
        self.at = at

    def __call__(self, step: int, history: History) -> None:
        del history
        if step == self.at:
            raise KeyboardInterrupt


def same(first: torch.nn.Module, second: torch.nn.Module) -> bool:
    pairs = zip(first.state_dict().values(), second.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_loss_falls_and_ranking_rises(made: Tiny) -> None:
    history = made.trained.history
    assert len(history.loss) == made.config.steps
    assert sum(history.loss[-10:]) < 0.9 * sum(history.loss[:10])
    ranking = history.scores["ranking"]
    assert sum(ranking[-20:]) > sum(ranking[:20]) + 1
    assert ranking_of(history, 5) == pytest.approx(sum(ranking[-5:]) / 5)
    assert not made.trained.matcher.training


@pytest.mark.parametrize("part", ["unexplained_weight", "reconstruction_weight"])
def test_parts_of_the_loss_are_weighed(made: Tiny, part: str) -> None:
    losses = [
        fit(replace(made.config, steps=1, **{part: weight}), dataset=made.dataset).history.loss[0]  # type: ignore[arg-type]
        for weight in (0.0, 1.0, 3.0)
    ]
    assert losses[1] > losses[0]
    assert losses[2] - losses[0] == pytest.approx(3 * (losses[1] - losses[0]), rel=1e-3)


def test_same_configuration_same_weights_other_seed_others(made: Tiny) -> None:
    config = replace(made.config, steps=5)
    first, again, other = (
        fit(each, dataset=made.dataset).matcher
        for each in (config, config, replace(config, seed=1))
    )
    assert same(first, again)
    assert not same(first, other)
    assert same(build_matcher(config), build_matcher(config))


def test_interrupted_and_resumed_is_as_if_never_interrupted(made: Tiny, tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint"
    with pytest.raises(KeyboardInterrupt):
        fit(made.config, dataset=made.dataset, callbacks=[Interrupt(11)], checkpoint=checkpoint)
    resumed = fit(made.config, dataset=made.dataset, checkpoint=checkpoint, resume=True)
    assert resumed.history == made.trained.history
    assert same(resumed.matcher, made.trained.matcher)


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 61},
        {"seed": 1},
        {"pages": 4},
        {"fonts": ("Hack",)},
        {"cells_per_step": 7},
        {"code_channels": 5},
    ],
)
def test_checkpoint_of_other_settings_is_refused(
    change: dict[str, Any], tiny: dict[str, Tiny], tmp_path: Path
) -> None:
    """Even where the network would fit: the rest would be trained on other data."""
    made, checkpoint = tiny["tone"], tmp_path / "checkpoint"
    with pytest.raises(KeyboardInterrupt):
        fit(made.config, dataset=made.dataset, callbacks=[Interrupt(2)], checkpoint=checkpoint)
    other = replace(made.config, **change)
    with pytest.raises(ModelError, match="written by a run with another") as error:
        fit(other, dataset=made.dataset, checkpoint=checkpoint, resume=True)
    assert "\n" not in str(error.value)


def test_without_resume_an_old_checkpoint_is_not_read(made: Tiny, tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint"
    checkpoint.write_bytes(b"not a checkpoint")
    config = replace(made.config, steps=2)
    found = fit(config, dataset=made.dataset, checkpoint=checkpoint)
    assert len(found.history.loss) == 2
    checkpoint.write_bytes(b"not a checkpoint")
    with pytest.raises(ModelError, match="damaged"):
        fit(config, dataset=made.dataset, checkpoint=checkpoint, resume=True)


def test_checkpoint_that_cannot_be_written_is_one_line(made: Tiny, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    checkpoint = tmp_path / "file" / "checkpoint"
    with pytest.raises(OutputError, match="cannot be written") as error:
        fit(made.config, dataset=made.dataset, checkpoint=checkpoint, checkpoint_every=1)
    assert "\n" not in str(error.value)


def test_loss_is_its_formula(made: Tiny) -> None:
    """Divergence, cell by cell, of the softmaxes with the space in them, and two squared errors."""
    config, batch = made.config, made.dataset.batch(3)
    matcher = build_matcher(config)
    with torch.no_grad():
        found = module._Loss(config)(matcher, batch)
        sy, sx = matcher.autoencoder.stride
        block = (config.cell_height // sy, config.cell_height // 2 // sx)
        code = matcher.query(batch.page)
        queries, known = cut_codes(code, block), matcher.glyphs(batch.glyphs)
        keys = cut_codes(known.key, block)
        exact = batch.scores / SCORES[config.mode].temperature
        biases = batch.biases / SCORES[config.mode].temperature
        divergence, rows = 0.0, []
        for row, cell in zip(exact, batch.cells, strict=True):
            wanted = torch.cat([torch.zeros(1), row])
            given = torch.cat([torch.zeros(1), keys @ queries[cell] + known.bias + biases])
            p = wanted.softmax(0)
            divergence += float((p * (p.log() - given.log_softmax(0)).nan_to_num(0, 0, 0)).sum())
            rows.append((wanted, given))
        wanted, given = (torch.stack(column) for column in zip(*rows, strict=True))
        restored = functional.mse_loss(matcher.autoencoder(batch.page), batch.clean)
        expected = (
            divergence / len(rows)
            + 0.3 * float((wanted - given).square().mean() / wanted.var())
            + 0.5 * float(restored)
        )
    assert float(found.loss) == pytest.approx(expected, rel=1e-3)
    assert found.scores["ranking"] == ranking_score(wanted, given)


def test_ranking_score() -> None:
    exact = torch.tensor([[3.0, 1.0, 2.0], [0.0, 4.0, 2.0]])
    assert float(ranking_score(exact, exact)) == 1
    worst = ranking_score(exact, -exact)
    assert float(worst) == pytest.approx((1 - 2 + 0 - 2) / (3 - 2 + 4 - 2))
    half = ranking_score(exact, torch.tensor([[9.0, 0, 0], [0, 0, 9.0]]))
    assert float(half) == pytest.approx(1 / 3)
    assert float(ranking_score(torch.ones(2, 3), torch.ones(2, 3))) == 0


def test_the_network_is_judged_by_pages_it_never_sees(made: Tiny) -> None:
    figures = made.trained.validation
    assert sorted(figures) == [0, 20, 40, 60]
    matcher, loss = made.trained.matcher, module._Loss(made.config)
    with torch.no_grad():
        results = [loss(matcher, made.dataset.validation_batch(number)) for number in range(2)]
    assert figures[60] == {
        "loss": pytest.approx(sum(float(result.loss) for result in results) / 2),
        "ranking": pytest.approx(sum(float(result.scores["ranking"]) for result in results) / 2),
    }
    assert figures[60]["ranking"] > figures[0]["ranking"]


def test_being_judged_changes_no_weights(tiny: dict[str, Tiny]) -> None:
    config = replace(tiny["tone"].config, steps=6)
    often = replace(config, validate_every=1)
    never = replace(config, validation_pages=0)
    first, second = (fit(each, dataset=Dataset(each)).matcher for each in (often, never))
    assert same(first, second)


def test_patience_keeps_the_best_weights(tiny: dict[str, Tiny]) -> None:
    """With a rate that ruins the network the best are the first, and it stops early."""
    config = replace(
        tiny["tone"].config, learning_rate=30.0, steps=50, patience=2, validate_every=2
    )
    trained = fit(config, dataset=replace_config(tiny["tone"].dataset, config))
    ranking = {step: figures["ranking"] for step, figures in trained.validation.items()}
    best = max(ranking, key=lambda step: (ranking[step], -step))
    assert len(trained.history.loss) == max(ranking) == best + 4 < 50
    assert best == trained.kept == 0
    assert same(trained.matcher, build_matcher(config))


def test_a_loss_that_is_no_number_is_one_line(tiny: dict[str, Tiny]) -> None:
    config = replace(tiny["tone"].config, learning_rate=1e30, steps=4, schedule="constant")
    with pytest.raises(ModelError, match="smaller learning rate") as error:
        fit(config, dataset=replace_config(tiny["tone"].dataset, config))
    assert "\n" not in str(error.value)


def replace_config(dataset: Dataset, config: ModeConfig) -> Dataset:
    """Return a dataset of the same pages and glyphs with another configuration."""
    other = Dataset.__new__(Dataset)
    vars(other).update(vars(dataset), config=config)
    return other


@pytest.mark.parametrize("at", [8, 13])
def test_resumed_with_patience_is_as_if_never_interrupted(
    at: int, tiny: dict[str, Tiny], tmp_path: Path
) -> None:
    """Also where the interrupt comes in the step at which it is judged, and after the stop."""
    config = replace(tiny["tone"].config, steps=30, patience=3, validate_every=4, learning_rate=0.5)
    dataset = replace_config(tiny["tone"].dataset, config)
    whole = fit(config, dataset=dataset)
    checkpoint = tmp_path / "checkpoint"
    with pytest.raises(KeyboardInterrupt):
        fit(config, dataset=dataset, callbacks=[Interrupt(at)], checkpoint=checkpoint)
    resumed = fit(config, dataset=dataset, checkpoint=checkpoint, resume=True)
    assert resumed.validation == whole.validation
    assert resumed.history == whole.history
    assert same(resumed.matcher, whole.matcher)
    again = fit(config, dataset=dataset, checkpoint=checkpoint, resume=True)
    assert same(again.matcher, whole.matcher)
    assert len(again.history.loss) == len(whole.history.loss)


def test_training_starts_from_a_models_weights(
    tiny: dict[str, Tiny], tiny_model: Path, tmp_path: Path
) -> None:
    made = tiny["tone"]
    config = replace(made.config, start=str(tiny_model))
    assert same(build_matcher(config), made.trained.matcher)
    with pytest.raises(ModelError, match="another network"):
        build_matcher(replace(config, code_channels=5))
    with pytest.raises(ModelError, match="no such model"):
        build_matcher(replace(config, start=str(tmp_path / "none")))


def test_log_of_a_run_and_of_a_resumed_one(tiny: dict[str, Tiny], tmp_path: Path) -> None:
    made = tiny["tone"]
    whole, parts, checkpoint = (tmp_path / name for name in ("whole", "parts", "checkpoint"))
    fit(made.config, dataset=made.dataset, log=whole)
    with pytest.raises(KeyboardInterrupt):
        fit(
            made.config,
            dataset=made.dataset,
            callbacks=[Interrupt(53)],
            checkpoint=checkpoint,
            log=parts,
        )
    fit(made.config, dataset=made.dataset, checkpoint=checkpoint, resume=True, log=parts)
    lines = read_log(whole)
    assert [line["step"] for line in lines] == [20, 40, 50, 60]
    for line in lines:
        assert {"loss", "ranking", "learning_rate", "seconds"} <= line.keys()
        judged = made.trained.validation.get(int(line["step"]), {})
        assert line.get("validation ranking") == judged.get("ranking")
    timeless = [[{**line, "seconds": 0} for line in each] for each in (lines, read_log(parts))]
    assert timeless[0] == timeless[1]


def test_a_log_that_cannot_be_written_is_one_line(made: Tiny, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="log: cannot be written"):
        fit(made.config, dataset=made.dataset, log=tmp_path / "none" / "log")
