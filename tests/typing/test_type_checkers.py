"""Type checkers show every option of the public functions, and refuse a misspelt one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

KEYWORDS = Path(__file__).with_name("keywords.py")
ROOT = KEYWORDS.parents[2]
PYRIGHT = shutil.which("pyright")
"""It is no requirement; mypy, which is, checks the file with all others."""


@pytest.mark.skipif(PYRIGHT is None, reason="pyright is not installed")
def test_pyright_knows_the_keywords() -> None:
    assert PYRIGHT is not None
    command = [PYRIGHT, "--pythonpath", sys.executable, str(KEYWORDS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
