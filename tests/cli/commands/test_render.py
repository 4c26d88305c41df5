"""`asciiart render` draws text art as a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from command_line import CAT, good, run
from PIL import Image


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


def test_render_to_standard_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("render", "-", "-o", "-", data=b"art\n")
    assert result.exit_code == 0
    assert result.stdout_bytes.startswith(b"\x89PNG")
    assert list(tmp_path.iterdir()) == []


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
