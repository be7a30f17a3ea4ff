"""Knocks at the door: numbered per person, written with the change they tell of, caught up by number.

A knock carries type, id and number only. The person's row lock makes the numbers gap-free in commit order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.orm import Session

from backend.domain.events import EventType
from backend.models import Event, User
from backend.services.caller import Caller

CATCH_UP_LIMIT = 200
BESIDE = timedelta(seconds=30)
"""Longer than two answers to one page lie apart."""
_NEWS = "news"
"""Where a session keeps what it will tell with its commit."""

Knock = tuple[str, Mapping[str, object]]
"""Whom, and what they hear."""


def notify(session: Session, now: datetime, user_ids: Iterable[str | None], type_: EventType, ref_id: str) -> None:
    """Tell these people with the commit: one event for each."""
    news = session.info.setdefault(_NEWS, [])
    news += [(user_id, type_, ref_id, now) for user_id in sorted({user_id for user_id in user_ids if user_id})]


def write_events(session: Session) -> Sequence[Knock]:
    """Write down all that the session has to tell, last before its commit; the knocks to make after it.

    All at once, however much one commit changed: people are locked once and for the shortest time.
    """
    # What several changes of one commit tell in the same words is told once.
    news = list({tuple(words): (*words, at) for *words, at in session.info.pop(_NEWS, [])}.values())
    if not news:
        return []
    more = Counter(user_id for user_id, *_ in news)
    # Locked in order, so that two commits never deadlock; and no more than the update itself would, since rows that
    # name the person are written beside.
    people = select(User.id).where(User.id.in_(more)).order_by(User.id).with_for_update(key_share=True)
    counted = session.execute(
        update(User)
        .where(User.id.in_(people.scalar_subquery()))
        .values(event_seq=User.event_seq + case(more, value=User.id))
        .returning(User.id, User.event_seq)
        .execution_options(synchronize_session=False)
    ).all()
    seqs = {user_id: count(last - more[user_id] + 1) for user_id, last in counted}
    numbered = [(user_id, next(seqs[user_id]), type_, ref_id, at) for user_id, type_, ref_id, at in news]
    session.execute(
        insert(Event),
        [
            {"user_id": user_id, "seq": seq, "type": type_.value, "ref_id": ref_id, "at": at}
            for user_id, seq, type_, ref_id, at in numbered
        ],
    )
    return [(user_id, {"type": type_.value, "id": ref_id, "seq": seq}) for user_id, seq, type_, ref_id, _ in numbered]


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
