"""One Socket.IO line over a web socket, spoken by hand (Engine.IO 4, Socket.IO 5) so that the client costs little."""

from __future__ import annotations

import json
import time
from typing import Any

import websocket

from tests.benchmarks.running.people import Person


class Line:
    """A person's screen that listens."""

    def __init__(self, port: int, person: Person) -> None:
        address = f"ws://localhost:{port}/socket.io/?EIO=4&transport=websocket"
        self._socket = websocket.create_connection(
            address, cookie=person.cookie, origin=f"http://localhost:{port}", timeout=60, skip_utf8_validation=True
        )
        self._socket.recv()
        self._socket.send("40")
        self._socket.recv()

    def next(self, timeout_s: float) -> dict[str, Any]:
        """The next knock. Raises TimeoutError."""
        deadline = time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                said = self._socket.recv()
            except websocket.WebSocketTimeoutException as error:
                raise TimeoutError from error
            if said == "2":
                self._socket.send("3")
            elif said.startswith("42"):
                found: dict[str, Any] = json.loads(said[2:])[1]
                return found
        raise TimeoutError

    def close(self) -> None:
        self._socket.close()
