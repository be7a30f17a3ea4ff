"""What a CA does with one person's requests: who answers them, and how strictly they are read.

Answers given without a person are for load tests: ask (wait for somebody), approve or refuse after a while.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

DECISIONS = ("ask", "approve", "refuse")


class BadPolicy(ValueError):
    """A decision nobody can take. Recover: one of DECISIONS."""


@dataclass(frozen=True, slots=True)
class Policy:
    decide: str
    """One of DECISIONS."""
    after_ms: int
    """Counted from the moment the request reached the phone."""


ASK = Policy("ask", 0)


class Policies:
    """One policy per person, else per provider, else ask."""

    def __init__(self) -> None:
        self._set: dict[tuple[str, str | None], Policy] = {}

    def put(self, provider: str, uid: str | None, decide: str, after_ms: int) -> Policy:
        if decide not in DECISIONS:
            raise BadPolicy(f"decide must be one of {', '.join(DECISIONS)}")
        policy = Policy(decide, after_ms)
        self._set[provider, uid] = policy
        return policy

    def of(self, provider: str, uid: str) -> Policy:
        return self._set.get((provider, uid)) or self._set.get((provider, None)) or ASK

    def all(self) -> list[dict[str, Any]]:
        return [
            {"provider": provider, "uid": uid, "decide": policy.decide, "after_ms": policy.after_ms}
            for (provider, uid), policy in list(self._set.items())
        ]


class Strictness:
    """Whether the sloppy encodings some clients send are refused, as the real service does."""

    def __init__(self, strict: bool) -> None:
        self._default = strict
        self._set: dict[tuple[str, str | None], tuple[bool, int]] = {}
        self._lock = threading.Lock()

    def put(self, provider: str, uid: str | None, strict: bool, times: int) -> None:
        """Read the next ``times`` calls of one person, or of all, this way; negative = from now on."""
        with self._lock:
            self._set[provider, uid] = (strict, times)

    def take(self, provider: str, uid: str | None) -> bool:
        """How this call is read."""
        with self._lock:
            for who in (uid, None):
                strict, times = self._set.get((provider, who), (self._default, 0))
                if times:
                    self._set[provider, who] = (strict, times - 1)
                    return strict
            return self._default
