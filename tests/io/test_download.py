"""Pictures from the web, from a real server that behaves and one that does not."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from local_web import PICTURE, serving

from asciiart.errors import ImageError
from asciiart.io.addresses import FetchLimits
from asciiart.io.download import fetch

USUAL = FetchLimits(seconds=20)


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.mark.parametrize(
    "path",
    [
        "/picture.png",
        "/a b.png",
        "/a%20b.png",
        "/ネコ.png",
        "",
        "/?q=é",
        "/chunks",
        "/odd-length",
        "/nonsense",
    ],
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


@pytest.fixture(scope="module")
def safe_web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a server by https, whose certificate is trusted here."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    key, certificate = (tmp_path_factory.mktemp("https") / name for name in ("key", "certificate"))
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -addext subjectAltName=IP:127.0.0.1"
    )
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *files], stderr=subprocess.DEVNULL, check=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with pytest.MonkeyPatch.context() as patch, serving(context) as address:
        patch.setenv("SSL_CERT_FILE", str(certificate))
        yield address


def test_https_leads_to_no_http(safe_web: str, web: str) -> None:
    assert fetch(f"{safe_web}/hops/2", USUAL) == PICTURE
    assert fetch(f"{web}/to/{safe_web}/picture.png", USUAL) == PICTURE
    with pytest.raises(ImageError, match=r"fetched \(it redirects to http://.* may change it"):
        fetch(f"{safe_web}/to/{web}/picture.png", USUAL)


def test_a_certificate_of_nobody(safe_web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ImageError, match=r"cannot be fetched .*CERTIFICATE_VERIFY_FAILED"):
        fetch(f"{safe_web}/picture.png", USUAL)


@pytest.mark.parametrize("address", ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:,x"])
def test_no_other_scheme_is_opened(address: str) -> None:
    with pytest.raises(ImageError, match="cannot be fetched"):
        fetch(address, USUAL)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/none", r"cannot be fetched \(404 Not Found\)"),
        ("/half-a-chunk", r"cannot be fetched \(IncompleteRead.*"),
        ("/long-header", r"cannot be fetched \(got more than 65536 bytes when .*"),
        ("/many-headers", r"cannot be fetched \(got more than 100 headers\)"),
        ("/no-http", r"cannot be fetched \(220 smtp\)"),
        ("/nowhere", r"cannot be fetched \(302 Found\)"),
        ("/short", "ended after [0-9,]+ of [0-9,]+ bytes"),
        ("/huge", "1,000,000,000,000 bytes are more than 100,000,000"),
    ],
)
def test_answers_that_are_no_picture(web: str, path: str, reason: str) -> None:
    with pytest.raises(ImageError, match=f"^{web}{path}: {reason}$"):
        fetch(f"{web}{path}", USUAL)


@pytest.mark.parametrize("path", ["/long-status", "/long-protocol", "/long-redirection"])
def test_a_long_answer_is_cut(web: str, path: str) -> None:
    with pytest.raises(ImageError, match="cannot be fetched") as caught:
        fetch(f"{web}{path}", USUAL)
    assert len(str(caught.value)) < 400


def test_what_never_ends_is_cut_by_size(web: str) -> None:
    with pytest.raises(ImageError, match="more than 1,000,000 bytes"):
        fetch(f"{web}/endless", FetchLimits(seconds=20, size=1_000_000))


@pytest.mark.parametrize("path", ["/trickle", "/silent"])
def test_what_never_comes_is_cut_by_time(web: str, path: str) -> None:
    """Its bytes are each in time; waiting for all would end in another message."""
    with pytest.raises(ImageError, match=r"took longer than timeout 0.3 s allows"):
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
        "http://user:secret@127.0.0.1/",
    ],
)
def test_addresses_that_lead_nowhere(address: str) -> None:
    with pytest.raises(ImageError, match="cannot be fetched") as caught:
        fetch(address, USUAL)
    assert str(caught.value).startswith(address)
    assert str(caught.value).isprintable()


def test_a_fault_of_ours_is_no_delay(web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong in the thread is raised, whatever it is."""

    def opener(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr("asciiart.io.download._opener", opener)
    with pytest.raises(LookupError):
        fetch(f"{web}/picture.png", USUAL)
