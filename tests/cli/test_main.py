"""The command line as a user meets it: what it prints, where, and with what exit code."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import click
import numpy as np
import pytest
from click.shell_completion import BashComplete
from click.testing import CliRunner, Result
from paths import TESTS
from PIL import Image
from wcwidth import wcswidth, wcwidth

import asciiart
from asciiart.art.formats.suffixes import SUFFIXES
from asciiart.cli.main import main
from asciiart.glyphs.charsets import CHARSETS
from asciiart.glyphs.font import load_font
from asciiart.glyphs.rasterize import rasterize_row
from asciiart.io.files.assets import available_models

PICTURES = TESTS / "pictures"
CAT = str(PICTURES / "photographs" / "cat.jpg")
ANTENNA = str(PICTURES / "drawings" / "antenna.png")
COMMANDS = ("draw", "fonts", "charsets", "models", "score", "render", "compare", "train", "config")


@pytest.fixture(autouse=True, scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache of these tests' own, which they share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))


def run(
    *arguments: str, data: bytes | None = None, environ: Mapping[str, str] | None = None
) -> Result:
    """Call the command in this process; nothing but SystemExit may come out of it."""
    result = CliRunner(env=environ).invoke(main, arguments, input=data)
    assert isinstance(result.exception, SystemExit | None), repr(result.exception)
    return result


def good(
    *arguments: str, data: bytes | None = None, environ: Mapping[str, str] | None = None
) -> str:
    """Call the command, which must succeed in silence, and return its standard output."""
    result = run(*arguments, data=data, environ=environ)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def process(*arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """Call the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "asciiart", *arguments],
        capture_output=True,
        env={**os.environ, **environ},
        check=False,
    )


# What it says of itself


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help(option: str) -> None:
    text = good(option)
    assert all(f"\n  {command} " in text for command in COMMANDS)
    assert "Examples:\n    asciiart photo.jpg" in text
    assert "_ASCIIART_COMPLETE=fish_source" in text


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(command: str) -> None:
    text = good(command, "--help")
    assert text.startswith(f"Usage: asciiart {command} ")
    assert "Examples:\n    asciiart " in text


def test_every_option_is_explained() -> None:
    for name, command in main.commands.items():
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name not in ("seed", "device"):
                assert parameter.help, f"{name} {parameter.name}"


def test_examples_in_the_help_are_real_options() -> None:
    for name, command in main.commands.items():
        known = {
            option
            for each in (*command.params, *main.commands["draw"].params)
            for option in each.opts
        }
        used = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", command.help or ""))
        assert used <= {*known, "--resume"}, name


def test_no_arguments_show_the_help_where_no_art_is_expected() -> None:
    result = run()
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Usage: ")


def test_version() -> None:
    assert re.fullmatch(r"\w+, version \d+\.\d+\.\d+\n", good("--version"))


def test_python_m() -> None:
    done = process("--version")
    assert done.returncode == 0
    assert b", version " in done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from asciiart.cli.main import main; main(prog_name='asciiart')"],
        capture_output=True,
        env={**os.environ, "_ASCIIART_COMPLETE": f"{shell}_source"},
        check=True,
    )
    assert f"_ASCIIART_COMPLETE={shell}_complete".encode() in done.stdout


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


# Drawing


@pytest.mark.parametrize("mode", ["tone", "structure"])
def test_draw_is_the_library_s_drawing(mode: str) -> None:
    expected = asciiart.draw(ANTENNA, mode=mode, columns=30)  # type: ignore[arg-type]
    assert good(ANTENNA, "--mode", mode, "-c", "30") == f"{expected}\n"


def test_modes_differ() -> None:
    assert good(ANTENNA, "-c", "30") == good(ANTENNA, "-c", "30", "--mode", "tone")
    assert good(ANTENNA, "-c", "30") != good(ANTENNA, "-c", "30", "--mode", "structure")


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


def test_standard_input() -> None:
    data = Path(CAT).read_bytes()
    assert good("-", "-c", "20", data=data) == good(CAT, "-c", "20")
    assert good("-c", "20", "-", data=data) == good(CAT, "-c", "20")


