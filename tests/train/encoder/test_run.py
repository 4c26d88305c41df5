"""`asciiart train` as a user meets it: what it writes, and one line for every mistake."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner, Result
from command_line import assert_one_line
from rich.console import Console
from tiny_training import FONT, Tiny, font_of

from asciiart.cli.main import main
from asciiart.core.learning.progress import read_log, show_progress
from asciiart.core.learning.trainer import Callback, History
from asciiart.errors import ModelError, OutputError, install_command
from asciiart.matching.model import load_model
from asciiart.options import Mode
from asciiart.train.encoder import run as module
from asciiart.train.encoder.run import train_modes

SETTINGS = Path(__file__).with_name("small.toml")
_SHORT = ("--mode", "tone", "--steps", "3", "--pages", "1", "--font", FONT)
SMALL = (*_SHORT, "--config", SETTINGS, "--no-report")


def train(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["train", *map(str, arguments)])


def files_of(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "card.toml"
    }


def networks_of(folder: Path) -> dict[str, str]:
    """Return what is the same whenever it is made."""
    return {name: digest for name, digest in files_of(folder).items() if "log" not in name}


def interrupt_at(monkeypatch: pytest.MonkeyPatch, last: int, mode: str = "tone") -> None:
    """Press Ctrl-C after some step of a mode's training."""
    real = show_progress

    @contextmanager
    def press(
        console: Console, title: str, steps: int, *, cells_per_step: int
    ) -> Iterator[Callback]:
        with real(console, title, steps, cells_per_step=cells_per_step) as show:

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
    assert set(networks_of(small)) == {"tone.onnx", "tone-glyphs.onnx", "tone.safetensors"}
    assert not (small / "report.html").exists()
    assert [line["step"] for line in read_log(small / "tone.log.jsonl")] == [3]
    model = load_model(small)
    assert (model.name, model.modes) == ("small", ("tone",))
    assert model.card["command"] == f"asciiart train --font '{FONT}'"
    model.load_encoder("tone")
    with pytest.raises(ModelError, match="structure"):
        model.load_encoder("structure")


def test_same_run_same_files_other_seed_others(small: Path, tmp_path: Path) -> None:
    assert train("--out", tmp_path / "again", *SMALL).exit_code == 0
    assert networks_of(tmp_path / "again") == networks_of(small)
    assert train("--out", tmp_path / "other", *SMALL, "--seed", 1).exit_code == 0
    other = networks_of(tmp_path / "other")
    assert not any(other[name] == digest for name, digest in networks_of(small).items())


def test_interrupted_run_is_resumed(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        interrupt_at(patch, 2)
        result = train("--out", tmp_path, *SMALL)
    assert result.exit_code == 130
    assert "Traceback" not in result.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"tone.checkpoint", "tone.log.jsonl"}
    assert result.stderr.strip().splitlines()[-1] == (
        f"asciiart: tone: interrupted; --resume goes on from {tmp_path / 'tone.checkpoint'}"
    )
    assert train("--out", tmp_path, *SMALL, "--resume").exit_code == 0
    assert networks_of(tmp_path) == networks_of(small)


def test_an_interrupted_report_is_written_by_a_resumed_run(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "write_report", press)
        result = train("--out", tmp_path, *SMALL, "--report")
    assert result.exit_code == 130
    assert result.stderr.strip().splitlines()[-1].startswith("asciiart: tone: interrupted; --res")
    assert networks_of(tmp_path) == {**networks_of(small), **checkpoint_of(tmp_path)}
    assert train("--out", tmp_path, *SMALL, "--report", "--resume").exit_code == 0
    assert networks_of(tmp_path).keys() - networks_of(small).keys() == {"report.html"}


def checkpoint_of(folder: Path) -> dict[str, str]:
    return {name: digest for name, digest in files_of(folder).items() if "checkpoint" in name}


def test_characters_that_a_font_lacks_are_said_before_training(tmp_path: Path) -> None:
    few = font_of("Ab.", tmp_path / "few.ttf")
    result = train("--out", tmp_path / "new", *SMALL, "--font", few, "--charset", "ascii+kana")
    assert result.exit_code == 0, result.output
    first, *_, last = result.stderr.strip().splitlines()
    assert first == "asciiart: DejaVu Sans Mono has 94 of 333 characters, and learns those"
    assert "ranking score" in last
    lines = [line for line in result.stderr.splitlines() if "learns those" in line]
    assert [line.split()[-7] for line in lines] == ["94", "3"]


@pytest.mark.parametrize("more", [(), ("--from", "scratch"), ("--charset", "kana")])
def test_a_font_without_the_characters_is_one_line(more: tuple[str, ...], tmp_path: Path) -> None:
    kanji = font_of("♥", tmp_path / "hearts.ttf")
    result = train("--out", tmp_path / "new", "--font", kanji, *more)
    assert_one_line(result, 2, "DejaVu Sans Mono has none of these characters")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [("--steps", 4), ("--pages", 2), ("--seed", 9), ("--font", "M PLUS 1 Code")],
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
        (("--patience", -1), "patience"),
        (("--optimizer", "magic"), "adamw"),
        (("--from", "nonesuch"), "nonesuch"),
        (("--charset", "klingon"), "klingon"),
        (("--config", "/none/such.toml"), "/none/such.toml"),
    ],
)
def test_numbers_out_of_range(arguments: tuple[object, ...], word: str, tmp_path: Path) -> None:
    assert_one_line(train("--out", tmp_path / "new", *SMALL, *arguments), 2, word)
    assert not (tmp_path / "new").exists()


