"""Defaults from the user's file and from variables, and the command that shows them."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import tomli_w
from click.shell_completion import BashComplete
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from paths import TESTS

from asciiart.cli.commands.config import template
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

PICTURES = TESTS / "pictures"
CAT = str(PICTURES / "photographs" / "cat.jpg")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the user's file of defaults, which is not there yet."""
    monkeypatch.delenv("ASCIIART_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "asciiart" / "config.toml"
    path.parent.mkdir()
    return path


def run(*arguments: str, **environ: str) -> Result:
    result = CliRunner(env=environ).invoke(main, arguments)
    assert isinstance(result.exception, SystemExit | None), repr(result.exception)
    return result


def good(*arguments: str, **environ: str) -> str:
    """Call the command, which must succeed in silence, and return its standard output."""
    result = run(*arguments, **environ)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def refused(*arguments: str, **environ: str) -> str:
    """Call the command, which must fail as wrong usage, and return its one line without its end."""
    result = run(*arguments, **environ)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("asciiart: ").strip()


def columns(text: str) -> int:
    return max(map(len, text.splitlines()))


# Where a value comes from


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other folders")
def test_the_file_is_in_the_configuration_folder(file: Path) -> None:
    assert config_path() == file
    assert good("config", "--path") == f"{file}\n"


def test_the_command_line_beats_variables_beat_the_file_beats_the_default(file: Path) -> None:
    assert columns(good(CAT)) == 80
    file.write_text("[draw]\ncolumns = 40\n")
    assert columns(good(CAT)) == 40
    assert columns(good(CAT, ASCIIART_DRAW_COLUMNS="30")) == 30
    assert columns(good(CAT, "-c", "20", ASCIIART_DRAW_COLUMNS="30")) == 20


def test_a_table_is_for_its_command_alone(file: Path) -> None:
    file.write_text('[compare]\ncolumns = 20\nfont = "Mona"\n[draw]\ncolumns = 30\n')
    assert columns(good("draw", CAT)) == 30
    lines = good("compare", CAT).splitlines()
    assert len(lines) == 2
    assert "Mona" in lines[1]


def test_keys_may_have_underscores(file: Path) -> None:
    for key in ("max-pixels", "max_pixels"):
        file.write_text(f"[draw]\n{key} = 10\n")
        result = run(CAT)
        assert result.exit_code == 1
        assert "more than --max-pixels 10 allows" in result.stderr


def test_lists_and_flags(file: Path) -> None:
    file.write_text('[compare]\nfont = ["Mona", "Spleen 8x16"]\n')
    assert len(good("compare", CAT, "-c", "20").splitlines()) == 3
    arguments = (CAT, "-c9", "--charset", "chars:#☀", "--target", "sjis")
    file.write_text("[draw]\nnumeric-references = false\n")
    assert run(*arguments).exit_code == 2
    file.write_text("[draw]\nnumeric-references = true\n")
    assert run(*arguments).exit_code == 0


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
    assert columns(good(CAT, "-c", "20", ASCIIART_VERSION="1.0", ASCIIART_HELP="1")) == 20


def test_an_empty_variable_counts_as_unset() -> None:
    assert columns(good(CAT, ASCIIART_DRAW_COLUMNS="")) == 80


@pytest.mark.parametrize(
    ("text", "arguments", "same"),
    [
        ('format = "html"', ("--target", "discord"), True),
        ('color = "16"', ("--target", "discord"), True),
        ('color = "16"\nfill = true', ("--color", "none", "-c", "20"), True),
        ("fill = true", ("-c", "20"), True),
        ("fill = true", ("-c", "20", "--color", "16"), False),
        ('color = "16"\nfill = true', ("--mode", "tone", "-c", "20"), False),
        ('mode = "structure"', ("--color", "16", "--fill", "-c", "20"), True),
        ("outline-share = 0.5", ("--color", "16", "--fill", "-c", "20"), True),
        ("fill = true", ("--color", "16", "--mode", "structure", "-c", "20"), True),
        ("fill = true", ("--color", "16", "--outline-share", "0.5", "-c", "20"), True),
        ('dither = "diffusion"', ("-c", "20"), True),
        ('quality = "best"', ("--color", "16", "--fill", "-c", "20"), True),
        ("detail = 0.8", ("--color", "16", "--fill", "-c", "20"), True),
        ("ink-penalty = 0.8", ("--color", "16", "--fill", "-c", "20"), True),
        ("fill = true", ("--color", "16", "--detail", "0.8", "-c", "20"), True),
        ("fill = true\ndetail = 0.8", ("-c", "20"), False),
        ('color = "16"\nfill = true\ndetail = 0.8', ("-c", "20"), False),
        ("fill = true", ("--color", "16", "--ink-penalty", "0.8", "-c", "20"), True),
        ("fill = true", ("--color", "16", "--quality", "good", "-c", "20"), True),
        ('encoding = "utf-16"', ("--format", "html", "-c", "20"), True),
        ("numeric-references = true", ("--format", "c", "-c", "20"), True),
        ("width = 99", ("-r", "20"), True),
        ("width = 99", ("-r", "20", "--font", "Spleen 8x16"), True),
        ("width = 99", ("-r", "20", "--font", "Mona"), False),
        ("font-size = 18\nline-height = 30", ("--target", "discord"), True),
        ('font = "Mona"\nfont-size = 18', ("--target", "discord"), True),
        ("font-size = 30", ("--target", "sjis", "--width", "99"), False),
        ("columns = 40", ("--width", "200", "--font", "Mona"), True),
        ("width = 300", ("-c", "20", "--font", "Mona"), True),
        ("columns = 40", ("--magnify", "0.2"), True),
        ("rows = 5", ("--magnify", "0.2"), True),
        ("outline-share = 0.5", ("--mode", "structure", "-c", "20"), True),
        ('mode = "structure"', ("--outline-share", "0.2", "-c", "20"), True),
        ('font = "Spleen 8x16"', ("--target", "sjis", "-c", "20"), True),
        ('charset = "box"', ("--target", "sjis", "-c", "20"), True),
        ("columns = 20", ("--target", "sjis"), True),
        ('target = "sjis"', ("--font", "Spleen 8x16", "-c", "20"), False),
        ("columns = 9", ("-r", "20"), False),
    ],
)
def test_an_option_beats_a_default_that_it_stands_instead_of(
    file: Path, text: str, arguments: tuple[str, ...], same: bool
) -> None:
    without = good(CAT, *arguments)
    file.write_text(f"[draw]\n{text}\n")
    assert (good(CAT, *arguments) == without) is same


def test_the_suffix_of_an_output_beats_the_usual_format(file: Path, tmp_path: Path) -> None:
    file.write_text('[draw]\nformat = "json"\ncolumns = 20\n')
    assert good(CAT).startswith("{")
    good(CAT, "-o", str(tmp_path / "art.png"))
    assert (tmp_path / "art.png").read_bytes().startswith(b"\x89PNG")
    good(CAT, "-o", str(tmp_path / "art"))
    assert (tmp_path / "art").read_text().startswith("{")


ENCODED = 'encoding = "cp932"\nnumeric-references = true\n'


@pytest.mark.parametrize("suffix", ["png", "html", "svg", "json", "jsonc"])
def test_a_default_is_for_the_formats_that_it_means_something_in(
    file: Path, tmp_path: Path, suffix: str
) -> None:
    art = tmp_path / f"art.{suffix}"
    good(CAT, "-c", "20", "-o", str(art))
    without = art.read_bytes()
    copy = "copy = true\n" if suffix == "png" else ""
    file.write_text(f"[draw]\n{ENCODED}{copy}")
    good(CAT, "-c", "20", "-o", str(art))
    assert art.read_bytes() == without
    reason = refused(CAT, "-c", "20", "-o", str(art), "--encoding", "cp932")
    assert reason.startswith("--encoding and --numeric-references are for text and ansi, not for ")


def test_what_is_copied_is_text(file: Path, tmp_path: Path) -> None:
    tool = tmp_path / "xclip"
    tool.write_text(f"#!/bin/sh\ncat > {tmp_path}/copied\n", encoding="utf-8")
    tool.chmod(0o755)
    desktop = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "DISPLAY": ":9", "WAYLAND_DISPLAY": ""}
    text = good(CAT, "-c", "20")
    for default in ('color = "16"', 'format = "png"'):
        file.write_text(f"[draw]\n{default}\n")
        assert good(CAT, "-c", "20", "--copy", **desktop) == text
        assert (tmp_path / "copied").read_text(encoding="utf-8") + "\n" == text
    assert "--copy takes text" in refused(CAT, "--copy", "--format", "png")