def test_a_picture_called_like_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fonts").write_bytes(Path(CAT).read_bytes())
    monkeypatch.chdir(tmp_path)
    assert good("./fonts", "-c", "20") == good(CAT, "-c", "20")
    assert good("-c", "20", "fonts") == good(CAT, "-c", "20")
    assert "DejaVu" in good("fonts")


def test_80_columns_where_there_is_no_terminal() -> None:
    assert good(CAT) == good(CAT, "--columns", "80")


def test_columns_of_the_environment() -> None:
    assert good(CAT, environ={"COLUMNS": "33"}) == good(CAT, "--columns", "33")


def test_rows_alone_and_magnify() -> None:
    assert len(good(CAT, "--rows", "7").splitlines()) == 7
    assert good(CAT, "--magnify", "0.5") != good(CAT, "--magnify", "1")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--contrast", "3"),
        ("--brightness", "0.4"),
        ("--gamma", "0.4"),
        ("--detail", "1"),
        ("--background", "light"),
        ("--charset", "blocks"),
        ("--exclude", "[]|;:"),
        ("--font", "Spleen 8x16"),
    ],
)
def test_every_option_changes_the_art(option: str, value: str) -> None:
    assert good(CAT, "-c", "40", option, value) != good(CAT, "-c", "40")


def test_excluded_characters_are_absent() -> None:
    assert set("[]|;:") & set(good(CAT, "-c", "40"))
    assert not set("[]|;:") & set(good(CAT, "-c", "40", "--exclude", "[]|;:"))


def test_the_terminal_s_background() -> None:
    light = good(CAT, "-c", "40", "--background", "light")
    assert good(CAT, "-c", "40", environ={"COLORFGBG": "0;15"}) == light
    assert good(CAT, "-c", "40", "--background", "dark", environ={"COLORFGBG": "0;15"}) != light


def test_several_pictures() -> None:
    assert good(CAT, ANTENNA, "-c", "20") == good(CAT, "-c", "20") + good(ANTENNA, "-c", "20")


def test_good_pictures_are_drawn_beside_bad_ones(tmp_path: Path) -> None:
    result = run(str(tmp_path / "no.png"), CAT, str(tmp_path / "none.png"), "-c", "20")
    assert result.exit_code == 1
    assert result.stdout == good(CAT, "-c", "20")
    first, second = result.stderr.splitlines()
    assert first.startswith(f"asciiart: {tmp_path}/no.png: ")
    assert second.startswith(f"asciiart: {tmp_path}/none.png: ")


def test_neighbors() -> None:
    art = json.loads(good(CAT, "-c", "10", "--format", "json", "--neighbors", "3"))
    assert max(len(cell) for row in art["alternatives"] for cell in row) == 3


# Colors


@pytest.mark.parametrize(
    ("color", "environ", "expected"),
    [
        ("none", {"FORCE_COLOR": "3"}, None),
        ("16", {}, r"\x1b\[(3|9)[0-7]m"),
        ("256", {}, r"\x1b\[38;5;\d+m"),
        ("truecolor", {}, r"\x1b\[38;2;\d+;\d+;\d+m"),
        ("truecolor", {"NO_COLOR": "1"}, r"\x1b\[38;2;\d+;\d+;\d+m"),
        ("auto", {}, None),
        ("auto", {"FORCE_COLOR": "3"}, r"\x1b\[38;2;\d+;\d+;\d+m"),
        ("auto", {"FORCE_COLOR": "2"}, r"\x1b\[38;5;\d+m"),
        ("auto", {"FORCE_COLOR": "3", "NO_COLOR": "1"}, None),
    ],
)
def test_color(color: str, environ: dict[str, str], expected: str | None) -> None:
    text = good(CAT, "-c", "20", "--color", color, environ=environ)
    plain = good(CAT, "-c", "20")
    codes = re.findall(r"\x1b\[[\d;]*m", text)
    if expected is None:
        assert text == plain
    else:
        assert len([code for code in codes if re.fullmatch(expected, code)]) > 20
        stripped = re.sub(r"\x1b\[[\d;]*m", "", text)
        assert [line.rstrip() for line in stripped.splitlines()] == plain.splitlines()


# Formats and files


