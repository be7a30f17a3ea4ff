"""One Socket.IO line over a web socket, spoken by hand (Engine.IO 4, Socket.IO 5) so that the client costs little."""

from __future__ import annotations

import json
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import websocket

from tests.benchmarks.running.people import Person


class Line:
    """A person's screen that listens, also while the person does something else: a ping left unanswered for twenty
    seconds ends the line.
    """

    def __init__(self, port: int, person: Person) -> None:
        address = f"ws://localhost:{port}/socket.io/?EIO=4&transport=websocket"
        self._socket = websocket.create_connection(
            address, cookie=person.cookie, origin=f"http://localhost:{port}", timeout=60, skip_utf8_validation=True
        )
        self._socket.recv()
        self._socket.send("40")
        self._socket.recv()
        self._heard: SimpleQueue[dict[str, Any] | Exception] = SimpleQueue()
        Thread(target=self._listen, daemon=True).start()

    def next(self, timeout_s: float) -> dict[str, Any]:
        """The next knock. Raises TimeoutError, and what ended the line."""
        try:
            heard = self._heard.get(timeout=timeout_s)
        except Empty:
            raise TimeoutError from None
        if isinstance(heard, Exception):
            raise heard
        return heard

    def _listen(self) -> None:
        try:
            while said := self._socket.recv():
                if said == "2":
                    self._socket.send("3")
                elif said.startswith("42"):
                    self._heard.put(json.loads(said[2:])[1])
            self._heard.put(ConnectionError("the server closed the line"))
        except Exception as error:
            self._heard.put(error)
