"""`asciiart score` measures text art, read back, against a picture."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import ANTENNA, CAT, good, run
from PIL import Image

POST = ("--mode", "structure", "--background", "light", "--target", "sjis", "--width", "320")
SCORES = ("oriented F", "precision", "recall", "tone r", "detail r", "range", "monotony")


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


def test_a_post_is_scored_and_rendered_as_it_was_drawn(tmp_path: Path) -> None:
    art, picture = tmp_path / "post.json", tmp_path / "post.png"
    good(ANTENNA, *POST, "-o", str(art))
    score = good("score", ANTENNA, str(art))
    assert float(score.split()[2]) > 0.7
    good("render", str(art), "-o", str(picture))
    rows = json.loads(art.read_text(encoding="utf-8"))["rows"]
    with Image.open(picture) as drawn:
        assert drawn.size == (2 * 320, 2 * 18 * len(rows))
