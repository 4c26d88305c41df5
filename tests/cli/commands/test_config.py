"""`asciiart config`: what it shows, writes and opens in an editor."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest
import tomli_w
from command_line import CAT, columns, good, refused, run

from asciiart.cli.commands.config import template
from asciiart.cli.defaults import commands_with_options, settable
from asciiart.cli.main import main


def test_what_is_set_is_shown_with_its_place(user_file: Path) -> None:
    user_file.write_text('[draw]\nfont = "Mona"\ncolumns = 40\n[lab.train]\nseed = 3\n')
    shown = good("config", environ={"ASCIIART_DRAW_COLUMNS": "30", "ASCIIART_COMPARE_FONT": "a b"})
    assert shown == (
        f"# {user_file}\n"
        '\n[draw]\ncolumns = 30  # ASCIIART_DRAW_COLUMNS\nfont = "Mona"  # file\n'
        '\n[compare]\nfont = ["a", "b"]  # ASCIIART_COMPARE_FONT\n'
        "\n[lab.train]\nseed = 3  # file\n"
    )
    assert tomllib.loads(shown)["draw"] == {"columns": 30, "font": "Mona"}


def test_without_a_file_it_says_how_to_make_one(user_file: Path) -> None:
    expected = f"# {user_file}  (no such file; asciiart config --init writes it)\n"
    assert good("config") == expected


def test_variables_of_no_option_are_told() -> None:
    shown = good("config", environ={"ASCIIART_DRAW_COLOUR": "auto", "ASCIIART_HOME": "/x"})
    assert shown.splitlines()[1:] == ["", "# ASCIIART_DRAW_COLOUR belongs to no option"]


def test_a_wrong_variable_is_named_there_too() -> None:
    reason = refused("config", environ={"ASCIIART_DRAW_COLUMNS": "x"})
    assert reason == "ASCIIART_DRAW_COLUMNS: 'x' is not a valid integer."


def test_init_writes_a_file_that_sets_nothing_yet(user_file: Path) -> None:
    user_file.parent.rmdir()
    before = good(CAT)
    assert good("config", "--init") == f"{user_file}\n"
    assert good("config") == f"# {user_file}\n"
    assert good(CAT) == before


def test_init_keeps_a_file_that_is_there(user_file: Path) -> None:
    user_file.write_text("[draw]\n")
    result = run("config", "--init")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"asciiart: {user_file}: already exists")
    assert user_file.read_text() == "[draw]\n"


def test_the_written_file_names_every_option_and_its_default(user_file: Path) -> None:
    text = template(main)
    assert all(len(line) <= 100 for line in text.splitlines())
    # Letters stand for numbers where there is no default.
    user_file.write_text(
        re.sub(r"(?m)^#([a-z-]+ = )([A-Z]+$)?", lambda m: m[1] + "1" * bool(m[2]), text)
    )
    tables = tomllib.loads(user_file.read_text())
    for path, command in commands_with_options(main):
        table = tables
        for name in path:
            table = table[name]
        options = settable(command)
        assert set(options) == {name for name, value in table.items() if value != {}}
        for name, option in options.items():
            assert isinstance(table[name], list) is option.multiple
            default = option.to_info_dict()["default"]
            if isinstance(default, str | int | float):
                assert table[name] == default, name
            elif not isinstance(option.type, click.Choice) and not option.is_flag:
                del table[name]  # letters stand for a value
    user_file.write_text(tomli_w.dumps(tables))
    good("config")  # every default is taken


@pytest.mark.parametrize("there", [True, False])
def test_edit_opens_the_file(user_file: Path, tmp_path: Path, there: bool) -> None:
    editor, met = tmp_path / "editor", tmp_path / "met"
    editor.write_text(f'#!/bin/sh\ncp "$1" "{met}"\necho "[draw]\ncolumns = 33" > "$1"\n')
    editor.chmod(0o755)
    if there:
        user_file.write_text("[draw")
    assert good("config", "--edit", environ={"VISUAL": str(editor)}) == ""
    assert met.read_text() == ("[draw" if there else template(main))
    assert columns(good(CAT)) == 33


def test_edit_says_what_is_wrong_then(user_file: Path) -> None:
    user_file.write_text("[draw]\nx = 3\n")
    reason = refused("config", "--edit", environ={"VISUAL": "true"})
    assert reason == f"{user_file}: [draw] x is no option"
    result = run("config", "--edit", environ={"VISUAL": "false"})
    assert (result.exit_code, result.stderr) == (1, "asciiart: false: Editing failed\n")


def test_one_thing_at_a_time() -> None:
    assert "exclude one another" in refused("config", "--init", "--edit")


def test_what_a_terminal_would_obey_is_shown_as_escapes(user_file: Path) -> None:
    user_file.write_text('[draw]\nfont = "a\\u001b[2J\\u009b\\u202e"\n', encoding="utf-8")
    shown = good("config", environ={"ASCIIART_DRAW_CHARSET": "b\x9b\u202e", "ASCIIART_X\x1b": "1"})
    assert r'font = "a\u001b[2J\x9b\u202e"  # file' in shown
    assert r'charset = "b\x9b\u202e"  # ASCIIART_DRAW_CHARSET' in shown
    assert r"# ASCIIART_X\x1b belongs to no option" in shown
    odd = str(user_file.parent / "c\x1b.toml")
    assert good("config", "--path", environ={"ASCIIART_CONFIG": odd}).endswith("c\\x1b.toml\n")
