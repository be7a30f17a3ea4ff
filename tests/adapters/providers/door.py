"""Where a CA may knock: a listener that lets the real adapter read every knock and answers as the adapter says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from backend.domain.providers import CallbackHint
from backend.services.ports import SigningProvider


@dataclass
class Door:
    """Remembers who knocked."""

    url: str = ""
    knocks: list[tuple[bytes, CallbackHint]] = field(default_factory=list)
    """What pointed at a request; a CA's sign-in before it does not."""
    statuses: set[int] = field(default_factory=set)

    def named(self, reference: str, vendor_id: str) -> list[bytes]:
        """Knocks that point at this request, by our name for it or by the CA's."""
        return [
            body
            for body, hint in self.knocks
            if hint.reference == reference or (vendor_id and hint.vendor_id == vendor_id)
        ]


@contextmanager
def a_door(provider: SigningProvider, port: int) -> Iterator[Door]:
    """Listens where the CA was told to knock."""
    door = Door()

    class _Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = provider.read_callback(body, dict(self.headers))
            door.statuses.add(answer.status)
            if answer.hint is not None:
                door.knocks.append((body, answer.hint))
            told = json.dumps(answer.body).encode()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    server.daemon_threads = True
    door.url = f"http://127.0.0.1:{port}/knock"
    listener = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    listener.start()
    try:
        yield door
    finally:
        server.shutdown()
        listener.join()
        server.server_close()