@pytest.mark.parametrize("color", ["16", "256", "truecolor"])
@pytest.mark.parametrize("target", ["twitch", "discord"])
def test_a_usual_color_is_for_places_that_show_it(file: Path, target: str, color: str) -> None:
    plain = good(CAT, "--target", target)
    file.write_text(f'[draw]\ntarget = "{target}"\ncolor = "{color}"')
    expected = plain
    if (target, color) == ("discord", "16"):
        expected = good(CAT, "--target", "discord", "--color", "16")
        assert expected != plain
    assert good(CAT) == expected
    assert good(CAT, "--target", target, ASCIIART_DRAW_COLOR=color) == plain


def test_a_usual_encoding_is_not_for_json_arts(file: Path, tmp_path: Path) -> None:
    art, picture = str(tmp_path / "art.json"), tmp_path / "art.png"
    good(CAT, "-c", "20", "-o", art, "--charset", "blocks")
    file.write_text('[render]\nencoding = "cp437"')
    good("render", art, "-o", str(picture))
    usual = picture.read_bytes()
    file.unlink()
    good("render", art, "-o", str(picture))
    assert picture.read_bytes() == usual


def test_what_a_json_art_says_of_itself_beats_defaults(file: Path, tmp_path: Path) -> None:
    art, picture = str(tmp_path / "art.json"), tmp_path / "art.png"
    good(CAT, "-c", "20", "-o", art, "--font", "Spleen 8x16")
    shown = []
    for text, options in [("", ()), ('[render]\nfont = "Mona"\nbackground = "light"', ())]:
        file.write_text(text)
        good("render", art, "-o", str(picture), *options)
        shown.append(picture.read_bytes())
    assert shown[0] == shown[1]
    good("render", art, "-o", str(picture), "--background", "light")
    assert picture.read_bytes() != shown[0]
    good(CAT, "-c", "20", "-o", f"{tmp_path}/art.txt")
    assert "ghostly" in refused(
        "render", f"{tmp_path}/art.txt", "-o", str(picture), ASCIIART_RENDER_FONT="ghostly"
    )


