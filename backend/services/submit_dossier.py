"""Trình duyệt: freeze the content into forms and hand the dossier to whoever was chosen to sign first (edge P3): of the
chief accountant's side, or in a unit without a second signature of the account holder's.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from backend.domain.errors import ApproverNotEligible, Invalid
from backend.domain.people import Side
from backend.domain.voucher import Action, Status
from backend.models import Document, Dossier, User, Voucher
from backend.services.approvers import check_pick, first_step, step_to_pick
from backend.services.caller import Caller
from backend.services.dossier_view import dossier_view
from backend.services.draft_dossier import submission_problems
from backend.services.house import House
from backend.services.paper import paper
from backend.services.people import why_not
from backend.services.route import hold_unit, move, tell_former
from backend.services.scope import dossier_for

_CHOSEN = {Side.SECOND_SIGNATURE: "chief_id", Side.FIRST_SIGNATURE: "holder_id"}
"""The column of whoever was chosen to sign on a side."""


def submit(
    session: Session, house: House, caller: Caller, dossier_id: str, expected_version: int, approver_id: str
) -> dict[str, object]:
    """Send to the first who signs. Raises Invalid with every field to mend, ApproverNotEligible, StaleVersion."""
    dossier = dossier_for(session, caller, dossier_id)
    hold_unit(session, dossier.unit_id)
    problems = submission_problems(session, house, dossier)
    if problems:
        raise Invalid(problems)
    refused = why_not(session, dossier, caller.user_id, Side.MAKER, house.clock.now())
    if refused is not None:
        raise ApproverNotEligible(reason=refused.sentence)
    step = first_step(dossier)
    approver = check_pick(session, house, dossier, approver_id, step)
    chosen: dict[str, Any] = {"chief_id": None, "holder_id": None} | {_CHOSEN[step]: approver.id}
    move(
        session,
        house,
        dossier,
        Action.SUBMIT,
        caller,
        expected_version=expected_version,
        name=approver.full_name,
        **chosen,
    )
    for voucher in dossier.vouchers:
        session.add(form_document(session, house, dossier, voucher))
    session.flush()
    return dossier_view(session, house, caller, dossier_id)


def typeset(session: Session, house: House, caller: Caller, dossier_id: str) -> None:
    """Make the files of a draft that is ready, so that ``submit`` finds them made; writes no row.

    A commit that typesets keeps all other writers waiting. A draft that is not ready is left to ``submit``.
    """
    dossier = dossier_for(session, caller, dossier_id)
    if Status(dossier.status) is Status.DRAFT and not submission_problems(session, house, dossier):
        for voucher in dossier.vouchers:
            house.blobs.put(house.forms.render(voucher.form_code, paper(session, dossier, voucher)))


def form_document(session: Session, house: House, dossier: Dossier, voucher: Voucher) -> Document:
    """The unsigned form of one voucher, rendered and stored."""
    pdf = house.forms.render(voucher.form_code, paper(session, dossier, voucher))
    return Document(
        id=house.chance.uuid(),
        dossier_id=dossier.id,
        voucher_id=voucher.id,
        content_version=dossier.content_version,
        revision="form",
        sha256=house.blobs.put(pdf),
        pages=house.pages.count(pdf),
        filename=f"{voucher.service_voucher_number}.pdf",
        created_at=house.clock.now(),
    )


def reassign(
    session: Session, house: House, caller: Caller, dossier_id: str, expected_version: int, approver_id: str
) -> dict[str, object]:
    """Pick another approver while nobody is signing."""
    dossier = dossier_for(session, caller, dossier_id)
    step = step_to_pick(dossier, caller)
    if Status(dossier.status) is Status.AWAITING_CHIEF_ACCOUNTANT:
        step = Side.SECOND_SIGNATURE
    person = check_pick(session, house, dossier, approver_id, step)
    column = _CHOSEN[step]
    before = session.get_one(User, getattr(dossier, column))
    move(
        session,
        house,
        dossier,
        Action.REPICK,
        caller,
        expected_version=expected_version,
        name=person.full_name,
        **{column: person.id},
    )
    tell_former(session, house.clock.now(), dossier, [before.id])
    return dossier_view(session, house, caller, dossier_id)
