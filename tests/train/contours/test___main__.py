"""``python -m asciiart.train.contours`` starts the training and fails in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_what_is_wrong_is_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "asciiart.train.contours", str(tmp_path / "new")]
    done = subprocess.run(
        [*command, "--steps", "0"], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "python -m asciiart.train.contours: steps must be positive, not 0\n"
    assert not list(tmp_path.iterdir())
