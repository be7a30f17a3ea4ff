"""Side effects: written in the business commit, done afterwards, at least once.

The outbox row is the record on both databases: once per kind and key, with its tries, and *dead* after too many of
them, a state that people can see, never silently dropped. A handler that knows better says so: ``TryLater`` is waited
for however long it takes, ``Hopeless`` is dead at once. Embedded, a drain loop looks for due rows; a visibility
time-out stands in for an open transaction while a handler works. Grown, the job queue brings the ids (``perform``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from backend.models import OutboxItem
from backend.models.upsert import insert_on
from backend.services.house import House
from backend.services.ports import Chance, Clock

log = structlog.get_logger(__name__)

VISIBLE_AGAIN = timedelta(seconds=60)
MAX_ATTEMPTS = 20
PATIENT_AFTER = 6
"""Attempts after which the pause does not grow any more; somebody else's absence counts no further."""
Handler = Callable[[House, Mapping[str, object]], None]


class OutboxDispatch:
    """``Dispatch`` over the outbox table."""

    def __init__(self, clock: Clock, chance: Chance) -> None:
        self._clock = clock
        self._chance = chance

    def enqueue(self, session: Session, kind: str, key: str, payload: Mapping[str, object]) -> None:
        """Once per kind and key."""
        self.record(session, kind, key, payload)

    def send_again(self, session: Session, kind: str, outbox_id: str) -> None:
        """The drain loop finds the row by itself."""

    def record(self, session: Session, kind: str, key: str, payload: Mapping[str, object]) -> str | None:
        """Write the row; its id, or None when this kind and key is there already."""
        return session.execute(
            insert_on(session, OutboxItem)
            .values(
                id=self._chance.uuid(),
                kind=kind,
                key=key,
                payload=dict(payload),
                attempts=0,
                visible_at=self._clock.now(),
            )
            .on_conflict_do_nothing(index_elements=["kind", "key"])
            .returning(OutboxItem.id)
        ).scalar_one_or_none()


def dead_items(session: Session) -> Sequence[OutboxItem]:
    """Side effects that were given up, oldest first."""
    return session.scalars(select(OutboxItem).where(OutboxItem.dead_at.is_not(None)).order_by(OutboxItem.dead_at)).all()


def waiting_items(session: Session) -> Sequence[OutboxItem]:
    """Side effects that did not work so far and are tried again by themselves, oldest first."""
    waiting = (OutboxItem.done_at.is_(None), OutboxItem.dead_at.is_(None), OutboxItem.last_error.is_not(None))
    return session.scalars(select(OutboxItem).where(*waiting).order_by(OutboxItem.visible_at)).all()


def revive(session: Session, house: House, outbox_id: str) -> bool:
    """Let a dead side effect be tried again from the start, in the caller's commit. False when it is not dead."""
    kind = session.execute(
        update(OutboxItem)
        .where(OutboxItem.id == outbox_id, OutboxItem.dead_at.is_not(None))
        .values(dead_at=None, attempts=0, visible_at=house.clock.now())
        .returning(OutboxItem.kind)
    ).scalar_one_or_none()
    if kind is not None:
        house.dispatch.send_again(session, kind, outbox_id)
    return kind is not None


# Asked all the time: to put the question together anew would cost more than to ask it.
_DUE = (
    select(OutboxItem.id)
    .where(
        OutboxItem.done_at.is_(None),
        OutboxItem.dead_at.is_(None),
        OutboxItem.kind.in_(bindparam("kinds", expanding=True)),
        OutboxItem.visible_at <= bindparam("now"),
    )
    .order_by(OutboxItem.visible_at)
    .limit(1)
)


def drain_one(house: House, handlers: Mapping[str, Handler]) -> bool:
    """Do the oldest visible side effect of the kinds that ``handlers`` knows. False when there is none."""
    with house.read() as session:
        id_ = session.scalars(_DUE, {"kinds": list(handlers), "now": house.clock.now()}).first()
    if id_ is None:
        return False
    _attempt(house, handlers, id_)
    return True


def perform(house: House, handlers: Mapping[str, Handler], outbox_id: str) -> None:
    """Do one side effect by its id. Raises SideEffectFailed when it should be tried again; done and dead rows
    are left alone.
    """
    failed = _attempt(house, handlers, outbox_id)
    if failed:
        raise SideEffectFailed(outbox_id)


class SideEffectFailed(RuntimeError):
    """A side effect did not work this time. Recover: it is tried again by itself."""


class TryLater(RuntimeError):
    """Said by a handler: the other side is away. Recover: tried again, at most a minute apart, until it is back."""


class Hopeless(RuntimeError):
    """Said by a handler: trying again changes nothing. Recover: an operator mends the cause and revives the row."""


def _attempt(house: House, handlers: Mapping[str, Handler], id_: str) -> bool:
    """True when it failed and there are tries left."""
    with house.begin() as session:
        item = session.get(OutboxItem, id_)
        if item is None or item.done_at is not None or item.dead_at is not None:
            return False
        item.attempts += 1
        item.visible_at = house.clock.now() + min(
            VISIBLE_AGAIN, timedelta(seconds=2 ** min(item.attempts, PATIENT_AFTER))
        )
        kind, payload, attempts = item.kind, item.payload, item.attempts
    return _do(house, handlers, id_, kind, payload, attempts)


def _do(
    house: House,
    handlers: Mapping[str, Handler],
    id_: str,
    kind: str,
    payload: Mapping[str, object],
    attempts: int,
) -> bool:
    try:
        # A kind that this process does not know yet waits like one that fails; another process may know it.
        handlers[kind](house, payload)
    except TryLater as error:
        log.warning("outbox.postponed", kind=kind, outbox_id=id_, attempts=attempts, reason=str(error))
        _mark(house, id_, attempts=min(attempts, PATIENT_AFTER), last_error=str(error))
        return True
    except Hopeless as error:
        log.error("outbox.hopeless", kind=kind, outbox_id=id_, attempts=attempts, reason=str(error))
        _mark(house, id_, dead_at=house.clock.now(), last_error=str(error))
        return False
    except Exception as error:  # whatever a side effect does wrong, the next one must run
        log.exception("outbox.failed", kind=kind, outbox_id=id_, attempts=attempts)
        dead = attempts >= MAX_ATTEMPTS
        _mark(house, id_, dead_at=house.clock.now() if dead else None, last_error=type(error).__name__)
        return not dead
    _mark(house, id_, done_at=house.clock.now())
    return False


def _mark(house: House, id_: str, **values: object) -> None:
    with house.begin() as session:
        session.execute(update(OutboxItem).where(OutboxItem.id == id_).values(**values))
