"""What goes wrong on the user's side: one line on stderr that names it, exit code 1 or 2."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from command_line import CAT
from paths import DEJAVU, ROOT, TESTS

from asciiart.cli.main import main

BAD = TESTS / "data" / "bad"
MODEL = ROOT / "models" / "standard"
ART = "ab\ncd\n"
MEBIBYTE = 1 << 20

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")


@pytest.fixture(autouse=True, scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache of these tests' own, which they share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))


def fails(code: int, *parts: str, arguments: tuple[str, ...], data: bytes | None = None) -> None:
    """Check that a command line ends with one line on stderr that holds the parts."""
    result = CliRunner().invoke(main, arguments, input=data)
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    check(code, *parts, got=result.exit_code, out=result.stdout, err=result.stderr)


def check(code: int, *parts: str, got: int, out: str, err: str) -> None:
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("asciiart: ")
    assert err.endswith("\n")
    assert err[:-1].isprintable()
    for part in parts:
        assert part in err
    assert got == code


def draws(*arguments: str) -> str:
    """Draw, which must succeed, and return the art."""
    result = CliRunner().invoke(main, [CAT, "-c", "20", *arguments])
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def shell(script: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script, in which "$@" is the command with its arguments."""
    return subprocess.run(
        ["/bin/sh", "-c", script, "sh", sys.executable, "-m", "asciiart", *arguments],
        capture_output=True,
        env={**os.environ, **environ},
        text=True,
        errors="replace",
        check=False,
    )


# Arguments; {tmp} is the folder that `prepared` fills.

