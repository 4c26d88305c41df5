"""Pictures from the web, from a real server that behaves and one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from local_web import PICTURE, serving

from asciiart.errors import ImageError
from asciiart.fetch import fetch
from asciiart.sources import FetchLimits

USUAL = FetchLimits(seconds=20)


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.mark.parametrize(
    "path", ["/picture.png", "/a b.png", "/a%20b.png", "/ネコ.png", "", "/?q=é"]
)
def test_what_an_address_holds(web: str, path: str) -> None:
    assert fetch(f"{web}{path}", USUAL) == PICTURE


def test_redirections_are_followed_so_far(web: str) -> None:
    assert fetch(f"{web}/hops/4", FetchLimits(seconds=20, redirections=5)) == PICTURE
    with pytest.raises(ImageError, match="redirects more than 5 times"):
        fetch(f"{web}/hops/5", FetchLimits(seconds=20, redirections=5))


def test_redirections_lead_to_the_web_alone(web: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(PICTURE)
    for target in (f"file://{tmp_path}/secret", "ftp://127.0.0.1/x", "data:text/plain,x"):
        with pytest.raises(ImageError, match=r"not on the web|is not allowed") as caught:
            fetch(f"{web}/to/{target}", USUAL)
        assert "\n" not in str(caught.value)
    assert fetch(f"{web}/to/{web}/picture.png", USUAL) == PICTURE


@pytest.mark.parametrize("address", ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:,x"])
def test_no_other_scheme_is_opened(address: str) -> None:
    with pytest.raises(ImageError, match="cannot be fetched"):
        fetch(address, USUAL)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/none", r"cannot be fetched \(404 Not Found\)"),
        ("/short", "ended after [0-9,]+ of [0-9,]+ bytes"),
        ("/huge", "1,000,000,000,000 bytes are more than 100,000,000"),
    ],
)
def test_answers_that_are_no_picture(web: str, path: str, reason: str) -> None:
    with pytest.raises(ImageError, match=f"^{web}{path}: {reason}$"):
        fetch(f"{web}{path}", USUAL)


def test_what_never_ends_is_cut_by_size(web: str) -> None:
    with pytest.raises(ImageError, match="more than 1,000,000 bytes"):
        fetch(f"{web}/endless", FetchLimits(seconds=20, size=1_000_000))


@pytest.mark.parametrize("path", ["/trickle", "/silent"])
def test_what_never_comes_is_cut_by_time(web: str, path: str) -> None:
    """Its bytes are each in time; waiting for all would end in another message."""
    with pytest.raises(ImageError, match=r"took longer than --timeout 0.3 s allows"):
        fetch(f"{web}{path}", FetchLimits(seconds=0.3))


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/x",
        "http://",
        "http://[",
        "http://a b/",
        "http://127.0.0.1:x/",
        "http://é..é/",
    ],
)
def test_addresses_that_lead_nowhere(address: str) -> None:
    with pytest.raises(ImageError, match="cannot be fetched") as caught:
        fetch(address, USUAL)
    assert str(caught.value).startswith(address)
    assert str(caught.value).isprintable()
