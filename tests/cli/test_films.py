"""Films given to `asciiart draw`: one frame in files and pipes, the whole film elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from command_line import CAT, good, refused, run
from paths import FILMS
from PIL import Image

VIDEO = str(FILMS / "vsar.mp4")
SIZE = ("-c", "20")


@pytest.fixture
def gif(tmp_path: Path) -> str:
    """Return the name of a film of three frames that differ."""
    random = np.random.default_rng(0)
    first, *others = (
        Image.fromarray(random.integers(0, 256, (6, 8), dtype=np.uint8)).resize((80, 60))
        for _ in range(3)
    )
    path = tmp_path / "film.gif"
    first.save(path, save_all=True, append_images=others, duration=100)
    return str(path)


def test_a_pipe_gets_the_first_frame_or_the_one_that_is_asked_for(gif: str) -> None:
    frames = [good(gif, *SIZE, "--frame", str(number)) for number in (1, 2, 3)]
    assert len({*frames}) == 3
    assert good(gif, *SIZE) == frames[0]
    assert good(gif, *SIZE, "--frame", "0.25s") == frames[2]


def test_a_video_s_first_frame() -> None:
    pytest.importorskip("av")
    assert good(VIDEO, *SIZE) == good(VIDEO, *SIZE, "--frame", "1") != ""


def test_a_frame_that_is_not_there(gif: str) -> None:
    result = run(gif, "--frame", "4")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"asciiart: {gif}: only 3 frames long, or 0.30 seconds\n"
    assert "'--frame': must be a number from 1 on" in refused(gif, "--frame", "x")


@pytest.mark.parametrize("suffix", ["gif", "cast", "html"])
def test_a_film_is_saved_as_play_saves_it(gif: str, suffix: str, tmp_path: Path) -> None:
    drawn, played = (tmp_path / f"{name}.{suffix}" for name in ("drawn", "played"))
    good(gif, *SIZE, "-o", str(drawn))
    good("play", gif, *SIZE, "-o", str(played))
    assert drawn.read_bytes() == played.read_bytes()


def test_a_still_picture_is_saved_as_one(tmp_path: Path) -> None:
    good(CAT, *SIZE, "-o", f"{tmp_path}/cat.html")
    assert "<script" not in (tmp_path / "cat.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("option", [("--frame", "2"), ("--target", "github"), ("--magnify", "1")])
def test_what_only_drawing_has_asks_for_a_frame(
    gif: str, option: tuple[str, ...], tmp_path: Path
) -> None:
    good(gif, *option, "-o", f"{tmp_path}/art.html")
    assert "<script" not in (tmp_path / "art.html").read_text(encoding="utf-8")
    assert "suffix '.gif' is of no format" in refused(gif, *option, "-o", f"{tmp_path}/art.gif")


def test_many_films_are_drawn(gif: str, tmp_path: Path) -> None:
    good(gif, CAT, *SIZE, "-o", f"{tmp_path}/{{stem}}.html")
    assert "<script" not in (tmp_path / "film.html").read_text(encoding="utf-8")


def test_the_only_film_of_a_folder_is_saved(gif: str, tmp_path: Path) -> None:
    good(str(Path(gif).parent), *SIZE, "-o", f"{tmp_path}/art.cast")
    good("play", gif, *SIZE, "-o", f"{tmp_path}/played.cast")
    assert (tmp_path / "art.cast").read_bytes() == (tmp_path / "played.cast").read_bytes()


def test_a_pattern_of_names_is_for_pictures(gif: str, tmp_path: Path) -> None:
    good(gif, *SIZE, "-o", f"{tmp_path}/{{stem}}.html")
    assert "<script" not in (tmp_path / "film.html").read_text(encoding="utf-8")