CASES: dict[str, tuple[int, str, str]] = {
    "missing": (1, "{tmp}/no.png: cannot be read (No such file", "{tmp}/no.png"),
    "empty": (1, "{tmp}/empty.png: the file is empty", "{tmp}/empty.png"),
    "a folder": (1, "{tmp}/empty.png: the file is empty", "{tmp}"),
    "no name": (1, "'': cannot be read", "''"),
    "line break in the name": (1, r"a\nb.png", "'a\nb.png'"),
    "terminal code in the name": (1, r"\x1b[31m.png", "\x1b[31m.png"),
    "bomb": (1, "bomb.png: 30000 x 30000 pixels are more", "{bad}/bomb.png"),
    "bomb to score": (1, "bomb.png: 30000 x 30000", "score {bad}/bomb.png {tmp}/a"),
    "--max-pixels": (1, "cat.jpg: ", "{cat} --max-pixels 1000"),
    # Options
    "columns 0": (2, "--columns must be from 1 to 10000, not 0", "{cat} -c 0"),
    "columns -1": (2, "--columns must be from 1 to 10000, not -1", "{cat} -c -1"),
    "columns 100000": (2, "--columns must be from 1 to 10000, not 100000", "{cat} -c 100000"),
    "columns huge": (
        2,
        "--columns must be from 1 to 10000, not 99999",
        "{cat} -c 999999999999999999999999999999",
    ),
    "columns ten": (2, "'--columns': 'ten' is not a valid integer", "{cat} -c ten"),
    "columns 1.5": (2, "'--columns': '1.5' is not a valid integer", "{cat} -c 1.5"),
    "rows 0": (2, "--rows must be from 1 to 10000, not 0", "{cat} --rows 0"),
    "rows 100000": (2, "--rows must be from 1 to 10000, not 100000", "{cat} --rows 100000"),
    "magnify nan": (2, "--magnify must be above 0, not nan", "{cat} --magnify nan"),
    "magnify inf": (2, "--magnify must be above 0, not inf", "{cat} --magnify inf"),
    "two sizes": (2, "--magnify cannot be combined", "{cat} --magnify 1 -c 20"),
    "contrast 11": (2, "--contrast must be from 0 to 10, not 11", "{cat} --contrast 11"),
    "contrast nan": (2, "--contrast must be", "{cat} --contrast nan"),
    "brightness 2": (2, "--brightness must be from -1 to 1", "{cat} --brightness 2"),
    "gamma 0": (2, "--gamma must be from 0.1 to 10", "{cat} --gamma 0"),
    "detail -0.1": (2, "--detail must be from 0 to 1", "{cat} --detail -0.1"),
    "neighbors 0": (2, "--neighbors must be from 1", "{cat} --neighbors 0"),
    "max-pixels 0": (2, "--max-pixels must be at least 1", "{cat} --max-pixels 0"),
    "mode": (2, "'--mode': 'dark' is not one of", "{cat} --mode dark"),
    "background": (2, "'--background': 'red'", "{cat} --background red"),
    "color": (2, "'--color': '8' is not one of", "{cat} --color 8"),
    "unknown option": (2, "--colums", "{cat} --colums 3"),
    "no picture": (2, "'PICTURE...'", "draw"),
    "option without value": (2, "--columns", "{cat} --columns"),
    "no output": (2, "--output", "render {tmp}/a"),
    "one file to score": (2, "'ART'", "score {cat}"),
    # Outputs
    "unknown suffix": (2, "art.xyz: suffix '.xyz' is of no format", "{cat} -o art.xyz"),
    "unknown format": (2, "'--format': 'gif'", "{cat} --format gif"),
    "one output for two": (2, "-o takes one picture", "{cat} {cat} -o {tmp}/x.txt"),
    "output is a folder": (1, "{tmp}: cannot be written (Is a dir", "{cat} -c 9 -o {tmp}"),
    "no output folder": (1, "{tmp}/no/x.txt: cannot be", "{cat} -c 9 -o {tmp}/no/x.txt"),
    "a file as folder": (1, "{tmp}/a/x.txt: cannot be", "{cat} -c 9 -o {tmp}/a/x.txt"),
    "render to svg": (2, "x.svg: asciiart render writes PNG", "render {tmp}/a -o x.svg"),
    "render to a folder": (1, "{tmp}: cannot be written", "render {tmp}/a -o {tmp}"),
    # Fonts, models and characters
    "unknown font": (2, "Comic Nonsense: no such font (bundled: ", "{cat} --font 'Comic Nonsense'"),
    "missing font file": (2, "{tmp}/no.ttf: no such font file", "{cat} --font {tmp}/no.ttf"),
    "font is a folder": (2, "{tmp}/: no such font file", "{cat} --font {tmp}/"),
    "font is none": (2, "{tmp}/junk.ttf: not a font", "{cat} --font {tmp}/junk.ttf"),
    "font is empty": (2, "{tmp}/empty.ttf: not a font", "{cat} --font {tmp}/empty.ttf"),
    "font is cut short": (2, "{tmp}/short.ttf: not a font", "{cat} --font {tmp}/short.ttf"),
    "font of nobody": (2, "~nobody-here/x.ttf: no such font", "{cat} --font ~nobody-here/x.ttf"),
    "font is a picture": (2, "cat.jpg: not a font", "{cat} --font {cat}"),
    "unknown font to score": (2, "Nonsense: no such", "score {cat} {tmp}/a --font Nonsense"),
    "unknown charset": (2, "charset 'klingon' is unknown (there are: ", "{cat} --charset klingon"),
    "charset ascii+": (2, "charset 'x' is unknown", "{cat} --charset ascii+x"),
    "charset empty": (2, "no character but the space is left", "{cat} --charset ''"),
    "charset chars:": (2, "no character but the space is left", "{cat} --charset chars:"),
    "charset of a space": (2, "no character but the space is left", "{cat} --charset 'chars: '"),
    "all excluded": (2, "no character but the space", "{cat} --charset chars:ab --exclude ba"),
    "control character": (2, "U+0007 cannot stand in a line", "{cat} --charset chars:a\x07"),
    "font lacks it": (2, "DejaVu Sans Mono lacks '漢' (U+6F22)", "{cat} --charset chars:a漢"),
    "font lacks all": (2, "has none of these characters", "{cat} --charset kana"),
    # Proportional fonts, and where a text will be pasted
    "width of cells": (2, "--width is for proportional fonts", "{cat} --width 640"),
    "line height of cells": (2, "--line-height is for prop", "{cat} --line-height 18"),
    "width and columns": (2, "cannot be combined", "{cat} --font Mona --width 99 --columns 9"),
    "width 0": (2, "--width must be from 1 to 10000, not 0", "{cat} --font Mona --width 0"),
    "tiny font size": (2, "--font-size must be from 6 to 100", "{cat} --font Mona --font-size 3"),
    "huge line height": (2, "--line-height must be half", "{cat} --font Mona --line-height 99"),
    "unknown target": (2, "'nowhere' is not one of 'sjis'", "{cat} --target nowhere"),
    "not in cp932": (
        2,
        "'♥' (U+2665) cannot be written in cp932; --numeric-references",
        "{cat} --target sjis --charset ascii+chars:♥",
    ),
    "ink penalty 2": (2, "--ink-penalty must be from 0 to 1, not 2", "{cat} --ink-penalty 2"),
    "unknown encoding": (2, "encoding 'klingon' is unknown", "{cat} -c 9 --encoding klingon"),
    "not in the encoding": (
        1,
        "cannot be written in cp932; --numeric-references writes &#",
        "{cat} -c 9 --charset braille --font 'Spleen 8x16' --encoding cp932",
    ),
    "encoded picture": (2, "not for png", "{cat} -c 9 --encoding cp932 -o {tmp}/x.png"),
    "unknown model": (2, "nonsense: no such model (there are: standard", "{cat} --model nonsense"),
    "folder is no model": (2, "{tmp}: not a model folder", "{cat} --model {tmp}"),
    "unknown charset to list": (2, "charset 'nope' is unknown", "charsets nope"),
    # Art to score and to render
    "missing art": (1, "{tmp}/no: cannot be read (No such file", "score {cat} {tmp}/no"),
    "missing picture": (1, "{tmp}/no.png: cannot be read", "score {tmp}/no.png {tmp}/a"),
    "art is a picture": (1, "cat.jpg: neither UTF-8 nor cp932 text", "score {cat} {cat}"),
    "art is empty": (1, "empty.png: there is no text in it", "score {cat} {tmp}/empty.png"),
    "art is too wide": (1, "{tmp}/wider: 10001 columns by 1 rows", "score {cat} {tmp}/wider"),
    "art is too large": (1, "{tmp}/longer: 10000 columns by 401", "score {cat} {tmp}/longer"),
    "terminal code in art's name": (
        1,
        r"no\x1b[31m.txt: cannot be",
        "score {cat} 'no\x1b[31m.txt'",
    ),
    "terminal code in output's name": (1, r"\x1b[31m/x: cannot", "{cat} -c 9 -o {tmp}/\x1b[31m/x"),
    "art is no JSON": (1, "{tmp}/x.json: saved art: not JSON", "score {cat} {tmp}/x.json"),
    "art is other JSON": (1, "{tmp}/y.json: saved art: version None", "score {cat} {tmp}/y.json"),
    "font size 0": (
        2,
        "--font-size must be from 1 to 1000",
        "render {tmp}/a -o {tmp}/x.png --font-size 0",
    ),
    "scale inf": (
        2,
        "--scale must be above 0",
        "render {tmp}/a -o {tmp}/x.png --scale inf",
    ),
    "picture too large": (2, "is too large", "render {tmp}/wide -o {tmp}/x.png --font-size 1000"),
}
"""What is wrong -> exit code, a part of the message, and the command line."""


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """Return a folder with what `CASES` name."""
    files = {
        "empty.png": b"",
        "empty.ttf": b"",
        "junk.ttf": bytes(range(256)) * 40,
        "short.ttf": DEJAVU.read_bytes()[:5000],
        "a": ART.encode(),
        "wide": b"x" * 10_000,
        "wider": b"x" * 10_001,
        "longer": b"x" * 10_000 + b"\n" * 401,
        "ansi": b"\x1b[31mred\x1b[0m\n",
        "x.json": b'{"version": 1, ',
        "y.json": b"{}",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def filled(text: str, folder: Path) -> str:
    for name, path in (("tmp", folder), ("cat", CAT), ("bad", BAD)):
        text = text.replace(f"{{{name}}}", str(path))
    return text


@pytest.mark.parametrize("case", CASES)
def test_one_line(prepared: Path, case: str) -> None:
    code, part, command = CASES[case]
    before = {path: path.read_bytes() for path in prepared.iterdir()}
    fails(
        code,
        filled(part, prepared),
        arguments=tuple(filled(word, prepared) for word in shlex.split(command)),
    )
    assert {path: path.read_bytes() for path in prepared.iterdir()} == before


@pytest.mark.parametrize("file", sorted(path.name for path in BAD.iterdir()))
def test_damaged_picture(file: str) -> None:
    fails(1, f"asciiart: {BAD / file}: ", arguments=(str(BAD / file),))


@pytest.mark.parametrize("file", ["truncated.tiff", "samples.tiff", "truncated.jp2"])
def test_libraries_in_c_say_nothing_beside(file: str) -> None:
    done = shell('"$@"', str(BAD / file))
    check(1, file, got=done.returncode, out=done.stdout, err=done.stderr)


@on_linux
def test_libtiff_is_mute(tmp_path: Path) -> None:
    """Damage every byte of a compressed TIFF in turn: some of it, libtiff speaks of."""
    whole = (TESTS / "data" / "good" / "lzw.tiff").read_bytes()
    files = []
    for i in range(8, len(whole), max(1, len(whole) // 60)):
        files.append(tmp_path / f"{i}.tiff")
        files[-1].write_bytes(whole[:i] + bytes([whole[i] ^ 0xFF]) + whole[i + 1 :])
    done = shell('"$@"', *map(str, files), "-c", "5")
    assert done.returncode == 1
    assert done.stderr
    for line in done.stderr.splitlines():
        assert line.startswith(f"asciiart: {tmp_path}/")


@pytest.mark.parametrize("data", [b"", b"text", b"\x89PNG\r\n\x1a\n"])
def test_bad_standard_input(data: bytes) -> None:
    fails(1, "standard input: ", arguments=("-",), data=data)


def test_one_usable_character() -> None:
    assert set(draws("--charset", "chars:#")) == {"#", " ", "\n"}


def test_font_that_lacks_some_of_a_named_set() -> None:
    assert draws("--charset", "ascii+braille+latin")


@pytest.mark.parametrize("length", range(6000, 340_000, 37_000))
def test_font_that_is_cut_short(tmp_path: Path, length: int) -> None:
    """Wherever it is cut: it draws, or one line says what is wrong."""
    file = tmp_path / "short.ttf"
    file.write_bytes(DEJAVU.read_bytes()[:length])
    result = CliRunner().invoke(main, [CAT, "-c", "20", "--font", str(file)])
    if result.exit_code == 0:
        assert result.stdout.strip()
        assert result.stderr == ""
    else:
        err = result.stderr
        check(2, str(file), got=result.exit_code, out=result.stdout, err=err)


# Memory

PEAK = """
import sys
from asciiart.cli.main import main
try:
    main(sys.argv[1:])
finally:
    for line in open("/proc/self/status"):  # ru_maxrss would count the parent before exec too
        if line.startswith("VmHWM:"):
            print(line.split()[1])
"""


@on_linux
def test_bomb_takes_no_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(BAD / "bomb.png")],
        capture_output=True,
        text=True,
        check=False,
    )
    check(1, "bomb.png: 30000 x 30000", got=done.returncode, out="", err=done.stderr)
    assert int(done.stdout) * 1024 < 200 * MEBIBYTE


@on_linux
@pytest.mark.parametrize(
    "arguments",
    [
        (str(BAD / "bomb.png"), "--max-pixels", "1000000000", "-c", "20"),
        (CAT, "-c", "3000"),
    ],
)
def test_not_enough_memory(arguments: tuple[str, ...]) -> None:
    done = shell('ulimit -v 900000; exec "$@"', *arguments, OMP_NUM_THREADS="1")
    check(1, f"{arguments[0]}: ", "memory", got=done.returncode, out=done.stdout, err=done.stderr)


# Where it is written

BOX = (CAT, "-c", "20", "--charset", "box", "--mode", "structure")


@pytest.mark.parametrize(
    "environ",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    ],
)
def test_terminal_without_the_characters(environ: dict[str, str]) -> None:
    done = shell('"$@"', *BOX, **environ)
    check(1, "standard output: its encoding, ", "has no U+25", "PYTHONIOENCODING=utf-8",
        got=done.returncode, out=done.stdout, err=done.stderr)  # fmt: skip
    done = shell('"$@"', CAT, "-c", "20", **environ)
    assert (done.returncode, done.stdout, done.stderr) == (0, draws(), "")


