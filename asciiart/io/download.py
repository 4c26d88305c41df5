"""Stage 1, from the web: an http or https address -> bytes, within limits of size and time."""

from __future__ import annotations

import threading
import time
from http.client import HTTPException, HTTPMessage, HTTPResponse
from queue import SimpleQueue
from typing import IO
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit, urlunsplit

from asciiart.errors import DISTRIBUTION, ImageError
from asciiart.io.addresses import SCHEMES, FetchLimits

_SAFE = "%/:=&?~#+!$,;'@()*[]"
"""Characters that need no escape in an address, besides letters and digits."""
_CHUNK = 1 << 16
_MAX_REASON = 200
"""Largest part of a server's own words that a message quotes, in characters."""


def fetch(address: str, limits: FetchLimits) -> bytes:
    """Return the content of an http or https address.

    A thread does the work and is abandoned when time is up: nothing else bounds every wait, for
    the host's name, for the connection, for one more byte.

    Raises
    ------
    ImageError
        If it cannot be fetched within the limits, or redirects to another scheme.
    """
    answer: SimpleQueue[bytes | Exception] = SimpleQueue()

    def work() -> None:
        try:
            answer.put(_download(address, limits))
        except Exception as error:
            answer.put(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(limits.seconds)
    result = _timeout_error(address, limits) if answer.empty() else answer.get()
    if isinstance(result, Exception):
        raise result
    return result


def _download(address: str, limits: FetchLimits) -> bytes:
    end = time.monotonic() + limits.seconds
    try:
        asked = request.Request(
            _escape(address),
            headers={
                "User-Agent": DISTRIBUTION,
                "Accept": "image/*,*/*;q=0.5",
            },
        )
        with _opener(address, limits.redirections).open(asked, timeout=limits.seconds) as response:
            return _read(response, address, limits.size, end)
    except HTTPError as error:
        error.close()
        raise _fetch_error(address, f"{error.code} {error.reason}") from error
    except (OSError, HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, TimeoutError):
            raise _timeout_error(address, limits) from error
        said = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        raise _fetch_error(address, said) from error


def _fetch_error(address: str, reason: str) -> ImageError:
    """Return the error for a reason, which may be several lines in a server's own words."""
    words = " ".join(reason.partition("\n")[0].removesuffix(":").split())
    if len(words) > _MAX_REASON:
        words = f"{words[:_MAX_REASON]} ..."
    return ImageError(f"{address}: cannot be fetched ({words})")


def _timeout_error(address: str, limits: FetchLimits) -> ImageError:
    return ImageError(f"{address}: took longer than timeout {limits.seconds:g} s allows", "timeout")


def _escape(address: str) -> str:
    """Return an address in ASCII, as browsers send it but do not show it."""
    parts = urlsplit(address)
    if "@" in parts.netloc:
        raise ValueError("it holds a user's name, which would not be sent")
    return urlunsplit(
        parts._replace(
            netloc=parts.netloc.encode("idna").decode("ascii"),
            path=quote(parts.path, safe=_SAFE),
            query=quote(parts.query, safe=_SAFE),
            fragment="",
        )
    )


def _read(response: HTTPResponse, address: str, size: int, end: float) -> bytes:
    promised = response.headers.get("Content-Length", "")
    if promised.isdecimal() and int(promised) > size:
        raise ImageError(f"{address}: {int(promised):,} bytes are more than {size:,}")
    data = bytearray()
    while part := response.read1(_CHUNK):
        data += part
        if len(data) > size:
            raise ImageError(f"{address}: more than {size:,} bytes")
        if time.monotonic() > end:  # nobody is waiting any more
            break
    if promised.isdecimal() and len(data) < int(promised):
        raise ImageError(f"{address}: ended after {len(data):,} of {int(promised):,} bytes")
    return bytes(data)


class _Redirections(request.HTTPRedirectHandler):
    """Follows a limited number of redirections, and only on the web."""

    def __init__(self, address: str, most: int) -> None:
        self._address, self._most, self._count = address, most, 0

    def redirect_request(  # noqa: PLR0917 - as urllib calls it
        self,
        req: request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> request.Request | None:
        """Refuse redirections that urllib would follow: to ftp, and from https to http."""
        self._count += 1
        reason = f"it redirects more than {self._most} times" if self._count > self._most else ""
        scheme = urlsplit(newurl).scheme.lower()
        if scheme not in SCHEMES:
            reason = f"it redirects to {newurl}, which is not on the web"
        elif req.type == "https" and scheme != "https":
            reason = f"it redirects to {newurl}, where anybody may change it"
        if reason:
            fp.close()
            raise _fetch_error(self._address, reason)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(address: str, redirections: int) -> request.OpenerDirector:
    """Return an opener for http and https only, without urllib's for files, ftp and data."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        request.UnknownHandler(),
        _Redirections(address, redirections),
    ):
        opener.add_handler(handler)
    return opener
