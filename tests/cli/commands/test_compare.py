from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from command_line import ANTENNA, CAT, refused
from paths import MPLUS, ROOT, TESTS
from PIL import Image, ImageOps
from wcwidth import wcswidth

from asciiart.cli.main import main

DEJAVU, SPLEEN = "DejaVu Sans Mono", "Spleen 8x16"
SMALL = ("-c", "24", "--font", SPLEEN)


def run(*arguments: str, data: bytes | None = None) -> Result:
    """Call the command; nothing but SystemExit may come out of it."""
    result = CliRunner().invoke(main, ["compare", *arguments], input=data)
    assert isinstance(result.exception, SystemExit | None), repr(result.exception)
    return result


def good(*arguments: str, data: bytes | None = None) -> list[list[str]]:
    """Call the command, which must succeed in silence, and return its table."""
    result = run(*arguments, data=data)
    assert (result.exit_code, result.stderr) == (0, "")
    return cells(result.stdout)


def cells(table: str) -> list[list[str]]:
    """Return the rows of a table, whose lines must be equally wide."""
    lines = table.splitlines()
    assert len({wcswidth(line) for line in lines}) == 1
    return [re.split(r"  +", line.strip()) for line in lines]


def test_help() -> None:
    text = " ".join(run("--help").stdout.split())
    assert text.startswith("Usage: asciiart compare [OPTIONS] PICTURE...")
    assert "ranked by mean oriented F" in text
    assert "needs more rows" in text


def test_structure() -> None:
    names, first, second = good(
        ANTENNA, *SMALL, "--mode", "structure", "--charset", "ascii", "--charset", "box"
    )
    figures = ["oriented F", "precision", "recall"]
    assert names == ["font", "charset", *figures, "characters", "seconds"]
    assert [first[0], second[0]] == ["1", "2"]
    assert {first[1], second[1]} == {SPLEEN}
    assert {first[2], second[2]} == {"ascii", "box"}
    assert float(first[3]) > float(second[3])
    assert re.fullmatch(r"\d+ of \d+", first[6])
    assert re.fullmatch(r"\d+\.\d\d", first[7])


def test_tone() -> None:
    names, row = good(CAT, *SMALL)
    assert names[2:5] == ["score", "tone r", "detail r"]
    score, r, detail = map(float, row[3:6])
    assert score == pytest.approx((r + detail) / 2, abs=0.001)
    assert row[6].endswith(" of 95")


@pytest.mark.parametrize("mode", ["structure", "tone"])
@pytest.mark.parametrize("font", [DEJAVU, "Mona"])
def test_figures_are_those_of_score(tmp_path: Path, mode: str, font: str) -> None:
    art = str(tmp_path / "art.json")
    options = ["--font", font, "--mode", mode, "--background", "light", "-c", "40"]
    assert CliRunner().invoke(main, [ANTENNA, *options, "-o", art]).exit_code == 0
    told = CliRunner().invoke(main, ["score", ANTENNA, art]).stdout.split()
    own = {"structure": slice(2, 7, 2), "tone": slice(9, 13, 3)}[mode]
    _, row = good(ANTENNA, *options)
    assert row[3 if mode == "structure" else 4 : 6] == told[own]


@pytest.mark.parametrize("mode", ["structure", "tone"])
def test_figures_of_cropped_art_are_nearly_those_of_score(tmp_path: Path, mode: str) -> None:
    art, wide = str(tmp_path / "art.json"), str(tmp_path / "wide.png")
    with Image.open(ANTENNA) as drawing:
        ImageOps.expand(drawing.convert("L"), (300, 50, 400, 150), 255).save(wide)
    options = ["--font", DEJAVU, "--mode", mode, "--background", "light", "-c", "40"]
    options += ["--crop", "subject"]
    assert CliRunner().invoke(main, [wide, *options, "-o", art]).exit_code == 0
    told = CliRunner().invoke(main, ["score", wide, art]).stdout.split()
    own = {"structure": slice(2, 7, 2), "tone": slice(9, 13, 3)}[mode]
    _, row = good(wide, *options)
    figures = [float(each) for each in row[3 if mode == "structure" else 4 : 6]]
    assert [float(each) for each in told[own]] == pytest.approx(figures, abs=0.02)