def test_a_configuration_of_training_beats_defaults(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the lowest versions are tried without training")
    mine = tmp_path / "mine.toml"
    mine.write_text('steps = 2\nfonts = ["DejaVu Sans Mono"]\n')
    arguments = ("train", "--out", "/dev/null/none", "--config", str(mine))
    result = run(*arguments, ASCIIART_TRAIN_STEPS="0")
    assert (result.exit_code, "/dev/null/none: cannot be written" in result.stderr) == (1, True)
    assert refused(*arguments, "--steps", "0").startswith("steps must be")
    named = {"ASCIIART_TRAIN_CONFIG": str(mine), "ASCIIART_TRAIN_STEPS": "0"}
    assert "steps must be" in refused(*arguments[:3], **named)


def test_help_shows_the_defaults_that_hold(file: Path) -> None:
    file.write_text('[draw]\nmode = "structure"\n')
    assert "[default: structure]" in good("draw", "--help")


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
        ("[draw]\nmode = 'x'", "[draw] mode: 'x' is not one of 'tone', 'structure'."),
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
def test_a_wrong_file_is_refused(file: Path, text: str, reason: str) -> None:
    file.write_text(text)
    assert refused(CAT).startswith(f"{file}: {reason}")


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


def test_a_file_that_cannot_be_read_is_refused(file: Path, tmp_path: Path) -> None:
    file.mkdir()
    assert refused(CAT) == f"{file}: cannot be read (Is a directory)"
    missing = str(tmp_path / "missing.toml")
    reason = f"{missing}: cannot be read (No such file or directory)"
    assert refused("fonts", ASCIIART_CONFIG=missing) == reason


@pytest.mark.skipif(os.name != "posix", reason="devices and pipes")
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("kind", ["/dev/zero", "/dev/full", "/dev/random", "pipe", "socket"])
def test_what_is_no_ordinary_file_is_refused_at_once(
    file: Path, monkeypatch: pytest.MonkeyPatch, kind: str, named: bool
) -> None:
    monkeypatch.chdir(file.parent)
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(file.name)
    else:
        file.symlink_to(kind)
    environ = {"ASCIIART_CONFIG": str(file)} if named else {}
    begun = time.monotonic()
    assert refused(CAT, **environ) == f"{file}: cannot be read (not an ordinary file)"
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
    file: Path, text: str, reason: str
) -> None:
    file.write_text(text)
    begun = time.monotonic()
    line = refused(CAT)
    assert time.monotonic() - begun < 5
    assert line.startswith(f"{file}: ")
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
    name = f"/{'a' * 300}"  # too long for any file
    assert columns(good(CAT, "-c", "20", XDG_CONFIG_HOME=name)) == 20
    assert "(no such file; " in good("config", XDG_CONFIG_HOME=name)
    result = run("config", "--init", XDG_CONFIG_HOME=name)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "cannot be written (File name too long)" in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("COLUMNS", "x", "'x' is not a valid integer."),
        ("MODE", "x", "'x' is not one of 'tone', 'structure'."),
        ("DETAIL", "9", "detail must be from 0 to 1, not 9.0"),
    ],
)
def test_a_wrong_variable_is_named(name: str, value: str, reason: str) -> None:
    variable = f"ASCIIART_DRAW_{name}"
    assert refused(CAT, **{variable: value}) == f"{variable}: {reason}"


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


