"""The manual page and completions: they are current, and programs that read them take them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from shell_files import COMPLETIONS, MANUAL, SHARE, make_files

from asciiart.cli.main import main

PAGE = SHARE / MANUAL


def need(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"there is no {program} here")


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Return a PATH on which `asciiart` is this one."""
    program = tmp_path / "asciiart"
    lines = (
        f"#!{sys.executable}",
        "from asciiart.cli.main import main",
        "main(prog_name='asciiart')",
    )
    program.write_text("\n".join(lines))
    program.chmod(0o755)
    return f"{tmp_path}:{os.environ['PATH']}"


def output(*command: str, path: str = os.environ["PATH"]) -> str:
    environ = {**os.environ, "PATH": path, "PYTHONPATH": str(SHARE.parent)}
    done = subprocess.run(command, capture_output=True, env=environ, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_files_are_current() -> None:
    for name, text in make_files().items():
        message = f"{name} is out of date: python tests/support/shell_files.py"
        assert (SHARE / name).read_text(encoding="utf-8") == text, message


def test_there_are_no_other_files() -> None:
    found = {path.relative_to(SHARE).as_posix() for path in SHARE.rglob("*") if path.is_file()}
    assert found == make_files().keys()


def test_the_manual_has_every_command_and_option() -> None:
    page = re.sub(r"\\f[BIR]|\\&", "", PAGE.read_text(encoding="utf-8")).replace(r"\-", "-")
    sections = re.split(r"(?m)^\.SS ", page)
    for name, command in main.commands.items():
        if isinstance(command, click.Group):
            continue
        (section,) = (text for text in sections if text.startswith(f'"asciiart {name} '))
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert all(option in section for option in parameter.opts), (name, parameter)


def test_man_shows_the_page_without_complaint() -> None:
    need("man")
    page = output("man", "--warnings", "-E", "UTF-8", "-P", "cat", "-l", str(PAGE))
    page = re.sub(r".\x08|\x1b\[[\d;]*m", "", page)
    assert "asciiart - turns pictures into text art" in page
    assert '--charset "chars: .:-=+*#%@" --color truecolor' in page
    assert re.search(r'\n +bash +eval "\$\(_ASCIIART_COMPLETE=bash_source asciiart\)"\n', page)


def test_bash_completes(path: str) -> None:
    need("bash")
    script = SHARE / COMPLETIONS["bash"]
    program = (
        f'source "{script}"; complete -p asciiart >/dev/null || exit 1\n'
        'COMP_WORDS=(asciiart cat.png --background ""); COMP_CWORD=3\n'
        '_asciiart_completion asciiart; echo "${COMPREPLY[@]}"'
    )
    assert output("bash", "--norc", "-c", program, path=path) == "dark light\n"


def test_zsh_loads_its_completion(path: str) -> None:
    need("zsh")
    folder = (SHARE / COMPLETIONS["zsh"]).parent
    program = (
        f'fpath=("{folder}" $fpath); autoload -U compinit; compinit -D; echo $_comps[asciiart]'
    )
    assert output("zsh", "-f", "-c", program, path=path) == "_asciiart\n"


def test_fish_completes(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need("fish")
    monkeypatch.setenv("HOME", str(tmp_path))
    script = SHARE / COMPLETIONS["fish"]
    program = f'source "{script}"; complete -C "asciiart cat.png --background "'
    assert output("fish", "--no-config", "-c", program, path=path).split() == ["dark", "light"]
