"""Names that are addresses on the web."""

from __future__ import annotations

import pytest

from asciiart.io.addresses import is_address


@pytest.mark.parametrize("name", ["http://a.org/b.png", "https://a.org", "HTTPS://A.ORG/B.PNG"])
def test_addresses(name: str) -> None:
    assert is_address(name)


@pytest.mark.parametrize(
    "name", ["a.png", "-", "", "https:/a.org", "ftp://a.org/b.png", "file:///b.png", "./http://a"]
)
def test_other_names(name: str) -> None:
    assert not is_address(name)
