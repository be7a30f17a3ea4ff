"""So many of something in a window of time, counted in the database, where every process sees it.

A window is a slice of the calendar, not a sliding one: simple, and nobody waits longer than one window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from backend.services.house import House
from backend.services.sessions_tries import attempt_key, count_row


@dataclass(frozen=True, slots=True)
class Limit:
    """How many are let through in each window of time."""

    most: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Count:
    """One row to count on, and when it begins anew."""

    key: str
    ends_at: datetime


def count_of(house: House, purpose: str, whom: str, window: timedelta) -> Count:
    """Where ``purpose`` is counted for ``whom`` in the present window; the row tells nothing about ``whom``."""
    number = int(house.clock.now().timestamp() // window.total_seconds())
    ends_at = datetime.fromtimestamp((number + 1) * window.total_seconds(), UTC)
    return Count(attempt_key(house, f"{purpose}:{number}", whom), ends_at)


def one_more(session: Session, house: House, count: Count) -> int:
    """Count one; how many there are now. The row is held until the commit."""
    row = count_row(session, count.key, house.clock.now())
    row.failed += 1
    row.last_at = house.clock.now()
    session.flush()
    return row.failed
