"""The options that say how saved text was laid out, of `score` and `render` alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import CAT, good, run


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
