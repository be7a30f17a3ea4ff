"""Whether a certificate authority is asked at all: a circuit breaker (M. Nygard, *Release It!*, "Circuit Breaker").

Closed: everybody is let through. Open, after several calls in a row without an answer: nobody is, until the next try
is due. Half-open: one call is through, and what it brings back decides. Beside it stands whether the CA answers slowly,
which keeps nobody from asking. Pure: time is an argument; who shares the state and how is ``services/breakers.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Gate(StrEnum):
    """The three states. The comment says what leads on."""

    CLOSED = "closed"  # too many calls in a row without an answer open it
    OPEN = "open"  # the first call after ``retry_at`` goes through, alone
    HALF_OPEN = "half_open"  # the answer of that call closes it, none opens it again for longer


class Heard(StrEnum):
    """What one call came back with. Any answer counts, a refusal too: the CA is there."""

    ANSWERED = "answered"
    SLOWLY = "slowly"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Limits:
    """When the breaker moves."""

    misses: int = 5
    """Calls in a row without an answer that open it."""
    slow_calls: int = 3
    """Slow or unanswered calls in a row that make a CA slow; as many quick ones make it quick again."""
    slow_s: float = 5.0
    """An answer that takes longer is slow."""
    first_pause: timedelta = timedelta(seconds=5)
    """Until the next try after it opened; each try in vain doubles it."""
    longest_pause: timedelta = timedelta(seconds=30)
    patience: timedelta = timedelta(seconds=60)
    """How long the one call that is through may take before another is let through: its process may have died."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """One CA's state. The first four fields are shared between processes, the counters are one process's own."""

    gate: Gate = Gate.CLOSED
    retry_at: datetime | None = None
    """Open: when the next call goes through. Half-open: when the one that is through is given up. Else None."""
    pause: timedelta = timedelta()
    """The pause that ``retry_at`` was made of."""
    slow: bool = False
    misses: int = 0
    """Calls in a row without an answer."""
    drift: int = 0
    """Calls in a row that speak against ``slow`` as it stands."""


@dataclass(frozen=True, slots=True)
class LetThrough:
    """The call may go. ``probe``: it is the one whose answer decides."""

    breaker: Breaker
    probe: bool


def let_through(breaker: Breaker, now: datetime, limits: Limits) -> LetThrough | None:
    """The breaker after letting a call go, or None when it may not go."""
    if breaker.gate is Gate.CLOSED:
        return LetThrough(breaker, probe=False)
    if breaker.retry_at is not None and now < breaker.retry_at:
        return None
    return LetThrough(replace(breaker, gate=Gate.HALF_OPEN, retry_at=now + limits.patience), probe=True)


def after(breaker: Breaker, heard: Heard, now: datetime, limits: Limits, *, probe: bool) -> Breaker:
    """The breaker after a call came back. Calls that left before it opened change nothing once it is open."""
    if breaker.gate is not Gate.CLOSED and not probe:
        return breaker
    if breaker.gate is Gate.OPEN:
        # Given up and another opened it meanwhile: whoever is through now decides.
        return breaker
    return _without_answer(breaker, now, limits) if heard is Heard.NOTHING else _answered(breaker, heard, limits)


def _answered(breaker: Breaker, heard: Heard, limits: Limits) -> Breaker:
    calm = breaker.gate is Gate.CLOSED and breaker.misses == 0
    closed = breaker if calm else replace(breaker, gate=Gate.CLOSED, retry_at=None, pause=timedelta(), misses=0)
    return _drifts(closed, heard is Heard.SLOWLY, limits)


def _without_answer(breaker: Breaker, now: datetime, limits: Limits) -> Breaker:
    counted = _drifts(replace(breaker, misses=breaker.misses + 1), True, limits)
    if breaker.gate is Gate.CLOSED and counted.misses < limits.misses:
        return counted
    pause = min(max(breaker.pause * 2, limits.first_pause), limits.longest_pause)
    return replace(counted, gate=Gate.OPEN, retry_at=now + pause, pause=pause, slow=True, drift=0)


def _drifts(breaker: Breaker, dragged: bool, limits: Limits) -> Breaker:
    if dragged == breaker.slow:
        return replace(breaker, drift=0) if breaker.drift else breaker
    if breaker.drift + 1 < limits.slow_calls:
        return replace(breaker, drift=breaker.drift + 1)
    return replace(breaker, slow=dragged, drift=0)
