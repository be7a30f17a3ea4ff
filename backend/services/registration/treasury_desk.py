"""The Treasury office's desk for registrations: the work list, one dossier, and every move but the approval
(edges R8, R9, R12, proposing and sending back). A dossier of another office does not exist here.

Taking several at once and handing one over are in ``in_hand.py``. A verdict of the work list is looked at twenty rows
at a time, and the checker judges a file once in a process, so a list costs no more than reading its files. No verdict
is kept beyond the process: one found by yesterday's rules must not outlive them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from backend.domain.errors import (
    CheckedByYou,
    DeclarationNotValid,
    FieldProblem,
    HeldByAnother,
    Invalid,
    NotFound,
    NotYours,
    StaleVersion,
)
from backend.domain.events import EventType
from backend.domain.letters import RegistrationLetter
from backend.domain.people import ServiceTitle
from backend.domain.registration import STAGE_LABEL, Move, Mover, Stage, next_stage
from backend.domain.registration_review import (
    AT_OFFICE,
    CHECK_LIST,
    SEEN_BY_OFFICE,
    missing_checks,
    mover_of,
    moves_for,
    why_not_together,
)
from backend.domain.signing import Verdict
from backend.models import Registration, User
from backend.services.caller import Caller
from backend.services.cursor import cursor_after, position
from backend.services.events import notify
from backend.services.house import House
from backend.services.mail import enqueue_letters
from backend.services.registration.certificates_now import certificate_notes, require_lasting
from backend.services.registration.holding import held_since, holder_of, is_late, may_officer, officer_name
from backend.services.registration.links import link_end
from backend.services.registration.route import move, swap
from backend.services.registration.signatures import Judged, judge, signatures_view, worst
from backend.services.registration.view import registration_view

PAGE = 20
WANTS_SIGNATURE = frozenset({Move.PROPOSE, Move.APPROVE})
"""Moves that a dossier takes only when our own check finds every signature of the unit valid."""


def work_list(
    session: Session, house: House, caller: Caller, *, tab: str = "new", cursor: str | None = None
) -> dict[str, object]:
    """What waits for this office, the earliest due first. ``tab``: ``new`` or ``change``."""
    waiting = _waiting(caller)
    # With their officers, who are then at hand for each row.
    query = select(Registration, User).outerjoin(User, User.id == Registration.officer_id)
    query = query.where(waiting, Registration.kind == tab)
    if cursor is not None:
        at, id_ = position(cursor)
        query = query.where(or_(Registration.due_at > at, and_(Registration.due_at == at, Registration.id > id_)))
    found = session.execute(query.order_by(Registration.due_at, Registration.id).limit(PAGE + 1)).all()
    last = found[PAGE - 1][0] if len(found) > PAGE else None
    return {
        "items": [_row_view(session, house, caller, row) for row, _ in found[:PAGE]],
        "next_cursor": cursor_after(last.due_at, last.id) if last is not None and last.due_at else None,
    }


def counts(session: Session, house: House, caller: Caller) -> dict[str, object]:
    """How many wait for this office. Asked far oftener than the list, so no file is looked at."""
    kinds = select(Registration.kind, func.count()).where(_waiting(caller)).group_by(Registration.kind)
    found = {kind: number for kind, number in session.execute(kinds)}
    return {"new_count": found.get("new", 0), "change_count": found.get("change", 0)}


def _waiting(caller: Caller) -> ColumnElement[bool]:
    stages = [stage.value for stage in AT_OFFICE]
    return and_(Registration.treasury_code == caller.treasury_code, Registration.stage.in_(stages))


def _row_view(session: Session, house: House, caller: Caller, row: Registration) -> dict[str, object]:
    verdict = worst(judge(session, house, row)).verdict
    return {
        "id": row.id,
        "version": row.version,
        "code": row.code,
        "kind": row.kind,
        "stage": row.stage,
        "stage_label": STAGE_LABEL[Stage(row.stage)],
        "unit_name": row.content["unit"]["unit_name"],
        "budget_relation_code": row.budget_relation_code,
        "submitted_at": row.submitted_at,
        "due_at": row.due_at,
        "late": is_late(house, row),
        "verdict": verdict.value,
        "officer_name": officer_name(session, row),
        "barred": barred(session, caller, row, verdict),
    }


def barred(session: Session, caller: Caller, row: Registration, verdict: Verdict) -> str | None:
    """Why the caller cannot take it in hand together with others, as a sentence; None when they can."""
    holder = holder_of(session, row)
    mine = holder is not None and holder.id == caller.user_id
    name = holder.full_name if holder else None
    return why_not_together(Stage(row.stage), caller.title, verdict, holder=name, mine=mine)


def dossier_of_office(session: Session, caller: Caller, registration_id: str) -> Registration:
    """The dossier, if it is addressed to the caller's office and lies there or was decided there. Raises NotFound."""
    row = session.get(Registration, registration_id)
    seen = row is not None and Stage(row.stage) in SEEN_BY_OFFICE and row.treasury_code == caller.treasury_code
    if row is None or not seen:
        raise NotFound()
    return row


