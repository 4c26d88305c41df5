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
