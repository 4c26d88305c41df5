"""What C libraries print is muted, and memory that runs out is an error of the picture."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from asciiart.cli.quiet import muted_libraries
from asciiart.errors import ImageError


def test_only_what_is_printed_meanwhile_is_muted(capfd: pytest.CaptureFixture[str]) -> None:
    os.write(2, b"before\n")
    with muted_libraries("a.tif"):
        os.write(2, b"TIFFReadDirectory: a warning\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "before\nafter\n"


def test_stderr_is_back_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    before = len(list(Path("/dev/fd").iterdir()))
    with pytest.raises(ZeroDivisionError), muted_libraries("a.tif"):
        raise ZeroDivisionError
    assert len(list(Path("/dev/fd").iterdir())) == before
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


@pytest.mark.parametrize(
    "error",
    [MemoryError(), RuntimeError("Failed to allocate 7 bytes"), ValueError("bad allocation")],
)
def test_memory_that_runs_out_is_an_error_of_the_picture(error: Exception) -> None:
    with (
        pytest.raises(ImageError, match=r"^a\.tif: not enough memory to draw it$") as caught,
        muted_libraries("a.tif"),
    ):
        raise error
    assert caught.value.__cause__ is error


def test_other_errors_pass() -> None:
    with pytest.raises(ValueError, match="another"), muted_libraries("a.tif"):
        raise ValueError("another")


def test_a_process_without_stderr(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with muted_libraries("a.tif"):
        os.write(2, b"its own business\n")
    assert capfd.readouterr().err == "its own business\n"