def detail(session: Session, house: House, caller: Caller, registration_id: str) -> dict[str, object]:
    """Everything an officer or approver looks at."""
    return detail_of(session, house, caller, dossier_of_office(session, caller, registration_id))


def detail_of(session: Session, house: House, caller: Caller, row: Registration) -> dict[str, object]:
    """The same of a dossier that was fetched already."""
    seen, judged = registration_view(session, house, row), judge(session, house, row)
    return {
        "registration": seen,
        "check_list": [
            {"name": name, "label": label, "ticked": name in row.check_list} for name, label in CHECK_LIST.items()
        ],
        "signatures": signatures_view(house, row, judged),
        "certificate_notes": certificate_notes(session, house, row),
        "officer_name": officer_name(session, row),
        "approver_name": _name(session, row.approver_id),
        "held_since": held_since(session, row),
        "actions": _actions(session, house, caller, row, judged),
        "difference": seen["difference"],
    }


def _name(session: Session, user_id: str | None) -> str | None:
    return session.get_one(User, user_id).full_name if user_id else None


def _actions(session: Session, house: House, caller: Caller, row: Registration, judged: Sequence[Judged]) -> list[str]:
    """Only what would not be refused; what asks for a valid signature is not offered without one."""
    if caller.title is ServiceTitle.TREASURY_APPROVER and _is_officer(session, caller, row):
        return []
    valid = worst(judged).verdict is Verdict.VALID
    offered = moves_for(Stage(row.stage), caller.title, returns=row.returns)
    if caller.title is ServiceTitle.TREASURY_OFFICER:
        offered = [each for each in offered if may_officer(session, house, caller, row, each)]
    return [each.value for each in offered if valid or each not in WANTS_SIGNATURE]


def _is_officer(session: Session, caller: Caller, row: Registration) -> bool:
    """The caller and the officer are one human being, whatever log-ins they have."""
    if row.officer_id is None:
        return False
    keys = session.scalars(select(User.identity_key).where(User.id.in_([caller.user_id, row.officer_id]))).all()
    return row.officer_id == caller.user_id or len(set(keys)) < len(keys)


def check_mover(session: Session, house: House, caller: Caller, row: Registration, action: Move) -> None:
    """Raises NotAllowedNow, NotYours, HeldByAnother, CheckedByYou unless the caller may take this edge now."""
    step = next_stage(Stage(row.stage), action, returns=row.returns)
    if mover_of(caller.title) not in step.by:
        raise NotYours(f"{caller.title} {action}")
    if caller.title is ServiceTitle.TREASURY_APPROVER and _is_officer(session, caller, row):
        raise CheckedByYou(row.id)
    if mover_of(caller.title) is Mover.OFFICER and not may_officer(session, house, caller, row, action):
        raise HeldByAnother(row.id, name=officer_name(session, row), since=held_since(session, row))


def require_valid(judged: Sequence[Judged]) -> None:
    """Raises DeclarationNotValid, naming the first file whose signature does not hold."""
    for each in judged:
        if each.checked.verdict is not Verdict.VALID:
            raise DeclarationNotValid(filename=each.document.filename, reason=each.checked.reason)
    if not judged:
        raise DeclarationNotValid()


def open_(
    session: Session, house: House, caller: Caller, registration_id: str, expected_version: int
) -> dict[str, object]:
    """An officer takes the dossier (R8), also a colleague's that is late: from now on it is theirs, unchecked."""
    row = row_for(session, house, caller, registration_id, Move.OPEN)
    take(session, house, caller, row, expected_version)
    return after_move(session, house, caller, row)


