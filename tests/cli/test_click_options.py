"""Options of commands: made from the library's, under names of now and of before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.shell_completion import BashComplete
from click.testing import CliRunner
from command_line import CAT

from asciiart.cli.click_options import all_options, chosen, make_option, options_of
from asciiart.cli.defaults import commands_with_options, settable
from asciiart.cli.main import main
from asciiart.options import ArtistOptions, Options, ReadArtOptions, declared


def run(*arguments: str, **environment: str) -> str:
    result = CliRunner(env=environment).invoke(main, arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def help_of(*options: Callable[[Any], Any]) -> str:
    def toy(**_: object) -> None: ...

    for option in options:
        option(toy)
    return " ".join(CliRunner().invoke(click.command(toy), ["--help"]).stdout.split())


def test_draw_has_every_option_of_the_library() -> None:
    library = [*declared(Options), *declared(ArtistOptions)]
    names = {each.name.replace("_", "-") for each in library if not each.option.library_only}
    assert names <= settable(main.commands["draw"]).keys()
    assert "palette" not in settable(main.commands["draw"])


def test_help_has_range_default_and_short_name() -> None:
    assert "--contrast X Scale differences from middle gray. From 0 to 10. [default: 1.0]" in (
        help_of(make_option("contrast"))
    )
    assert "-r, --rows N Lines. With --columns too, " in help_of(make_option("rows"))
    assert "--brightness X " in help_of(make_option("brightness"))
    assert "[default: 0.0]" in help_of(make_option("brightness"))
    assert "[default" not in help_of(make_option("fill"))


def test_a_command_changes_what_it_has_otherwise() -> None:
    changed = make_option("columns", default=9, note="Not many.")
    assert "From 1 to 10000. Not many. [default: 9]" in help_of(changed)
    shown = help_of(all_options(without=("gamma",), columns={"none_means": "a few"}))
    assert "--gamma" not in shown
    assert "[default: a few]" in shown
    assert shown.index("--mode") < shown.index("--columns") < shown.index("--font ")


def test_options_of_a_class_stand_in_its_order() -> None:
    shown = help_of(options_of(ReadArtOptions))
    places = [shown.index(f"--{each.name.replace('_', '-')} ") for each in declared(ReadArtOptions)]
    assert places == sorted(places)
    assert "--background [dark|light] Page behind the text. [default: the one in JSON" in shown


def test_values_become_options() -> None:
    values = {"gamma": 2.0, "font": "Mona", "output": "x", "fill": False}
    assert chosen(Options, values, fill=True) == Options(gamma=2.0, fill=True)
    assert chosen(ArtistOptions, values) == ArtistOptions(font="Mona")


def test_every_boolean_of_a_file_has_a_negation() -> None:
    for path, command in commands_with_options(main):
        for name, option in settable(command).items():
            assert option.secondary_opts == [f"--no-{name}"] * option.is_flag, (path, name)
    assert "--strict / --no-strict Refuse damaged" in help_of(make_option("strict"))


def test_a_former_name_has_a_negation_too() -> None:
    toy = click.command(make_option("numeric_references")(lambda **_: None))
    for number, given in enumerate(("no-numeric-references", "no-references", "references")):
        context = toy.make_context("toy", [f"--{given}"], default_map={"numeric_references": True})
        assert context.params == {"numeric_references": number == 2}
    assert "--references" not in help_of(make_option("numeric_references"))
    assert "--no-references" not in help_of(make_option("numeric_references"))


FORMER = [("--structure", "--outline-share", "0.5"), ("--simple", "--ink-penalty", "0.8")]


@pytest.mark.parametrize(("former", "name", "value"), FORMER)
def test_a_former_name_still_works(former: str, name: str, value: str, tmp_path: Path) -> None:
    plain = run(CAT, "-c", "60")
    expected = run(CAT, "-c", "60", name, value)
    assert expected != plain
    assert run(CAT, "-c", "60", former, value) == expected
    assert run(CAT, "-c", "60", f"{former}={value}") == expected
    key = former.removeprefix("--")
    assert run(CAT, "-c", "60", **{f"ASCIIART_DRAW_{key.upper()}": value}) == expected
    file = tmp_path / "config.toml"
    file.write_text(f"[draw]\n{key} = {value}\n")
    assert run(CAT, "-c", "60", ASCIIART_CONFIG=str(file)) == expected
    assert f"\n{name.removeprefix('--')} = {value}  # file" in run(
        "config", ASCIIART_CONFIG=str(file)
    )


@pytest.mark.parametrize(("former", "name"), [pair[:2] for pair in FORMER])
def test_a_former_name_is_not_shown(former: str, name: str) -> None:
    shown = run("draw", "--help")
    assert f"{name} X" in shown
    assert f"{former} " not in shown
    complete = BashComplete(main, {}, "asciiart", "_ASCIIART_COMPLETE")
    offered = {item.value for item in complete.get_completions(["draw", CAT], former[:4])}
    assert former not in offered


def test_a_former_variable_is_known_and_blamed() -> None:
    shown = run("config", ASCIIART_DRAW_STRUCTURE="0.5")
    assert "outline-share = 0.5  # ASCIIART_DRAW_STRUCTURE" in shown
    assert "no option" not in shown
    result = CliRunner(env={"ASCIIART_DRAW_STRUCTURE": "7"}).invoke(main, [CAT])
    assert result.exit_code == 2
    assert result.stderr == (
        "asciiart: ASCIIART_DRAW_STRUCTURE: outline_share must be from 0 to 1, not 7.0\n"
    )
