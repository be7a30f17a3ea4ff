"""One question to an OCSP responder or a CRL repository, answered before a moment or not at all.

Only addresses out of certificates whose issuer is licensed are asked. No redirects, no proxy, no cookies, a bound on
the size. http is usual here: the answers are signed themselves (RFC 6960 §A.1, RFC 5280 §8).
"""

from __future__ import annotations

import http.client
import time
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from backend.adapters.provider_kit.deadline import TimedResponse

MAX_ANSWER = 20 * 1024 * 1024
"""Bytes; revocation lists of a large CA are long."""
_CHUNK = 256 * 1024


def fetch(url: str, deadline: float, body: bytes | None = None, content_type: str = "") -> bytes | None:
    """The body of a 200, or None. ``deadline`` by ``time.monotonic``; POST when there is a ``body``."""
    try:
        parts = urlsplit(url)
        connection = _connection(parts.scheme, parts.hostname, parts.port, deadline - time.monotonic())
        if connection is None:
            return None
        connection.response_class = partial(TimedResponse, deadline=deadline)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
            if body is not None:
                headers["Content-Type"] = content_type
            connection.request("GET" if body is None else "POST", path, body, headers)
            return _whole(connection.getresponse())
        finally:
            connection.close()
    except (http.client.HTTPException, OSError, ValueError):
        return None


def _connection(scheme: str, host: str | None, port: int | None, left_s: float) -> Any:
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    kind = kinds.get(scheme)
    return kind(host, port, timeout=left_s) if kind and host and left_s > 0 else None


def _whole(response: http.client.HTTPResponse) -> bytes | None:
    if response.status != http.client.OK:
        return None
    found = bytearray()
    while chunk := response.read(_CHUNK):
        found += chunk
        if len(found) > MAX_ANSWER:
            return None
    return bytes(found)
