"""Taking back and giving back: withdraw (P4, P9, P14), return with a reason (P5, P10), reopen (P22), cancel (P23),
start over when the unit's second signature comes or goes (P24).

Whatever voids a signature starts a new content version: old files stay readable, nothing is continued from them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.domain.voucher import Action, Status
from backend.models import Document, Dossier, Voucher
from backend.services.caller import Caller
from backend.services.dossier_view import dossier_view
from backend.services.house import House
from backend.services.route import move, route_for, tell_former
from backend.services.scope import dossier_for
from backend.services.submit_dossier import form_document


def withdraw(
    session: Session, house: House, caller: Caller, dossier_id: str, expected_version: int, reason: str
) -> dict[str, object]:
    """Take the dossier back from the next person while they have not begun to sign."""
    dossier = dossier_for(session, caller, dossier_id)
    status = Status(dossier.status)
    edge = route_for(dossier).get((status, Action.WITHDRAW))
    recalled = edge is not None and edge.to is Status.AWAITING_CHIEF_ACCOUNTANT
    changes: dict[str, Any] = {} if status is Status.SUBMITTED else _new_version(dossier)
    before = {dossier.chief_id, dossier.holder_id}
    if recalled:
        changes["holder_id"] = None
    move(
        session,
        house,
        dossier,
        Action.WITHDRAW,
        caller,
        expected_version=expected_version,
        reason=reason,
        **changes,
    )
    if recalled:
        _form_again(session, house, dossier)
    tell_former(session, house.clock.now(), dossier, before)
    return dossier_view(session, house, caller, dossier_id)


def _new_version(dossier: Dossier) -> dict[str, Any]:
    return {"content_version": dossier.content_version + 1}


def _form_again(session: Session, house: House, dossier: Dossier) -> None:
    """The chief accountant's signature is discarded: void it and start again from the same unsigned form."""
    _void(session, dossier)
    for voucher in dossier.vouchers:
        session.add(form_document(session, house, dossier, voucher))
    session.flush()


def _void(session: Session, dossier: Dossier) -> None:
    session.execute(
        update(Document)
        .where(Document.dossier_id == dossier.id, Document.content_version < dossier.content_version)
        .values(void=True)
    )


def return_(
    session: Session, house: House, caller: Caller, dossier_id: str, expected_version: int, reason: str
) -> dict[str, object]:
    """Give the dossier back to its maker with a reason."""
    dossier = dossier_for(session, caller, dossier_id)
    move(session, house, dossier, Action.RETURN, caller, expected_version=expected_version, reason=reason)
    return dossier_view(session, house, caller, dossier_id)


def reopen(session: Session, house: House, caller: Caller, dossier_id: str, expected_version: int) -> dict[str, object]:
    """Edit again after a return or a withdrawal: all signatures of the unit are void from here on."""
    dossier = dossier_for(session, caller, dossier_id)
    move(
        session,
        house,
        dossier,
        Action.REOPEN,
        caller,
        expected_version=expected_version,
        chief_id=None,
        holder_id=None,
        receipt_no=None,
        **_new_version(dossier),
    )
    _void(session, dossier)
    return dossier_view(session, house, caller, dossier_id)


def cancel(
    session: Session, house: House, caller: Caller, dossier_id: str, expected_version: int, reason: str
) -> dict[str, object]:
    """End the dossier for good. Nothing is deleted; its voucher numbers may be used again."""
    dossier = dossier_for(session, caller, dossier_id)
    move(session, house, dossier, Action.CANCEL, caller, expected_version=expected_version, reason=reason)
    session.execute(update(Voucher).where(Voucher.dossier_id == dossier.id).values(retired=True))
    return dossier_view(session, house, caller, dossier_id)


def start_over(session: Session, house: House, unit_id: str) -> None:
    """Every dossier that waits for a signature inside the unit goes back to its maker, in the caller's commit: the unit
    signed with two signatures and will with one, or the other way round, and the forms say which. Nobody may be
    signing.
    """
    waits = [status.value for status in (Status.AWAITING_CHIEF_ACCOUNTANT, Status.AWAITING_ACCOUNT_HOLDER)]
    waiting = select(Dossier).where(Dossier.unit_id == unit_id, Dossier.status.in_(waits)).order_by(Dossier.id)
    held = waiting.with_for_update(key_share=True).execution_options(populate_existing=True)
    for dossier in session.scalars(held).all():
        before = {dossier.chief_id, dossier.holder_id}
        move(
            session,
            house,
            dossier,
            Action.START_OVER,
            None,
            chief_id=None,
            holder_id=None,
            **_new_version(dossier),
        )
        _void(session, dossier)
        tell_former(session, house.clock.now(), dossier, before)
