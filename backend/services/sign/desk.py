"""Who works on which transaction: claims, heartbeats, and taking over from the dead.

One heartbeat row per worker, not per transaction, so that five thousand waiting transactions cost one write every few
seconds. On PostgreSQL ``SKIP LOCKED`` lets workers claim side by side and the database's clock judges leases; SQLite
has one worker at a time (a file lock sees to it), which takes everything over when it starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from backend.domain.signing import SignStatus
from backend.models import SigningTransaction, Worker
from backend.services.house import House
from backend.services.sign.fence import Fence, ours

LEASE = timedelta(seconds=15)
"""A worker silent for longer is dead; far above the longest pause of a live one."""
HEARTBEAT = LEASE / 3


@dataclass(frozen=True, slots=True)
class Claim:
    """A transaction that is ours now."""

    fence: Fence
    provider: str
    status: SignStatus
    prompt: str
    """Id of the transaction that speaks for all of its prompt."""


def register(house: House, worker_id: str) -> None:
    """Appear at the desk under a new id and free the rows of the dead; on SQLite every predecessor is dead."""
    with house.begin() as session:
        session.add(Worker(id=worker_id, started_at=func.now(), heartbeat_at=func.now()))
        if _is_sqlite(session):
            session.execute(delete(Worker).where(Worker.id != worker_id))
            session.execute(
                update(SigningTransaction).where(SigningTransaction.owner.is_not(None)).values(_freed(house))
            )
        else:
            _bury(session, house)


def beat(house: House, worker_id: str) -> Sequence[Claim]:
    """Say that we live, free the rows of the dead, and return all that is ours: the caller compares with its memory."""
    with house.begin() as session:
        alive = session.execute(
            update(Worker).where(Worker.id == worker_id).values(heartbeat_at=func.now()).returning(Worker.id)
        ).all()
        if not alive:
            session.add(Worker(id=worker_id, started_at=func.now(), heartbeat_at=func.now()))
        if not _is_sqlite(session):
            _bury(session, house)
        owned = select(*_CLAIM).where(SigningTransaction.owner == worker_id)
        return [_claim(row) for row in session.execute(owned).all()]


def _bury(session: Session, house: House) -> None:
    # Whoever is not among the living is dead: one that was buried while it slept, and claimed when it woke, may have
    # died before its next heartbeat, without a row to tell of it.
    living = select(Worker.id).where(Worker.heartbeat_at >= func.now() - LEASE)
    session.execute(
        update(SigningTransaction)
        .where(SigningTransaction.owner.is_not(None), SigningTransaction.owner.not_in(living))
        .values(_freed(house))
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(Worker).where(Worker.heartbeat_at < func.now() - LEASE).execution_options(synchronize_session=False)
    )


def _freed(house: House) -> dict[str, object]:
    return {"owner": None, "next_at": house.clock.now()}


_CLAIM = (
    SigningTransaction.id,
    SigningTransaction.owner,
    SigningTransaction.epoch,
    SigningTransaction.provider,
    SigningTransaction.status,
    func.coalesce(SigningTransaction.leader_id, SigningTransaction.id),
)


_DUE = (
    select(SigningTransaction.id)
    .where(SigningTransaction.owner.is_(None), SigningTransaction.next_at <= bindparam("now"))
    .order_by(SigningTransaction.next_at)
)
_KNOCKED_FOR = select(SigningTransaction.id).where(
    SigningTransaction.owner == bindparam("worker_id"), SigningTransaction.hurry_at.is_not(None)
)
# Asked ten times a second by every worker: to put the question together anew would cost more than to ask it.
_LOOK = select(_DUE.limit(1).scalar_subquery(), _KNOCKED_FOR.limit(1).scalar_subquery())


def look(house: House, worker_id: str) -> tuple[bool, bool]:
    """Whether something is due and nobody's, and whether somebody knocked for one of ours: one question, because the
    answer is mostly no.
    """
    with house.read() as session:
        due, knocked = session.execute(_LOOK, {"now": house.clock.now(), "worker_id": worker_id}).one()
    return due is not None, knocked is not None


def claim(house: House, worker_id: str, limit: int) -> Sequence[Claim]:
    """Take what is due and nobody's, at most ``limit``."""
    due = _DUE.limit(limit).params(now=house.clock.now())
    with house.begin() as session:
        rows = session.execute(
            update(SigningTransaction)
            .where(SigningTransaction.id.in_(due.with_for_update(skip_locked=True).scalar_subquery()))
            .values(owner=worker_id, epoch=SigningTransaction.epoch + 1)
            .execution_options(synchronize_session=False)
            .returning(*_CLAIM)
        ).all()
        return [_claim(row) for row in rows]


def hurried(house: House, worker_id: str) -> Sequence[str]:
    """Ids of ours that somebody knocked for; each is named once."""
    with house.begin() as session:
        return session.scalars(
            update(SigningTransaction)
            .where(SigningTransaction.id.in_(_KNOCKED_FOR.params(worker_id=worker_id)))
            .values(hurry_at=None)
            .execution_options(synchronize_session=False)
            .returning(SigningTransaction.id)
        ).all()


def let_go(house: House, fence: Fence) -> None:
    """Nothing left for us: make sure the row is not ours. A row that moved on already is left alone."""
    with house.begin() as session:
        session.execute(update(SigningTransaction).where(*ours(fence)).values(owner=None))


def leave(house: House, worker_id: str) -> None:
    """Go home in order: everything of ours is free at once."""
    with house.begin() as session:
        session.execute(update(SigningTransaction).where(SigningTransaction.owner == worker_id).values(_freed(house)))
        session.execute(delete(Worker).where(Worker.id == worker_id))


def _claim(row: Row[*tuple[Any, ...]]) -> Claim:
    id_, owner, epoch, provider, status, prompt = row
    return Claim(Fence(id_, owner, epoch), provider, SignStatus(status), prompt)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
