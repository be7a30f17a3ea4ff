"""Thousands of screens in one asyncio process: Engine.IO 4 and Socket.IO 5 over web sockets, spoken by hand.

Only what a screen that listens needs: RFC 6455 handshake, text frames below 64 KB in one piece, ping and pong. The time
of every knock is taken with ``time.monotonic_ns``, which all processes of one Linux machine share.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

OPEN, JOIN, JOINED, PING, PONG, EVENT = b"0", b"40", b"40", b"2", b"3", b"42"
AT_ONCE = 100
"""Handshakes under way at a time."""


@dataclass(slots=True)
class Heard:
    """One knock as it reached a screen."""

    seq: int
    ref_id: str
    at_ns: int


@dataclass(slots=True)
class Screen:
    """One person's screen: what it heard over all its connections, and its connection now."""

    cookie: str
    user_id: str
    heard: list[Heard] = field(default_factory=list)
    link: Link | None = None


class Link(asyncio.Protocol):
    """One web socket of a screen."""

    def __init__(self, screen: Screen, port: int) -> None:
        self._screen, self._port = screen, port
        self._buffer = bytearray()
        self._upgraded = False
        self._line: asyncio.Transport | None = None
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._line = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            (
                f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost:{self._port}\r\n"
                f"Origin: http://localhost:{self._port}\r\nCookie: {self._screen.cookie}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
            ).encode()
        )

    def data_received(self, data: bytes) -> None:
        at_ns = time.monotonic_ns()
        self._buffer += data
        if not self._upgraded:
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self._fail(head[:60])
                return
            self._upgraded, self._buffer = True, bytearray(rest)
        while (frame := self._frame()) is not None:
            self._take(frame, at_ns)

    def _frame(self) -> bytes | None:
        """The next text frame, or None when it is not whole yet."""
        if len(self._buffer) < 2:
            return None
        length, start = self._buffer[1] & 127, 2
        if length == 126:
            length, start = int.from_bytes(self._buffer[2:4]), 4
        if len(self._buffer) < start + length:
            return None
        kind, frame = self._buffer[0] & 15, bytes(self._buffer[start : start + length])
        del self._buffer[: start + length]
        return frame if kind == 1 else b""

    def _take(self, frame: bytes, at_ns: int) -> None:
        if frame.startswith(EVENT):
            knock = json.loads(frame[2:])[1]
            self._screen.heard.append(Heard(knock["seq"], knock["id"], at_ns))
        elif frame.startswith(JOINED) and not self.joined.done():
            self.joined.set_result(None)
        elif frame == PING:
            self._say(PONG)
        elif frame.startswith(OPEN):
            self._say(JOIN)

    def _say(self, text: bytes) -> None:
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(text))
        if self._line is not None:
            self._line.write(struct.pack("!BB", 0x81, 0x80 | len(text)) + mask + masked)

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(b"closed")

    def _fail(self, why: bytes) -> None:
        if not self.joined.done():
            self.joined.set_exception(ConnectionError(why.decode("ascii", "replace")))

    def drop(self) -> None:
        """As when the phone goes into a lift: no goodbye."""
        if self._line is not None:
            self._line.abort()


async def connect_all(port: int, screens: Sequence[Screen]) -> float:
    """Connect every screen, trying again when refused; the seconds it took."""
    gate, start = asyncio.Semaphore(AT_ONCE), time.monotonic()

    async def one(screen: Screen) -> None:
        async with gate:
            for wait in (0.1, 0.5, 1.0, 2.0, 4.0, 8.0):
                try:
                    await _connect(port, screen)
                    return
                except (ConnectionError, TimeoutError, OSError):
                    await asyncio.sleep(wait)
        raise ConnectionError(f"screen of {screen.user_id} stays outside")

    await asyncio.gather(*(one(screen) for screen in screens))
    return time.monotonic() - start


async def _connect(port: int, screen: Screen) -> None:
    loop = asyncio.get_running_loop()
    _, link = await loop.create_connection(lambda: Link(screen, port), "127.0.0.1", port)
    await asyncio.wait_for(link.joined, 30)
    screen.link = link


def drop_all(screens: Sequence[Screen]) -> None:
    """Every screen loses its line at the same moment."""
    for screen in screens:
        if screen.link is not None:
            screen.link.drop()
