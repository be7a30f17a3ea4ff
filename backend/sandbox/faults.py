"""Staged misbehaviour: what to do wrong, to whom, at which call, how often.

| kind              | stands for                                                                             |
|-------------------|----------------------------------------------------------------------------------------|
| delay             | an overloaded provider: the work is done at once, the answer comes ``seconds`` later   |
| lose_answer       | a network that breaks after the provider accepted: work done, connection closed        |
| slow_drip         | a dying proxy: the right answer, byte by byte, spread over ``seconds``                 |
| http_500          | a crash inside the provider before any work                                            |
| http_503          | the provider's load balancer during maintenance, before any work                       |
| http_429          | the provider's limit on how often we may ask: Retry-After, before any work             |
| html_200          | a maintenance page with status 200 where JSON was promised, before any work            |
| internal_error    | the vendor's own "internal error" code in its own envelope, before any work            |
| quota             | the person has no signing turns left                                                   |
| wrong_key         | a signature made with another subscriber's key                                         |
| wrong_digest      | a signature over other bytes than were asked for                                       |
| garbage_signature | 256 random bytes where a signature belongs                                             |
| empty_signature   | "signed" without a value                                                               |
| truncated_signature | a signature cut off by a column that was too narrow                                  |
| mutated_signature | the genuine signature, spoilt as ``how`` says (``mutations.HOW``)                      |
| swapped_order     | the signatures of a batch in reverse order                                             |
| notify_twice      | a callback that is delivered twice                                                     |
| notify_lost       | a callback that never arrives                                                          |

``at`` says where: login, certificates, sign, status, any. The signature kinds take effect when the signature is made,
the callback kinds when the callback is sent, whatever ``at`` says. A callback that overtakes the answer to the request
needs no kind of its own: ``delay`` at sign, and a policy that approves at once.
Random misbehaviour (SANDBOX_FAULT_RATE) draws from RANDOM_KINDS with the seeded generator.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Collection
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from .mutations import HOW

INSTEAD = frozenset({"http_500", "http_503", "http_429", "html_200", "internal_error"})
AFTERWARDS = frozenset({"delay", "lose_answer", "slow_drip"})
TRANSPORT = INSTEAD | AFTERWARDS
SIGNING = frozenset(
    {
        "wrong_key",
        "wrong_digest",
        "garbage_signature",
        "empty_signature",
        "truncated_signature",
        "mutated_signature",
        "swapped_order",
    }
)
QUOTA = frozenset({"quota"})
NOTIFY = frozenset({"notify_twice", "notify_lost"})
KINDS = TRANSPORT | SIGNING | QUOTA | NOTIFY
ANYWHERE = SIGNING | NOTIFY
PLACES = frozenset({"login", "certificates", "sign", "status", "any"})
RANDOM_KINDS = ("delay", "http_500", "http_503", "html_200", "lose_answer")


class BadFault(ValueError):
    """A fault nobody can stage. Recover: read the sentence, correct the request."""


@dataclass
class Fault:
    """One staged fault."""

    id: int
    provider: str
    uid: str | None
    """Only this login, or everybody."""
    at: str
    kind: str
    times: int
    """How many more times; negative = until removed."""
    seconds: float
    """Length of delay and slow_drip; what Retry-After says."""
    how: str = ""
    """Which of ``mutations.HOW``; of mutated_signature only."""


class Faults:
    """Staged faults, first staged first used, and the random ones."""

    def __init__(self, seed: int, rate: float) -> None:
        self._random = Random(seed)  # noqa: S311
        self._rate = rate
        self._staged: list[Fault] = []
        self._ids = itertools.count(1)
        self._lock = threading.Lock()

    def stage(self, wish: dict[str, Any]) -> Fault:
        """Raises BadFault."""
        fault = Fault(
            next(self._ids),
            str(wish.get("provider", "")),
            wish.get("uid"),
            wish.get("at", "any"),
            wish.get("kind", ""),
            int(wish.get("times", 1)),
            float(wish.get("seconds", 1)),
            wish.get("how", ""),
        )
        if fault.kind not in KINDS:
            raise BadFault(f"kind must be one of {', '.join(sorted(KINDS))}")
        if (fault.kind == "mutated_signature") != (fault.how in HOW):
            raise BadFault(f"mutated_signature, and only that, has a how: one of {', '.join(HOW)}")
        if fault.at not in PLACES:
            raise BadFault(f"at must be one of {', '.join(sorted(PLACES))}")
        with self._lock:
            self._staged.append(fault)
        return fault

    def take(self, provider: str, uid: str | None, at: str, kinds: Collection[str]) -> Fault | None:
        """Use up one staged fault that fits, or draw a random transport fault."""
        with self._lock:
            for fault in self._staged:
                if fault.kind in kinds and self._fits(fault, provider, uid, at):
                    fault.times -= 1
                    self._staged = [f for f in self._staged if f.times != 0]
                    return fault
            if kinds is TRANSPORT and self._random.random() < self._rate:
                return Fault(0, provider, uid, at, self._random.choice(RANDOM_KINDS), 1, self._random.uniform(0.1, 2))
        return None

    def clear(self) -> None:
        with self._lock:
            self._staged.clear()

    def staged(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._staged]

    @staticmethod
    def _fits(fault: Fault, provider: str, uid: str | None, at: str) -> bool:
        here = fault.kind in ANYWHERE or fault.at in ("any", at)
        return here and fault.provider == provider and fault.uid in (None, uid)