def take(session: Session, house: House, caller: Caller, row: Registration, expected_version: int) -> None:
    """The caller has it in hand, and nothing is checked yet. Raises StaleVersion."""
    changes: dict[str, object] = {"officer_id": caller.user_id, "approver_id": None, "check_list": {}}
    move(session, house, row, Move.OPEN, expected_version=expected_version, by=caller, changes=changes)


def keep_check_list(
    session: Session, house: House, caller: Caller, registration_id: str, expected_version: int, ticked: Sequence[str]
) -> dict[str, object]:
    """What the officer has looked at so far, and when. Raises Invalid for a name that is not in the list."""
    row = row_for(session, house, caller, registration_id, Move.PROPOSE)
    if any(name not in CHECK_LIST for name in ticked):
        sentence = "Có mục không nằm trong danh mục kiểm soát. Tải lại trang rồi chọn lại."
        raise Invalid([FieldProblem("ticked", sentence)])
    now = house.clock.now()
    kept = {name: row.check_list.get(name, now.isoformat()) for name in CHECK_LIST if name in ticked}
    if row.version != expected_version:
        raise StaleVersion(row.id)
    swap(session, row, now, {"check_list": kept})
    return detail_of(session, house, caller, row)


def return_(
    session: Session, house: House, caller: Caller, registration_id: str, expected_version: int, reason: str
) -> dict[str, object]:
    """The unit shall supplement (R9); once in a dossier's life. Raises Invalid for the reason."""
    row = row_for(session, house, caller, registration_id, Move.RETURN)
    changes = {"returns": row.returns + 1, "link_expires_at": link_end(house)}
    move(
        session,
        house,
        row,
        Move.RETURN,
        expected_version=expected_version,
        by=caller,
        reason=reason,
        changes=changes,
    )
    enqueue_letters(session, house, row, RegistrationLetter.RETURNED)
    return after_move(session, house, caller, row)


def propose(
    session: Session, house: House, caller: Caller, registration_id: str, expected_version: int
) -> dict[str, object]:
    """The officer has checked everything and asks for approval. Raises Invalid for what is not ticked,
    DeclarationNotValid.
    """
    row = row_for(session, house, caller, registration_id, Move.PROPOSE)
    missing = [FieldProblem(f"check_list.{name}", "Chưa kiểm soát mục này.") for name in missing_checks(row.check_list)]
    if missing:
        raise Invalid(missing)
    require_valid(judge(session, house, row))
    require_lasting(session, house, row)
    move(session, house, row, Move.PROPOSE, expected_version=expected_version, by=caller)
    return after_move(session, house, caller, row)


def send_back(
    session: Session, house: House, caller: Caller, registration_id: str, expected_version: int, reason: str
) -> dict[str, object]:
    """The approver wants the officer to look again. Raises Invalid for the reason."""
    row = row_for(session, house, caller, registration_id, Move.SEND_BACK)
    move(session, house, row, Move.SEND_BACK, expected_version=expected_version, by=caller, reason=reason)
    return after_move(session, house, caller, row)


def reject(
    session: Session, house: House, caller: Caller, registration_id: str, expected_version: int, reason: str
) -> dict[str, object]:
    """The end of the dossier (R12). Raises Invalid for the reason."""
    row = row_for(session, house, caller, registration_id, Move.REJECT)
    changes = {"approver_id": caller.user_id}
    move(
        session,
        house,
        row,
        Move.REJECT,
        expected_version=expected_version,
        by=caller,
        reason=reason,
        changes=changes,
    )
    enqueue_letters(session, house, row, RegistrationLetter.REJECTED)
    return after_move(session, house, caller, row)


def row_for(session: Session, house: House, caller: Caller, registration_id: str, action: Move) -> Registration:
    """The dossier with which the caller may do this now. Raises NotFound and what ``check_mover`` raises."""
    row = dossier_of_office(session, caller, registration_id)
    check_mover(session, house, caller, row, action)
    return row


def after_move(session: Session, house: House, caller: Caller, row: Registration) -> dict[str, object]:
    """The office is told; the dossier as it is now."""
    tell_office(session, house, row)
    return detail_of(session, house, caller, row)


def tell_office(session: Session, house: House, row: Registration) -> None:
    """The lists of everybody at the office read again."""
    staff = select(User.id).where(User.treasury_code == row.treasury_code, User.active)
    notify(session, house.clock.now(), session.scalars(staff).all(), EventType.INBOX_CHANGED, row.id)
