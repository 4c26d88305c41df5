"""Tests of pyav: an error that tells how to install it."""

from __future__ import annotations

import sys

import pytest

from asciiart.errors import ImageError, OptionError
from asciiart.motion.pyav import require_pyav


def test_it_is_installed() -> None:
    require_pyav("a.mp4: a video", ImageError)


@pytest.mark.parametrize("error", [ImageError, OptionError])
def test_it_is_missing(monkeypatch: pytest.MonkeyPatch, error: type[ImageError]) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(error, match=r"^a\.mp4: a video needs PyAV: .*video"):
        require_pyav("a.mp4: a video", error)
