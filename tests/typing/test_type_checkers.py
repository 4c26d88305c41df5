"""Type checkers show every option of the public functions, and refuse a misspelt one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

KEYWORDS = Path(__file__).with_name("keywords.py")
ROOT = KEYWORDS.parents[2]


@pytest.mark.skipif(shutil.which("pyright") is None, reason="pyright is not installed")
def test_pyright_knows_the_keywords() -> None:
    command = ["pyright", "--pythonpath", sys.executable, str(KEYWORDS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