def test_the_same_table_every_time_but_for_the_seconds() -> None:
    first, second = (good(ANTENNA, CAT, "-c", "20") for _ in range(2))
    assert [row[:-1] for row in first] == [row[:-1] for row in second]
    assert len(first) == 5


def test_wide_and_odd_names_keep_their_columns(tmp_path: Path) -> None:
    font = tmp_path / "my\x1b\nfont.otf"
    font.write_bytes(MPLUS.read_bytes())
    rows = good(CAT, "-c", "12", "--font", str(font), "--charset", "chars:漢字かな.", "--charset",
        "ascii")  # fmt: skip
    assert {row[1] for row in rows[1:]} == {f"{tmp_path}/my\\x1b\\nfont.otf"}
    assert {row[2] for row in rows[1:]} == {"chars:漢字かな.", "ascii"}


@pytest.mark.parametrize(
    "options",
    [
        ("--background", "light"),
        ("--detail", "1"),
        ("--mode", "structure"),
        ("-c", "30"),
        ("--crop", "subject"),
    ],
)
def test_options_change_the_figures(options: tuple[str, ...]) -> None:
    assert good(CAT, *SMALL, *options)[1][3:6] != good(CAT, *SMALL)[1][3:6]


def test_the_subject_s_weight_changes_the_figures() -> None:
    little, much = (good(CAT, *SMALL, "--mode", "structure", "--subject", x) for x in ("0", "1"))
    assert little[1][3:6] != much[1][3:6]


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-").write_bytes(b"not this")
    two = ("-c", "24", "--font", SPLEEN, "--font", DEJAVU)
    named, piped = good(CAT, *two), good("-", *two, data=Path(CAT).read_bytes())
    assert [row[:-1] for row in piped] == [row[:-1] for row in named]


@pytest.mark.parametrize("data", [b"", b"text"])
def test_bad_standard_input(data: bytes) -> None:
    result = run("-", *SMALL, data=data)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("asciiart: standard input: ")


