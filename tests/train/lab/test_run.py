"""`asciiart lab` as a user meets it: lists, teaches, writes, and says what is wrong in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner, Result
from command_line import assert_one_line
from PIL import Image
from safetensors import safe_open

import asciiart.core
from asciiart.cli.main import main
from asciiart.core.convnets import vgg_small
from asciiart.core.sequences.transformer import Transformer, TransformerConfig
from asciiart.core.zoo import NETWORKS
from asciiart.train.lab import run
from asciiart.train.lab.catalog import TASKS, Task
from asciiart.train.lab.data import font_groups
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.tasks.letters import task as letters_task
from asciiart.train.lab.tasks.letters.task import CLASSES

SMALL = ("--steps", "3", "--font", "DejaVu Sans Mono", "--held-out", "Spleen 8x16")


def lab(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["lab", *map(str, arguments)])


def test_lists_every_network_with_its_paper_and_every_task() -> None:
    result = lab("list")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    for network in NETWORKS.values():
        assert any(
            line.split()[:1] == [network.name] and line.endswith(network.paper) for line in lines
        ), network
    for task in TASKS.values():
        assert f"  {task.name:<12} {task.question}" in lines
        for name in task.bars:
            assert any(line.split()[:1] == [name] for line in lines), name


def test_what_is_missing_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(font_groups, "TRAINING_FONTS", ("DejaVu Sans Mono", "No Such Font"))
    monkeypatch.setattr(font_groups, "VALIDATION_FONTS", ())
    monkeypatch.setattr(font_groups, "HELD_OUT_FONTS", ())
    (line,) = [line for line in lab("list").stdout.splitlines() if "No Such Font" in line]
    assert line.startswith("  1 font (No Such Font), from Debian: sudo apt install fonts-")
    monkeypatch.setattr(font_groups, "TRAINING_FONTS", tuple(f"No {n}" for n in range(20)))
    assert "  20 fonts (No 0, No 1, " in lab("list").stdout
    assert "No 7, ...)" in lab("list").stdout
    monkeypatch.setattr(font_groups, "TRAINING_FONTS", ("DejaVu Sans Mono",))
    assert "Missing" not in lab("list").stdout


def test_every_listed_network_can_be_imported() -> None:
    for name in NETWORKS:
        assert getattr(asciiart.core, name).__doc__, name


def test_teaches_and_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters_task, "_KNOWN", 100)
    result = lab("train", "vgg", "--task", "letters", "--out", tmp_path / "new", *SMALL)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("accuracy ")
    folder = tmp_path / "new"
    assert {path.name for path in folder.iterdir()} == {
        "letters-vgg.json",
        "letters-vgg.png",
        "letters-vgg.safetensors",
    }
    figures = json.loads((folder / "letters-vgg.json").read_text())["figures"][0]
    assert f"{figures['accuracy']:.4f}" in result.stdout.splitlines()[0]
    with Image.open(folder / "letters-vgg.png") as picture:
        assert picture.width > 500
    with safe_open(folder / "letters-vgg.safetensors", "pt") as weights:
        assert set(weights.keys()) == set(vgg_small(len(CLASSES)).state_dict())


class Tied:
    """A task whose network has one weight under three names."""

    def build(self, *_: object) -> Transformer:
        return Transformer(11, 11, TransformerConfig(embed_dim=8, num_heads=2, tie_weights="all"))

    def teach(self, *_: object) -> Outcome:
        return Outcome(self.build(), {"score": 1.0}, "")

    def answer(self, model: Transformer, *_: object) -> str:
        assert model.head.weight is model.source.symbols.weight
        assert model.head.weight is model.target.symbols.weight
        return f"{model.head.weight.sum().item():.3f}"


def test_tied_weights_are_saved_once_and_loaded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault: safetensors refuses a network two of whose weights are one."""
    monkeypatch.setattr(run, "module_of", lambda _: Tied())
    tasks = {"tied": Task("tied", "", "", "score", {"transformer": None}, "a text")}
    run.run_task(tasks, "tied", "transformer", Lesson(tmp_path))
    with safe_open(tmp_path / "tied-transformer.safetensors", "pt") as weights:
        found = {name: weights.get_tensor(name) for name in weights.keys()}  # noqa: SIM118
    tables = [value for value in found.values() if value.shape == (11, 8)]
    assert len(tables) == 1
    tried = run.try_task(tasks, "tied", "", tmp_path)
    assert tried.answer == f"{tables[0].sum().item():.3f}"


def test_an_unknown_task_is_one_line(tmp_path: Path) -> None:
    result = lab("train", "vgg", "--task", "chess", "--out", tmp_path)
    assert_one_line(result, 2, "'chess'", "letters")


def test_a_network_that_is_not_for_the_task_is_one_line(tmp_path: Path) -> None:
    result = lab("train", "hopfield", "--task", "letters", "--out", tmp_path)
    assert_one_line(result, 2, "'hopfield'", "densenet")


def test_a_missing_font_is_one_line(tmp_path: Path) -> None:
    result = lab("train", "vgg", "--task", "letters", "--out", tmp_path, "--font", "No Such Font")
    assert_one_line(result, 2, "No Such Font")


def test_a_missing_device_is_one_line(tmp_path: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("has the device that is asked for")
    result = lab("train", "vgg", "--task", "letters", "--out", tmp_path, "--device", "cuda")
    assert_one_line(result, 2, "cuda")


def test_without_a_command_the_help_is_shown() -> None:
    result = lab()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Commands:\n  list " in result.stderr


def test_an_unwritable_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = lab("train", "vgg", "--task", "letters", "--out", tmp_path / "file", *SMALL)
    assert_one_line(result, 1, str(tmp_path / "file"), "cannot be written")
    assert (tmp_path / "file").read_text() == "in the way"
