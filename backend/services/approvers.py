"""Who may be picked next: only people who would not be refused later, and why the others are not among them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.errors import ApproverNotEligible, NotAllowedNow
from backend.domain.people import TITLE_LABEL, Person, Side, is_delegated, titles_of
from backend.domain.voucher import Action, Status, next_status
from backend.domain.workdays import vietnam_date
from backend.models import Dossier
from backend.services.caller import Caller
from backend.services.dossier_view import step_of
from backend.services.house import House
from backend.services.people import grants_of, members_of, person_of, why_not
from backend.services.route import route_for
from backend.services.scope import dossier_for


def approvers(session: Session, house: House, caller: Caller, dossier_id: str) -> dict[str, object]:
    """Candidates for the next step with reasons, and the one used last with the same accounts."""
    dossier = dossier_for(session, caller, dossier_id)
    step = step_to_pick(dossier, caller)
    single = step is Side.SECOND_SIGNATURE
    people = members_of(session, dossier.unit_id, sorted(titles_of(step)))
    items = [_item(session, house, dossier, person, step) for person in people]
    return {
        "step": "chief_accountant" if single else "account_holder",
        "items": sorted(items, key=lambda item: not item["eligible"]),
        "preselected_id": _used_last(session, dossier, caller, step, items),
    }


def step_to_pick(dossier: Dossier, caller: Caller) -> Side:
    """Which side this person picks now: the one after theirs, or once more the one they sent it to. Raises
    NotAllowedNow.
    """
    status = Status(dossier.status)
    if status is Status.DRAFT:
        return first_step(dossier)
    if status is Status.AWAITING_CHIEF_ACCOUNTANT and caller.user_id == dossier.maker_id != dossier.chief_id:
        return Side.SECOND_SIGNATURE
    if status not in {Status.AWAITING_CHIEF_ACCOUNTANT, Status.AWAITING_ACCOUNT_HOLDER}:
        raise NotAllowedNow(f"pick on {status}")
    return Side.FIRST_SIGNATURE


def first_step(dossier: Dossier) -> Side:
    """Which side signs first in time; in a unit without a second signature it is the only one."""
    return step_of(next_status(route_for(dossier), Status.DRAFT, Action.SUBMIT).to)


def _item(session: Session, house: House, dossier: Dossier, person: Person, step: Side) -> dict[str, object]:
    refused = why_not(session, dossier, person.id, step, house.clock.now())
    return {
        "id": person.id,
        "full_name": person.full_name,
        "title": person.title.value,
        "title_label": TITLE_LABEL[person.shown_title],
        "delegated_until": _delegated_until(session, house, person),
        "certificate_valid_to": person.certificate_valid_to,
        "eligible": refused is None,
        "reason": refused.sentence if refused else None,
    }


def _delegated_until(session: Session, house: House, person: Person) -> object:
    if not is_delegated(person.title):
        return None
    today = vietnam_date(house.clock.now())
    ends = [grant.valid_to for grant in grants_of(session, [person.id]) if grant.valid_to and grant.valid_to >= today]
    return min(ends, default=None)


def _used_last(
    session: Session, dossier: Dossier, caller: Caller, step: Side, items: list[dict[str, object]]
) -> str | None:
    column = Dossier.chief_id if step is Side.SECOND_SIGNATURE else Dossier.holder_id
    sender = Dossier.maker_id if step is first_step(dossier) else Dossier.chief_id
    eligible = [str(item["id"]) for item in items if item["eligible"]]
    used = session.scalars(
        select(column)
        .where(Dossier.unit_id == dossier.unit_id, sender == caller.user_id, column.in_(eligible))
        .order_by(Dossier.updated_at.desc())
        .limit(1)
    ).first()
    return used or (eligible[0] if len(eligible) == 1 else None)


def check_pick(session: Session, house: House, dossier: Dossier, approver_id: str, step: Side) -> Person:
    """The picked person, if they may be picked. Raises ApproverNotEligible with the sentence."""
    known = {person.id for person in members_of(session, dossier.unit_id, sorted(titles_of(step)))}
    if approver_id not in known:
        raise ApproverNotEligible(
            reason="Người được chọn không thuộc danh sách người duyệt của đơn vị. Chọn người khác."
        )
    person = person_of(session, approver_id)
    refused = why_not(session, dossier, person.id, step, house.clock.now())
    if refused is not None:
        raise ApproverNotEligible(reason=refused.sentence)
    return person
