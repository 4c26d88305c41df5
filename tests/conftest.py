"""What every test stands on: an environment without the user's wishes, models and small arts."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from goldens import compare
from hypothesis import settings
from made_arts import MakeArt
from paths import DEJAVU, MONA, MPLUS, TESTS

from asciiart.art.art import Art
from asciiart.color.fill import Fill
from asciiart.glyphs.font import Font, load_font
from asciiart.glyphs.grid import Cell, Grid, Placement
from asciiart.glyphs.typesetting import Typeset, typeset_rows
from asciiart.options import Background, Mode, Options

os.environ.setdefault("OMP_NUM_THREADS", "1")  # pytest's workers share the cores; before torch

# The same examples each time; ``--hypothesis-profile default`` looks for others.
settings.register_profile("fixed", derandomize=True, deadline=None)  # a busy machine is no fault
settings.load_profile("fixed")

_WISHES = (
    "COLORFGBG",
    "COLORTERM",
    "COLUMNS",
    "FORCE_COLOR",
    "LINES",
    "NO_COLOR",
    "PYTHONIOENCODING",
    "PYTHONUNBUFFERED",
    "PYTHONUTF8",
    "DISPLAY",
    "WAYLAND_DISPLAY",
)
_FOREIGN = ("ASCIIART_", "XDG_", "LC_", "LANG", "TERM", "TMUX", "SSH_", "WT_", "KITTY_", "VTE_")
"""How variables begin that describe the user, the desktop or the terminal."""
_BASE_PROGRAMS = ("/usr/bin", "/bin")
_SIGNALS: dict[signal.Signals, Any] = {signal.SIGINT: signal.default_int_handler}
if hasattr(signal, "SIGHUP"):
    _SIGNALS[signal.SIGHUP] = signal.SIG_DFL
_GOLDEN = TESTS / "golden"
_UNMEASURED = (
    *("core", "train", "fuzz", "test_budgets.py", "test_public_api.py"),
    *("test_bad_input.py", "test_faults.py", "test_goldens.py", "test_interrupted.py"),
    *("test_package.py", "test_readme.py", "test_threads.py"),
)
"""Folders and files of `tests` that coverage passes over. Their lines are not counted, the figures
would be falsified, or they are about the whole, of which the modules' own tests walk every line."""
_MEASURED_CHILDREN = (
    *("cli/test_main.py", "cli/commands/test_play.py", "cli/batch/test_delivery.py"),
    *("cli/batch/test_workers.py", "io/test_signals.py", "io/terminal/test_fullscreen.py"),
)
"""Files of `tests` whose child processes coverage measures, which takes each half a second. What
other children do is done in pytest's own processes, too."""

Color = tuple[int, int, int]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update-golden``."""
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite what is drawn otherwise now"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Know pytest-cov's marker where that is not installed, too."""
    config.addinivalue_line("markers", "no_cover: is passed over by coverage")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what coverage passes over, also property tests, whose lines other tests walk once."""
    for item in items:
        top = item.path.relative_to(TESTS).parts[0]
        if top in _UNMEASURED or getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("no_cover")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Let coverage measure child processes only where they walk lines of their own."""
    with pytest.MonkeyPatch.context() as patch:
        if item.path.relative_to(TESTS).as_posix() not in _MEASURED_CHILDREN:
            patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        yield


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str | bytes], None]:
    """Return a function that compares what a format wrote with a file in tests/golden."""

    def check(name: str, content: str | bytes) -> None:
        compare(_GOLDEN / name, content, update=request.config.getoption("--update-golden"))

    return check


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Return a function that writes text or bytes to a file and returns its path."""

    def write_file(content: str | bytes, name: str = "art.txt") -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write_file


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that stands for the user's cache in this run."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session", autouse=True)
def bare_machine(tmp_path_factory: pytest.TempPathFactory, cache_folder: Path) -> Iterator[None]:
    """Close off the host: its settings, fonts, caches and programs, for child processes, too.

    What is left is Python, what was installed beside it, and a base system's own programs.
    """
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        foreign = [name for name in os.environ if name.startswith(_FOREIGN)]
        for name in (*_WISHES, *foreign):
            patch.delenv(name, raising=False)
        patch.setenv("HOME", str(home))
        patch.setenv("XDG_CACHE_HOME", str(cache_folder))
        patch.setenv("ASCIIART_CONFIG", os.devnull)
        patch.setenv("ASCIIART_FONT_PATH", str(home / "no fonts"))
        patch.setenv("PATH", os.pathsep.join((str(Path(sys.executable).parent), *_BASE_PROGRAMS)))
        patch.setenv("LANG", "C.UTF-8")
        patch.setenv("TERM", "dumb")
        yield


@pytest.fixture(scope="session", autouse=True)
def usual_signals() -> Iterator[None]:
    """Let Ctrl-C through, which ``nohup`` and a shell's ``&`` have all their processes ignore."""
    handlers = {number: signal.getsignal(number) for number in _SIGNALS}
    for number, usual in _SIGNALS.items():
        signal.signal(number, usual)
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def font() -> Font:
    """Return DejaVu Sans Mono from this repository."""
    return load_font(DEJAVU)