def test_closed_standard_input() -> None:
    command = shlex.join([sys.executable, "-m", "asciiart", "compare", "-", *SMALL])
    done = subprocess.run(
        ["/bin/sh", "-c", f"{command} <&-"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("asciiart: standard input: cannot be read (")
    assert len(done.stderr.splitlines()) == 1


def test_a_sheet_beside_the_table(tmp_path: Path) -> None:
    file = tmp_path / "sheet.png"
    assert len(good(CAT, *SMALL, "-o", str(file))) == 2
    with Image.open(file) as sheet:
        assert sheet.format == "PNG"
        assert sheet.width > 2 * 24 * 8
    assert list(tmp_path.iterdir()) == [file]


# What goes wrong


def test_others_are_compared_beside_bad_ones(tmp_path: Path) -> None:
    (tmp_path / "junk.png").write_bytes(b"junk")
    result = run(
        f"{tmp_path}/no.png", CAT, f"{tmp_path}/junk.png", "-c", "20",
        "--font", DEJAVU, "--font", SPLEEN, "--charset", "braille",
        "-o", f"{tmp_path}/sheet.png",
    )  # fmt: skip
    assert result.exit_code == 1
    assert [row[:3] for row in cells(result.stdout)[1:]] == [["1", SPLEEN, "braille"]]
    first, second, third = result.stderr.splitlines()
    assert first.startswith("asciiart: charset 'braille': DejaVu Sans Mono has none of these")
    assert second == f"asciiart: {tmp_path}/no.png: cannot be read (No such file or directory)"
    assert third == f"asciiart: {tmp_path}/junk.png: not a picture that can be read"
    assert (tmp_path / "sheet.png").stat().st_size


@pytest.mark.parametrize(
    ("code", "part", "arguments"),
    [
        (1, "{tmp}/no.png: cannot be read", ("{tmp}/no.png",)),
        (1, "charset 'braille': DejaVu", (CAT, "--font", DEJAVU, "--charset", "braille")),
        (1, "charset 'chars:a漢': DejaVu", (CAT, "--font", DEJAVU, "--charset", "chars:a漢")),
        (1, "bomb.png: 30000 x 30000", ("tests/data/bad/bomb.png",)),
        (2, "Nonsense: no such font", (CAT, "--font", DEJAVU, "--font", "Nonsense")),
        (2, "charset 'klingon' is unknown", (CAT, "--charset", "klingon")),
        (2, "no character but the space", (CAT, "--charset", "")),
        (2, "nonsense: no such model", (CAT, "--model", "nonsense")),
        (2, "--columns must be from 1 to 10000, not 0", (CAT, "-c", "0")),
        (2, "--columns must be from 1 to 10000", (CAT, "-c", "100000")),
        (2, "--detail must be from 0 to 1", (CAT, "--detail", "2")),
        (2, "'PICTURE...'", ()),
        (2, "x.svg: asciiart compare writes PNG files only", (CAT, "-o", "x.svg")),
        (2, "-: asciiart compare writes PNG files only", (CAT, "-o", "-")),
    ],
)
def test_one_line(
    tmp_path: Path,
    code: int,
    part: str,
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    result = run(*(argument.replace("{tmp}", str(tmp_path)) for argument in arguments))
    assert (result.exit_code, result.stdout) == (code, "")
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("asciiart: ")
    assert part.replace("{tmp}", str(tmp_path)) in result.stderr


def test_a_sheet_that_cannot_be_written(tmp_path: Path) -> None:
    result = run(CAT, *SMALL, "-o", f"{tmp_path}/no/sheet.png")
    assert result.exit_code == 1
    assert len(cells(result.stdout)) == 2
    assert result.stderr.startswith(f"asciiart: {tmp_path}/no/sheet.png: cannot be written")


def test_no_sheet_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "sheet.png").write_text("the old one")
    assert run("/no/such.png", *SMALL, "-o", f"{tmp_path}/sheet.png").exit_code == 1
    assert (tmp_path / "sheet.png").read_text() == "the old one"


def test_the_help_imports_nothing_heavy_and_comparing_no_torch() -> None:
    heavy = "{'cv2', 'faiss', 'onnxruntime', 'PIL', 'rich', 'torch'}"
    for arguments, expected in ((["--help"], []), ([CAT, "-c", "9"], ["PIL", "cv2", "faiss"])):
        script = (
            "import sys\nfrom asciiart.cli.main import main\n"
            f"try: main(['compare', *{arguments!r}])\n"
            f"finally: print(sorted({heavy} & set(sys.modules)), file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
        found = done.stderr.decode()
        assert "torch" not in found
        assert "rich" not in found
        assert all(name in found for name in expected)
        assert (found == "[]\n") == (not expected)


def test_libtiff_is_mute(tmp_path: Path) -> None:
    """Of some damaged bytes of a compressed TIFF, it speaks."""
    whole = (TESTS / "data" / "good" / "lzw.tiff").read_bytes()
    files = [tmp_path / f"{i}.tiff" for i in range(8, len(whole), max(1, len(whole) // 60))]
    for file in files:
        i = int(file.stem)
        file.write_bytes(whole[:i] + bytes([whole[i] ^ 0xFF]) + whole[i + 1 :])
    command = [sys.executable, "-m", "asciiart", "compare", *map(str, files), *SMALL]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr
    for line in done.stderr.splitlines():
        assert line.startswith(f"asciiart: {tmp_path}/")


def test_pictures_are_compared_in_one_mode() -> None:
    assert "'auto' is not one of 'tone', 'structure'" in refused("compare", CAT, "--mode", "auto")
