"""Type checkers show every option of the public functions, and refuse a misspelt one.

mypy checks the file with all others; this is pyright, in the distribution that needs no download.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from paths import ROOT, TESTS


def test_pyright_knows_the_keywords(tmp_path: Path) -> None:
    pytest.importorskip("basedpyright")
    settings = {
        "include": [str(TESTS / "typing" / "keywords.py")],
        "extraPaths": [str(ROOT)],
        "enableTypeIgnoreComments": True,
        "reportUnusedCallResult": False,
    }
    project = tmp_path / "pyrightconfig.json"
    project.write_text(json.dumps(settings))
    command = [sys.executable, "-m", "basedpyright", "-p", str(project)]
    done = subprocess.run(
        [*command, "--pythonpath", sys.executable], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
