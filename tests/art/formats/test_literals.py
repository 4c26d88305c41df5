"""String literals: what a compiler, Python and a JSON reader make of them."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_arts import MakeArt

from asciiart.art.art import Art
from asciiart.art.formats.literals import _c
from asciiart.art.formats.registry import render

ROWS = ['"\\n" ?', "??/ ??=", "\\x1b1 '''", "$`%d{}", "7"]
COMPILER = shutil.which("cc")


@pytest.fixture
def odd_art(make_art: MakeArt) -> Art:
    """Return an art of what languages escape."""
    width = max(map(len, ROWS))
    return make_art([row.ljust(width) for row in ROWS])


def arts(odd_art: Art, wide_art: Art, small_art: Art) -> list[Art]:
    return [odd_art, wide_art, small_art]


@pytest.mark.parametrize("color", ["none", "16", "truecolor"])
def test_python_and_json(odd_art: Art, wide_art: Art, small_art: Art, color: str) -> None:
    for art in arts(odd_art, wide_art, small_art):
        expected = render(art, "ansi", color=color)
        assert ast.literal_eval(str(render(art, "python", color=color))) == expected
        assert json.loads(str(render(art, "json-string", color=color))) == expected


def compiled(literal: str, folder: Path) -> bytes:
    """Return what a C program prints that holds a literal."""
    source = f"#include <stdio.h>\nstatic const char art[] =\n{literal};\n"
    source += "int main(void) { return fwrite(art, 1, sizeof art - 1, stdout) != sizeof art - 1; }"
    (folder / "art.c").write_text(source, encoding="ascii")
    command = [str(COMPILER), "-std=c99", "-trigraphs", "-Wall", "-Wno-trigraphs", "-Werror"]
    subprocess.run([*command, "art.c", "-o", "art"], cwd=folder, check=True)
    return subprocess.run([str(folder / "art")], stdout=subprocess.PIPE, check=True).stdout


@pytest.mark.skipif(COMPILER is None, reason="there is no C compiler")
def test_c(odd_art: Art, wide_art: Art, small_art: Art, tmp_path: Path) -> None:
    literals, expected = [], b""
    for art in arts(odd_art, wide_art, small_art):
        for color in ("none", "256"):
            literals.append(str(render(art, "c", color=color)))
            expected += str(render(art, "ansi", color=color)).encode()
    assert compiled("\n".join(literals), tmp_path) == expected


def test_c_s_escapes() -> None:
    assert _c('a\\"?\n') == 'a\\\\\\"\\?\\n'
    assert _c("\x1b7é") == "\\0337\\303\\251"


@given(st.text())
def test_c_is_ascii_that_reads_back(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    literal = _c(text)
    assert literal.isascii()
    if literal:
        assert literal.isprintable()
    # Python's escapes of bytes are C's but for the question mark.
    read = ast.literal_eval('b"' + literal.replace("\\?", "?") + '"')
    assert read == text.encode()
