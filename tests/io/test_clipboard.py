"""The clipboard: real small programs in place of the desktop's, and xclip where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from paths import ANTENNA

from asciiart.errors import ImageError, OutputError
from asciiart.io.clipboard import copy_text, paste_picture

TEXT = "a 漢\n\\ \x1b[31m⠿\n"
Desktop = Callable[..., dict[str, str]]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="shell scripts")


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    """Return a function that makes a desktop of programs, name to shell script."""

    def make(variable: str, **scripts: str) -> dict[str, str]:
        for name, script in scripts.items():
            program = tmp_path / name.replace("_", "-")
            program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            program.chmod(0o755)
        return {"PATH": str(tmp_path), variable: "1"}

    return make


@pytest.fixture(autouse=True)
def found_by_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")


@pytest.mark.parametrize(
    ("variable", "program"),
    [("WAYLAND_DISPLAY", "wl_copy"), ("DISPLAY", "xclip"), ("HOME", "pbcopy")],
)
def test_copy(desktop: Desktop, tmp_path: Path, variable: str, program: str) -> None:
    """The program stays in the background, holding what it was given open, as xclip does."""
    script = f"cat > {tmp_path}/copied; echo $@ > {tmp_path}/arguments; sleep 5 &"
    copy_text(TEXT, desktop(variable, **{program: script}))
    assert (tmp_path / "copied").read_bytes() == TEXT.encode()
    arguments = {"wl_copy": "--type text/plain;charset=utf-8", "xclip": "-selection clipboard -in"}
    assert (tmp_path / "arguments").read_text().strip() == arguments.get(program, "")


@pytest.mark.parametrize(
    ("variable", "program"), [("WAYLAND_DISPLAY", "wl_paste"), ("DISPLAY", "xclip")]
)
def test_paste(desktop: Desktop, variable: str, program: str) -> None:
    data = paste_picture(desktop(variable, **{program: f"cat {ANTENNA}"}))
    assert data == ANTENNA.read_bytes()


def test_wayland_comes_first(desktop: Desktop, tmp_path: Path) -> None:
    environ = desktop("DISPLAY", wl_copy=f"echo w > {tmp_path}/x", xclip=f"echo x > {tmp_path}/x")
    copy_text("", environ)
    assert (tmp_path / "x").read_text() == "x\n"
    copy_text("", {**environ, "WAYLAND_DISPLAY": "wayland-0"})
    assert (tmp_path / "x").read_text() == "w\n"


def test_no_clipboard(desktop: Desktop) -> None:
    for environ in ({"PATH": ""}, desktop("HOME", xclip="exit 0", wl_paste="exit 0")):
        with pytest.raises(OutputError, match="clipboard: there is none"):
            copy_text("", environ)
        with pytest.raises(ImageError, match="clipboard: there is none"):
            paste_picture(environ)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo no target; echo line 2 >&2; exit 1", "xclip: line 2"),
        ("exit 3", "xclip: exit code 3"),
        ("exit 0", "there is no picture on it"),
        ("echo text", "there is no picture on it, but text"),
    ],
)
def test_nothing_to_paste(desktop: Desktop, script: str, reason: str) -> None:
    with pytest.raises(ImageError, match=f"^clipboard: {reason}$"):
        paste_picture(desktop("DISPLAY", xclip=script))


def test_a_program_that_never_ends(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asciiart.io.clipboard._SECONDS", 0.2)
    with pytest.raises(OutputError, match=r"xclip took longer than 0.2 s"):
        copy_text("x", desktop("DISPLAY", xclip="exec sleep 5"))


@pytest.fixture
def screen() -> Iterator[dict[str, str]]:
    """Return the environment of a screen that nobody sees."""
    if not (shutil.which("Xvfb") and shutil.which("xclip")):
        pytest.skip("Xvfb or xclip is not installed")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "64x64x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader) as number:
            display = number.readline().strip()
        try:
            yield {**os.environ, "DISPLAY": f":{display}", "WAYLAND_DISPLAY": ""}
        finally:
            server.terminate()


def test_xclip(screen: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", screen["DISPLAY"])
    with pytest.raises(ImageError, match=r"clipboard: xclip: .*image/png"):
        paste_picture(screen)
    copy_text(TEXT, screen)
    shown = subprocess.run(
        ["xclip", "-selection", "clipboard", "-out"], stdout=subprocess.PIPE, check=True
    )
    assert shown.stdout == TEXT.encode()
    with pytest.raises(ImageError, match="clipboard: there is no picture on it, but text"):
        paste_picture(screen)
    put = ["xclip", "-selection", "clipboard", "-target", "image/png", "-in", str(ANTENNA)]
    subprocess.run(put, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    assert paste_picture(screen) == ANTENNA.read_bytes()


def test_a_talkative_program_is_cut_short(desktop: Desktop) -> None:
    environ = desktop("DISPLAY", xclip="head -c 99999 /dev/zero | tr '\\0' x >&2; exit 1")
    with pytest.raises(ImageError, match=r"^clipboard: xclip: x{300}$"):
        paste_picture(environ)