def check_format(data: bytes, name: str) -> None:
    if name == "png":
        assert Image.open(BytesIO(data)).format == "PNG"
    elif name == "json":
        assert json.loads(data)["columns"] == 20
    elif name == "html":
        assert data.lower().startswith(b"<!doctype html>")
    elif name == "svg":
        assert b"<svg" in data[:200]
    elif name in ("c", "python", "json-string"):
        assert re.search(rb'^ *["\']', data, re.MULTILINE)
    else:
        assert data.decode() == good(CAT, "-c", "20")


@pytest.mark.parametrize("name", SUFFIXES)
def test_format_on_standard_output(name: str) -> None:
    result = run(CAT, "-c", "20", "--format", name)
    assert result.exit_code == 0
    check_format(result.stdout_bytes, name)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("art", "text"),
        ("art.txt", "text"),
        ("art.ansi", "ansi"),
        ("ART.HTML", "html"),
        ("art.svg", "svg"),
        ("art.png", "png"),
        ("art.json", "json"),
    ],
)
def test_format_by_suffix(tmp_path: Path, file: str, name: str) -> None:
    assert good(CAT, "-c", "20", "-o", str(tmp_path / file)) == ""
    check_format((tmp_path / file).read_bytes(), name)
    assert [path.name for path in tmp_path.iterdir()] == [file]


def test_format_before_suffix(tmp_path: Path) -> None:
    assert good(CAT, "-c", "20", "-o", str(tmp_path / "art.odd"), "--format", "svg") == ""
    check_format((tmp_path / "art.odd").read_bytes(), "svg")


def test_color_in_a_file_without_suffix(tmp_path: Path) -> None:
    good(CAT, "-c", "20", "--color", "256", "-o", str(tmp_path / "art"))
    expected = good(CAT, "-c", "20", "--color", "256")
    assert (tmp_path / "art").read_text(encoding="utf-8") == expected


def test_a_dash_for_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert good(CAT, "-c", "20", "-o", "-") == good(CAT, "-c", "20")
    assert list(tmp_path.iterdir()) == []


# Lists


def test_charsets() -> None:
    lines = good("charsets").splitlines()
    assert [line.split()[:2] for line in lines] == [
        [name, str(len(characters))] for name, characters in CHARSETS.items()
    ]


def test_charsets_by_name() -> None:
    assert good("charsets", "box", "chars:ab") == f" {CHARSETS['box']}\n ab\n"


