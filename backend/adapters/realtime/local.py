"""Knocks between the processes of one machine: a datagram from the worker to the web process.

Embedded mode only. A knock that is lost (no web process, full buffer) costs latency: screens catch up by number.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import SimpleQueue

PATIENCE_S = 0.25
"""How long a knock waits for a web process that is out of breath: Linux queues ten datagrams and refuses the next."""

Heard = Callable[[str, Mapping[str, object]], None]


class LocalKnocker:
    """Sends knocks to whoever listens at ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.settimeout(PATIENCE_S)

    def knock(self, user_id: str, event: Mapping[str, object]) -> None:
        """Fire and forget; when nobody listens this returns at once."""
        try:
            self._socket.sendto(json.dumps([user_id, event]).encode(), self._path)
        except OSError:
            return


class LocalEars:
    """Listens at ``path`` in a thread of its own and hands every knock on."""

    def __init__(self, path: Path, heard: Heard) -> None:
        path.unlink(missing_ok=True)
        self._heard = heard
        self._knocks: SimpleQueue[bytes] = SimpleQueue()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        path.chmod(0o600)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)

    def start(self) -> None:
        """Begin to listen: one thread empties the kernel's short queue at once, another hands the knocks on."""
        threading.Thread(target=self._listen, name="ears", daemon=True).start()
        threading.Thread(target=self._hand_on, name="knocks", daemon=True).start()

    def _listen(self) -> None:
        while True:
            self._knocks.put(self._socket.recv(4096))

    def _hand_on(self) -> None:
        while True:
            user_id, event = json.loads(self._knocks.get())
            self._heard(user_id, event)
