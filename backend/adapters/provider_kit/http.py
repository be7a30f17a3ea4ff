"""The shared way to a provider: one request, one answer, or what is certain about the answer that did not come.

Built on requests/urllib3 (RFC 9110, RFC 9112). Promises: a total deadline that a slow drip cannot stretch, at most 1
MB, no redirects, certificates always verified, no cookies (one connection pool serves many people), no proxy or
``.netrc`` from the environment, nothing of a body in the log. Sends each request once: repeating is the caller's
decision.
Does not: read what the answer means."""

from __future__ import annotations

import functools
import http.client
import io
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlencode

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError

from backend.adapters.provider_kit.settings import Setting, SettingKind

MAX_BODY = 1024 * 1024
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    """HTTP status; never followed when it is a redirect."""
    body: bytes
    """At most ``MAX_BODY`` bytes."""
    content_type: str = ""
    """As the server names it; some say 200 with a page of HTML."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """No connection came about, so not one byte of the request left."""

    detail: str
    """For the log: class of the error, never a body."""


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """The request may have arrived; its answer did not, or not whole."""

    detail: str
    """For the log: class of the error, never a body."""


Exchange = Reply | NotSent | AnswerLost


class Transport:
    """Keeps connections to one provider open and asks over them. Safe to share between threads."""

    def __init__(
        self, base_url: str, *, connect_s: float, total_s: float, pool_size: int, ca_bundle: str | None = None
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._connect_s = connect_s
        self._total_s = total_s
        self._session = _session(pool_size, ca_bundle)

    def get(self, path: str, headers: Mapping[str, str]) -> Exchange:
        """GET with these headers beside the usual ones."""
        return self._ask("GET", path, None, headers)

    def post_json(
        self,
        path: str,
        body: Mapping[str, object],
        bearer: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Exchange:
        """POST ``body`` as JSON; ``bearer`` is the person's token, ``headers`` are a vendor's own."""
        authorization = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        return self._ask(
            "POST",
            path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json", **authorization, **(headers or {})},
        )

    def post_form(self, path: str, fields: Mapping[str, str], authorization: str | None = None) -> Exchange:
        """POST ``fields`` as ``application/x-www-form-urlencoded``; ``authorization`` is a whole header value."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if authorization is not None:
            headers["Authorization"] = authorization
        return self._ask("POST", path, urlencode(fields).encode(), headers)

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Exchange:
        timeout: Any = Timeout(connect=self._connect_s, total=self._total_s)
        try:
            with self._session.request(
                method,
                self._base_url + path,
                data=body,
                headers=dict(headers),
                timeout=timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                return _read(response)
        except (requests.RequestException, HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            return _what_is_certain(error)


def transport_settings(prefix: str) -> tuple[Setting, ...]:
    """The settings every provider has for its connections; ``prefix`` is its slug in upper case."""
    return (
        Setting(f"{prefix}_CONNECT_TIMEOUT_S", "10", "Seconds to reach the server", SettingKind.SECONDS),
        Setting(
            f"{prefix}_TOTAL_TIMEOUT_S", "30", "Seconds for a whole call, however slow it drips", SettingKind.SECONDS
        ),
        Setting(f"{prefix}_POOL_SIZE", "10", "Connections kept open", SettingKind.COUNT),
        Setting(
            f"{prefix}_CA_BUNDLE",
            "",
            "File of the CAs trusted for TLS; empty: the usual ones",
            SettingKind.FILE,
            may_be_empty=True,
        ),
    )


def open_transport(base_url: str, prefix: str, settings: Mapping[str, str], person_s: float = 0) -> Transport:
    """The way to ``base_url`` as ``transport_settings(prefix)`` describe it. Raises ``BadSetting``.

    ``person_s`` is added to the total deadline where the call itself waits for a person.
    """
    connect_s, total_s, pool_size, ca_bundle = transport_settings(prefix)
    return Transport(
        base_url,
        connect_s=connect_s.number(settings),
        total_s=person_s + total_s.number(settings),
        pool_size=pool_size.count(settings),
        ca_bundle=ca_bundle.text(settings) or None,
    )


def _session(pool_size: int, ca_bundle: str | None) -> requests.Session:
    session = requests.Session()
    # The environment may hold a proxy or a .netrc entry that would replace the person's bearer token.
    session.trust_env = False
    session.verify = ca_bundle or True
    # One jar for many people would carry one person's cookie into another's request.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # Compressed answers are not asked for: a cap on packed bytes would not be a cap.
    session.headers.update({"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "ky-kho-bac"})
    session.mount("http://", _TimedAdapter(pool_connections=1, pool_maxsize=pool_size))
    session.mount("https://", _TimedAdapter(pool_connections=1, pool_maxsize=pool_size))
    return session


def _read(response: requests.Response) -> Reply | AnswerLost:
    body = bytearray()
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > MAX_BODY:
            response.raw.close()
            return AnswerLost("too_large")
    return Reply(response.status_code, bytes(body), response.headers.get("Content-Type", ""))


def _what_is_certain(error: Exception) -> NotSent | AnswerLost:
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, NewConnectionError):
        return NotSent(type(reason.__cause__ or reason).__name__)
    return AnswerLost(type(reason or error).__name__)


class _DeadlineReader(io.RawIOBase):
    """Reads a socket until a moment, however the bytes are spread.

    A plain read timeout starts again with every byte, so a drip of one byte a second could hold a thread for ever.
    """

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: float) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("total deadline")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """Status line, headers and body all come before the deadline."""

    def __init__(self, sock: socket.socket, *args: Any, deadline: float, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp: Any = io.BufferedReader(_DeadlineReader(self.fp.detach(), sock, deadline))


class _TimedConnection(HTTPConnection):
    """Plain HTTP; only ever spoken to the sandbox."""

    def connect(self) -> None:
        try:
            super().connect()
        except (HTTPError, OSError, ValueError) as error:
            raise NewConnectionError(self, type(error).__name__) from error

    def getresponse(self) -> Any:
        # urllib3 has put here what is left of the total.
        left = float(self.timeout or 0)
        self.response_class: Any = functools.partial(_TimedResponse, deadline=time.monotonic() + left)
        return super().getresponse()


class _TimedSecureConnection(HTTPSConnection):
    """HTTPS. A handshake that fails has sent nothing of the request."""

    def connect(self) -> None:
        try:
            super().connect()
        except (HTTPError, OSError, ValueError) as error:
            raise NewConnectionError(self, type(error).__name__) from error

    def getresponse(self) -> Any:
        left = float(self.timeout or 0)
        self.response_class: Any = functools.partial(_TimedResponse, deadline=time.monotonic() + left)
        return super().getresponse()


class _TimedPool(HTTPConnectionPool):
    ConnectionCls = _TimedConnection


class _TimedSecurePool(HTTPSConnectionPool):
    ConnectionCls = _TimedSecureConnection


class _TimedAdapter(HTTPAdapter):
    """Uses the timed connections; sends once (requests' default of no retries)."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _TimedPool, "https": _TimedSecurePool}
