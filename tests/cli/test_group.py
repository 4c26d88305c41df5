"""The group of commands: drawing by default, completion, errors in one line, exit codes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.shell_completion import BashComplete
from click.testing import CliRunner, Result
from command_line import CAT, good, refused, run

from asciiart.cli.group import DrawByDefault
from asciiart.cli.main import main
from asciiart.errors import (
    FontError,
    ImageError,
    ModelError,
    OptionError,
    OutputError,
    warn_about_picture,
)


def test_no_arguments_show_the_help_where_no_art_is_expected() -> None:
    result = run()
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Usage: ")


@pytest.mark.parametrize(
    ("words", "offered", "not_offered"),
    [
        ("", {"file,", "plain,fonts", "plain,score"}, set()),
        ("fo", {"plain,fonts"}, {"plain,score"}),
        ("--mo", {"plain,--mode", "plain,--model"}, {"plain,fonts", "plain,--font"}),
        ("--vers", {"plain,--version"}, {"plain,--mode"}),
        ("cat.png --backg", {"plain,--background"}, {"plain,--mode"}),
        ("cat.png --background ", {"plain,dark", "plain,light"}, set()),
        ("score ", {"file,"}, set()),
        ("render x.txt --o", {"plain,--output"}, set()),
    ],
)
def test_completion(words: str, offered: set[str], not_offered: set[str]) -> None:
    *before, incomplete = words.split(" ")
    complete = BashComplete(main, {}, "asciiart", "_ASCIIART_COMPLETE")
    items = complete.get_completions(before, incomplete)
    lines = {f"{item.type},{'' if item.type == 'file' else item.value}" for item in items}
    assert offered <= lines
    assert not not_offered & lines


@pytest.mark.parametrize(
    "arguments",
    [
        ("draw", CAT, "-c", "20"),
        ("--columns", "20", CAT),
        ("-c20", CAT),
        ("draw", "-c", "20", "--", CAT),
        ("-c", "20", "--", CAT),
        ("--background=dark", CAT, "-c", "20"),
    ],
)
def test_draw_may_go_unsaid(arguments: tuple[str, ...]) -> None:
    assert good(*arguments) == good(CAT, "-c", "20")


def test_a_picture_called_like_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fonts").write_bytes(Path(CAT).read_bytes())
    monkeypatch.chdir(tmp_path)
    assert good("./fonts", "-c", "20") == good(CAT, "-c", "20")
    assert good("-c", "20", "fonts") == good(CAT, "-c", "20")
    assert "DejaVu" in good("fonts")


# Errors and warnings


def outcome(act: Callable[[], object]) -> Result:
    """Return what becomes of a command line whose command does this."""
    group = DrawByDefault("asciiart")
    group.add_command(click.Command("draw", callback=act))
    result = CliRunner().invoke(group, ["draw"])
    assert isinstance(result.exception, SystemExit | None), repr(result.exception)
    return result


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (OptionError("rows must be positive", "rows"), 2, "--rows must be positive"),
        (FontError("x: no such font"), 2, "x: no such font"),
        (ModelError("x: no such model"), 2, "x: no such model"),
        (ImageError("x.png: the file is empty"), 1, "x.png: the file is empty"),
        (OutputError("x.txt: cannot be written"), 1, "x.txt: cannot be written"),
        (ImageError("a\n\x1b.png: is empty"), 1, r"a \x1b.png: is empty"),
        (click.UsageError("too much"), 2, "too much (see asciiart draw --help)"),
        (click.ClickException("vi: Editing failed"), 1, "vi: Editing failed"),
        (MemoryError(), 1, "not enough memory"),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(error: Exception, code: int, line: str) -> None:
    def fail() -> None:
        raise error

    result = outcome(fail)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr == f"asciiart: {line}\n"


@pytest.mark.parametrize("error", [click.Abort(), KeyboardInterrupt()])
def test_an_interrupt_is_silent(error: BaseException) -> None:
    def interrupt() -> None:
        raise error

    result = outcome(interrupt)
    assert (result.exit_code, result.stdout, result.stderr.strip()) == (130, "", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_help_on_a_full_disk() -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        command = [sys.executable, "-m", "asciiart", "--help"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert done.stderr == b"asciiart: standard output: No space left on device\n"


def test_warnings_are_reported_at_the_end() -> None:
    def warn() -> None:
        warn_about_picture("a.jpg: cut short, which strict refuses", "strict")
        warn_about_picture("a.jpg: cut short, which strict refuses", "strict")
        click.echo("drawn", err=True)

    result = outcome(warn)
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "drawn",
        "asciiart: warning: a.jpg: cut short, which --strict refuses",
    ]


def test_a_command_that_is_added_can_be_set_by_variables() -> None:
    group = DrawByDefault("asciiart")
    option = click.Option(["--line-height"])
    group.add_command(click.Command("draw", params=[option]))
    assert option.envvar == ["ASCIIART_DRAW_LINE_HEIGHT"]


@pytest.mark.parametrize(
    ("word", "meant"), [("trian", "train"), ("charset", "charsets"), ("cnofig", "config")]
)
def test_a_misspelt_command_is_named(word: str, meant: str) -> None:
    reason = refused(word)
    assert reason == f"{word}: no such file or command; did you mean {meant}? (see asciiart --help)"


def test_a_file_with_nearly_a_command_s_name_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("charset", "help"):
        (tmp_path / name).write_bytes(Path(CAT).read_bytes())
        assert good(name, "-c", "20") == good(CAT, "-c", "20")


def test_help_is_a_word_too() -> None:
    assert good("help") == good("--help")
    assert good("help", "play") == good("play", "--help")
