"""A real server for tests: pictures, redirections, trickles and streams without an end."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from paths import ANTENNA

PICTURE = (ANTENNA).read_bytes()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        answers = {
            "/endless": self._endless,
            "/trickle": self._trickle,
            "/silent": partial(time.sleep, 5),
            "/chunks": self._chunks,
            "/half-a-chunk": partial(self._chunks, broken=True),
            "/long-header": partial(self._head, b"X: " + bytes(70_000)),
            "/many-headers": partial(self._head, b"X: 1\r\n" * 1000),
            "/nonsense": partial(self._head, b"nonsense"),
            "/no-http": partial(self.wfile.write, b"220 smtp\r\n"),
            "/nowhere": partial(self._head, b"Content-Length: 0", status=b"302 Found"),
            "/long-status": partial(self._head, b"A: b", status=b"500 " + b"x" * 65_000),
            "/long-protocol": partial(self.wfile.write, b"x" * 65_000 + b"\r\n"),
            "/long-redirection": partial(
                self._head, b"Location: ftp://" + b"x" * 60_000, status=b"302 Found"
            ),
            "/odd-length": partial(self._head, b"Content-Length: -7"),
            "/short": partial(self._send, PICTURE, length=len(PICTURE) + 1000),
            "/huge": partial(self._send, b"", length=10**12),
            "/page.html": partial(self._send, b"<!doctype html><p>no picture"),
        }
        pictures = ("/picture.png", "/a%20b.png", "/%E3%83%8D%E3%82%B3.png", "/")
        answers |= dict.fromkeys(pictures, partial(self._send, PICTURE))
        with suppress(OSError):  # the other side has had enough
            if path.startswith("/to/"):
                self._redirect(self.path.removeprefix("/to/"))
            elif path.startswith("/hops/"):
                left = int(path.removeprefix("/hops/"))
                self._redirect(f"/hops/{left - 1}" if left else "/picture.png")
            else:
                answers.get(path, partial(self.send_error, 404))()  # type: ignore[operator]

    def _redirect(self, target: str) -> None:
        self.send_response(302)
        self.send_header("Location", target)
        self.end_headers()

    def _send(self, data: bytes, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)

    def _head(self, lines: bytes, status: bytes = b"200 OK") -> None:
        """Send these headers, then the picture."""
        self.wfile.write(b"HTTP/1.0 " + status + b"\r\n" + lines + b"\r\n\r\n" + PICTURE)

    def _chunks(self, broken: bool = False) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for start in range(0, len(PICTURE), 1000):
            part = PICTURE[start : start + 1000]
            self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
        self.wfile.write(b"ffff\r\nx" if broken else b"0\r\n\r\n")
        self.close_connection = True

    def _endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(bytes(65536))

    def _trickle(self) -> None:
        """Send headers, a byte at a time: each byte is in time, all of them never."""
        self.wfile.write(b"HTTP/1.0 200 OK\r\n")
        for _ in range(200):
            self.wfile.write(b"X")
            time.sleep(0.05)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[str]:
    """Yield the address of a server that runs meanwhile; by https with a context."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
