"""A real server for tests: pictures, redirections, trickles and streams without an end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PICTURE = (Path(__file__).parent / "pictures" / "drawings" / "antenna.png").read_bytes()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        answers = {
            "/endless": self._endless,
            "/trickle": self._trickle,
            "/silent": partial(time.sleep, 5),
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
                answers.get(path, partial(self.send_error, 404))()

    def _redirect(self, target: str) -> None:
        self.send_response(302)
        self.send_header("Location", target)
        self.end_headers()

    def _send(self, data: bytes, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)

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
def serving() -> Iterator[str]:
    """Yield the address of a server that runs meanwhile."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