def test_models_whose_names_a_terminal_would_obey(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(available_models()["standard"], tmp_path / "models" / "a\x1b[2J\u202eb")
    monkeypatch.setenv("ASCIIART_HOME", str(tmp_path))
    line = good("models").splitlines()[0]
    assert line.startswith(r"a\x1b[2J\u202eb ")
    assert line.endswith(r"models/a\x1b[2J\u202eb")


def test_models() -> None:
    (line,) = [line for line in good("models").splitlines() if line.startswith("standard ")]
    assert re.fullmatch(r"standard +tone, structure +\S+/models/standard", line)


# Scores, pictures and back

SCORES = ("oriented F", "precision", "recall", "tone r", "detail r")


def scores(*arguments: str) -> dict[str, float]:
    lines = good("score", *arguments).splitlines()
    found = {line[:10].strip(): float(line[10:]) for line in lines}
    assert tuple(found) == SCORES
    return found


def test_score_tells_good_from_bad(tmp_path: Path) -> None:
    good(ANTENNA, "-c", "60", "--background", "light", "--mode", "structure",
        "-o", str(tmp_path / "good.json"))  # fmt: skip
    good(CAT, "-c", "60", "--background", "light", "-o", str(tmp_path / "bad.json"))
    right = scores(ANTENNA, str(tmp_path / "good.json"))
    wrong = scores(ANTENNA, str(tmp_path / "bad.json"))
    assert right["oriented F"] > wrong["oriented F"] + 0.1
    assert right["tone r"] > wrong["tone r"] + 0.1


@pytest.mark.parametrize("arguments", [(), ("--background", "light"), ("--font", "Spleen 8x16")])
def test_json_knows_what_text_must_be_told(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    for file in ("art.json", "art.txt"):
        good(CAT, "-c", "40", *arguments, "-o", str(tmp_path / file))
        good("render", str(tmp_path / file), "-o", str(tmp_path / f"{file}.png"), *arguments)
    good("render", str(tmp_path / "art.json"), "-o", str(tmp_path / "alone.png"))
    told = scores(CAT, str(tmp_path / "art.txt"), *arguments)
    assert scores(CAT, str(tmp_path / "art.json")) == told
    pictures = {(tmp_path / name).read_bytes() for name in ("art.json.png", "art.txt.png")}
    assert pictures == {(tmp_path / "alone.png").read_bytes()}


@pytest.mark.parametrize("arguments", [("--background", "light"), ("--font", "Spleen 8x16")])
def test_options_come_before_what_json_knows(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    file = str(tmp_path / "art.json")
    good(CAT, "-c", "40", "-o", file)
    assert scores(CAT, file, *arguments) != scores(CAT, file)
    good("render", file, "-o", str(tmp_path / "own.png"))
    good("render", file, "-o", str(tmp_path / "asked.png"), *arguments)
    assert (tmp_path / "own.png").read_bytes() != (tmp_path / "asked.png").read_bytes()


def test_score_of_standard_input(tmp_path: Path) -> None:
    for name in ("json", "text"):
        art = run(CAT, "-c", "30", "--background", "light", "--format", name).stdout_bytes
        file = tmp_path / ("art.json" if name == "json" else "art.txt")
        file.write_bytes(art)
        expected = good("score", CAT, str(file))
        assert good("score", CAT, "-", data=art) == expected
    assert good("score", "-", str(file), data=Path(CAT).read_bytes()) == expected


def test_text_that_begins_like_json() -> None:
    assert good("render", "-", "-o", "-", data=b"{}\n")


def test_render_sizes(tmp_path: Path) -> None:
    (tmp_path / "art.txt").write_text("ab\ncd\nef\n", encoding="utf-8")
    sizes = []
    for size in ("20", "40"):
        file = tmp_path / f"{size}.png"
        good("render", str(tmp_path / "art.txt"), "-o", str(file), "--font-size", size)
        with Image.open(file) as picture:
            sizes.append(picture.size)
            assert np.asarray(picture).std() > 10
    assert sizes[1] == pytest.approx(2 * np.array(sizes[0]), rel=0.05)


def test_render_and_score_a_pcs_text(tmp_path: Path) -> None:
    data = bytes.fromhex("b0b1b2dbdcdfc9cdbb0d0a")
    named, other, picture = (tmp_path / name for name in ("art.nfo", "art.txt", "art.png"))
    named.write_bytes(data)
    other.write_bytes(data)
    good("render", str(named), "--font", "Mona", "-o", str(picture))
    drawn = picture.read_bytes()
    good("render", str(other), "--encoding", "cp437", "--font", "Mona", "-o", str(picture))
    assert picture.read_bytes() == drawn
    good("render", "-", "--encoding", "437", "--font", "Mona", "-o", str(picture), data=data)
    assert picture.read_bytes() == drawn
    scores = good("score", str(picture), str(named), "--font", "Mona")
    assert float(scores.split("tone r")[1].split()[0]) > 0.99
    assert scores == good("score", str(picture), str(other), "--font", "Mona", "--encoding", "437")


def test_render_an_art_in_color(tmp_path: Path) -> None:
    art, picture, direct = (str(tmp_path / name) for name in ("art.ans", "art.png", "direct.png"))
    options = ("-c", "20", "--color", "16", "--fill", "--charset", "half")
    good(CAT, *options, "-o", art)
    good("render", art, "-o", picture, "--font-size", "20")
    good(CAT, *options, "-o", direct)
    rendered, drawn = (np.asarray(Image.open(path)) for path in (picture, direct))
    scale = rendered.shape[0] / drawn.shape[0]
    assert rendered[::7, ::7].shape[2] == 3
    assert {tuple(c) for c in rendered.reshape(-1, 3)} >= {tuple(c) for c in drawn[5::9, 5]}
    assert scale == pytest.approx(rendered.shape[1] / drawn.shape[1], rel=0.1)


@pytest.mark.parametrize("command", ["score", "render"])
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--width", str(2**63 - 1)),
        ("--width", "0"),
        ("--font-size", "9" * 4000),
        ("--encoding", "nope"),
        ("--encoding", "hex"),
    ],
)
def test_options_of_arts_that_are_out_of_range(
    tmp_path: Path, command: str, option: str, value: str
) -> None:
    art = tmp_path / "art.txt"
    art.write_text("ab")
    arguments = [str(art), "-o", f"{tmp_path}/x.png"] if command == "render" else [CAT, str(art)]
    result = run(command, *arguments, option, value)
    (line,) = result.stderr.splitlines()
    assert (result.exit_code, result.stdout, option in line) == (2, "", True)


def test_render_to_standard_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("render", "-", "-o", "-", data=b"art\n")
    assert result.exit_code == 0
    assert result.stdout_bytes.startswith(b"\x89PNG")
    assert list(tmp_path.iterdir()) == []


# The process


def test_standard_output_carries_art_and_nothing_else() -> None:
    done = process(CAT, "/no/such.png", "-c", "20")
    assert done.returncode == 1
    assert done.stdout.decode() == good(CAT, "-c", "20")
    assert done.stderr == (b"asciiart: /no/such.png: cannot be read (No such file or directory)\n")


def test_the_terminal_s_width() -> None:
    pty = pytest.importorskip("pty")
    fcntl, struct, termios = (pytest.importorskip(name) for name in ("fcntl", "struct", "termios"))
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 44, 0, 0))
    command = [sys.executable, "-m", "asciiart", CAT]
    subprocess.run(command, stdout=follower, check=True)
    os.close(follower)
    shown = b""
    while part := read_or_nothing(leader):
        shown += part
    os.close(leader)
    assert shown.decode().splitlines() == good(CAT, "-c", "44").splitlines()