def test_what_the_command_line_gives_is_not_blamed_on_the_file(file: Path) -> None:
    file.write_text("[draw]\ndetail = 0.5\ncontrast = 2\n")
    assert refused(CAT, "--detail", "7") == "--detail must be from 0 to 1, not 7.0"


def test_a_wrong_file_stops_neither_help_nor_completion(file: Path) -> None:
    file.write_text("[draw")
    assert good("--help").startswith("Usage: ")
    complete = BashComplete(main, {}, "asciiart", "_ASCIIART_COMPLETE")
    offered = complete.get_completions(["draw", "--background"], "")
    assert [item.value for item in offered] == ["dark", "light"]


# asciiart config


def test_what_is_set_is_shown_with_its_place(file: Path) -> None:
    file.write_text('[draw]\nfont = "Mona"\ncolumns = 40\n[lab.train]\nseed = 3\n')
    shown = good("config", ASCIIART_DRAW_COLUMNS="30", ASCIIART_COMPARE_FONT="a b")
    assert shown == (
        f"# {file}\n"
        '\n[draw]\ncolumns = 30  # ASCIIART_DRAW_COLUMNS\nfont = "Mona"  # file\n'
        '\n[compare]\nfont = ["a", "b"]  # ASCIIART_COMPARE_FONT\n'
        "\n[lab.train]\nseed = 3  # file\n"
    )
    assert tomllib.loads(shown)["draw"] == {"columns": 30, "font": "Mona"}


def test_without_a_file_it_says_how_to_make_one(file: Path) -> None:
    expected = f"# {file}  (no such file; asciiart config --init writes it)\n"
    assert good("config") == expected


def test_variables_of_no_option_are_told() -> None:
    shown = good("config", ASCIIART_DRAW_COLOUR="auto", ASCIIART_HOME="/x")
    assert shown.splitlines()[1:] == ["", "# ASCIIART_DRAW_COLOUR belongs to no option"]


def test_a_wrong_variable_is_named_there_too() -> None:
    reason = refused("config", ASCIIART_DRAW_COLUMNS="x")
    assert reason == "ASCIIART_DRAW_COLUMNS: 'x' is not a valid integer."


def test_init_writes_a_file_that_sets_nothing_yet(file: Path) -> None:
    file.parent.rmdir()
    before = good(CAT)
    assert good("config", "--init") == f"{file}\n"
    assert good("config") == f"# {file}\n"
    assert good(CAT) == before


