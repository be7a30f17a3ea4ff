"""The rows of a batch that share one prompt.

A batch is one signing transaction for each dossier. The CA's limit divides it into chunks; the rows of a chunk are one
request to the CA, for which the first of them, the leader, speaks. Until the signatures are there they stand and move
together, in the leader's one fenced commit; from then on each goes its own way. The leader's row is always written
first: whoever loses the race for it writes none of the others.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from backend.domain.errors import Fenced
from backend.domain.signing import SignStatus
from backend.models import SigningTransaction
from backend.services.house import House
from backend.services.sign.subject import Subjects

SHARED = frozenset(
    {
        SignStatus.PREPARED,
        SignStatus.SENDING,
        SignStatus.WAITING,
        SignStatus.UNKNOWN,
        SignStatus.EXPIRED,
        SignStatus.CANCELLED,
    }
)
"""States in which the CA has, or may still have, one answer for all rows of a chunk."""


def together(session: Session, leader: SigningTransaction) -> list[SigningTransaction]:
    """The rows that move with ``leader`` now, in the order of the list, itself first; alone outside a batch."""
    if leader.batch_id is None or SignStatus(leader.status) not in SHARED:
        return [leader]
    followers = session.scalars(
        select(SigningTransaction)
        .where(SigningTransaction.leader_id == leader.id, SigningTransaction.status == leader.status)
        .order_by(SigningTransaction.place)
        .options(selectinload(SigningTransaction.documents))
    ).all()
    return [leader, *followers]


def follow(
    session: Session, rows: Sequence[SigningTransaction], now: SignStatus, to: SignStatus, **values: object
) -> None:
    """Move rows that have no owner, in the commit that moved their leader. Raises Fenced when one stood elsewhere."""
    ids = [row.id for row in rows]
    if not ids:
        return
    moved = session.execute(
        update(SigningTransaction)
        .where(SigningTransaction.id.in_(ids), SigningTransaction.status == now.value)
        .values(status=to.value, **values)
        .execution_options(synchronize_session=False)
        .returning(SigningTransaction.id)
    ).all()
    if len(moved) != len(ids):
        raise Fenced(ids[0])


def next_chunk(session: Session, house: House, done: SigningTransaction) -> None:
    """``done``'s prompt ended signed: the leader of the following chunk may be sent."""
    if done.batch_id is not None:
        session.execute(
            update(SigningTransaction)
            .where(
                SigningTransaction.batch_id == done.batch_id,
                SigningTransaction.chunk == done.chunk + 1,
                SigningTransaction.leader_id.is_(None),
                SigningTransaction.status == SignStatus.PREPARED.value,
            )
            .values(next_at=house.clock.now())
            .execution_options(synchronize_session=False)
        )


def stop_rest(session: Session, house: House, subjects: Subjects, ended: SigningTransaction) -> None:
    """``ended``'s prompt did not end signed: the chunks that were not asked yet are given back unasked."""
    if ended.batch_id is None:
        return
    unasked = session.scalars(
        select(SigningTransaction)
        .where(
            SigningTransaction.batch_id == ended.batch_id,
            SigningTransaction.chunk > ended.chunk,
            SigningTransaction.status == SignStatus.PREPARED.value,
        )
        .order_by(SigningTransaction.place)
    ).all()
    follow(
        session,
        unasked,
        SignStatus.PREPARED,
        SignStatus.CANCELLED,
        ended_at=house.clock.now(),
        next_at=None,
        sealed_session=None,
        vendor_code="not_asked",
    )
    if unasked:
        subjects[ended.subject_kind].hold(session, unasked)
    for row in unasked:
        subjects[row.subject_kind].release(session, house, row, SignStatus.CANCELLED.value)
