"""`asciiart train`: what it hands to the training, and what it says without torch."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import run

from asciiart.errors import install_command
from asciiart.train.contours import training
from asciiart.train.encoder.config import ModeConfig


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[ModeConfig], Path, dict[str, Any]]]:
    """Return a list to which each training that is begun is added, with its arguments."""
    calls: list[tuple[list[ModeConfig], Path, dict[str, Any]]] = []

    def train_modes(configs: list[ModeConfig], folder: Path, **options: Any) -> None:
        calls.append((list(configs), folder, options))

    monkeypatch.setattr("asciiart.train.encoder.run.train_modes", train_modes)
    return calls


Begun = list[tuple[list[ModeConfig], Path, dict[str, Any]]]


def test_options_are_the_settings_of_both_modes(begun: Begun, tmp_path: Path) -> None:
    result = run("train", "--out", f"{tmp_path}/m", "--font", "Spleen 8x16", "--steps", "7")
    assert (result.exit_code, result.stderr) == (0, "")
    ((configs, folder, options),) = begun
    assert (folder, options["resume"], options["report"]) == (tmp_path / "m", False, True)
    assert {config.mode for config in configs} == {"structure", "tone"}
    assert [config.steps for config in configs] == [7, 7]
    assert [config.fonts for config in configs] == [("Spleen 8x16",)] * 2


def test_one_mode_of_a_file_which_options_override(begun: Begun, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('fonts = ["Spleen 8x16"]\n[tone]\nsteps = 9\npatience = 3\n', encoding="utf-8")
    arguments = ("--out", f"{tmp_path}/m", "--mode", "tone", "--config", str(file))
    assert run("train", *arguments, "--steps", "8", "--no-report").exit_code == 0
    (((config,), _, options),) = begun
    assert (config.mode, config.steps, config.patience) == ("tone", 8, 3)
    assert options["report"] is False


def test_a_variable_gives_way_to_the_training_s_file(
    begun: Begun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASCIIART_TRAIN_STEPS", "5")
    monkeypatch.setenv("ASCIIART_TRAIN_PATIENCE", "2")
    file = tmp_path / "mine.toml"
    file.write_text('fonts = ["Spleen 8x16"]\nsteps = 9\n', encoding="utf-8")
    run("train", "--out", f"{tmp_path}/m", "--mode", "tone", "--config", str(file))
    (((config,), _, _),) = begun
    assert (config.steps, config.patience) == (9, 2)


def test_the_card_s_command_resumes_nothing(
    begun: Begun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["train", "--out", f"{tmp_path}/my model", "--font", "Spleen 8x16", "--resume"]
    monkeypatch.setattr(sys, "argv", ["asciiart", *arguments])
    run(*arguments)
    ((_, _, options),) = begun
    assert options["resume"] is True
    expected = f"asciiart train --out '{tmp_path}/my model' --font 'Spleen 8x16'"
    assert options["command"] == expected


def test_the_model_to_start_from_is_not_overwritten(begun: Begun, tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    file = tmp_path / "m" / "card.toml"
    file.write_text('fonts = ["Spleen 8x16"]\n', encoding="utf-8")
    result = run("train", "--out", f"{tmp_path}/m", "--config", str(file))
    assert result.exit_code == 2
    assert f"--output would overwrite an input, {file}" in result.stderr
    assert begun == []


def test_without_torch_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "asciiart.train.encoder.config", None)
    result = run("train", "--out", str(tmp_path / "m"))
    assert (result.exit_code, result.stdout) == (2, "")
    expected = f"training needs asciiart.train.encoder.config: {install_command('train')}"
    assert result.stderr == f"asciiart: {expected}\n"


def test_lines_are_trained_from_a_folder_of_packages(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(training, "train_lines", lambda *arguments: calls.append(arguments))
    out = str(tmp_path / "lines")
    done = run("train", "lines", "--data", str(tmp_path), "--out", out, "--steps", "7")
    assert (done.exit_code, done.stderr) == (0, "")
    ((config, data, folder, _),) = calls
    assert (config, data, folder) == (training.LinesConfig(steps=7), tmp_path, Path(out))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("lines",), "lines need --data"),
        (("lines", "--data", "."), "--data has no usr/share/openclipart/svg"),
        (("lines", "--data", ".", "--font", "Mona"), "--font is for the encoder"),
        (("lines", "--data", ".", "--steps", "0"), "--steps must be positive, not 0"),
        (("--data", "."), "--data is for lines: asciiart train lines"),
        (("circles",), "'circles' is not one of 'encoder', 'lines'"),
    ],
)
def test_what_a_training_cannot_use_is_refused(
    arguments: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    done = run("train", *arguments, "--out", str(tmp_path / "new"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "new").exists()
