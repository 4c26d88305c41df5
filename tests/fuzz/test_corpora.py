"""The part of the corpora that is made of the commands themselves: it is current."""

from __future__ import annotations

import runpy

import pytest
from mutations import CORPORA

MAKER = CORPORA / "configuration" / "make.py"
FILES: dict[str, str] = runpy.run_path(str(MAKER))["files"]()


@pytest.mark.parametrize("name", FILES)
def test_configurations_are_current(name: str) -> None:
    message = f"out of date: python {MAKER.relative_to(MAKER.parents[4])}"
    assert (MAKER.parent / f"{name}.toml").read_text(encoding="utf-8") == FILES[name], message
