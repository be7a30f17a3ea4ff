"""Ownership of a signing transaction: every write names the owner and the epoch it believes in.

Zero rows changed means that somebody else owns the transaction now (the worker was paused too long, or the person
cancelled): stop at once, whoever owns it goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from backend.domain.errors import Fenced
from backend.domain.signing import SignStatus, check_move
from backend.models import SigningTransaction


@dataclass(frozen=True, slots=True)
class Fence:
    """One worker's claim on one transaction."""

    transaction_id: str
    owner: str
    epoch: int


def advance(session: Session, fence: Fence, now: SignStatus, to: SignStatus, **values: object) -> None:
    """Move the transaction one edge. Raises Fenced when it is no longer ours or no longer where we left it."""
    check_move(now, to)
    write(session, fence, now, status=to.value, **values)


def write(session: Session, fence: Fence, now: SignStatus, **values: object) -> None:
    """Write without moving, under the same fence."""
    changed = session.execute(
        update(SigningTransaction)
        .where(*ours(fence), SigningTransaction.status == now.value)
        .values(**values)
        .execution_options(synchronize_session=False)
        .returning(SigningTransaction.id)
    ).all()
    if len(changed) != 1:
        raise Fenced(fence.transaction_id)


def status_of(session: Session, fence: Fence) -> SignStatus:
    """Where the transaction stands. Raises Fenced when it is not ours."""
    status = session.scalars(select(SigningTransaction.status).where(*ours(fence))).one_or_none()
    if status is None:
        raise Fenced(fence.transaction_id)
    return SignStatus(status)


def ours(fence: Fence) -> Sequence[ColumnElement[bool]]:
    """The row, as long as the claim holds."""
    return _held(fence.transaction_id, fence.owner, fence.epoch)


def _held(id_: object, owner: object, epoch: object) -> Sequence[ColumnElement[bool]]:
    return SigningTransaction.id == id_, SigningTransaction.owner == owner, SigningTransaction.epoch == epoch


# Built once: whole lists come through here, and building a statement takes longer than asking the database.
_LOAD = (
    select(SigningTransaction)
    .where(*_held(bindparam("transaction_id"), bindparam("owner"), bindparam("epoch")))
    .options(joinedload(SigningTransaction.documents))
)


def load(session: Session, fence: Fence) -> SigningTransaction:
    """The transaction with its documents. Raises Fenced when it is not ours."""
    row = session.scalars(_LOAD, asdict(fence)).unique().one_or_none()
    if row is None:
        raise Fenced(fence.transaction_id)
    return row