def read_or_nothing(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux reports a terminal's end so
        return b""


def test_interrupt() -> None:
    """Ctrl-C while it waits for its input."""
    script = "print('ready', file=sys.stderr, flush=True); main(['-'])"
    with subprocess.Popen(
        [sys.executable, "-c", f"import sys; from asciiart.cli.main import main; {script}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as waiting:
        assert waiting.stderr is not None
        assert waiting.stdout is not None
        assert waiting.stderr.readline() == b"ready\n"
        time.sleep(1)  # into the read; an earlier interrupt must end no differently
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(timeout=30) == 130
        assert waiting.stdout.read() == b""
        assert waiting.stderr.read().strip() == b""


def test_help_needs_no_heavy_imports() -> None:
    heavy = "{'cv2', 'faiss', 'onnxruntime', 'PIL', 'torch'}"
    script = (
        "import sys\nfrom asciiart.cli.main import main\n"
        "try: main(['draw', '--help'])\n"
        f"finally: print(sorted({heavy} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stderr == b"[]\n"


def test_nobody_is_told(tmp_path: Path) -> None:
    """ONNX Runtime gathers what it would send to Microsoft in a folder of its own."""
    done = process(CAT, "-c", "5", XDG_CACHE_HOME=str(tmp_path), HOME=str(tmp_path))
    assert done.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["asciiart"]


def test_drawing_imports_no_torch() -> None:
    script = (
        "import sys\nfrom asciiart.cli.main import main\n"
        f"try: main([{CAT!r}, '-c', '5', '--mode', 'structure'])\n"
        "finally: print('torch' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stderr == b"False\n"


POST = ("--mode", "structure", "--background", "light", "--target", "sjis", "--width", "320")


def test_a_post_keeps_to_the_rules_of_boards(tmp_path: Path) -> None:
    file = tmp_path / "post.txt"
    good(ANTENNA, *POST, "--encoding", "cp932", "-o", str(file))
    lines = file.read_bytes().decode("cp932").splitlines()
    assert len(lines) > 20
    assert sum(len(line.strip()) for line in lines) > 100
    for line in lines:
        assert line == line.rstrip()
        assert not line.startswith(" ")
        assert "  " not in line
    assert any(ord(character) > 0x3000 for line in lines for character in line)


def test_a_post_is_scored_and_rendered_as_it_was_drawn(tmp_path: Path) -> None:
    art, picture = tmp_path / "post.json", tmp_path / "post.png"
    good(ANTENNA, *POST, "-o", str(art))
    score = good("score", ANTENNA, str(art))
    assert float(score.split()[2]) > 0.7
    good("render", str(art), "-o", str(picture))
    rows = json.loads(art.read_text(encoding="utf-8"))["rows"]
    with Image.open(picture) as drawn:
        assert drawn.size == (2 * 320, 2 * 18 * len(rows))


def test_the_same_post_is_the_same_text_every_time() -> None:
    assert good(ANTENNA, *POST) == good(ANTENNA, *POST)


def test_numeric_references_stand_for_what_cp932_lacks(tmp_path: Path) -> None:
    file = tmp_path / "post.txt"
    charset = "chars:\u3000\u00a5\u2600"  # a yen sign and a sun, which Mona has and cp932 has not
    good(
        ANTENNA, *POST, "--charset", charset, "--references", "--encoding", "cp932", "-o", str(file)
    )
    assert re.search(rb"&#(165|9728);", file.read_bytes())


def test_full_width_rows_never_pass_their_columns() -> None:
    text = good(
        ANTENNA, "--mode", "structure", "-c", "40", "--font", "M PLUS 1 Code",
        "--charset", "ascii+kana+kanji", "--background", "light",
    )  # fmt: skip
    widths = [wcswidth(line) for line in text.splitlines()]
    assert max(widths) <= 40
    assert any(wcwidth(character) == 2 for character in text)


def test_simple_characters_have_less_ink() -> None:
    inks = []
    for simple in ("0", "1"):
        text = good(ANTENNA, *POST, "--charset", "ascii+kana+jis1", "--simple", simple)
        characters = "".join(sorted(set(text) - set(" \n\u3000")))
        font = load_font("Mona")
        drawn = dict(zip(characters, rasterize_row(font, characters, 16, 18, 16), strict=True))
        inks.append(sum(float(drawn[c].sum()) for c in text if c in drawn))
    assert inks[1] < 0.95 * inks[0]


def test_fill_colors_the_backgrounds() -> None:
    text = good(CAT, "-c", "10", "--charset", "half", "--color", "truecolor", "--fill")
    assert "\x1b[38;2;" in text or ";48;2;" in text
    first = text.split("\n")[0]
    assert len(re.sub(r"\x1b\[[0-9;]*m", "", first)) == 10


def test_fill_has_the_colors_that_are_asked_for() -> None:
    arguments = (CAT, "-c", "10", "--charset", "half", "--fill", "--color", "auto")
    text = good(*arguments, environ={"FORCE_COLOR": "1"})
    assert text == good(*arguments[:-1], "16")
    codes = {int(n) for code in re.findall(r"\x1b\[([0-9;]+)m", text) for n in code.split(";")}
    assert codes <= {0, *range(30, 38), *range(40, 48), *range(90, 98), *range(100, 108)}


def test_where_no_color_is_shown_nothing_is_filled() -> None:
    arguments = (CAT, "-c", "10", "--charset", "half")
    assert good(*arguments, "--fill", "--color", "auto") == good(*arguments)


def test_fill_needs_color() -> None:
    result = run(CAT, "--fill")
    assert result.exit_code == 2
    assert "--fill needs --color" in result.stderr


def test_dithered_braille() -> None:
    text = good(CAT, "-c", "10", "--charset", "braille", "--dither", "diffusion")
    assert set(text) <= {" ", "\n", *CHARSETS["braille"]}
    assert text != good(CAT, "-c", "10", "--charset", "braille")


@pytest.mark.parametrize(
    "arguments",
    [
        "--dither ordered",
        "--dither ordered --color truecolor",
        "--dither noise --charset half --fill --color truecolor",
        "--dither noise --charset braille --mode structure",
    ],
)
def test_dithering_without_effect_is_refused(arguments: str) -> None:
    result = run(CAT, "-c", "10", *arguments.split())
    assert result.exit_code == 2
    assert "--dither mixes 16 or 256 colors" in result.stderr


@pytest.mark.parametrize("color", ["16", "256", "auto"])
def test_dithering_of_colors(color: str) -> None:
    assert good(CAT, "-c", "10", "--dither", "ordered", "--color", color)
