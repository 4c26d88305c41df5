"""Drawing beside an event loop: from several threads at once, with equal results."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import numpy as np
import pytest
from paths import ANTENNA, CAT

import asciiart
from asciiart.art.art import Art
from asciiart.options import Mode
from asciiart.pipeline import Artist

SOURCES = (CAT, ANTENNA, ANTENNA.read_bytes(), CAT) * 3
MODES: tuple[Mode, ...] = ("tone", "structure")
THREADS = 4


def same(one: Art, other: Art) -> bool:
    fields = ("glyph_ids", "scores", "colors")
    equal = all(np.array_equal(getattr(one, name), getattr(other, name)) for name in fields)
    return equal and one.rows == other.rows


async def together(artist: Artist, mode: Mode) -> list[Art]:
    """Draw every source in a thread of its own, the event loop going on meanwhile."""
    drawing = [asyncio.to_thread(artist.draw, source, mode=mode, columns=30) for source in SOURCES]
    return await asyncio.gather(*drawing)


@pytest.mark.parametrize("mode", MODES)
def test_one_artist_draws_the_same_in_several_threads(mode: Mode) -> None:
    expected = [Artist().draw(source, mode=mode, columns=30) for source in SOURCES[:4]]
    arts = asyncio.run(together(Artist(), mode))
    assert all(same(art, expected[i % 4]) for i, art in enumerate(arts))


def test_rows_of_a_proportional_font_and_qualities_in_several_threads() -> None:
    def draw(artist: Artist) -> Art:
        return artist.draw(ANTENNA, mode="structure", width=200, quality="best")

    async def gather(artist: Artist) -> list[Art]:
        return await asyncio.gather(*(asyncio.to_thread(draw, artist) for _ in range(THREADS)))

    expected = draw(Artist(font="Mona"))
    assert all(same(art, expected) for art in asyncio.run(gather(Artist(font="Mona"))))


def test_artists_may_be_made_at_once_before_there_is_an_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = asciiart.draw(CAT, columns=30, charset="ascii+box")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    start = threading.Barrier(THREADS)

    def draw() -> Art:
        start.wait()
        return asciiart.draw(CAT, columns=30, charset="ascii+box")

    async def gather() -> list[Art]:
        return await asyncio.gather(*(asyncio.to_thread(draw) for _ in range(THREADS)))

    assert all(same(art, expected) for art in asyncio.run(gather()))
    assert list(tmp_path.rglob("*.index"))


def test_the_event_loop_goes_on_while_a_picture_is_drawn() -> None:
    async def count() -> int:
        drawing = asyncio.create_task(
            asyncio.to_thread(asciiart.draw, CAT, mode="structure", columns=120)
        )
        turns = 0
        while not drawing.done():
            await asyncio.sleep(0)
            turns += 1
        await drawing
        return turns

    assert asyncio.run(count()) > 1
