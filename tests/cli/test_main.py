"""The command line as a user meets it: what it prints, where, and with what exit code."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import click
import pytest
from command_line import CAT, good, process
from PIL import Image

from asciiart.cli.main import main

COMMANDS = ("draw", "fonts", "charsets", "models", "score", "render", "compare", "train", "config")


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
            for option in (*each.opts, *each.secondary_opts)
        }
        used = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", command.help or ""))
        assert used <= {*known, "--resume"}, name


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


# The process


def test_standard_output_carries_art_and_nothing_else() -> None:
    done = process(CAT, "/no/such.png", "-c", "20")
    assert done.returncode == 1
    assert done.stdout.decode() == good(CAT, "-c", "20")
    assert done.stderr == (b"asciiart: /no/such.png: cannot be read (No such file or directory)\n")


@pytest.mark.parametrize(
    ("window", "arguments", "same"),
    [
        ((30, 44), (), ("-c", "44")),
        ((10, 44), (), ("-c", "44", "-r", "9")),
        ((10, 44), ("--fit-width",), ("-c", "44")),
        ((10, 44), ("-r", "12"), ("-r", "12")),
        ((1, 44), (), ("-c", "44", "-r", "1")),
        ((10, 44), ("--target", "twitch"), ("--target", "twitch")),
    ],
)
def test_a_picture_fits_the_window(
    window: tuple[int, int], arguments: tuple[str, ...], same: tuple[str, ...]
) -> None:
    shown = shown_in_window(CAT, *arguments, window=window, environ={"NO_COLOR": "1"})
    assert shown.splitlines() == good(CAT, *same).splitlines()


def test_a_terminal_shows_colors_unless_something_says_no(tmp_path: Path) -> None:
    size, truecolor = ("-c", "20"), {"COLORTERM": "truecolor"}
    plain = good(CAT, *size).splitlines()
    colored = good(CAT, *size, "--color", "truecolor").splitlines()
    assert shown_in_window(CAT, *size, environ=truecolor).splitlines() == colored
    assert (
        shown_in_window(CAT, *size, "--format", "ansi", environ=truecolor).splitlines() == colored
    )
    for said in (("--color", "none"), ("--format", "text")):
        assert shown_in_window(CAT, *size, *said, environ=truecolor).splitlines() == plain
    for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb", "COLORTERM": ""}):
        assert shown_in_window(CAT, *size, environ=truecolor | variables).splitlines() == plain
    shown_in_window(CAT, *size, "-o", str(tmp_path / "art.txt"), environ=truecolor)
    assert (tmp_path / "art.txt").read_text(encoding="utf-8").splitlines() == plain
    shown_in_window(CAT, "-o", str(tmp_path / "wide.txt"), window=(50, 44))
    assert (tmp_path / "wide.txt").read_text(encoding="utf-8") == good(CAT, "-c", "80")


def shown_in_window(
    *arguments: str,
    window: tuple[int, int] = (50, 80),
    environ: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Call the command in a terminal of so many rows and columns, and return what it shows."""
    pty = pytest.importorskip("pty")
    fcntl, struct, termios = (pytest.importorskip(name) for name in ("fcntl", "struct", "termios"))
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", *window, 0, 0))
    # readline, which pytest imports, tells C libraries COLUMNS=80.
    variables = {**os.environ, "TERM": "xterm", **environ}
    command = [sys.executable, "-m", "asciiart", *arguments, "--background", "dark"]
    with subprocess.Popen(command, stdout=follower, env=variables) as process:
        os.close(follower)
        shown = b""
        while part := read_or_nothing(leader):
            shown += part
    os.close(leader)
    assert process.returncode == 0
    return shown.decode()


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


def test_a_film_plays_in_a_terminal_and_a_picture_does_not(tmp_path: Path) -> None:
    frames = [Image.new("L", (20, 20), level) for level in (0, 255)]
    frames[0].save(tmp_path / "film.gif", save_all=True, append_images=frames[1:], duration=20)
    frames[0].save(tmp_path / "still.gif")
    for name, plays in (("film", True), ("still", False)):
        shown = shown_in_window(f"{tmp_path}/{name}.gif", "-c", "10")
        assert ("\x1b[?1049h" in shown) is plays
