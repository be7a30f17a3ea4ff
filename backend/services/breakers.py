"""The breakers of all CAs, shared between every web process and worker through one small table.

Counting is each process's own and costs no database; only a change that others must see is written, by compare and
swap on ``turn``: of two processes that let the one call through, one wins. All of it is a hint. Nothing is lost when a
process forgets its counters or the database is away for a moment.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.domain.breaker import Breaker, Gate, Heard, LetThrough, Limits, after, let_through
from backend.domain.errors import SystemBusy
from backend.models import ProviderHealth
from backend.services.house import House

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
"""How old what other processes have written may be here."""


@dataclass(frozen=True, slots=True)
class Shut:
    """Not now. ``retry_at`` is None while somebody else's try is under way."""

    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Known:
    breaker: Breaker
    turn: int


_NEW = _Known(Breaker(), 0)


class Breakers:
    """One process's view. Safe to share between threads."""

    def __init__(self, house: House, limits: Limits | None = None, look_every_s: float = LOOK_EVERY_S) -> None:
        self._house = house
        self._limits = limits or Limits()
        self._look_every_s = look_every_s
        self._known: dict[str, _Known] = {}
        self._looked_at = float("-inf")
        self._lock = threading.Lock()

    def let_through(self, provider: str) -> LetThrough | Shut:
        """May this CA be called now? Whoever is let through tells what came of it by ``heard``."""
        self._look()
        known = self._known.get(provider, _NEW)
        passed = let_through(known.breaker, self._house.clock.now(), self._limits)
        if passed is None:
            return Shut(known.breaker.retry_at if known.breaker.gate is Gate.OPEN else None)
        if passed.probe and not self._share(provider, known, passed.breaker):
            return Shut(None)
        return passed

    def heard(self, provider: str, heard: Heard, *, probe: bool) -> None:
        """Count one call; a change that others must see is written."""
        with self._lock:
            known = self._known.get(provider, _NEW)
            moved = after(known.breaker, heard, self._house.clock.now(), self._limits, probe=probe)
            if moved is known.breaker or moved == known.breaker:
                return
            self._known[provider] = _Known(moved, known.turn)
        if _shared(moved) != _shared(known.breaker):
            self._share(provider, known, moved)

    def is_slow(self, took_s: float) -> bool:
        return took_s > self._limits.slow_s

    def _look(self) -> None:
        """Adopt what others have written; one thread looks, the rest go on with what is known."""
        now = time.monotonic()
        if now - self._looked_at < self._look_every_s:
            return
        with self._lock:
            if now - self._looked_at < self._look_every_s:
                return
            self._looked_at = now
        try:
            with self._house.read() as session:
                rows = session.scalars(select(ProviderHealth)).all()
                found = {row.provider: _Known(_breaker(row), row.turn) for row in rows}
        except SystemBusy:
            return
        with self._lock:
            for provider, theirs in found.items():
                if theirs.turn > self._known.get(provider, _NEW).turn:
                    self._known[provider] = theirs

    def _share(self, provider: str, seen: _Known, moved: Breaker) -> bool:
        """Write a change. False when another process was faster or the database is away."""
        try:
            theirs = self._swap(provider, seen.turn, moved)
        except (SystemBusy, IntegrityError):
            log.warning("provider.breaker_not_shared", provider=provider)
            return False
        with self._lock:
            self._known[provider] = theirs or _Known(moved, seen.turn + 1)
        if theirs is None:
            log.warning("provider.breaker", provider=provider, gate=moved.gate.value, slow=moved.slow)
        return theirs is None

    def _swap(self, provider: str, turn: int, moved: Breaker) -> _Known | None:
        """None when written; what stands there when another was faster."""
        with self._house.begin() as session:
            row = session.get(ProviderHealth, provider, with_for_update=True)
            if row is None:
                row = ProviderHealth(provider=provider, turn=turn)
                session.add(row)
            elif row.turn != turn:
                return _Known(_breaker(row), row.turn)
            row.gate, row.retry_at = moved.gate.value, moved.retry_at
            row.pause_s, row.slow = moved.pause.total_seconds(), moved.slow
            row.turn, row.changed_at = turn + 1, self._house.clock.now()
            return None


def _shared(breaker: Breaker) -> Breaker:
    return replace(breaker, misses=0, drift=0)


def _breaker(row: ProviderHealth) -> Breaker:
    return Breaker(Gate(row.gate), row.retry_at, timedelta(seconds=row.pause_s), row.slow)


QUICK = {"state": "ok", "retry_at": None}


def health_of_all(session: Session, now: datetime) -> Mapping[str, dict[str, object]]:
    """How each CA is, as people are told: ``ok``, ``slow`` or ``down`` with the moment of the next try.

    A CA without a row has always answered: take ``QUICK``.
    """
    return {row.provider: _told(row, now) for row in session.scalars(select(ProviderHealth))}


def health_of(session: Session, provider: str, now: datetime) -> dict[str, object]:
    """How one CA is, as people are told."""
    row = session.get(ProviderHealth, provider)
    return _told(row, now) if row is not None else dict(QUICK)


def _told(row: ProviderHealth, now: datetime) -> dict[str, object]:
    gate = Gate(row.gate)
    # Once the next try is due, the person's own request may be that try.
    if gate is not Gate.CLOSED and row.retry_at is not None and now < row.retry_at:
        return {"state": "down", "retry_at": row.retry_at if gate is Gate.OPEN else None}
    return {"state": "slow" if row.slow else "ok", "retry_at": None}
