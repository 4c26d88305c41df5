"""Docstrings of the package, those of attributes and constants too, are whole sentences."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from paths import ROOT

MODULES = sorted((ROOT / "asciiart").rglob("*.py"))
HALF_SENTENCE = re.compile(r"(Of|What|And|Or|and|or|of)\b|[,;]")


def docstrings(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the words of every docstring of a module."""
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else ():
            match statement:
                case ast.Expr(value=ast.Constant(value=str(words))):
                    yield statement.lineno, words.strip()


def halves(text: str) -> list[tuple[int, str]]:
    """Return the docstrings that are no whole sentences."""
    return [
        (line, words)
        for line, words in docstrings(text)
        if HALF_SENTENCE.match(words) or words.endswith((",", ";"))
    ]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_docstrings_are_whole_sentences(module) -> None:
    assert halves(module.read_text("utf-8")) == []


def test_half_sentences_are_found() -> None:
    text = (
        'A = 1\n"""Sigma of X, """\nB = 2\n"""and of Y."""\nC = 3\n"""Of Z."""\nD = 4\n"""Sigma."""'
    )
    assert [line for line, _ in halves(text)] == [2, 4, 6]
