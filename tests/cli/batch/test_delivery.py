"""The command line with many pictures, from everywhere, to everywhere."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import ANTENNA, CAT, good, run
from local_web import serving

from asciiart.art.targets import TARGETS

COMMAND = [sys.executable, "-m", "asciiart"]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Return a folder of two pictures, one of them in a folder within."""
    (tmp_path / "photos" / "in").mkdir(parents=True)
    (tmp_path / "photos" / "cat.jpg").write_bytes(Path(CAT).read_bytes())
    (tmp_path / "photos" / "in" / "mast.png").write_bytes(Path(ANTENNA).read_bytes())
    return tmp_path / "photos"


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# Ways in


def test_folders(photos: Path) -> None:
    assert good(str(photos), "-c", "20") == good(CAT, "-c", "20")
    everything = good(CAT, "-c", "20") + good(ANTENNA, "-c", "20")
    assert good(str(photos), "--recursive", "-c", "20") == everything
    assert good(str(photos), "--recursive", "-c", "20", "--jobs", "2") == everything


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "*")
    with serving() as address:
        yield address


def test_addresses(web: str, tmp_path: Path) -> None:
    expected = good(ANTENNA, "-c", "20")
    assert good(f"{web}/hops/2", "-c", "20") == expected
    assert good(f"{web}/picture.png", "-c", "20", "-o", f"{tmp_path}/{{stem}}.txt") == ""
    assert (tmp_path / "picture.txt").read_text() == expected


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/to/file:///etc/hostname", "not allowed"),
        ("/none", "404"),
        ("/page.html", "not a picture"),
        ("/trickle", "--timeout 0.5 s"),
    ],
)
def test_bad_addresses(web: str, path: str, reason: str) -> None:
    result = run(CAT, f"{web}{path}", CAT, "-c", "20", "--timeout", "0.5")
    assert result.exit_code == 1
    assert result.stdout == 2 * good(CAT, "-c", "20")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"asciiart: {web}{path}: ")
    assert reason in line


def test_standard_input_among_jobs() -> None:
    data = Path(ANTENNA).read_bytes()
    expected = good(CAT, "-c", "20") + good(ANTENNA, "-c", "20") + good(CAT, "-c", "20")
    assert good(CAT, "-", CAT, "-c", "20", "--jobs", "2", data=data) == expected


# Ways out


def test_a_pattern(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(photos.parent)
    out = tmp_path / "out"
    pattern = f"{out}/{{parent}}/{{stem}}.html"
    assert good("photos", "--recursive", "-c", "20", "-o", pattern) == ""
    assert files(out) == ["photos/cat.html", "photos/in/mast.html"]
    for name in files(out):
        assert (out / name).read_text(encoding="utf-8").lower().startswith("<!doctype html>")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_failures_are_told_at_the_end_and_the_rest_is_done(
    photos: Path, tmp_path: Path, jobs: str
) -> None:
    (photos / "bad.png").write_bytes(b"no")
    out = tmp_path / "out"
    out.mkdir()
    (out / "cat.txt").mkdir()
    names = [str(photos), f"{tmp_path}/none.png", "--recursive", "-c", "20"]
    result = run(*names, "--jobs", jobs, "-o", f"{out}/{{stem}}.txt")
    assert result.exit_code == 1
    assert files(out) == ["mast.txt"]
    reasons = [line.removeprefix(f"asciiart: {tmp_path}/") for line in result.stderr.splitlines()]
    assert [reason.partition(":")[0] for reason in reasons] == [
        "photos/bad.png",
        "out/cat.txt",
        "none.png",
    ]


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("out/x.txt", "-o takes one picture; for 2"),
        ("out/x{suffix}x", "suffix '.jpgx' is of no format"),
        ("out/{stem}.gif", "suffix '.gif' is of no format"),
        (
            "out/{what}.txt",
            "{what} is unknown (known: {stem}, {name}, {suffix}, {parent}; {{ stands for a brace)",
        ),
        ("{parent}/{name}", "would overwrite an input, "),
        ("out/{{stem}}.txt", "-o takes one picture; for 2"),
    ],
)
def test_refused_before_any_work(photos: Path, output: str, reason: str) -> None:
    before = files(photos)
    result = run(str(photos), "--recursive", "-o", output.replace("out", f"{photos}/out"))
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert reason in line
    assert files(photos) == before
    assert not (photos / "out").exists()


def test_clashes_are_refused_before_any_work(photos: Path) -> None:
    result = run(CAT, str(photos), "-o", f"{photos}/out/{{stem}}.txt")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"asciiart: -o would write {CAT} and {photos}/cat.jpg both to ")
    assert files(photos) == ["cat.jpg", "in/mast.png"]


