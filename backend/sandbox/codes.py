"""The codes of a second factor: one at a time for each person, in memory, good for a while and for a few tries."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from enum import StrEnum

from .clock import Clock

CODE_LIFE_S = 180
CODE_TRIES = 3


class Judged(StrEnum):
    """What a typed code is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    EXHAUSTED = "exhausted"
    """Too many wrong ones, or nobody was asked for one."""


@dataclass
class _Open:
    code: str
    until: float
    wrong: int = 0


class Codes:
    """Codes by provider and login."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[tuple[str, str], _Open] = {}
        self._lock = threading.Lock()

    def issue(self, provider: str, uid: str) -> None:
        """A new code; the old one is dead, and the tries count anew."""
        with self._lock:
            self._open[provider, uid] = _Open(f"{secrets.randbelow(10**6):06d}", self._clock.now() + CODE_LIFE_S)

    def asked_for(self, provider: str, uid: str) -> bool:
        """Whether this person is in the middle of a sign-in."""
        return (provider, uid) in self._open

    def shown(self, provider: str, uid: str) -> str | None:
        """What the person's phone shows; None when there is nothing to type, or it ran out."""
        with self._lock:
            open_ = self._open.get((provider, uid))
            return open_.code if open_ is not None and open_.until > self._clock.now() else None

    def judge(self, provider: str, uid: str, code: object) -> Judged:
        """Try a code. A right one is used up, and so is the whole question after ``CODE_TRIES`` wrong ones."""
        with self._lock:
            open_ = self._open.get((provider, uid))
            if open_ is None:
                return Judged.EXHAUSTED
            if code != open_.code:
                return self._wrong(provider, uid, open_)
            if open_.until <= self._clock.now():
                return Judged.EXPIRED
            del self._open[provider, uid]
            return Judged.RIGHT

    def _wrong(self, provider: str, uid: str, open_: _Open) -> Judged:
        open_.wrong += 1
        if open_.wrong < CODE_TRIES:
            return Judged.WRONG
        del self._open[provider, uid]
        return Judged.EXHAUSTED
