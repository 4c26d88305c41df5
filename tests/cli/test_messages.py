"""Errors and warnings name the library's parameters, which the command line writes as options."""

from __future__ import annotations

import pickle
import warnings
from threading import Thread

import pytest

from asciiart.cli.messages import collected_warnings, echo, printable, report, report_warnings
from asciiart.errors import ImageError, ImageWarning, OptionError, warn_about_picture


def test_the_command_line_writes_parameters_as_options(capsys: pytest.CaptureFixture[str]) -> None:
    error = OptionError("max_pixels and rows, not the rows", "max_pixels", "rows")
    assert str(error) == "max_pixels and rows, not the rows"
    assert report(error, 2) == 2
    assert capsys.readouterr().err == "asciiart: --max-pixels and --rows, not the --rows\n"


def test_names_of_files_are_left_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    error = ImageError("rows/my-rows.png: larger than rows 3 allows", "rows")
    report(error, 1)
    printed = capsys.readouterr().err
    assert printed == "asciiart: rows/my-rows.png: larger than --rows 3 allows\n"


def test_errors_of_worker_processes_keep_their_parameters() -> None:
    error = pickle.loads(pickle.dumps(OptionError("rows must be positive", "rows")))
    assert (str(error), error.parameters) == ("rows must be positive", ("rows",))


def test_warnings_are_lines_each_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    cut = ImageWarning("a\n\x1b.jpg: cut short, which strict refuses", "strict")
    report_warnings([cut, ImageWarning("b.jpg: cut short"), cut])
    assert capsys.readouterr().err.splitlines() == [
        r"asciiart: warning: a \x1b.jpg: cut short, which --strict refuses",
        "asciiart: warning: b.jpg: cut short",
    ]


def test_warnings_of_worker_processes_keep_their_parameters() -> None:
    warning = pickle.loads(pickle.dumps(ImageWarning("strict refuses it", "strict")))
    assert (str(warning), warning.parameters) == ("strict refuses it", ("strict",))


def test_a_warning_points_at_who_called_the_package() -> None:
    with pytest.warns(ImageWarning, match="cut short") as record:
        warn_about_picture("a.jpg: cut short")
    assert record[0].filename == __file__


def test_warnings_of_all_threads_are_collected_and_others_are_shown() -> None:
    with collected_warnings() as collected:
        for _ in range(2):
            thread = Thread(target=warn_about_picture, args=("a.jpg: cut short",))
            thread.start()
            thread.join()
        with pytest.warns(UserWarning, match="another library's"):
            warnings.warn("another library's", UserWarning, stacklevel=1)
    assert [str(each) for each in collected] == ["a.jpg: cut short"] * 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Füße 漢字.png", "Füße 漢字.png"),
        ("a\u3000b", "a\u3000b"),  # a full-width space
        ("\x1b[2J", r"\x1b[2J"),
        ("a\u202eb", r"a\u202eb"),  # would turn the line around
        ("a\nb\t", r"a\nb\t"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_lines_go_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    echo("a\x1b", "b")
    echo()
    assert capsys.readouterr() == ("a\\x1b\nb\n", "")


def test_a_long_message_keeps_its_ends(capsys: pytest.CaptureFixture[str]) -> None:
    report("begin " + "x" * 10_000 + " end", 1)
    line = capsys.readouterr().err
    assert line.startswith("asciiart: begin x")
    assert line.endswith("x end\n")
    assert " ... " in line
    assert len(line) <= 1500 + len("asciiart: \n")
