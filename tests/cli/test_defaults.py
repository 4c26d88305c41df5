"""Defaults from the user's file and from environment variables, and how wrong ones are refused."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import pytest
import tomli_w
from click.shell_completion import BashComplete
from click.testing import CliRunner
from command_line import CAT, columns, good, refused, run
from hypothesis import given
from hypothesis import strategies as st
from paths import TESTS

from asciiart.cli.defaults import (
    Defaulted,
    commands_with_options,
    config_path,
    read_defaults,
    settable,
    variables,
)
from asciiart.cli.group import DrawByDefault
from asciiart.cli.main import main
from asciiart.errors import OptionError

# Where a value comes from


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other folders")
def test_the_file_is_in_the_configuration_folder(user_file: Path) -> None:
    assert config_path() == user_file
    assert good("config", "--path") == f"{user_file}\n"


def test_a_table_is_for_its_command_alone(user_file: Path) -> None:
    user_file.write_text('[compare]\ncolumns = 20\nfont = "Mona"\n[draw]\ncolumns = 30\n')
    assert columns(good("draw", CAT)) == 30
    lines = good("compare", CAT).splitlines()
    assert len(lines) == 2
    assert "Mona" in lines[1]


def test_keys_may_have_underscores(user_file: Path) -> None:
    for key in ("max-pixels", "max_pixels"):
        user_file.write_text(f"[draw]\n{key} = 10\n")
        result = run(CAT)
        assert result.exit_code == 1
        assert "more than --max-pixels 10 allows" in result.stderr


def test_lists_and_flags(user_file: Path) -> None:
    user_file.write_text('[compare]\nfont = ["Mona", "Spleen 8x16"]\n')
    assert len(good("compare", CAT, "-c", "20").splitlines()) == 3
    arguments = (CAT, "-c9", "--charset", "chars:#☀", "--target", "sjis")
    reason = refused(*arguments)
    user_file.write_text("[draw]\nnumeric-references = false\n")
    assert run(*arguments).exit_code == 2
    assert run(*arguments, "--numeric-references").exit_code == 0
    user_file.write_text("[draw]\nnumeric-references = true\n")
    assert run(*arguments).exit_code == 0
    assert refused(*arguments, "--no-numeric-references") == reason


def test_every_option_has_a_variable_that_is_named_after_it() -> None:
    names = [
        (variables(option)[0], "_".join((*path, name)))
        for path, command in commands_with_options(main)
        for name, option in settable(command).items()
    ]
    assert ("ASCIIART_DRAW_FORMAT", "draw_format") in names
    assert ("ASCIIART_TRAIN_OUT", "train_out") in names
    assert ("ASCIIART_LAB_TRAIN_STEPS", "lab_train_steps") in names
    for variable, name in names:
        assert variable == f"ASCIIART_{name.upper().replace('-', '_')}"
    assert len({variable for variable, _ in names}) == len(names) > 50


def test_what_others_may_set_is_not_obeyed() -> None:
    others = {"ASCIIART_VERSION": "1.0", "ASCIIART_HELP": "1"}
    assert columns(good(CAT, "-c", "20", environ=others)) == 20


def test_an_empty_variable_counts_as_unset() -> None:
    assert columns(good(CAT, environ={"ASCIIART_DRAW_COLUMNS": ""})) == 80


def test_help_shows_the_defaults_that_hold(user_file: Path) -> None:
    user_file.write_text('[draw]\nmode = "structure"\n')
    assert "[default: structure]" in " ".join(good("draw", "--help").split())


# What is refused


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[drow]", "drow is no command (is it draw?)"),
        ("columns = 3", "columns is no command"),
        ("draw = 3", "draw is a command: write [draw]"),
        ("[config]\nedit = true", "config is no command"),
        ("[draw]\ncolour = 3", "[draw] colour is no option (is it color?)"),
        ("[draw]\npictures = 'a'", "[draw] pictures is no option"),
        ("[draw]\nhelp = true", "[draw] help is no option"),
        ("[lab]\ntrain = 3", "[lab] train is a command: write [lab.train]"),
        ("[lab.train]\nsteps = 0", "[lab.train] steps: 0 is not in the range x>=1."),
        ("[draw]\nmode = 'x'", "[draw] mode: 'x' is not one of 'tone', 'structure', 'auto'."),
        ("[draw]\nmode = 5", "[draw] mode must be a text in quotes, not 5"),
        ("[draw]\ncolumns = '5'", "[draw] columns must be a whole number, not '5'"),
        ("[draw]\ncolumns = true", "[draw] columns must be a whole number, not True"),
        ("[draw]\ndetail = 'a'", "[draw] detail must be a number, not 'a'"),
        (
            "[draw]\nnumeric-references = 1",
            "[draw] numeric-references must be true or false, not 1",
        ),
        ("[compare]\nfont = ['a', 3]", "[compare] font must be a text in quotes, not 3"),
        ("[draw]\ndetail = 7", "[draw] detail: detail must be from 0 to 1, not 7.0"),
        ("[draw]\nfont = 'x'", "[draw] font: x: no such font"),
        ("[draw]\nmodel = 'x'", "[draw] model: x: no such model"),
        ("[draw]\ncharset = 'x'", "[draw] charset: charset 'x' is unknown"),
        ("[draw", "not a TOML file ("),
    ],
)
def test_a_wrong_file_is_refused(user_file: Path, text: str, reason: str) -> None:
    user_file.write_text(text)
    assert refused(CAT).startswith(f"{user_file}: {reason}")


@given(data=st.data())
def test_any_value_is_taken_or_refused_by_file_and_key(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    found = dict(commands_with_options(main))
    path = data.draw(st.sampled_from(sorted(found)))
    key = data.draw(st.sampled_from(sorted(settable(found[path]))))
    scalars = st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(max_size=3)
    lists, tables = st.lists(scalars, max_size=2), st.dictionaries(st.just("a"), scalars)
    value = data.draw(scalars | lists | tables)
    file = tmp_path_factory.mktemp("config") / "config.toml"
    file.write_bytes(tomli_w.dumps(nest((*path, key), value)).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASCIIART_CONFIG", str(file))
        try:
            table, reason = read_defaults(main), ""
        except OptionError as error:
            reason = str(error)
    if reason:
        assert reason.startswith(f"{file}: [{'.'.join(path)}] {key}")
        return
    for name in path:
        table = table[name]
    option = settable(found[path])[key]
    assert repr(table) in (repr({option.name: value}), repr({option.name: [value]}))


def nest(path: tuple[str, ...], value: object) -> dict[str, Any]:
    for name in reversed(path):
        value = {name: value}
    assert isinstance(value, dict)
    return value


def test_a_file_that_cannot_be_read_is_refused(user_file: Path, tmp_path: Path) -> None:
    user_file.mkdir()
    assert refused(CAT) == f"{user_file}: cannot be read (Is a directory)"
    missing = str(tmp_path / "missing.toml")
    reason = f"{missing}: cannot be read (No such file or directory)"
    assert refused("fonts", environ={"ASCIIART_CONFIG": missing}) == reason


@pytest.mark.skipif(os.name != "posix", reason="devices and pipes")
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("kind", ["/dev/zero", "/dev/full", "/dev/random", "pipe", "socket"])
def test_what_is_no_ordinary_file_is_refused_at_once(
    user_file: Path, monkeypatch: pytest.MonkeyPatch, kind: str, named: bool
) -> None:
    monkeypatch.chdir(user_file.parent)
    if kind == "pipe":
        os.mkfifo(user_file)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(user_file.name)
    else:
        user_file.symlink_to(kind)
    environ = {"ASCIIART_CONFIG": str(user_file)} if named else {}
    begun = time.monotonic()
    assert refused(CAT, environ=environ) == f"{user_file}: cannot be read (not an ordinary file)"
    assert time.monotonic() - begun < 5


def test_standard_input_is_no_configuration() -> None:
    """A pipe that nobody writes to, under its names."""
    reader, writer = os.pipe()
    for name in ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"):
        done = subprocess.run(
            [sys.executable, "-m", "asciiart", CAT],
            env={**os.environ, "ASCIIART_CONFIG": name},
            stdin=reader,
            capture_output=True,
            timeout=60,
            check=False,
        )
        reason = b"cannot be read (not an ordinary file)\n"
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr == b"asciiart: " + name.encode() + b": " + reason
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a=" + "[" * 5000, "nested too deeply"),
        ("a=" + "{b=" * 5000, "nested too deeply"),
        ("a" + ".a" * 500_000 + "=1", "a line with too many dots"),
        ("[draw" + ".a" * 5000 + "]", "a line with too many dots"),
        ("[draw]\ncolumns = 1" + "0" * 5000, "Exceeds the limit"),
        ("a = 1\n" * 200_000, "cannot be read (larger than 1,048,576 bytes)"),
        ("[draw" + ".a" * 99 + "]\nb=1", "[draw] a is no option"),
        ("[draw]\nfont = " + "[" * 200 + "]" * 200, "[draw] font must be a text in quotes"),
        (f"[draw]\nfont = '{'x' * 99_999}'", "[draw] font: "),
        (f"[draw]\n{'x' * 99_999} = 1", "[draw] xxx"),
    ],
)
def test_a_file_that_is_hard_to_read_is_refused_in_one_short_line(
    user_file: Path, text: str, reason: str
) -> None:
    user_file.write_text(text)
    begun = time.monotonic()
    line = refused(CAT)
    assert time.monotonic() - begun < 5
    assert line.startswith(f"{user_file}: ")
    assert reason in line
    assert len(line) <= 1500


HOMELESS = """
import os, pwd, sys

