"""--preset: options that go together, each of which can be set otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import CAT, good, refused, run

from asciiart.cli.main import main
from asciiart.cli.presets import PRESETS

SIZE = ("-c", "20")


@pytest.mark.parametrize(
    ("name", "spelled_out"),
    [
        ("text", ("--mode", "tone")),
        ("lines", ("--mode", "structure")),
        ("color", ("--mode", "tone", "--color", "auto")),
        ("blocks", ("--charset", "half", "--fill", "--color", "auto")),
        ("braille", ("--mode", "tone", "--charset", "braille", "--dither", "diffusion")),
        ("photo", ("--charset", "blocks", "--fill", "--color", "auto")),
    ],
)
def test_a_preset_is_what_it_spells_out(
    name: str, spelled_out: tuple[str, ...], tmp_path: Path
) -> None:
    pages = [str(tmp_path / f"{number}.html") for number in range(2)]
    good(CAT, *SIZE, "--preset", name, "-o", pages[0])
    good(CAT, *SIZE, *spelled_out, "-o", pages[1])
    assert Path(pages[0]).read_bytes() == Path(pages[1]).read_bytes()
    assert good(CAT, *SIZE, "--preset", name) == good(CAT, *SIZE, *spelled_out)


def test_presets_set_options_that_exist() -> None:
    names = {parameter.name for parameter in main.commands["draw"].params}
    assert all(preset.options.keys() <= names for preset in PRESETS.values())


def test_an_option_of_the_command_line_goes_before_a_preset() -> None:
    for order in (("--preset", "lines", "--mode", "tone"), ("--mode", "tone", "--preset", "lines")):
        assert good(CAT, *SIZE, *order) == good(CAT, *SIZE, "--mode", "tone")
    shaded = good(CAT, *SIZE, "--preset", "photo", "--charset", "ascii", "--color", "16")
    assert shaded == good(CAT, *SIZE, "--charset", "ascii", "--color", "16", "--fill")


def test_a_preset_goes_before_the_user_s_file(user_file: Path) -> None:
    expected = good(CAT, *SIZE, "--mode", "structure", "--charset", "ascii+box")
    user_file.write_text('[draw]\nmode = "tone"\ncharset = "ascii+box"\n')
    assert good(CAT, *SIZE, "--preset", "lines") == expected


def test_a_wrong_option_of_a_preset_names_it() -> None:
    reason = refused(CAT, "--preset", "lines", "--outline-share", "0.5", "--fill")
    assert "--fill" in reason
    result = run(CAT, "--preset", "braille", "--font", "Mona")
    assert result.exit_code == 2
    assert "Mona has none of these characters" in result.stderr
    assert "config" not in result.stderr
