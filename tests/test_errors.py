"""Errors name the library's parameters; the command line writes them as its options."""

from __future__ import annotations

import pickle

import pytest

from asciiart.cli_behavior import fail
from asciiart.errors import ImageError, OptionError


def test_the_command_line_writes_parameters_as_options(capsys: pytest.CaptureFixture[str]) -> None:
    error = OptionError("max_pixels and rows, not the rows", "max_pixels", "rows")
    assert str(error) == "max_pixels and rows, not the rows"
    assert fail(error, 2) == 2
    assert capsys.readouterr().err == "asciiart: --max-pixels and --rows, not the --rows\n"


def test_names_of_files_are_left_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    error = ImageError("rows/my-rows.png: larger than rows 3 allows", "rows")
    fail(error, 1)
    printed = capsys.readouterr().err
    assert printed == "asciiart: rows/my-rows.png: larger than --rows 3 allows\n"


def test_errors_of_worker_processes_keep_their_parameters() -> None:
    error = pickle.loads(pickle.dumps(OptionError("rows must be positive", "rows")))
    assert (str(error), error.parameters) == ("rows must be positive", ("rows",))
