"""Misbehaviour, staged or by habit: what to do wrong, to whom, at which call, how often.

| kind                | stands for                                                                              |
|---------------------|-----------------------------------------------------------------------------------------|
| delay               | an overloaded provider: the work is done at once, the answer comes ``seconds`` later    |
| lose_answer         | a network that breaks after the provider accepted: work done, connection closed         |
| slow_drip           | a dying proxy: the right answer, byte by byte, spread over ``seconds``                  |
| http_500            | a crash inside the provider before any work                                             |
| http_503            | the provider's load balancer during maintenance, before any work                        |
| http_429            | the provider's limit on how often we may ask: Retry-After, before any work              |
| html_200            | a maintenance page with status 200 where JSON was promised, before any work             |
| internal_error      | the vendor's own "internal error" code in its own envelope, before any work             |
| quota               | the person has no signing turns left                                                    |
| clock_skew          | the CA's clock is ``seconds`` ahead: its times say so, a request ends before we think   |
| certificate_revoked | the certificate is revoked between approval and collection; the signature is delivered  |
| certificate_expired | the certificate runs out while the phone rings: the HSM refuses; X.509 dates stay       |
| wrong_key           | a signature made with another subscriber's key                                          |
| wrong_digest        | a signature over other bytes than were asked for                                        |
| garbage_signature   | 256 random bytes where a signature belongs                                              |
| empty_signature     | "signed" without a value                                                                |
| truncated_signature | a signature cut off by a column that was too narrow                                     |
| mutated_signature   | the genuine signature, spoilt as ``how`` says (``mutations.HOW``)                       |
| swapped_order       | the signatures of a batch in reverse order                                              |
| item_failed         | the HSM could not sign the last document of a batch; told where a CA answers by item    |
| notify_twice        | a callback that is delivered twice: the CA did not hear our 200                         |
| notify_early        | a quick thumb: the callback overtakes the answer to the request                         |
| notify_late         | a queue at the CA: the callback comes ``seconds`` after the end                         |
| notify_forged       | a stranger who knows the protocol and the ids: a callback that claims a false "signed"  |
| notify_lost         | a callback that never arrives                                                           |

``at`` says where: login, certificates, sign, status, any. What happens to a signature, a certificate or a callback
takes effect when that is made or sent, whatever ``at`` says. ``share`` below 1 makes a staged fault happen to that
share of the calls it fits, drawn with the seed; with ``times`` -1 that is a day of this kind of weather.

By habit (SANDBOX_FAULT_RATE) a CA commits the kinds of its ``personality``. Each person's luck is drawn from a
generator of its own, seeded, so that the same calls of one person meet the same faults in every run. ``spare`` keeps
the habits, not the staged faults, from somebody for a while.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Collection
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from . import personality
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
        "item_failed",
    }
)
CERTIFICATE = frozenset({"certificate_revoked", "certificate_expired"})
QUOTA = frozenset({"quota"})
CLOCK = frozenset({"clock_skew"})
EARLY = frozenset({"notify_early"})
FORGED = frozenset({"notify_forged"})
NOTIFY = frozenset({"notify_twice", "notify_late", "notify_lost"})
KINDS = TRANSPORT | SIGNING | CERTIFICATE | QUOTA | CLOCK | EARLY | FORGED | NOTIFY
ANYWHERE = KINDS - TRANSPORT - QUOTA
PLACES = frozenset({"login", "certificates", "sign", "status", "any"})


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
    """Length of delay, slow_drip, notify_late and clock_skew; what Retry-After says."""
    how: str = ""
    """Which of ``mutations.HOW``; of mutated_signature only."""
    share: float = 1.0
    """Chance of happening at a call it fits."""


class Faults:
    """Staged faults, first staged first used, then the habits."""

    def __init__(self, seed: int, rate: float) -> None:
        self._seed = seed
        self._rate = rate
        self._luck: dict[tuple[str, str | None], Random] = {}
        self._staged: list[Fault] = []
        self._spared: dict[tuple[str, str | None], float] = {}
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
            float(wish.get("share", 1)),
        )
        _check(fault)
        with self._lock:
            self._staged.append(fault)
        return fault

    def take(self, provider: str, uid: str | None, at: str, kinds: Collection[str]) -> Fault | None:
        """Use up one staged fault that fits, or commit one by habit."""
        with self._lock:
            luck = self._luck_of(provider, uid)
            for fault in self._staged:
                if fault.kind in kinds and _fits(fault, provider, uid, at) and luck.random() < fault.share:
                    fault.times -= 1
                    self._staged = [f for f in self._staged if f.times != 0]
                    return fault
            return self._by_habit(provider, uid, at, kinds, luck)

    def spare(self, provider: str, uid: str | None, seconds: float) -> None:
        """Keep the habits of a CA from one person, or from all of its people, for some seconds of real time."""
        with self._lock:
            self._spared[provider, uid] = time.monotonic() + seconds

    def clear(self) -> None:
        with self._lock:
            self._staged.clear()

    def staged(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._staged]

    def _by_habit(self, provider: str, uid: str | None, at: str, kinds: Collection[str], luck: Random) -> Fault | None:
        character = personality.of(provider)
        habits = [kind for kind in character.habits if kind in kinds]
        if not habits or self._is_spared(provider, uid) or luck.random() >= self._rate * character.flakiness:
            return None
        return Fault(0, provider, uid, at, luck.choice(habits), 1, luck.uniform(0.5, 4))

    def _is_spared(self, provider: str, uid: str | None) -> bool:
        now = time.monotonic()
        return any(self._spared.get((provider, who), 0.0) > now for who in (uid, None))

    def _luck_of(self, provider: str, uid: str | None) -> Random:
        if (provider, uid) not in self._luck:
            self._luck[provider, uid] = Random(f"{self._seed} {provider} {uid}")  # noqa: S311
        return self._luck[provider, uid]


def _check(fault: Fault) -> None:
    if fault.kind not in KINDS:
        raise BadFault(f"kind must be one of {', '.join(sorted(KINDS))}")
    if (fault.kind == "mutated_signature") != (fault.how in HOW):
        raise BadFault(f"mutated_signature, and only that, has a how: one of {', '.join(HOW)}")
    if fault.at not in PLACES:
        raise BadFault(f"at must be one of {', '.join(sorted(PLACES))}")
    if not 0 < fault.share <= 1:
        raise BadFault("share must be above 0 and at most 1")


def _fits(fault: Fault, provider: str, uid: str | None, at: str) -> bool:
    here = fault.kind in ANYWHERE or fault.at in ("any", at)
    return here and fault.provider == provider and fault.uid in (None, uid)