def unknown(uid):
    raise KeyError(f"getpwuid(): uid not found: {uid}")

pwd.getpwuid = unknown
from asciiart.__main__ import main
sys.argv = ["asciiart", *sys.argv[1:]]
main()
"""


@pytest.mark.skipif(os.name != "posix", reason="users by number")
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((CAT, "-c", "9"), 0, ""),
        ((CAT, "-c", "9", "--font", "No Such Font"), 2, "No Such Font: no such font"),
        ((CAT, "-c", "9", "--font", "~/x.ttf"), 2, "~/x.ttf: no such font file"),
        (("fonts",), 0, ""),
        (("models",), 0, ""),
        (("config",), 0, ""),
        (("config", "--path"), 1, "there is no home folder to keep the file in"),
        (("config", "--init"), 1, "there is no home folder to keep the file in"),
    ],
)
@pytest.mark.parametrize(
    "environ",
    [{}, {"HOME": "here"}, {"XDG_CACHE_HOME": "a", "XDG_CONFIG_HOME": "b", "XDG_DATA_HOME": "c"}],
    ids=["none", "a relative one", "relative folders"],
)
def test_a_user_without_a_home_draws(
    tmp_path: Path, arguments: tuple[str, ...], code: int, says: str, environ: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HOMELESS, *arguments],
        env={"PATH": "/usr/bin:/bin", **environ},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert done.stderr.count("\n") == (1 if says else 0)
    assert bool(done.stdout) == (code == 0)
    assert list(tmp_path.iterdir()) == []  # no folder called ~


def test_a_folder_that_cannot_be_looked_into_has_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASCIIART_CONFIG")
    environ = {"XDG_CONFIG_HOME": f"/{'a' * 300}"}  # too long for any file
    assert columns(good(CAT, "-c", "20", environ=environ)) == 20
    assert "(no such file; " in good("config", environ=environ)
    result = run("config", "--init", environ=environ)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "cannot be written (File name too long)" in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("COLUMNS", "x", "'x' is not a valid integer."),
        ("MODE", "x", "'x' is not one of 'tone', 'structure', 'auto'."),
        ("DETAIL", "9", "detail must be from 0 to 1, not 9.0"),
    ],
)
def test_a_wrong_variable_is_named(name: str, value: str, reason: str) -> None:
    variable = f"ASCIIART_DRAW_{name}"
    assert refused(CAT, environ={variable: value}) == f"{variable}: {reason}"


def test_both_origins_of_two_that_exclude_each_other_are_named(user_file: Path) -> None:
    reason = "width cannot be combined with columns"
    environ = {"ASCIIART_DRAW_WIDTH": "99", "ASCIIART_DRAW_COLUMNS": "9"}
    places = "ASCIIART_DRAW_COLUMNS and ASCIIART_DRAW_WIDTH"
    assert refused(CAT, "--font", "Mona", environ=environ) == f"{places}: {reason}"
    user_file.write_text("[draw]\nwidth = 99\ncolumns = 9\nmode = 'structure'")
    places = f"{user_file}: [draw] columns and [draw] width"
    assert refused(CAT, "--font", "Mona") == f"{places}: {reason}"


def test_an_error_about_one_option_names_one_origin(user_file: Path) -> None:
    user_file.write_text(
        "[draw]\nnumeric-references = false\ncharset = 'chars:#☀'\ntarget = 'sjis'"
    )
    reason = refused(CAT)
    assert reason.startswith(f"{user_file}: [draw] charset: charset: '☀' ")


def test_wrong_usage_by_a_variable_is_named() -> None:
    group = DrawByDefault("asciiart")

    @group.command()
    @click.option("-m", "--more", type=int)
    def toy(more: int) -> None:
        raise click.UsageError(f"-m {more} needs more")

    result = CliRunner(env={"ASCIIART_TOY_MORE": "3"}).invoke(group, ["toy"])
    assert result.exit_code == 2
    assert result.stderr.startswith("asciiart: ASCIIART_TOY_MORE: -m 3 needs more (")
    result = CliRunner().invoke(group, ["toy", "-m", "3"])
    assert result.stderr.startswith("asciiart: -m 3 needs more (")


def test_what_the_command_line_gives_is_not_blamed_on_the_file(user_file: Path) -> None:
    user_file.write_text("[draw]\ndetail = 0.5\ncontrast = 2\n")
    assert refused(CAT, "--detail", "7") == "--detail must be from 0 to 1, not 7.0"


def test_a_wrong_file_stops_neither_help_nor_completion(user_file: Path) -> None:
    user_file.write_text("[draw")
    assert good("--help").startswith("Usage: ")
    complete = BashComplete(main, {}, "asciiart", "_ASCIIART_COMPLETE")
    offered = complete.get_completions(["draw", "--background"], "")
    assert [item.value for item in offered] == ["dark", "light"]


def test_defaults_hold_in_a_process_of_its_own(user_file: Path) -> None:
    user_file.write_text("[draw]\ncolumns = 12\ndetail = 7\n")
    done = subprocess.run(
        [sys.executable, "-m", "asciiart", CAT],
        capture_output=True,
        env=os.environ,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    reason = "detail must be from 0 to 1, not 7.0"
    assert done.stderr == f"asciiart: {user_file}: [draw] detail: {reason}\n"


CORPUS = TESTS / "fuzz" / "corpora" / "configuration"


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_file_of_the_corpus_is_taken_or_refused(file: Path) -> None:
    result = run("charsets", "box", environ={"ASCIIART_CONFIG": str(file)})
    taken = file.stem in ("empty", "good", "template", "texts", "underscores")
    assert result.exit_code == (0 if taken else 2), result.stderr
    assert result.stderr.count("\n") == (0 if taken else 1)


# Every command takes part


def test_every_command_with_options_takes_part() -> None:
    taking = {path for path, _ in commands_with_options(main)}
    assert {("draw",), ("compare",), ("render",), ("score",), ("train",)} <= taking
    assert not any("config" in path for path in taking)
    for path, command in commands_with_options(main):
        assert all(isinstance(option, click.Option) for option in settable(command).values()), path


def test_every_command_tells_where_a_wrong_default_came_from() -> None:
    for name, command in main.commands.items():
        assert isinstance(command, Defaulted | click.Group) or name == "config", name
