"""What the README shows works as it stands."""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from lab_documents import saved
from paths import PICTURES, ROOT

import asciiart.core
from asciiart.cli.main import main
from asciiart.core.zoo import NETWORKS
from asciiart.train.lab.catalog import TASKS

README = (ROOT / "README.md").read_text(encoding="utf-8")
CORE_README = (ROOT / "asciiart" / "core" / "README.md").read_text(encoding="utf-8")


def blocks(language: str, text: str = README) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def examples() -> list[str]:
    """Return the command lines that start with ``asciiart``, without their comments."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [line.split("  #")[0].strip() for line in lines if line.startswith("asciiart ")]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the files that the examples name, beside the repository's."""
    pictures = PICTURES
    (tmp_path / "photo.jpg").symlink_to(pictures / "photographs" / "cat.jpg")
    (tmp_path / "drawing.png").symlink_to(pictures / "drawings" / "antenna.png")
    (tmp_path / "film.gif").symlink_to(pictures / "readme" / "animation.gif")
    (tmp_path / "icon.png").symlink_to(pictures / "small" / "cat.png")
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    (tmp_path / "photo.txt").write_text("#:\n:#\n")
    (tmp_path / "post.txt").write_bytes("／￣ヽ\n".encode("cp932"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def assert_plays(arguments: list[str]) -> None:
    """In a terminal, where q is pressed after a while."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "asciiart", *arguments]
    environment = {**os.environ, "TERM": "xterm", "COLORFGBG": "15;0"}
    with subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=subprocess.PIPE, env=environment
    ) as process:
        os.close(slave)
        shown = b""
        with suppress(OSError):  # Linux reports a terminal's end so
            while part := os.read(master, 1 << 16):
                shown += part
                if len(shown) > 10_000:
                    os.write(master, b"q")
        assert process.stderr is not None
        assert process.stderr.read() == b""
    os.close(master)
    assert process.returncode == 0
    assert len(shown) > 10_000


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
    if "-o" in arguments:
        output = arguments.index("-o") + 1
        arguments[output] = f"picture{Path(arguments[output]).suffix}"
    if arguments[0] == "play" and "-o" not in arguments:
        assert_plays(arguments)
        return
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
    assert "FRAMES" in (workplace / "knot.html").read_text(encoding="utf-8")


def test_the_python_example_of_the_core_works(workplace: Path) -> None:
    (example,) = blocks("python", CORE_README)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example],
        cwd=workplace, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    share = re.fullmatch(r"(\d\.\d\d) of the points were told right\n", done.stdout)
    assert share is not None
    assert float(share[1]) > 0.9


def test_the_commands_of_the_core_are_those_of_the_lab() -> None:
    train, try_ = (line for block in blocks("sh", CORE_README) for line in block.splitlines())
    network, option, task = shlex.split(train)[3:]
    assert (shlex.split(train)[:3], option) == (["asciiart", "lab", "train"], "--task")
    assert network in TASKS[task].bars
    assert shlex.split(try_)[:4] == ["asciiart", "lab", "try", task]


def test_every_result_that_the_core_shows_passed() -> None:
    for result in saved():
        assert result.passed, f"{result.task} {result.network}"


def test_the_core_lists_every_file_with_a_network() -> None:
    for name in NETWORKS:
        module = getattr(asciiart.core, name).__module__.removeprefix("asciiart.core.")
        file = "convnets/" if module.startswith("convnets") else f"{module.replace('.', '/')}.py"
        assert f"`{file}`" in CORE_README, name


def test_every_module_it_names_is_there() -> None:
    (table,) = re.findall(r"^\| stage \|.*?\n\n", README, re.MULTILINE | re.DOTALL)
    named = re.findall(r"`([\w/]+(?:\.py|/))`", table)
    assert len(named) > 10
    assert not [name for name in named if not (ROOT / "asciiart" / name).exists()]
