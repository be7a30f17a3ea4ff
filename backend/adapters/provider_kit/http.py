"""The shared way to a provider: one request, one answer, or what is certain about the answer that did not come.

Built on requests/urllib3 (RFC 9110, RFC 9112). Promises: a total deadline that a slow drip cannot stretch, at most 1
MB, no redirects, certificates always verified, no cookies (one connection pool serves many people), no proxy or
``.netrc`` from the environment, nothing of a body in the log. Sends each request once: repeating is the caller's
decision.
Does not: read what the answer means."""

from __future__ import annotations

import functools
import http.client
import time
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError

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
from backend.adapters.provider_kit.polls import PollWay
from backend.adapters.provider_kit.settings import Setting, SettingKind

__all__ = ["AnswerLost", "Exchange", "NotSent", "Reply", "Transport", "Way", "open_transport", "transport_settings"]


class Transport(Way):
    """Keeps connections to one provider open and asks over them. Safe to share between threads."""

    def __init__(
        self, base_url: str, *, connect_s: float, total_s: float, pool_size: int, ca_bundle: str | None = None
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._connect_s = connect_s
        self.total_s = total_s
        self._session = _session(pool_size, ca_bundle)
        self.polls: Way = PollWay(
            base_url, connect_s=connect_s, total_s=total_s, pool_size=pool_size, ca_bundle=ca_bundle
        )
        """The same promises at a fifth of the processor time, for the questions that are asked thousands of times."""

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Exchange:
        timeout: Any = Timeout(connect=self._connect_s, total=self.total_s)
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
        Setting(f"{prefix}_POOL_SIZE", "32", "Connections kept open", SettingKind.COUNT),
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
    session.headers.update(USUAL_HEADERS)
    session.mount("http://", _TimedAdapter(pool_connections=1, pool_maxsize=pool_size))
    session.mount("https://", _TimedAdapter(pool_connections=1, pool_maxsize=pool_size))
    return session


def _read(response: requests.Response) -> Reply | AnswerLost:
    body = bytearray()
    while chunk := response.raw.read(CHUNK, decode_content=False):
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
        self.response_class: Any = functools.partial(TimedResponse, deadline=time.monotonic() + left)
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
        self.response_class: Any = functools.partial(TimedResponse, deadline=time.monotonic() + left)
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