def test_missing_font(tmp_path: Path) -> None:
    result = train("--out", tmp_path / "new", "--font", "No Such Font", "--steps", 1)
    assert_one_line(result, 2, "No Such Font")
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
    options = ("--out", "--mode", "--font", "--charset", "--from", "--config", "--steps", "--seed")
    for word in (*options, "--patience", "--device", "--resume", "Examples:"):
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
    assert result.stderr.strip().splitlines()[-1] == (
        f"ModuleNotFoundError: asciiart.core needs torch: {install_command('train')}"
    )


def test_without_torch_training_is_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    result = python(
        f"from asciiart.cli.main import main; main(['train', '--out', {str(folder)!r}])"
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"asciiart: training needs torch: {install_command('train')}\n"
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


RUN = """
import sys
from asciiart.train.encoder import run
from asciiart.cli.main import main
run.CHECKPOINT_EVERY = 20
main(sys.argv[1:])
"""


def start_run(folder: Path, steps: int, *more: str) -> subprocess.Popen[str]:
    """Start a real run of a tiny network and wait for its first checkpoint."""
    words = [sys.executable, "-c", RUN, *tiny_run(folder, steps), *more]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    while not (folder / "tone.checkpoint").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    return process


def tiny_run(folder: Path, steps: int) -> list[str]:
    file = folder.with_name("tiny.toml")
    judged = f"validate_every = 10\npatience = 1000\nsteps = {steps}\n"
    small = "cells_per_step = 8\nglyphs_per_step = 8\nlearning_rate = 0.01\n"
    file.write_text(SETTINGS.read_text() + judged + small)
    options = ("--mode", "tone", "--pages", "1", "--font", FONT, "--no-report")
    return ["train", "--out", str(folder), "--config", str(file), *options]


def test_killed_run_is_resumed_bit_for_bit(tmp_path: Path) -> None:
    """The process is killed, as by a power cut; the same steps are in its log once."""
    process = start_run(tmp_path / "killed", 60)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    process.communicate()
    assert not (tmp_path / "killed" / "card.toml").exists()
    for name, more in (("killed", ["--resume"]), ("whole", [])):
        result = CliRunner().invoke(main, [*tiny_run(tmp_path / name, 60), *more])
        assert result.exit_code == 0, result.output
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    assert networks_of(killed) == networks_of(whole)
    logs = [read_log(folder / "tone.log.jsonl") for folder in (killed, whole)]
    assert [line["step"] for line in logs[0]] == list(range(10, 61, 10))
    timeless = [[{**line, "seconds": 0} for line in log] for log in logs]
    assert timeless[0] == timeless[1]


def test_interrupt_leaves_a_checkpoint_and_one_line(tmp_path: Path) -> None:
    process = start_run(tmp_path / "stopped", 10**6)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate()
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    lines = [line for line in stderr.splitlines() if line.startswith("asciiart: ")]
    (line,) = lines
    assert "interrupted; --resume goes on" in line
    state = torch.load(tmp_path / "stopped" / "tone.checkpoint", weights_only=True)
    assert state["step"] == len(state["history"]["loss"]) >= 20


LIMITED = """
import resource, sys
from asciiart.train.encoder import run
from asciiart.cli.main import main
run.CHECKPOINT_EVERY = int(sys.argv.pop(1))
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
main(sys.argv[1:])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")
def test_full_disk_is_one_line_and_a_model_stays_whole(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(small, folder)
    words = [sys.executable, "-c", LIMITED, "2", "3000", *tiny_run(folder, 4)]
    found = subprocess.run(words, capture_output=True, text=True, check=False)
    assert found.returncode == 1, found.stderr
    assert "Traceback" not in found.stderr
    (line,) = (line for line in found.stderr.splitlines() if line.startswith("asciiart: "))
    assert "tone.checkpoint" in line
    assert "cannot be written" in line
    assert networks_of(folder) == networks_of(small)
    load_model(folder).load_encoder("tone")


def test_a_damaged_font_leaves_no_folder(tmp_path: Path) -> None:
    (tmp_path / "bad.ttf").write_bytes(Path(__file__).read_bytes())
    for more in ((), ("--from", "scratch")):
        result = train("--out", tmp_path / "new", "--font", tmp_path / "bad.ttf", *more)
        assert_one_line(result, 2, "bad.ttf")
        assert not (tmp_path / "new").exists()


def test_fine_tuning_starts_from_the_model(tmp_path: Path, tiny_model: Path) -> None:
    options = ("--font", FONT, "--charset", "chars:ab", "--steps", 1, "--pages", 1)
    result = train("--out", tmp_path, "--mode", "tone", "--from", tiny_model, *options)
    assert result.exit_code == 0, result.output
    recipe = load_model(tmp_path).card["tone"]["recipe"]
    assert (recipe["start"], recipe["charset"]) == (str(tiny_model), "chars:ab")
    assert recipe["stages"] == load_model(tiny_model).card["tone"]["recipe"]["stages"]
    load_model(tmp_path).load_encoder("tone")