def test_init_keeps_a_file_that_is_there(file: Path) -> None:
    file.write_text("[draw]\n")
    result = run("config", "--init")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"asciiart: {file}: already exists")
    assert file.read_text() == "[draw]\n"


def test_the_written_file_names_every_option_and_its_default(file: Path) -> None:
    text = template(main)
    assert all(len(line) <= 100 for line in text.splitlines())
    # Letters stand for numbers where there is no default.
    file.write_text(
        re.sub(r"(?m)^#([a-z-]+ = )([A-Z]+$)?", lambda m: m[1] + "1" * bool(m[2]), text)
    )
    tables = tomllib.loads(file.read_text())
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
    file.write_text(tomli_w.dumps(tables))
    good("config")  # every default is taken


@pytest.mark.parametrize("there", [True, False])
def test_edit_opens_the_file(file: Path, tmp_path: Path, there: bool) -> None:
    editor, met = tmp_path / "editor", tmp_path / "met"
    editor.write_text(f'#!/bin/sh\ncp "$1" "{met}"\necho "[draw]\ncolumns = 33" > "$1"\n')
    editor.chmod(0o755)
    if there:
        file.write_text("[draw")
    assert good("config", "--edit", VISUAL=str(editor)) == ""
    assert met.read_text() == ("[draw" if there else template(main))
    assert columns(good(CAT)) == 33


def test_edit_says_what_is_wrong_then(file: Path) -> None:
    file.write_text("[draw]\nx = 3\n")
    assert refused("config", "--edit", VISUAL="true") == f"{file}: [draw] x is no option"
    result = run("config", "--edit", VISUAL="false")
    assert (result.exit_code, result.stderr) == (1, "asciiart: false: Editing failed\n")


def test_one_thing_at_a_time() -> None:
    assert "exclude one another" in refused("config", "--init", "--edit")


def test_defaults_hold_in_a_process_of_its_own(file: Path) -> None:
    file.write_text("[draw]\ncolumns = 12\ndetail = 7\n")
    done = subprocess.run(
        [sys.executable, "-m", "asciiart", CAT],
        capture_output=True,
        env=os.environ,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    reason = "detail must be from 0 to 1, not 7.0"
    assert done.stderr == f"asciiart: {file}: [draw] detail: {reason}\n"


def test_every_command_with_options_takes_part() -> None:
    taking = {path for path, _ in commands_with_options(main)}
    assert {("draw",), ("compare",), ("render",), ("score",), ("train",)} <= taking
    assert not any("config" in path for path in taking)
    for path, command in commands_with_options(main):
        assert all(isinstance(option, click.Option) for option in settable(command).values()), path


def test_every_command_tells_where_a_wrong_default_came_from() -> None:
    for name, command in main.commands.items():
        assert isinstance(command, Defaulted | click.Group) or name == "config", name


CORPUS = TESTS / "fuzz" / "corpora" / "configuration"


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_file_of_the_corpus_is_taken_or_refused(file: Path) -> None:
    result = run("charsets", "box", ASCIIART_CONFIG=str(file))
    taken = file.stem in ("empty", "good", "template", "texts", "underscores")
    assert result.exit_code == (0 if taken else 2), result.stderr
    assert result.stderr.count("\n") == (0 if taken else 1)


def test_what_a_terminal_would_obey_is_shown_as_escapes(file: Path) -> None:
    file.write_text('[draw]\nfont = "a\\u001b[2J\\u009b\\u202e"\n', encoding="utf-8")
    shown = good("config", ASCIIART_DRAW_CHARSET="b\x9b\u202e", **{"ASCIIART_X\x1b": "1"})
    assert r'font = "a\u001b[2J\x9b\u202e"  # file' in shown
    assert r'charset = "b\x9b\u202e"  # ASCIIART_DRAW_CHARSET' in shown
    assert r"# ASCIIART_X\x1b belongs to no option" in shown
    odd = str(file.parent / "c\x1b.toml")
    assert good("config", "--path", ASCIIART_CONFIG=odd).endswith("c\\x1b.toml\n")
