"""A certificate authority that only says "still waiting", fast: the load of P6 must not eat what P6 measures.

One process, one thread, asyncio reduced to the bytes. It counts the questions and answers each after LATENCY_MS; while
it is *down* it accepts connections and says nothing. No HTTP library and no JSON: it finds the transaction's number in
the request and answers in the vendor's own words.

``python -m tests.benchmarks.running.ca PORT LATENCY_MS`` · GET /_asked tells the counts, /_down and /_up switch.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys

_SAID = {
    b"gettraninfo": b'{"code":0,"message":"SUCCESS","content":{"tranStatus":4000,"tranStatusDesc":"WAITING"}}',
    b"requests/status": b'{"status":"4000","signatures":null,"error":null}',
    b"/status/": b'{"status":"PENDING","signatures":null}',
    b"": b'{"status_code":102,"message":"","data":{"signatures":null}}',
}
"""By a mark in the path: how VNPT, Viettel, MISA and, where nothing else fits, Nacencomm say "still waiting"."""
_NUMBER = re.compile(rb"tx-(\d+)")


class State:
    """What the CA knows."""

    def __init__(self, latency_s: float) -> None:
        self.latency_s = latency_s
        self.down = False
        self.asked = 0
        self.known: set[int] = set()


class Door(asyncio.Protocol):
    """One kept connection."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._heard = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            head = self._heard[:end].lower()
            at = head.find(b"content-length:")
            size = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._heard) < end + 4 + size:
                return
            body, path = self._heard[end + 4 : end + 4 + size], self._heard.split(b" ", 2)[1]
            self._heard = self._heard[end + 4 + size :]
            self._answer(path, body)

    def _answer(self, path: bytes, body: bytes) -> None:
        state = self._state
        if path.startswith(b"/_"):
            self._transport.write(_told(self._control(path)))
            return
        number = _NUMBER.search(body) or _NUMBER.search(path)
        if number is not None:
            state.asked += 1
            state.known.add(int(number[1]))
        if not state.down:
            said = _told(next(said for mark, said in _SAID.items() if mark in path))
            asyncio.get_running_loop().call_later(state.latency_s, self._say, said)

    def _say(self, said: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(said)

    def _control(self, path: bytes) -> bytes:
        state = self._state
        if path in (b"/_down", b"/_up"):
            state.down = path == b"/_down"
        return json.dumps({"asked": state.asked, "known": len(state.known)}).encode()


def _told(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


async def _serve(port: int, latency_s: float) -> None:
    state = State(latency_s)
    server = await asyncio.get_running_loop().create_server(lambda: Door(state), "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
