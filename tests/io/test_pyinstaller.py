"""What PyInstaller is told of: every module that is imported by name, fonts, models and data."""

from __future__ import annotations

import importlib
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from paths import ROOT

import asciiart
from asciiart.io.pyinstaller import get_hook_dirs


@pytest.fixture(scope="module")
def hook() -> dict[str, Any]:
    (folder,) = get_hook_dirs()
    return runpy.run_path(f"{folder}/hook-asciiart.py")


def test_pyinstaller_finds_the_hook() -> None:
    """By the entry point, of which `test_package` says that the wheel has it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, name = project["entry-points"]["pyinstaller40"]["hook-dirs"].split(":")
    assert getattr(importlib.import_module(module), name) is get_hook_dirs


def test_public_names_and_commands_are_taken_along(hook: dict[str, Any]) -> None:
    script = (
        "import sys, asciiart, asciiart.cli.main, asciiart.cli.batch.workers\n"
        "for name in asciiart.__all__: getattr(asciiart, name)\n"
        "print(*(name for name in sys.modules if name.partition('.')[0] == 'asciiart'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = {name for name in done.stdout.split() if not name.startswith("asciiart.train.lab")}
    assert "asciiart.pipeline" in loaded
    assert loaded <= set(hook["hiddenimports"])


def test_every_format_is_taken_along(hook: dict[str, Any]) -> None:
    assert {"asciiart.art.formats.svg", "asciiart.art.formats.png"} <= set(hook["hiddenimports"])


def test_training_is_not_taken_along(hook: dict[str, Any]) -> None:
    heavy = ("asciiart.train", "asciiart.core", "torch")
    assert not [name for name in hook["hiddenimports"] if name.startswith(heavy)]
    assert {"asciiart.train", "asciiart.core", "torch"} <= set(hook["excludedimports"])


def test_fonts_models_and_data_lie_where_the_program_looks(hook: dict[str, Any]) -> None:
    places = {(Path(source).name, folder) for source, folder in hook["datas"]}
    assert ("fonts.toml", "asciiart/_data/fonts") in places
    assert ("card.toml", "asciiart/_data/models/standard") in places
    assert ("lines.onnx", "asciiart/_data/models/lines") in places
    assert ("joyo.txt", "asciiart/glyphs") in places
    fonts = asciiart.available_fonts().values()
    assert {(path.name, f"asciiart/_data/fonts/{path.parent.name}") for path in fonts} <= places


def test_a_frozen_program_may_be_started_as_one_of_its_own_processes() -> None:
    script = """
import multiprocessing, sys
sys.frozen = True
multiprocessing.freeze_support = lambda: sys.exit("asciiart.cli.main" in sys.modules)
sys.argv = ["program", "--multiprocessing-fork", "pipe_handle=5"]
from asciiart.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
