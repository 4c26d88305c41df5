"""`asciiart train` as a user meets it: what it writes, and one line for every mistake."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console
from tiny_training import FONT, Tiny

from asciiart.art import Mode
from asciiart.cli import main
from asciiart.core.trainer import Callback, History
from asciiart.errors import ModelError, OutputError
from asciiart.model import load_model
from asciiart.train import run as module
from asciiart.train.run import train_modes

SMALL = ("--mode", "tone", "--steps", "3", "--pages", "1", "--font", FONT)


def train(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["train", *map(str, arguments)])


def assert_one_line(result: Result, code: int, *words: str) -> None:
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("asciiart: ")
    assert result.stderr.count("\n") == 1, result.stderr
    for word in words:
        assert word in result.stderr


def files_of(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "card.toml"
    }


def interrupt_at(monkeypatch: pytest.MonkeyPatch, last: int, mode: str = "tone") -> None:
    """Press Ctrl-C after some step of a mode's training."""
    real = module.show_progress

    @contextmanager
    def press(console: Console, title: str, steps: int) -> Iterator[Callback]:
        with real(console, title, steps) as show:

            def stop(step: int, history: History) -> None:
                show(step, history)
                if step == last and title == mode:
                    raise KeyboardInterrupt

            yield stop

    monkeypatch.setattr(module, "show_progress", press)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a model folder made by one uninterrupted run; tests do not change it."""
    folder = tmp_path_factory.mktemp("run") / "small"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["asciiart", "train", "--resume", "--font", FONT])
        result = train("--out", folder, *SMALL)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "tone: ranking score" in result.stderr
    return folder


def test_a_model_folder_comes_out(small: Path) -> None:
    networks = {"tone.onnx", "tone-glyphs.onnx", "tone.safetensors"}
    assert set(files_of(small)) == {*networks, "report.html"}
    model = load_model(small)
    assert (model.name, model.modes) == ("small", ("tone",))
    assert model.card["command"] == f"asciiart train --font '{FONT}'"
    model.load_encoder("tone")
    with pytest.raises(ModelError, match="structure"):
        model.load_encoder("structure")


def test_same_run_same_files_other_seed_others(small: Path, tmp_path: Path) -> None:
    assert train("--out", tmp_path / "again", *SMALL).exit_code == 0
    assert files_of(tmp_path / "again") == files_of(small)
    assert train("--out", tmp_path / "other", *SMALL, "--seed", 1).exit_code == 0
    other = files_of(tmp_path / "other")
    assert not any(other[name] == digest for name, digest in files_of(small).items())


def test_interrupted_run_is_resumed(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        interrupt_at(patch, 2)
        result = train("--out", tmp_path, *SMALL)
    assert result.exit_code == 130
    assert "Traceback" not in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["tone.checkpoint"]
    assert train("--out", tmp_path, *SMALL, "--resume").exit_code == 0
    assert files_of(tmp_path) == files_of(small)


@pytest.mark.parametrize(
    ("option", "value"),
    [("--steps", 4), ("--pages", 2), ("--seed", 9), ("--font", "DejaVu Sans Mono Bold")],
)
def test_checkpoint_of_other_settings(
    option: str, value: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        interrupt_at(patch, 1)
        train("--out", tmp_path, *SMALL)
    before = files_of(tmp_path)
    result = train("--out", tmp_path, *SMALL, option, value, "--resume")
    assert_one_line(result, 2, "tone.checkpoint", "another")
    assert files_of(tmp_path) == before


def test_damaged_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "tone.checkpoint").write_bytes(b"nothing of use")
    result = train("--out", tmp_path, *SMALL, "--resume")
    assert_one_line(result, 2, "tone.checkpoint", "damaged")


def test_resume_goes_on_with_the_second_mode(
    tiny: dict[Mode, Tiny], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is finished is not trained again, unless it was made otherwise."""
    first, second = (replace(made.config, steps=2) for made in tiny.values())
    with monkeypatch.context() as patch:
        interrupt_at(patch, 1)
        with pytest.raises(KeyboardInterrupt):
            train_modes([first, second], tmp_path, resume=False, command="")
    assert load_model(tmp_path).modes == ("structure",)
    finished = (tmp_path / "structure.onnx").stat().st_mtime_ns
    train_modes([first, second], tmp_path, resume=True, command="")
    assert set(load_model(tmp_path).modes) == {"structure", "tone"}
    assert (tmp_path / "structure.onnx").stat().st_mtime_ns == finished
    train_modes([replace(first, steps=3)], tmp_path, resume=True, command="")
    assert (tmp_path / "structure.onnx").stat().st_mtime_ns != finished
    assert load_model(tmp_path).card["structure"]["recipe"]["steps"] == 3


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--steps", 0), "steps"),
        (("--pages", -3), "pages"),
        (("--learning-rate", 0), "learning_rate"),
        (("--learning-rate", "inf"), "learning_rate"),
        (("--seed", -1), "seed"),
    ],
)
def test_numbers_out_of_range(arguments: tuple[object, ...], word: str, tmp_path: Path) -> None:
    assert_one_line(train("--out", tmp_path / "new", *SMALL, *arguments), 2, word)
    assert not (tmp_path / "new").exists()


def test_missing_font(tmp_path: Path) -> None:
    result = train("--out", tmp_path / "new", "--font", "No Such Font", "--steps", 1)
    assert_one_line(result, 2, "No Such Font", "fonts-liberation")
    result = train("--out", tmp_path / "new", "--font", tmp_path / "no.ttf", "--steps", 1)
    assert_one_line(result, 2, "no.ttf")


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("precious")
    assert_one_line(train("--out", tmp_path / "file", *SMALL), 1, "file", "cannot be written")
    result = train("--out", tmp_path / "file" / "model", *SMALL)
    assert_one_line(result, 1, "file", "cannot be written")
    assert (tmp_path / "file").read_text() == "precious"


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a /proc")
def test_a_place_that_cannot_be_written() -> None:
    assert_one_line(train("--out", "/proc/asciiart", *SMALL), 1, "/proc/asciiart")


def test_a_checkpoint_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tone.checkpoint.partial").mkdir()
    interrupt_at(monkeypatch, 1)
    result = train("--out", tmp_path, *SMALL)
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith("asciiart: ")
    assert "cannot be written" in result.stderr


def test_a_file_of_the_model_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "tone.onnx").mkdir()
    result = train("--out", tmp_path, *SMALL)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith(f"asciiart: {tmp_path / 'tone.onnx'}")


def test_help() -> None:
    result = train("--help")
    assert result.exit_code == 0
    for word in ("--out", "--mode", "--font", "--steps", "--seed", "--resume", "Examples:"):
        assert word in result.stdout


def python(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a Python where torch is not installed."""
    blocked = "import sys; sys.modules['torch'] = None; " + code
    return subprocess.run(
        [sys.executable, "-c", blocked],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )


def test_without_torch_the_core_says_what_to_install() -> None:
    result = python("import asciiart.core")
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == (
        "ModuleNotFoundError: asciiart.core needs torch: pip install 'asciiart[train]'"
    )


def test_without_torch_training_is_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    result = python(f"from asciiart.cli import main; main(['train', '--out', {str(folder)!r}])")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "asciiart: training needs torch: pip install 'asciiart[train]'\n"
    assert not folder.exists()


def test_folder_is_checked_before_anything_is_drawn(
    tmp_path: Path, tiny: dict[Mode, Tiny], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the folder should have been checked before")

    monkeypatch.setattr(module, "Dataset", never)
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        train_modes([tiny["tone"].config], tmp_path / "file", resume=False, command="")
