"""Tokens for CAs that sign in at our door before they call back: nothing is stored, the token itself says until when.

``cb.<seconds since 1970>.<HMAC-SHA256 in base64url>`` under a key made from the secret we issued to that CA (RFC 2104,
RFC 6750). Changing the secret ends every token. Does not: say anything about what is delivered under a token.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

_TOKEN = re.compile(r"cb\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})")


class CallbackTokens:
    """The tokens of one client of ours."""

    def __init__(self, client_id: str, client_secret: str, life_s: float) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self.life_s = life_s

    def knows(self, client_id: object, client_secret: object) -> bool:
        """Whether this is the pair we issued; takes equally long for any wrong one."""
        given = (client_id, client_secret)
        if not all(isinstance(each, str) for each in given):
            return False
        return hmac.compare_digest(_joined(str(client_id), str(client_secret)), _joined(*self._pair()))

    def grant(self, now: datetime) -> str:
        """A fresh token."""
        until = str(int((now + timedelta(seconds=self.life_s)).timestamp()))
        return f"cb.{until}.{self._seal(until)}"

    def admits(self, headers: Mapping[str, str], now: datetime) -> bool:
        """Whether ``Authorization`` carries a token of ours that has not ended."""
        given = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
        scheme, _, token = given.partition(" ")
        found = _TOKEN.fullmatch(token.strip())
        if scheme.lower() != "bearer" or found is None:
            return False
        until, seal = found.groups()
        return hmac.compare_digest(seal, self._seal(until)) and int(until) > now.timestamp()

    def _seal(self, until: str) -> str:
        key = sha256(_joined("callback token", *self._pair())).digest()
        return urlsafe_b64encode(hmac.digest(key, until.encode(), "sha256")).decode().rstrip("=")

    def _pair(self) -> tuple[str, str]:
        return self._client_id, self._client_secret


def _joined(*parts: str) -> bytes:
    """The parts with their lengths, so that no two lists of parts give the same bytes."""
    return b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
