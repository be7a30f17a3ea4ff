"""Ownership of a signing transaction: every write names the owner and the epoch it believes in.

Zero rows changed means that somebody else owns the transaction now (the worker was paused too long, or the person
cancelled): stop at once, whoever owns it goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from sqlalchemy import ColumnElement, bindparam, select, tuple_, update
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
    advance_all(session, [fence], now, to, **values)


def advance_all(session: Session, fences: Sequence[Fence], now: SignStatus, to: SignStatus, **values: object) -> None:
    """The same for several: all of them move, or Fenced is raised."""
    check_move(now, to)
    _write(session, fences, now, status=to.value, **values)


def write(session: Session, fence: Fence, now: SignStatus, **values: object) -> None:
    """Write without moving, under the same fence."""
    _write(session, [fence], now, **values)


def _write(session: Session, fences: Sequence[Fence], now: SignStatus, **values: object) -> None:
    changed = session.execute(
        update(SigningTransaction)
        .where(*_all_held(fences), SigningTransaction.status == now.value)
        .values(**values)
        .execution_options(synchronize_session=False)
        .returning(SigningTransaction.id)
    ).all()
    if len(changed) != len(fences):
        raise Fenced(fences[0].transaction_id)


def status_of(session: Session, fence: Fence) -> SignStatus:
    """Where the transaction stands. Raises Fenced when it is not ours."""
    status = session.scalars(select(SigningTransaction.status).where(*ours(fence))).one_or_none()
    if status is None:
        raise Fenced(fence.transaction_id)
    return SignStatus(status)


def ours(fence: Fence) -> Sequence[ColumnElement[bool]]:
    """The row, as long as the claim holds."""
    return (
        SigningTransaction.id == fence.transaction_id,
        SigningTransaction.owner == fence.owner,
        SigningTransaction.epoch == fence.epoch,
    )


def _all_held(fences: Sequence[Fence]) -> Sequence[ColumnElement[bool]]:
    """Their rows, as long as the claims hold; the ids alone besides, because they have the index."""
    claim = tuple_(SigningTransaction.id, SigningTransaction.owner, SigningTransaction.epoch)
    return SigningTransaction.id.in_([fence.transaction_id for fence in fences]), claim.in_(map(astuple, fences))


# Built once: whole lists come through here, and building a statement takes longer than asking the database.
_LOAD = (
    select(SigningTransaction)
    .where(SigningTransaction.id.in_(bindparam("ids", expanding=True)))
    .options(joinedload(SigningTransaction.documents))
)


def load(session: Session, fence: Fence) -> SigningTransaction:
    """The transaction with its documents. Raises Fenced when it is not ours."""
    return load_all(session, [fence])[0]


def load_all(session: Session, fences: Sequence[Fence]) -> list[SigningTransaction]:
    """The same for several, in the order of ``fences``. Raises Fenced when one of them is not ours."""
    ids = [fence.transaction_id for fence in fences]
    found = {row.id: row for row in session.scalars(_LOAD, {"ids": ids}).unique()}
    for fence in fences:
        row = found.get(fence.transaction_id)
        if row is None or (row.owner, row.epoch) != (fence.owner, fence.epoch):
            raise Fenced(fence.transaction_id)
    return [found[id_] for id_ in ids]
