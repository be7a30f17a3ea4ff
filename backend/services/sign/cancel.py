"""The person takes the request back. No CA knows a cancel call: the phone may still show it, and a yes there comes too
late.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.domain.errors import NotAllowedNow, NotYourTurn
from backend.domain.signing import MOVES, SignStatus, check_move
from backend.models import SigningTransaction
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.scope import signing_for
from backend.services.sign.batch_view import asked_now, batch_for, batch_view_of
from backend.services.sign.chunk import follow, stop_rest, together
from backend.services.sign.end import closing, closing_follower, give_back
from backend.services.sign.subjects import SUBJECTS
from backend.services.signing_view import view_of


def cancel_signing(session: Session, house: House, caller: Caller, signing_id: str) -> dict[str, object]:
    """Close the request and give the pen back. Raises NotYourTurn, NotAllowedNow when it is too late.

    One prompt cannot be taken back in part: with one dossier of a batch goes everything the person has not answered.
    """
    row = signing_for(session, caller, signing_id)
    if row.user_id != caller.user_id:
        raise NotYourTurn(signing_id)
    check_move(SignStatus(row.status), SignStatus.CANCELLED)
    take_back(session, house, row if row.batch_id is None else asked_leader(session, row.batch_id))
    session.refresh(row)
    return view_of(session, house, row)


def cancel_batch(session: Session, house: House, caller: Caller, batch_id: str) -> dict[str, object]:
    """Take back what was not answered yet. Raises NotFound, NotAllowedNow when nothing is left to take back."""
    batch = batch_for(session, caller, batch_id)
    take_back(session, house, asked_leader(session, batch.id))
    return batch_view_of(session, house, batch)


def asked_leader(session: Session, batch_id: str) -> SigningTransaction:
    """The request whose prompt is, or will next be, on the phone. Raises NotAllowedNow when nothing is left to ask."""
    leader = _open_leader(session, batch_id)
    if leader is None:
        raise NotAllowedNow(batch_id)
    return leader


def _open_leader(session: Session, batch_id: str) -> SigningTransaction | None:
    leaders = select(SigningTransaction).where(
        SigningTransaction.batch_id == batch_id, SigningTransaction.leader_id.is_(None)
    )
    return asked_now(session.scalars(leaders.order_by(SigningTransaction.place)).all())


def take_back_open(session: Session, house: House, row: SigningTransaction) -> None:
    """Whatever still can be taken back of the request, or of the batch it belongs to.

    A prompt that is on its way this very moment cannot; those behind it are given back unasked.
    """
    leader = row if row.batch_id is None else _open_leader(session, row.batch_id)
    if leader is None:
        return
    if SignStatus.CANCELLED in MOVES[SignStatus(leader.status)]:
        take_back(session, house, leader)
    else:
        stop_rest(session, house, SUBJECTS, leader)


def take_back(session: Session, house: House, row: SigningTransaction) -> None:
    """Close the request, and those that share its prompt, and give the pens back. Raises NotAllowedNow."""
    status = SignStatus(row.status)
    check_move(status, SignStatus.CANCELLED)
    rows = together(session, row)
    # The new epoch fences the worker off: whatever it is about to write will change no row.
    changed = session.execute(
        update(SigningTransaction)
        .where(SigningTransaction.id == row.id, SigningTransaction.status == status.value)
        .values(
            status=SignStatus.CANCELLED.value,
            epoch=SigningTransaction.epoch + 1,
            **closing(house, row, SignStatus.CANCELLED),
        )
        .execution_options(synchronize_session=False)
        .returning(SigningTransaction.id)
    ).all()
    if len(changed) != 1:
        raise NotAllowedNow(row.id)
    follow(session, rows[1:], status, SignStatus.CANCELLED, **closing_follower(house, row, SignStatus.CANCELLED))
    session.refresh(row)
    give_back(session, house, SUBJECTS, rows, SignStatus.CANCELLED)
    stop_rest(session, house, SUBJECTS, row)
    SUBJECTS[row.subject_kind].changed(session, house, row)
