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
            response = _sent(connection, request, method, deadline)
            answer = _read(response)
            reusable = isinstance(answer, Reply) and not response.will_close
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


def _sent(connection: http.client.HTTPConnection, request: bytes, method: str, deadline: float) -> TimedResponse:
    connection.sock.settimeout(_left(deadline))
    connection.sock.sendall(request)
    response = TimedResponse(connection.sock, method=method, deadline=deadline)
    response.begin()
    return response


def _request(method: str, host: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
    """The whole request, so that it leaves in one piece. Raises ValueError where a line would become two."""
    lines = {"Host": host, **USUAL_HEADERS, **headers}
    if body is not None:
        lines["Content-Length"] = str(len(body))
    head = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items())]
    if any(not _ONE_LINE.fullmatch(line) for line in head) or " " in path:
        raise ValueError("header")
    return "\r\n".join([*head, "", ""]).encode("ascii") + (body or b"")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("total deadline")
    return left


def _read(response: TimedResponse) -> Reply | AnswerLost:
    body = bytearray()
    while chunk := response.read(CHUNK):
        body += chunk
        if len(body) > MAX_BODY:
            return AnswerLost("too_large")
    return Reply(response.status, bytes(body), response.headers.get("Content-Type", ""))
