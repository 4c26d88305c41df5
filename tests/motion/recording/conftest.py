"""An artist and an animation for every test of a recording."""

from __future__ import annotations

import pytest
from discs import OPTIONS, discs

from asciiart.motion.animation import Animation, animate
from asciiart.pipeline import Artist


@pytest.fixture(scope="module")
def artist() -> Artist:
    return Artist()


@pytest.fixture
def animation(artist: Artist) -> Animation:
    """Return a disc that moves, 10 frames a second."""
    return animate(list(discs()), OPTIONS, artist=artist, fps=10)
