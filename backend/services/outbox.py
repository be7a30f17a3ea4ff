"""Side effects of the embedded mode: written in the business commit, done afterwards, at least once, by the drain.

A visibility time-out stands in for an open transaction while a handler works; after too many tries the row is *dead*, a
state that people can see, never silently dropped. PostgreSQL hands the same kinds and payloads to its job queue instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from backend.models import OutboxItem
from backend.services.house import House
from backend.services.ports import Chance, Clock

log = structlog.get_logger(__name__)

VISIBLE_AGAIN = timedelta(seconds=60)
MAX_ATTEMPTS = 20
Handler = Callable[[House, Mapping[str, object]], None]


class OutboxDispatch:
    """``Dispatch`` over the outbox table."""

    def __init__(self, clock: Clock, chance: Chance) -> None:
        self._clock = clock
        self._chance = chance

    def enqueue(self, session: Session, kind: str, key: str, payload: Mapping[str, object]) -> None:
        """Once per kind and key."""
        session.execute(
            insert(OutboxItem)
            .values(
                id=self._chance.uuid(),
                kind=kind,
                key=key,
                payload=dict(payload),
                attempts=0,
                visible_at=self._clock.now(),
            )
            .on_conflict_do_nothing(index_elements=["kind", "key"])
        )


def drain_one(house: House, handlers: Mapping[str, Handler]) -> bool:
    """Do the oldest visible side effect. False when there is none."""
    now = house.clock.now()
    due = (
        select(OutboxItem)
        .where(OutboxItem.done_at.is_(None), OutboxItem.dead_at.is_(None), OutboxItem.visible_at <= now)
        .order_by(OutboxItem.visible_at)
        .limit(1)
    )
    with house.read() as session:
        if session.scalars(due).first() is None:
            return False
    with house.begin() as session:
        item = session.scalars(due).first()
        if item is None:
            return False
        item.attempts += 1
        item.visible_at = now + min(VISIBLE_AGAIN, timedelta(seconds=2**item.attempts))
        id_, kind, payload, attempts = item.id, item.kind, item.payload, item.attempts
    _do(house, handlers[kind], id_, kind, payload, attempts)
    return True


def _do(house: House, handler: Handler, id_: str, kind: str, payload: Mapping[str, object], attempts: int) -> None:
    try:
        handler(house, payload)
    except Exception as error:  # whatever a side effect does wrong, the next one must run
        log.exception("outbox.failed", kind=kind, outbox_id=id_, attempts=attempts)
        dead = house.clock.now() if attempts >= MAX_ATTEMPTS else None
        _mark(house, id_, dead_at=dead, last_error=type(error).__name__)
        return
    _mark(house, id_, done_at=house.clock.now())


def _mark(house: House, id_: str, **values: object) -> None:
    with house.begin() as session:
        session.execute(update(OutboxItem).where(OutboxItem.id == id_).values(**values))
