"""What the README shows works as it stands."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from asciiart.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the README's code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def examples() -> list[str]:
    """Return the command lines that start with ``asciiart``, without their comments."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [line.split("  #")[0].strip() for line in lines if line.startswith("asciiart ")]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the files that the examples name, beside the repository's."""
    pictures = ROOT / "tests" / "pictures"
    (tmp_path / "photo.jpg").symlink_to(pictures / "photographs" / "cat.jpg")
    (tmp_path / "drawing.png").symlink_to(pictures / "drawings" / "antenna.png")
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    (tmp_path / "photo.txt").write_text("#:\n:#\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("line", examples())
def test_a_command_works(line: str, workplace: Path) -> None:
    arguments = shlex.split(line)[1:]
    given = None
    if "train" in arguments:
        arguments = ["train", "--help"]
    if "JetBrains Mono" in arguments:
        arguments[arguments.index("JetBrains Mono")] = "DejaVu Sans Mono"
    if "<" in arguments:
        given = (workplace / arguments[arguments.index("<") + 1]).read_bytes()
        arguments = arguments[: arguments.index("<")]
    if any("tests/pictures/readme" in argument for argument in arguments):
        arguments[arguments.index("-o") + 1] = "picture.png"
    result = CliRunner().invoke(main, arguments, input=given)
    assert (result.exit_code, result.stderr) == (0, "")
    if "-o" in arguments:
        assert Path(arguments[arguments.index("-o") + 1]).stat().st_size


def test_the_python_example_works(workplace: Path) -> None:
    (example,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example],
        cwd=workplace, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) > 20
    assert (workplace / "antenna.svg").stat().st_size


def test_ci_runs_exactly_the_second_command() -> None:
    second = blocks("sh")[1].strip()
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1] == second


def test_every_picture_and_link_is_there() -> None:
    targets = re.findall(r"\]\(([^)#]+)", README)
    missing = [t for t in targets if "://" not in t and not (ROOT / t).exists()]
    assert not missing
