"""The network of lines is trained, exported and opened as the shipped one was."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from paths import ROOT

from asciiart.core.autoencoders.convolutional import ConvStage
from asciiart.errors import ModelError, OptionError
from asciiart.page.contour_network import CARD, NETWORK, LineNetwork
from asciiart.train.contours.training import (
    LineScenes,
    LinesConfig,
    TrainedLineNetwork,
    boundary_f,
    export,
    fit,
    main,
)

SHIPPED = ROOT / "models" / "lines"
COMMAND = "make it"
TINY = LinesConfig(
    stages=(ConvStage(8, 5, (2, 2)), ConvStage(8, 3)),
    code_channels=8,
    steps=60,
    scenes=12,
    size=128,
    scenes_per_step=4,
    learning_rate=1e-2,
    threads=1,
)


@pytest.fixture(scope="module")
def scenes() -> LineScenes:
    return LineScenes(TINY)


@pytest.fixture(scope="module")
def trained(scenes: LineScenes) -> TrainedLineNetwork:
    return fit(TINY, scenes, [])


def test_training_lowers_the_loss(trained: TrainedLineNetwork) -> None:
    loss = trained.history.loss
    assert np.mean(loss[-10:]) < 0.9 * np.mean(loss[:3])
    assert len(trained.history.scores["f"]) == TINY.steps


def test_exported_network_opens_and_is_torchs(trained: TrainedLineNetwork, tmp_path: Path) -> None:
    export(trained, TINY, tmp_path, COMMAND)
    gray = np.random.default_rng(0).random((48, 64), np.float32)
    found = LineNetwork(tmp_path).logits(gray)
    with torch.no_grad():
        expected = trained.network(torch.from_numpy(gray)[None, None])[0, 0]
    assert np.abs(found - expected.numpy()).max() < 1e-4


def test_same_seed_same_network(
    scenes: LineScenes, trained: TrainedLineNetwork, tmp_path: Path
) -> None:
    for name, made in (("one", trained), ("two", fit(TINY, scenes, []))):
        export(made, TINY, tmp_path / name, COMMAND)
    assert (tmp_path / "one" / NETWORK).read_bytes() == (tmp_path / "two" / NETWORK).read_bytes()


def test_batch_depends_on_its_step_alone(scenes: LineScenes) -> None:
    first, other = scenes.batch(5), scenes.batch(6)
    again = scenes.batch(5)
    assert torch.equal(first.pictures, again.pictures)
    assert torch.equal(first.lines, again.lines)
    assert not torch.equal(first.pictures, other.pictures)
    assert first.pictures.shape == first.lines.shape == (4, 1, 64, 64)
    assert set(first.lines.unique().tolist()) <= {0.0, 1.0}


def test_boundary_f_forgives_one_pixel() -> None:
    lines = torch.zeros(1, 1, 20, 20)
    lines[..., 10] = 1
    logits = torch.full_like(lines, -1.0)
    assert boundary_f(logits, lines) == 0
    logits[..., 11] = 1
    assert boundary_f(logits, lines) == pytest.approx(1)
    logits[..., 3] = 1
    assert boundary_f(logits, lines) == pytest.approx(2 / 3)
    assert boundary_f(logits.roll(1, 3), lines) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("steps", 0), ("scenes", -1), ("learning_rate", float("nan")), ("size", 100), ("seed", -1)],
)
def test_values_out_of_range_are_refused(name: str, value: float) -> None:
    with pytest.raises(OptionError, match=name) as error:
        replace(TINY, **{name: value})  # type: ignore[arg-type]
    assert "\n" not in str(error.value)


def test_network_that_differs_is_not_written(
    trained: TrainedLineNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asciiart.train.onnx_export.TOLERANCE", -1.0)
    with pytest.raises(ModelError, match="not exported"):
        export(trained, TINY, tmp_path, COMMAND)
    assert not list(tmp_path.iterdir())


def test_command_says_in_one_line_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match=r"train\.contours: .*cannot be written") as error:
        main([str(tmp_path / "file" / "lines")])
    assert "\n" not in str(error.value)


def test_shipped_card_is_the_default_recipe() -> None:
    card = tomllib.loads((SHIPPED / CARD).read_text(encoding="utf-8"))
    assert card["command"] == "python -m asciiart.train.contours models/lines"
    recipe, default = card["recipe"], LinesConfig()
    for name in ("code_channels", "steps", "scenes", "size", "scenes_per_step", "seed", "threads"):
        assert recipe[name] == getattr(default, name)
    assert recipe["stages"] == [[s.out_channels, s.kernel_size, *s.stride] for s in default.stages]
