"""Answers given without a person, for load tests: ask (wait for somebody), approve or refuse after a while."""

from __future__ import annotations

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