def test_list_on_a_terminal_without_the_characters() -> None:
    done = shell('"$@"', "charsets", "box", PYTHONIOENCODING="ascii")
    check(1, "has no U+2500", got=done.returncode, out=done.stdout, err=done.stderr)


def test_file_needs_no_encoding(tmp_path: Path) -> None:
    file = tmp_path / "art.txt"
    done = shell('"$@"', *BOX, "-o", str(file), PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert set(range(0x2500, 0x2580)) & set(map(ord, file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("arguments", [("{cat}",), ("fonts",), ("--help",), ("draw", "--help")])
@pytest.mark.parametrize(
    ("redirection", "reason"),
    [('"$@" > /dev/full', "No space left on device"), ('"$@" >&-', "standard output is closed")],
)
def test_standard_output_that_takes_nothing(
    arguments: tuple[str, ...], redirection: str, reason: str
) -> None:
    done = shell(redirection, *(argument.format(cat=CAT) for argument in arguments))
    if "--help" in arguments and "closed" in reason:
        assert done.stderr == ""  # nobody reads; click says nothing
    else:
        check(1, "standard output", reason, got=done.returncode, out=done.stdout, err=done.stderr)


def test_reader_that_takes_one_line() -> None:
    done = shell('"$@" | head -n 1', CAT, CAT, CAT, "-c", "500")
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


@pytest.mark.parametrize("form", ["text", "png"])
def test_closed_pipe_ends_the_drawing(form: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "asciiart", CAT, "/no/such.png", "-c", "20", "--format", form]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert done.stderr == b""  # the second picture, which is missing, was not tried
    assert done.returncode == 0


def test_standard_error_that_is_closed() -> None:
    done = shell('"$@" 2>&-', "/no/such.png", CAT, "-c", "20")
    assert done.returncode == 1
    assert done.stdout == draws()


def test_standard_input_that_is_closed() -> None:
    done = shell('"$@" <&-', "-")
    check(1, "standard input: ", got=done.returncode, out=done.stdout, err=done.stderr)


@pytest.mark.parametrize("file", ["art.txt", "art.png", "art.json"])
def test_disk_that_is_full(tmp_path: Path, file: str) -> None:
    """A limit on the size of files, which the system enforces as it does a full disk."""
    art = tmp_path / file
    art.write_text("the old one", encoding="utf-8")
    done = shell('ulimit -f 1; exec "$@"', CAT, "-c", "200", "-o", str(art))
    check(1, f"{art}: cannot be written (File too large)", got=done.returncode, out=done.stdout,
        err=done.stderr)  # fmt: skip
    assert art.read_text(encoding="utf-8") == "the old one"
    assert list(tmp_path.iterdir()) == [art]


@pytest.mark.skipif(getattr(os, "geteuid", int)() == 0, reason="root may write everywhere")
def test_folder_that_is_protected(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    fails(1, "Permission denied", arguments=(CAT, "-c", "9", "-o", str(tmp_path / "x.txt")))


@pytest.mark.parametrize(
    "arguments",
    [
        (CAT, "-c", "0"),
        (CAT, "--charset", "klingon"),
        (str(BAD / "truncated.jpg"),),
        (CAT, "--font", "Comic Nonsense"),
        (CAT, "--model", "nonsense"),
    ],
)
def test_old_output_stays(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    art = tmp_path / "art.txt"
    art.write_text("the old one", encoding="utf-8")
    assert CliRunner().invoke(main, [*arguments, "-o", str(art)]).exit_code in (1, 2)
    assert art.read_text(encoding="utf-8") == "the old one"
    assert list(tmp_path.iterdir()) == [art]


# Models

Breaker = Callable[[Path], object]


def edit(old: str, new: str) -> Breaker:
    """Return what replaces a piece of the card."""

    def change(folder: Path) -> None:
        card = folder / "card.toml"
        text = card.read_text(encoding="utf-8")
        assert old in text
        card.write_text(text.replace(old, new), encoding="utf-8")

    return change


def cut_short(name: str) -> Breaker:
    """Return what takes away a file's second half."""

    def cut(folder: Path) -> None:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: len(data) // 2])

    return cut


DAMAGES: dict[str, tuple[str, Breaker]] = {
    "no card": ("not a model folder (it has no card.toml)", lambda f: (f / "card.toml").unlink()),
    "card is junk": ("card.toml: damaged card", lambda f: (f / "card.toml").write_bytes(b"\xff=")),
    "card is no TOML": ("card.toml: damaged card", edit("[tone]", "[tone")),
    "card without name": ("card.toml: damaged card", edit('name = "', 'title = "')),
    "page network cut": ("tone.onnx: damaged", cut_short("tone.onnx")),
    "glyph network cut": ("tone-glyphs.onnx: damaged", cut_short("tone-glyphs.onnx")),
    "no page network": ("tone.onnx: cannot be read", lambda f: (f / "tone.onnx").unlink()),
    "no glyph network": (
        "tone-glyphs.onnx: cannot be read",
        lambda f: (f / "tone-glyphs.onnx").unlink(),
    ),
    "another network": (
        "tone.onnx: damaged",
        lambda f: shutil.copy(f / "structure.onnx", f / "tone.onnx"),
    ),
    "wrong mode": ("not trained for --mode tone", edit("[tone", "[other")),
    "wrong digest": ("damaged", edit('"tone.onnx" = "', '"tone.onnx" = "0')),
    "no digests": ("card.toml: damaged card", edit("[tone.sha256]", "[tone.sha512]")),
    "no code": ("card.toml: damaged card", edit("[tone.code]", "[tone.morse]")),
    "code without reach": ("card.toml: damaged card", edit("\nreach = ", "\nrange = ")),
}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return a copy of the shipped model."""
    return Path(shutil.copytree(MODEL, tmp_path / "model"))


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_model(model: Path, damage: str) -> None:
    part, breaker = DAMAGES[damage]
    breaker(model)
    fails(2, str(model), part, arguments=(CAT, "-c", "9", "--model", str(model)))


def test_damage_of_the_other_mode_does_not_matter(model: Path) -> None:
    cut_short("structure.onnx")(model)
    assert draws("--model", str(model)) == draws()


def test_list_of_models_with_a_damaged_one(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = model.parent / "home"
    shutil.move(model, home / "models" / "mine")
    edit("[tone]", "[tone")(home / "models" / "mine")
    monkeypatch.setenv("ASCIIART_HOME", str(home))
    fails(2, "mine/card.toml: damaged card", arguments=("models",))


@pytest.mark.parametrize("table", ["fonts.toml"])
def test_damaged_table_of_fonts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / table).write_bytes(b"[")
    monkeypatch.setenv("ASCIIART_HOME", str(tmp_path))
    fails(2, f"{tmp_path}/fonts/{table}: damaged", arguments=("fonts",))


# The cache


def test_damaged_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    expected = draws()
    (index,) = tmp_path.rglob("*.index")
    whole = index.read_bytes()
    flipped = bytearray(whole)
    flipped[-100] ^= 1
    for damage in (b"", b"junk", whole[:-1], whole[: len(whole) // 2], bytes(flipped)):
        index.write_bytes(damage)
        assert draws() == expected
        assert index.read_bytes() == whole


def test_cache_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    draws()
    (index,) = tmp_path.rglob("*.index")
    before = index.stat().st_mtime_ns
    draws()
    assert index.stat().st_mtime_ns == before


@pytest.mark.parametrize("kind", ["a file", "a folder in the file's place", "full"])
def test_cache_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    expected = draws()
    cache = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    if kind == "a file":
        cache.write_bytes(b"")
    elif kind == "full":
        done = shell('ulimit -f 1; exec "$@"', CAT, "-c", "20")
        assert (done.returncode, done.stdout, done.stderr) == (0, expected, "")
        assert not list(cache.rglob("*.index"))
    else:
        draws()
        (index,) = cache.rglob("*.index")
        index.unlink()
        index.mkdir()
    assert draws() == expected
