"""Access tokens, refresh tokens and the lock after wrong passwords.

Access tokens live in memory: after a restart a client gets 401 and must log in again, which it has to know anyway.
Refresh tokens survive: one file each, named by the token's SHA-256, and using a token is unlinking its file, so that of
two simultaneous uses exactly one wins.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path

from .clock import Clock

TRIES = 5
LOCK_S = 300
SWEEP_ABOVE = 50_000


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a token speaks for."""

    provider: str
    uid: str
    until: float


class Tokens:
    """Opaque bearer tokens bound to a person at a provider."""

    def __init__(self, clock: Clock, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._clock = clock
        self._folder = folder
        self._access: dict[str, Holder] = {}

    def grant(self, provider: str, uid: str, life_s: float) -> str:
        if len(self._access) > SWEEP_ABOVE:
            self._access = {t: h for t, h in list(self._access.items()) if h.until > self._clock.now()}
        token = f"sandbox.{secrets.token_urlsafe(24)}.{secrets.token_urlsafe(12)}"
        self._access[token] = Holder(provider, uid, self._clock.now() + life_s)
        return token

    def holder(self, provider: str, token: str) -> Holder | None:
        """Who the token speaks for at this provider, or None when it is unknown, foreign or too old."""
        found = self._access.get(token)
        if found is None or found.provider != provider or found.until <= self._clock.now():
            return None
        return found

    def forget(self, provider: str, uid: str) -> int:
        """End every access token of a person, as a restart of the provider's session store does; tells how many."""
        theirs = [token for token, h in list(self._access.items()) if (h.provider, h.uid) == (provider, uid)]
        for token in theirs:
            self._access.pop(token, None)
        return len(theirs)

    def grant_refresh(self, provider: str, uid: str, life_s: float) -> str:
        token = secrets.token_hex(32).upper()
        kept = {"provider": provider, "uid": uid, "until": self._clock.now() + life_s}
        path = self._path(token)
        path.touch(mode=0o600)
        path.write_text(json.dumps(kept), encoding="utf-8")
        return token

    def spend_refresh(self, provider: str, token: str) -> Holder | None:
        """Use a refresh token up. None when it was used, is unknown, foreign or too old."""
        path = self._path(token)
        try:
            kept = Holder(**json.loads(path.read_text(encoding="utf-8")))
            if kept.provider != provider:
                return None
            path.unlink()
        except (FileNotFoundError, ValueError):
            return None
        return kept if kept.until > self._clock.now() else None

    def _path(self, token: str) -> Path:
        return self._folder / f"{hashlib.sha256(token.encode()).hexdigest()}.json"


class Locks:
    """Counts wrong passwords per person: after TRIES the account is shut for LOCK_S seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrong: dict[tuple[str, str], int] = {}
        self._until: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def shut(self, provider: str, uid: str) -> bool:
        return self._until.get((provider, uid), 0.0) > self._clock.now()

    def wrong(self, provider: str, uid: str) -> int:
        """Note a wrong password; returns the tries left. Zero means the lock just fell."""
        with self._lock:
            count = self._wrong.get((provider, uid), 0) + 1
            self._wrong[provider, uid] = count % TRIES
            if count >= TRIES:
                self._until[provider, uid] = self._clock.now() + LOCK_S
            return max(0, TRIES - count)

    def right(self, provider: str, uid: str) -> None:
        with self._lock:
            self._wrong.pop((provider, uid), None)

    def open_all(self) -> int:
        """Forget every wrong password and every lock; how many accounts had been shut."""
        with self._lock:
            shut = len(self._until)
            self._wrong.clear()
            self._until.clear()
        return shut
