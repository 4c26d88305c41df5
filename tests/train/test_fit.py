"""Training of one mode: it learns to rank, the same way every time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_training import Tiny
from torch.nn import functional

from asciiart.core.trainer import History
from asciiart.errors import ModelError, OutputError
from asciiart.train import fit as module
from asciiart.train.dataset import Batch, make_score
from asciiart.train.fit import build_matcher, fit, ranking_of, ranking_score


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
    assert sum(ranking[-20:]) > sum(ranking[:20]) + 0.5
    assert ranking_of(history, 5) == pytest.approx(sum(ranking[-5:]) / 5)
    assert not made.trained.matcher.training


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
    with pytest.raises(ModelError, match="damaged"):
        fit(config, dataset=made.dataset, checkpoint=checkpoint, resume=True)


def test_checkpoint_that_cannot_be_written_is_one_line(made: Tiny, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    checkpoint = tmp_path / "file" / "checkpoint"
    with pytest.raises(OutputError, match="cannot be written") as error:
        fit(made.config, dataset=made.dataset, checkpoint=checkpoint, checkpoint_every=1)
    assert "\n" not in str(error.value)


def first_batch(made: Tiny, width: int) -> Batch:
    """Return the first batch of windows that are ``width`` columns wide."""
    batches = map(made.dataset.batch, range(200))
    return next(batch for batch in batches if batch.windows.shape[1] == width)


@pytest.mark.parametrize("pixels", [8, 12, 16])
def test_loss_is_its_formula(made: Tiny, pixels: int) -> None:
    """Divergence, cell by cell, of the softmaxes with the space in them, and two squared errors."""
    config, batch = made.config, first_batch(made, pixels // made.config.step[1])
    matcher = build_matcher(config)
    with torch.no_grad():
        found = module._Loss(config)(matcher, batch)
        rows = config.cell_height // matcher.autoencoder.stride[0]
        code, known = matcher.query(batch.page)[0], matcher.glyphs(batch.glyphs)
        exact = batch.scores / make_score(config.mode).temperature
        divergence, found_scores = 0.0, []
        for row, window in zip(exact, batch.windows, strict=True):
            top, left = divmod(int(window[0]), code.shape[2])
            block = code[:, top * rows : (top + 1) * rows, left : left + batch.windows.shape[1]]
            wanted = torch.cat([torch.zeros(1), row])
            scores = (known.key * block).sum((1, 2, 3)) + known.bias
            given = torch.cat([torch.zeros(1), scores])
            p = wanted.softmax(0)
            divergence += float((p * (p.log() - given.log_softmax(0)).nan_to_num(0, 0, 0)).sum())
            found_scores.append((wanted, given))
        wanted, given = (torch.stack(column) for column in zip(*found_scores, strict=True))
        restored = functional.mse_loss(matcher.autoencoder(batch.page), batch.clean)
        expected = (
            divergence / len(found_scores)
            + config.unexplained_weight * float((wanted - given).square().mean() / wanted.var())
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
