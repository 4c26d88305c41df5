"""The lowest versions that pyproject.toml names are those that CONTRIBUTING.md's command tests."""

from __future__ import annotations

import re
import tomllib

from paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = (ROOT / "tests" / "constraints-lowest.txt").read_text(encoding="utf-8").split()


def version(text: str) -> tuple[int, ...]:
    """Return the numbers of a version, without zeros at its end."""
    return tuple(int(number) for number in re.sub(r"(\.0)+$", "", text).split("."))


def test_each_bound_is_pinned() -> None:
    extras = PROJECT["optional-dependencies"]
    needed = [*PROJECT["dependencies"], *extras["test"], *extras["video"]]
    bounds = dict(line.split(">=") for line in needed)
    pins = dict(line.split("==") for line in PINS)
    assert {name: version(bound) for name, bound in bounds.items()} == {
        name: version(pin) for name, pin in pins.items()
    }
