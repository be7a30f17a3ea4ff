"""Ownership of a signing transaction: every write names the owner and the epoch it believes in.

Zero rows changed means that somebody else owns the transaction now (the worker was paused too long, or the person
cancelled): stop at once, whoever owns it goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

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
        .where(
            SigningTransaction.id == fence.transaction_id,
            SigningTransaction.owner == fence.owner,
            SigningTransaction.epoch == fence.epoch,
            SigningTransaction.status == now.value,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
        .returning(SigningTransaction.id)
    ).all()
    if len(changed) != 1:
        raise Fenced(fence.transaction_id)


def load(session: Session, fence: Fence) -> SigningTransaction:
    """The transaction with its documents. Raises Fenced when it is not ours."""
    row = session.scalars(
        select(SigningTransaction)
        .where(
            SigningTransaction.id == fence.transaction_id,
            SigningTransaction.owner == fence.owner,
            SigningTransaction.epoch == fence.epoch,
        )
        .options(selectinload(SigningTransaction.documents))
    ).one_or_none()
    if row is None:
        raise Fenced(fence.transaction_id)
    return row
