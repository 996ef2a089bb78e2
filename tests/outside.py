"""Whom a gateway tells that all is well: a server outside the village."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Outside(http.server.ThreadingHTTPServer):
    """Who rings when it hears nothing; ``heard``: the addresses that were called."""

    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.heard: list[str] = []


class _Answer(http.server.BaseHTTPRequestHandler):
    server: Outside

    def do_GET(self) -> None:  # the library's name
        self.server.heard.append(self.path)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def listening() -> Iterator[Outside]:
    """A server on a free port."""
    with Outside() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
