"""Answers read until a moment, however their bytes are spread (RFC 9112)."""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any


class DeadlineReader(io.RawIOBase):
    """Reads a socket until a moment, however the bytes are spread.

    A plain read timeout starts again with every byte, so a drip of one byte a second could hold a thread for ever.
    """

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: float, already: bytes) -> None:
        super().__init__()
        self._already = already
        self._raw = raw
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._already:
            taken, self._already = self._already[: len(buffer)], self._already[len(buffer) :]
            buffer[: len(taken)] = taken
            return len(taken)
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("total deadline")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class TimedResponse(http.client.HTTPResponse):
    """Status line, headers and body all come before the deadline. ``already``: what of them was read before."""

    def __init__(self, sock: socket.socket, *args: Any, deadline: float, already: bytes = b"", **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp: Any = io.BufferedReader(DeadlineReader(self.fp.detach(), sock, deadline, already))
