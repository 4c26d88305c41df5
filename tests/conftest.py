"""What every test stands on: an environment without the user's wishes, models and small arts."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from asciiart.art import Art, Background, Mode, Placement
from asciiart.glyphs import Font, load_font
from asciiart.grid import Grid
from asciiart.options import Options

os.environ.setdefault("OMP_NUM_THREADS", "1")  # pytest's workers share the cores; before torch

_WISHES = (
    "ASCIIART_HOME",
    "COLORFGBG",
    "COLORTERM",
    "COLUMNS",
    "FORCE_COLOR",
    "LINES",
    "NO_COLOR",
    "PYTHONIOENCODING",
    "PYTHONUNBUFFERED",
    "PYTHONUTF8",
)
_FONT = Path(__file__).parent.parent / "fonts" / "dejavu" / "DejaVuSansMono.ttf"

_GOLDEN = Path(__file__).parent / "golden"

Color = tuple[int, int, int]
MakeArt = Callable[..., Art]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update-golden``."""
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite tests/golden with what is drawn now"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a function that compares a text with the file of that name in tests/golden."""

    def compare(name: str, text: str) -> None:
        path = _GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text + "\n", encoding="utf-8")
        assert text.split("\n") == path.read_text(encoding="utf-8")[:-1].split("\n")

    return compare


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the user's own environment would change."""
    for name in _WISHES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that stands for the user's cache in this run."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, cache_folder: Path) -> None:
    """Keep index caches of this run together and away from the user's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_folder))


@pytest.fixture(scope="session")
def font() -> Font:
    """Return DejaVu Sans Mono from this repository."""
    return load_font(_FONT)


@pytest.fixture(scope="session")
def make_art(font: Font) -> MakeArt:
    """Return a function that builds an art from its rows and each cell's color."""

    def make(
        rows: list[str],
        colors: list[list[Color]] | None = None,
        mode: Mode = "tone",
        background: Background = "dark",
    ) -> Art:
        characters = np.array([list(row) for row in rows])
        shape = characters.shape
        glyphs = "".join(dict.fromkeys(" " + "".join(rows)))
        best = np.array([[glyphs.index(character) for character in row] for row in rows], np.int32)
        second = np.where(best > 0, (best + 1) % len(glyphs), -1)
        return Art(
            characters=characters,
            glyphs=glyphs,
            glyph_ids=np.stack([best, second], axis=-1),
            scores=np.broadcast_to(np.array([2.5, 1.23456789], np.float32), (*shape, 2)),
            colors=np.full((*shape, 3), 255, np.uint8)
            if colors is None
            else np.array(colors, np.uint8),
            grid=Grid(rows=shape[0], columns=shape[1], cell=font.cell(32, 2)),
            placement=Placement(left=0, top=0, width=shape[1], height=shape[0]),
            font=font,
            mode=mode,
            background=background,
            model="by hand",
            options=Options(mode=mode, columns=shape[1], background=background),
        )

    return make


@pytest.fixture(scope="session")
def small_art(make_art: MakeArt) -> Art:
    """Return 3 rows of 6 columns, a tone art on dark, with markup, blanks and three colors."""
    white, red, green = (255, 255, 255), (255, 0, 0), (0, 128, 0)
    return make_art(
        [" <a&b ", "xx  yz", "      "],
        [
            [red, white, white, red, red, green],
            [red, red, green, white, red, green],
            [red, green, white, red, green, white],
        ],
    )
