"""Knocks at the door: numbered per person, written with the change they tell of, caught up by number.

A knock carries type, id and number only. The person's row lock makes the numbers gap-free in commit order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend.domain.events import EventType
from backend.models import Event, User
from backend.services.caller import Caller

CATCH_UP_LIMIT = 200
BESIDE = timedelta(seconds=30)
"""Longer than two answers to one page lie apart."""


def notify(session: Session, now: datetime, user_ids: Iterable[str | None], type_: EventType, ref_id: str) -> None:
    """Write one event per person and remember to knock after the commit."""
    notify_of(session, now, user_ids, [(type_, ref_id)])


def notify_of(
    session: Session, now: datetime, user_ids: Iterable[str | None], news: Sequence[tuple[EventType, str]]
) -> None:
    """The same for several things that happened at once: type and id of each."""
    # Locked in order, so that two commits never deadlock; and no more than the update itself would, since rows that
    # name the person are written beside.
    people = select(User.id).where(User.id.in_({user_id for user_id in user_ids if user_id}))
    in_order = people.order_by(User.id).with_for_update(key_share=True).scalar_subquery()
    counted = session.execute(
        update(User)
        .where(User.id.in_(in_order))
        .values(event_seq=User.event_seq + len(news))
        .returning(User.id, User.event_seq)
        .execution_options(synchronize_session=False)
    ).all()
    events = []
    for user_id, last in sorted(counted):
        for seq, (type_, ref_id) in enumerate(news, last - len(news) + 1):
            events.append(Event(user_id=user_id, seq=seq, type=type_.value, ref_id=ref_id, at=now))
            knock = {"type": type_.value, "id": ref_id, "seq": seq}
            session.info.setdefault("knocks", []).append((user_id, knock))
    session.add_all(events)


def stood_at(session: Session, user: User, now: datetime) -> int:
    """The person's newest event but for those of the last ``BESIDE``.

    A page asks for its session and its list side by side. Told the very newest, it would never hear of what happened
    between the two answers.
    """
    fresh = select(func.min(Event.seq)).where(
        Event.user_id == user.id, Event.seq > user.event_seq - CATCH_UP_LIMIT, Event.at > now - BESIDE
    )
    first = session.scalar(fresh)
    return user.event_seq if first is None else first - 1


def events_after(session: Session, caller: Caller, after: int) -> dict[str, object]:
    """What happened since ``after``; at most the latest ``CATCH_UP_LIMIT``, since the client re-reads anyway."""
    rows = session.execute(
        select(Event.type, Event.ref_id, Event.seq, Event.at)
        .where(Event.user_id == caller.user_id, Event.seq > after)
        .order_by(Event.seq.desc())
        .limit(CATCH_UP_LIMIT)
    ).all()
    items = [{"type": row.type, "id": row.ref_id, "seq": row.seq, "at": row.at} for row in reversed(rows)]
    seq = session.execute(select(User.event_seq).where(User.id == caller.user_id)).scalar_one()
    return {"items": items, "seq": seq}
