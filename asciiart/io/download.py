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
"""Characters that an address may hold besides letters and digits; others are escaped."""
_CHUNK = 1 << 16
_MAX_REASON = 200
"""Characters of a server's words in a message."""


def fetch(address: str, limits: FetchLimits) -> bytes:
    """Return what an http or https address holds.

    The work is done by a thread that is left to itself when time is over, since nothing else ends
    every wait: for a name, for a connection, for one more byte.

    Raises
    ------
    ImageError
        If it cannot be had within the limits, or leads to a scheme that is neither.
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
    result = _overdue(address, limits) if answer.empty() else answer.get()
    if isinstance(result, Exception):
        raise result
    return result


def _download(address: str, limits: FetchLimits) -> bytes:
    end = time.monotonic() + limits.seconds
    try:
        asked = request.Request(
            _escaped(address),
            headers={
                "User-Agent": DISTRIBUTION,
                "Accept": "image/*,*/*;q=0.5",
            },
        )
        with _opener(address, limits.redirections).open(asked, timeout=limits.seconds) as response:
            return _read(response, address, limits.size, end)
    except HTTPError as error:
        error.close()
        raise _failure(address, f"{error.code} {error.reason}") from error
    except (OSError, HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, TimeoutError):
            raise _overdue(address, limits) from error
        said = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        raise _failure(address, said) from error


def _failure(address: str, reason: str) -> ImageError:
    """Return the error for a reason, which may be a server's own words of several lines."""
    words = " ".join(reason.partition("\n")[0].removesuffix(":").split())
    if len(words) > _MAX_REASON:
        words = f"{words[:_MAX_REASON]} ..."
    return ImageError(f"{address}: cannot be fetched ({words})")


def _overdue(address: str, limits: FetchLimits) -> ImageError:
    return ImageError(f"{address}: took longer than timeout {limits.seconds:g} s allows", "timeout")


def _escaped(address: str) -> str:
    """Return an address as ASCII: what a browser's bar shows need not be."""
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
        if time.monotonic() > end:  # nobody waits any more
            break
    if promised.isdecimal() and len(data) < int(promised):
        raise ImageError(f"{address}: ended after {len(data):,} of {int(promised):,} bytes")
    return bytes(data)


class _Redirections(request.HTTPRedirectHandler):
    """Follows a few redirections, and only to the web."""

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
        """Refuse what urllib would let pass: ftp, and from https to http."""
        self._count += 1
        reason = f"it redirects more than {self._most} times" if self._count > self._most else ""
        scheme = urlsplit(newurl).scheme.lower()
        if scheme not in SCHEMES:
            reason = f"it redirects to {newurl}, which is not on the web"
        elif req.type == "https" and scheme != "https":
            reason = f"it redirects to {newurl}, where anybody may change it"
        if reason:
            fp.close()
            raise _failure(self._address, reason)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(address: str, redirections: int) -> request.OpenerDirector:
    """Return an opener of http and https alone: none of urllib's for files, ftp and data."""
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
