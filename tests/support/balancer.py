"""A round-robin in front of several web processes: each new connection goes to the next one. Bytes in, bytes out."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Sequence

from tests.support.servers import free_port


class RoundRobin:
    """Listens on a port of its own. Back ends that do not answer are passed over."""

    def __init__(self) -> None:
        self.port = free_port()
        self._backends: Sequence[int] = ()
        self._turn = itertools.count()
        self._server = socket.create_server(("127.0.0.1", self.port), backlog=64)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def over(self, *ports: int) -> RoundRobin:
        """Begin."""
        self._backends = ports
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        backend = self._next()
        if backend is None:
            client.close()
            return
        back = threading.Thread(target=_pump, args=(backend, client), daemon=True)
        back.start()
        _pump(client, backend)
        back.join()
        client.close()
        backend.close()

    def _next(self) -> socket.socket | None:
        for _ in self._backends:
            port = self._backends[next(self._turn) % len(self._backends)]
            try:
                return socket.create_connection(("127.0.0.1", port))
            except OSError:
                continue
        return None

    def close(self) -> None:
        self._server.close()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while some := source.recv(65536):
            sink.sendall(some)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return
