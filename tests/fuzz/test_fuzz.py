"""A short run of every fuzz target with a fixed seed; CONTRIBUTING.md names the long one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from mutations import Corpus
from run import TARGETS, fuzz

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc and limits of memory")

MUTATED = 120
"""Beside the corpus itself."""


@pytest.mark.parametrize("target", TARGETS)
def test_short_run(target: str, tmp_path: Path) -> None:
    findings = list(fuzz(target, 0, 0, len(Corpus(target)) + MUTATED, tmp_path))
    assert not findings, "\n".join(map(str, findings))


def test_an_input_is_the_same_each_time() -> None:
    corpus = Corpus("configuration")
    inputs = [corpus.input(3, number) for number in range(50)]
    assert inputs == [Corpus("configuration").input(3, number) for number in range(50)]
    assert len({each.data for each in inputs}) > 40