def test_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "xclip"
    tool.write_text(f"#!/bin/sh\ncat > {tmp_path}/copied\n", encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    shown = good(CAT, ANTENNA, "-c", "20", "--copy")
    assert shown == good(CAT, ANTENNA, "-c", "20")
    assert (tmp_path / "copied").read_text(encoding="utf-8") + "\n" == shown
    good(CAT, "-c", "20", "--copy", "-o", f"{tmp_path}/x.svg")
    assert (tmp_path / "copied").read_text(encoding="utf-8").endswith("</svg>")
    good(CAT, "-c", "20", "--copy", "--encoding", "utf-16")
    assert (tmp_path / "copied").read_text(encoding="utf-8") + "\n" == good(CAT, "-c", "20")
    result = run(CAT, "--copy", "--format", "png")
    assert (result.exit_code, "--copy takes text, not png" in result.stderr) == (2, True)


def test_copy_without_a_clipboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    result = run(CAT, "-c", "20", "--copy")
    assert result.exit_code == 1
    assert result.stdout == good(CAT, "-c", "20")
    assert result.stderr.startswith("asciiart: clipboard: there is none")


@pytest.mark.parametrize("target", TARGETS)
def test_targets(target: str) -> None:
    text = good(CAT, "--target", target)
    assert text.startswith(TARGETS[target].fence)
    assert len(text.removesuffix("\n")) <= (TARGETS[target].budget or len(text))
    assert text.isascii() == (TARGETS[target].charset == "ascii")


def test_a_report_where_it_does_not_fit() -> None:
    result = run(CAT, "--target", "discord", "-c", "100")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) > 20
    (line,) = result.stderr.splitlines()
    reason = r"[\d,]+ characters, of which discord takes 2,000 \(about --columns (\d+) fits\)"
    told = re.fullmatch(rf"asciiart: {re.escape(CAT)}: {reason}", line)
    assert told
    assert int(told[1]) == 60
    better = run(CAT, "--target", "discord", "-c", told[1])
    assert (better.exit_code, len(better.stdout) <= 2001) == (0, True)


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--fill", "--charset", "half"),
        ("--charset", "braille"),
        ("--mode", "structure"),
        ("--format", "ansi"),
    ],
)
def test_a_message_in_color_is_made_as_small_as_it_has_to_be(options: tuple[str, ...]) -> None:
    block = good(CAT, "--target", "discord", "--color", "16", *options).removesuffix("\n")
    assert block.startswith("```ansi\n")
    assert block.endswith("\n```")
    assert 1200 < len(block) <= 2000
    assert re.search(r"\x1b\[[0-9;]*3[0-7]", block)
    data = Path(CAT).read_bytes()
    again = good("-", "--target", "discord", "--color", "16", *options, data=data)
    assert again == f"{block}\n"


def test_a_size_that_is_asked_for_is_kept_and_the_report_counts_the_codes() -> None:
    arguments = (CAT, "--target", "discord", "-c", "60")
    assert run(*arguments).exit_code == 0
    result = run(*arguments, "--color", "16")
    assert result.exit_code == 1
    assert result.stdout.startswith("```ansi\n")
    assert re.search(r"[\d,]+ characters, of which discord takes 2,000", result.stderr)


@pytest.mark.parametrize("target", [name for name in TARGETS if name != "discord"])
@pytest.mark.parametrize("color", ["16", "256", "truecolor"])
def test_color_that_a_place_does_not_show_is_refused(target: str, color: str) -> None:
    result = run(CAT, "--target", target, "--color", color)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"asciiart: --target {target} shows no colors: --color must be none, not {color}\n"
    )


@pytest.mark.parametrize("color", ["256", "truecolor"])
def test_color_that_discord_does_not_show_is_refused(color: str) -> None:
    result = run(CAT, "--target", "discord", "--color", color)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "shows its own colors alone: --color must be 16 or none" in result.stderr


def test_auto_is_what_a_place_shows() -> None:
    assert good(CAT, "--target", "twitch", "--color", "auto") == good(CAT, "--target", "twitch")
    colored = good(CAT, "--target", "discord", "--color", "16")
    assert good(CAT, "--target", "discord", "--color", "auto") == colored


def test_dithering_discords_colors_would_change_nothing() -> None:
    result = run(CAT, "--target", "discord", "--color", "16", "--dither", "noise")
    assert (result.exit_code, "here it would change nothing" in result.stderr) == (2, True)


