"""The lean way to a provider, for polling: ``http.client`` over kept connections, one answer after the other.

Thousands of waiting requests are asked about every few seconds; ``requests`` would take most of a core for it. The
promises are those of ``http.py`` and are tested with the same tests: a total deadline, at most 1 MB, no redirects,
certificates always verified, no cookies, nothing from the environment, each request sent once.
Does not: read what the answer means."""

from __future__ import annotations

import http.client
import re
import ssl
import time
import weakref
from collections import deque
from collections.abc import Mapping
from urllib.parse import urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.wait import wait_for_read

from backend.adapters.provider_kit.deadline import TimedResponse
from backend.adapters.provider_kit.exchange import (
    CHUNK,
    MAX_BODY,
    USUAL_HEADERS,
    AnswerLost,
    Exchange,
    NotSent,
    Reply,
    Way,
)

_ONE_LINE = re.compile(r"[\x20-\x7e]+")
_STATUS = re.compile(rb"HTTP/1\.1 (?!204|304)([2-5]\d\d) [ -~]*")
_FIELD = re.compile(rb"\r\n([!#-'*+.^-z|~0-9A-Z-]+):([\t -~]*)")
_BROKEN = (http.client.HTTPException, OSError, ValueError)


class PollWay(Way):
    """Keeps at most ``pool_size`` connections open; more are made when needed and closed afterwards."""

    def __init__(
        self, base_url: str, *, connect_s: float, total_s: float, pool_size: int, ca_bundle: str | None
    ) -> None:
        self._base = urlsplit(base_url)
        self._connect_s = connect_s
        self._total_s = total_s
        self._trust = _trust(ca_bundle) if self._base.scheme == "https" else None
        self._kept: deque[http.client.HTTPConnection] = deque(maxlen=pool_size)
        weakref.finalize(self, _close_all, self._kept)

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Exchange:
        deadline = time.monotonic() + self._total_s
        try:
            request = _request(method, self._base.netloc, self._base.path + path, body, headers)
            connection = self._kept_open() or self._opened(deadline)
        except _BROKEN as error:
            return NotSent(type(error).__name__)
        try:
            first = _sent(connection, request, deadline)
            answer, reusable = _plain(first) or _read(_by_the_book(connection, first, method, deadline))
        except _BROKEN as error:
            connection.close()
            return AnswerLost(type(error).__name__)
        if reusable and len(self._kept) < (self._kept.maxlen or 0):
            self._kept.append(connection)
        else:
            connection.close()
        return answer

    def _kept_open(self) -> http.client.HTTPConnection | None:
        """A connection the server has not closed meanwhile. The last one used first: idle ones grow old and go."""
        while True:
            try:
                connection = self._kept.pop()
            except IndexError:
                return None
            # Nothing is owed to us, so anything to read is the server's goodbye.
            if connection.sock is not None and not wait_for_read(connection.sock, timeout=0):
                return connection
            connection.close()

    def _opened(self, deadline: float) -> http.client.HTTPConnection:
        connection = self._new()
        connection.timeout = min(self._connect_s, _left(deadline))
        try:
            connection.connect()
        except BaseException:
            connection.close()
            raise
        return connection

    def _new(self) -> http.client.HTTPConnection:
        host = self._base.hostname or ""
        if self._trust is None:
            return http.client.HTTPConnection(host, self._base.port)
        return http.client.HTTPSConnection(host, self._base.port, context=self._trust)


def _close_all(connections: deque[http.client.HTTPConnection]) -> None:
    for connection in connections:
        connection.close()


def _trust(ca_bundle: str | None) -> ssl.SSLContext:
    """Certificates and names are verified, by the pinned CAs or by those ``requests`` uses."""
    return ssl.create_default_context(cafile=ca_bundle or DEFAULT_CA_BUNDLE_PATH)


def _sent(connection: http.client.HTTPConnection, request: bytes, deadline: float) -> bytes:
    """Send, and what of the answer came first: nearly always all of it."""
    connection.sock.settimeout(_left(deadline))
    connection.sock.sendall(request)
    return connection.sock.recv(CHUNK)


def _plain(first: bytes) -> tuple[Reply, bool] | None:
    """The answer and whether its connection may be kept, read at one glance where it is whole and of the commonest
    form: HTTP/1.1, one length, nothing encoded. None for every other, which is read by the book."""
    head, blank, body = first.partition(b"\r\n\r\n")
    line = _STATUS.match(head)
    if not blank or line is None:
        return None
    fields = _FIELD.findall(head, line.end())
    named = {name.lower(): value.strip() for name, value in fields}
    length = named.get(b"content-length", b"")
    # Every byte of the head was understood, no name twice, and the body is there to the byte.
    understood = line.end() + sum(len(name) + len(value) + 3 for name, value in fields) == len(head)
    unusual = b"transfer-encoding" in named or named.get(b"connection", b"keep-alive").lower() != b"keep-alive"
    if unusual or not understood or len(named) != len(fields) or length != b"%d" % len(body):
        return None
    return Reply(int(line[1]), body, named.get(b"content-type", b"").decode("latin-1")), True


def _request(method: str, host: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
    """The whole request, so that it leaves in one piece. Raises ValueError where a line would become two."""
    lines = {"Host": host, **USUAL_HEADERS, **headers}
    if body is not None:
        lines["Content-Length"] = str(len(body))
    head = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items())]
    if not all(map(_ONE_LINE.fullmatch, head)) or " " in path:
        raise ValueError("header")
    return "\r\n".join([*head, "", ""]).encode("ascii") + (body or b"")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("total deadline")
    return left


def _by_the_book(connection: http.client.HTTPConnection, first: bytes, method: str, deadline: float) -> TimedResponse:
    return TimedResponse(connection.sock, method=method, deadline=deadline, already=first)


def _read(response: TimedResponse) -> tuple[Reply | AnswerLost, bool]:
    response.begin()
    body = bytearray()
    while chunk := response.read(CHUNK):
        body += chunk
        if len(body) > MAX_BODY:
            return AnswerLost("too_large"), False
    if response.length:
        return AnswerLost(http.client.IncompleteRead.__name__), False
    return Reply(response.status, bytes(body), response.headers.get("Content-Type", "")), not response.will_close
