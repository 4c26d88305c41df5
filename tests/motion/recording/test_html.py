"""Tests of html: the page's script holds what each frame changes."""

from __future__ import annotations

import base64
import io
import json
import re
import unicodedata
from pathlib import Path

import pytest
from discs import OPTIONS, discs, texts
from fontTools.ttLib import TTFont

from asciiart.motion.animation import Animation, animate
from asciiart.motion.recording.recorder import save
from asciiart.pipeline import Artist


@pytest.mark.parametrize("color", ["none", "truecolor"])
def test_html(animation: Animation, artist: Artist, tmp_path: Path, color: str) -> None:
    """The rows of each frame, put together as the page's script does."""
    save(animation, tmp_path / "a.html", color=color, plays=0)
    page = (tmp_path / "a.html").read_text("utf-8")
    assert page.count("</script>") == 2
    assert "http" not in page
    found = re.search(r"PLAYS = 0, FRAMES = \[\n(.*),\n\];\n</script>", page, re.DOTALL)
    assert found is not None
    shown: dict[int, str] = {}
    for line, text in zip(found[1].split(",\n"), texts(artist), strict=True):
        seconds, changed = json.loads(line)
        assert seconds == pytest.approx(0.1)
        shown |= {int(row): html for row, html in changed.items()}
        rows = [re.sub("<[^>]*>", "", shown[row]) for row in sorted(shown)]
        plain = [
            row.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for row in rows
        ]
        assert "\n".join(row.rstrip() for row in plain) == text


@pytest.mark.parametrize(
    ("font", "charset"), [("Mona", "ascii"), ("M PLUS 1 Code", "ascii+kana+kanji")]
)
def test_html_with_characters_of_different_widths(tmp_path: Path, font: str, charset: str) -> None:
    """The page carries a font with what any frame shows."""
    artist = Artist(font=font, charset=charset)
    save(animate(list(discs()), OPTIONS, artist=artist), tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text("utf-8")
    carried = re.search(r"base64,([^)]*)\) format\('woff'\)", page)
    assert carried is not None
    with TTFont(io.BytesIO(base64.b64decode(carried[1]))) as small:
        had = set(map(chr, small.getBestCmap()))
    shown = set().union(*texts(artist)) - {"\n"}
    assert shown <= had
    assert all(unicodedata.mirrored(other) for other in had - shown)  # those of what is shown