@pytest.mark.parametrize("name", ["art.txt", "art.ans", "art.html", "art.png", "art.json"])
def test_the_budget_holds_for_every_file(tmp_path: Path, name: str) -> None:
    output = tmp_path / name
    result = run(CAT, "--target", "discord", "-c", "100", "-o", str(output))
    assert (result.exit_code, output.stat().st_size > 0) == (1, True)
    assert "of which discord takes 2,000" in result.stderr
    assert good(CAT, "--target", "discord", "-o", str(output)) == ""


def test_a_literal_holds_what_is_pasted() -> None:
    block = good(CAT, "--target", "discord", "--color", "16").removesuffix("\n")
    literal = good(CAT, "--target", "discord", "--color", "16", "--format", "json-string")
    assert json.loads(literal) == block


def test_string_literals() -> None:
    text = good(CAT, "-c", "20").removesuffix("\n")
    assert json.loads(good(CAT, "-c", "20", "--format", "json-string")) == text


# The process


def test_whoever_only_hands_out_work_loads_nothing_heavy(photos: Path, tmp_path: Path) -> None:
    """Or the processes that do it would start later."""
    heavy = (
        "{'numpy', 'PIL', 'cv2', 'faiss', 'onnxruntime', 'rich', 'asciiart.art.formats.registry'}"
    )
    arguments = [str(photos), CAT, "-c", "20", "--jobs", "2", "-o"]
    arguments.append(f"{tmp_path}/out/{{parent}}/{{stem}}.txt")
    script = (
        "import sys\nfrom asciiart.cli.main import main\n"
        f"if __name__ == '__main__':\n  try: main({arguments})\n"
        f"  finally: print(sorted({heavy} & set(sys.modules)), file=sys.stderr)"
    )
    program = tmp_path / "program.py"
    program.write_text(script, encoding="utf-8")
    done = subprocess.run([sys.executable, str(program)], capture_output=True, check=True)
    assert done.stderr == b"[]\n"
    assert len(files(tmp_path / "out")) == 2


def test_a_bar_after_a_second_of_work(web: str) -> None:
    """The bar, its count and its end, on a terminal; the text goes elsewhere."""
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    names = [CAT, f"{web}/silent", CAT]
    with subprocess.Popen(
        [*COMMAND, *names, "-c", "20", "--timeout", "2.5"],
        stdout=subprocess.PIPE,
        stderr=follower,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    ) as process:
        os.close(follower)
        shown = read_all(leader)
        assert process.stdout is not None
        text = process.stdout.read().decode()
    assert process.returncode == 1
    assert text == 2 * good(CAT, "-c", "20")
    assert "1/3" in shown
    assert "\x1b[?25h" in shown.rpartition("/3")[2]  # the cursor is back
    assert f"asciiart: {web}/silent: took longer" in shown.rpartition("\x1b[?25h")[2]


def read_all(descriptor: int) -> str:
    data = b""
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:  # Linux reports a terminal's end so
            part = b""
        if not part:
            os.close(descriptor)
            return data.decode()
        data += part


def test_no_bar_where_there_is_no_terminal(web: str) -> None:
    done = subprocess.run(
        [*COMMAND, CAT, f"{web}/silent", "-c", "20", "--timeout", "1.5"],
        capture_output=True,
        check=False,
    )
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.name != "posix", reason="process groups")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interrupt(web: str, tmp_path: Path, jobs: str) -> None:
    """Ctrl-C, which the terminal sends to all: what failed so far is told, and no process stays."""
    names = [f"{tmp_path}/none.png", CAT, f"{web}/silent", CAT]
    with subprocess.Popen(
        [*COMMAND, *names, "-c", "20", "--jobs", jobs],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(100)  # the cat is there
        time.sleep(1)  # one process waits for the web and the other for work
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=60) == 130
        (line,) = process.stderr.read().decode().strip().splitlines()
    assert line.startswith(f"asciiart: {tmp_path}/none.png: ")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
@pytest.mark.parametrize("delay", [0.0, 0.1, 0.2])
def test_interrupt_while_processes_start(delay: float) -> None:
    with subprocess.Popen(
        [*COMMAND, *[CAT] * 999, "-c", "20", "--jobs", "2"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while process.poll() is None and len(children.read_text().split()) < 3:
            time.sleep(0.01)
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stderr is not None
        assert process.stderr.read().strip() == b""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_reader_that_is_gone(tmp_path: Path, jobs: str) -> None:
    """What is not wanted any more is not drawn, and what would have failed not told."""
    reader, writer = os.pipe()
    os.close(reader)
    names = [CAT, *[f"{tmp_path}/none.png"] * 9]
    done = subprocess.run(
        [*COMMAND, *names, "-c", "20", "--jobs", jobs],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=True,
    )
    os.close(writer)
    assert done.stderr == b""
