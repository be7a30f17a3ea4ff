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
    bodies: list[bytes] = field(default_factory=list)
    hints: list[CallbackHint | None] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def named(self, reference: str, vendor_id: str) -> int:
        """Knocks that point at this transaction, by our name for it or by the CA's."""
        return sum(
            hint is not None and (hint.reference == reference or (bool(vendor_id) and hint.vendor_id == vendor_id))
            for hint in self.hints
        )


@contextmanager
def a_door(provider: SigningProvider) -> Iterator[Door]:
    """Listens on a free port."""
    door = Door()

    class _Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = provider.read_callback(body, dict(self.headers))
            door.bodies.append(body)
            door.hints.append(answer.hint)
            door.statuses.append(answer.status)
            told = json.dumps(answer.body).encode()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    door.url = f"http://127.0.0.1:{server.server_address[1]}/knock"
    listener = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    listener.start()
    try:
        yield door
    finally:
        server.shutdown()
        listener.join()
        server.server_close()