@pytest.fixture(scope="session")
def wide_font() -> Font:
    """Return M PLUS 1 Code from this repository, which has half- and full-width characters."""
    return load_font(MPLUS)


@pytest.fixture(scope="session")
def mona() -> Font:
    """Return Mona from this repository, a proportional font."""
    return load_font(MONA)


@pytest.fixture(scope="session")
def make_art(font: Font) -> MakeArt:
    """Return a function that builds an art from its rows and the color where each column begins."""
    default = font

    def make(
        rows: list[str],
        colors: list[list[Color]] | None = None,
        mode: Mode = "tone",
        background: Background = "dark",
        *,
        font: Font = default,
        typeset: Typeset | None = None,
        columns: int | None = None,
    ) -> Art:
        characters = typeset_rows(rows, font, typeset, columns)
        shape = characters.shape
        glyphs = "".join(dict.fromkeys(" " + "".join(rows)))
        numbers = {character: glyphs.index(character) for character in glyphs} | {"": -1}
        best = np.array([[numbers[c] for c in row] for row in characters.tolist()], np.int32)
        second = np.where(best > 0, (best + 1) % len(glyphs), -1)
        cell = font.cell(32, 2) if typeset is None else Cell(typeset.line_height, 1, 1, 8)
        height = shape[0] * (1 if typeset is None else typeset.line_height)
        return Art(
            characters=characters,
            glyphs=glyphs,
            glyph_ids=np.stack([best, second], axis=-1),
            scores=np.broadcast_to(np.array([2.5, 1.23456789], np.float32), (*shape, 2)),
            colors=np.full((*shape, 3), 255, np.uint8)
            if colors is None
            else np.array(colors, np.uint8),
            grid=Grid(rows=shape[0], columns=shape[1], cell=cell),
            placement=Placement(left=0, top=0, width=shape[1], height=height),
            font=font,
            typeset=typeset,
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


@pytest.fixture(scope="session")
def filled_art(make_art: MakeArt) -> Art:
    """Return 2 rows of 4 columns with inks and papers of the 16 colors."""
    red, blue, gray, white = (255, 0, 0), (0, 0, 238), (127, 127, 127), (255, 255, 255)
    ink = np.array([[red, red, blue, red], [white, red, red, white]], np.uint8)
    paper = np.array([[blue, blue, blue, gray], [gray, gray, white, white]], np.uint8)
    return replace(make_art(["▌▌  ", " <▌▌"]), fill=Fill(ink, paper, np.zeros((2, 4), np.bool_)))


@pytest.fixture(scope="session")
def cut_out_art(filled_art: Art) -> Art:
    """Return the filled art with the page as the paper of three cells."""
    assert filled_art.fill is not None
    clear = np.array([[False, True, True, False], [False, False, False, True]])
    return replace(filled_art, fill=filled_art.fill._replace(clear=clear))


@pytest.fixture(scope="session")
def wide_art(make_art: MakeArt, wide_font: Font) -> Art:
    """Return 2 rows of 6 half-width columns with full-width characters, red, white and green."""
    white, red, green = (255, 255, 255), (255, 0, 0), (0, 128, 0)
    colors = [[red, white, white, red, red, green], [green, red, red, white, green, white]]
    return make_art(["a漢&字", "  <bあ"], colors, font=wide_font)


@pytest.fixture(scope="session")
def typeset_art(make_art: MakeArt, mona: Font) -> Art:
    """Return 3 rows of Mona at 16 px, 18 px apart and 60 wide, the second of them empty."""
    return make_art(["i漢 あ", "", "　<Wｱ"], font=mona, typeset=Typeset(16, 18), columns=60)
