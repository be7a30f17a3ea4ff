"""A dossier passes from hand to hand at the Treasury office: several taken at once, one handed to a colleague, and all
of an officer's let go when they leave. Taking one and taking over what is late are on the desk (``treasury_desk.py``).

Several at once are judged before anything is written and each row by itself: one that cannot be taken undoes none of
the others. Whoever has a dossier next checks everything anew. Rows are locked before people are told, each in order of
id, so that two of these never wait for one another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from backend.domain.errors import FieldProblem, Invalid, NotFound, StaleVersion
from backend.domain.people import ServiceTitle
from backend.domain.registration import Move, Stage
from backend.domain.registration_review import CHANGED_MEANWHILE
from backend.models import Registration, User
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.registration.route import move
from backend.services.registration.signatures import judge, worst
from backend.services.registration.treasury_desk import (
    after_move,
    barred,
    dossier_of_office,
    row_for,
    take,
    tell_office,
)

NOT_A_COLLEAGUE = "Người này không phải cán bộ đang làm việc tại Kho bạc này. Chọn người khác trong danh sách."


def colleagues(session: Session, house: House, caller: Caller) -> dict[str, object]:
    """Officers of the caller's office who can be handed a dossier, by name, and how many each has in hand."""
    held = and_(Registration.officer_id == User.id, Registration.stage == Stage.UNDER_REVIEW.value)
    count = select(func.count()).where(held).scalar_subquery()
    rows = session.execute(_colleagues(session, caller).add_columns(count)).all()
    return {"items": [{"id": user.id, "full_name": user.full_name, "held": number} for user, number in rows]}


def _colleagues(session: Session, caller: Caller) -> Select[User]:
    """Not the caller, whatever log-ins they have."""
    own = session.get_one(User, caller.user_id).identity_key
    return (
        select(User)
        .where(User.treasury_code == caller.treasury_code, User.title == ServiceTitle.TREASURY_OFFICER.value)
        .where(User.active, User.id != caller.user_id, User.identity_key != own)
        .order_by(User.full_name, User.username)
    )


def hand_over(
    session: Session, house: House, caller: Caller, registration_id: str, expected_version: int, officer_id: str
) -> dict[str, object]:
    """The officer gives the dossier to a colleague of the office (R8). Raises Invalid (``officer_id``), HeldByAnother,
    StaleVersion.
    """
    row = row_for(session, house, caller, registration_id, Move.HAND_OVER)
    to = session.scalars(_colleagues(session, caller).where(User.id == officer_id)).one_or_none()
    if to is None:
        raise Invalid([FieldProblem("officer_id", NOT_A_COLLEAGUE)])
    version, changes = expected_version, {"officer_id": to.id, "check_list": {}}
    move(session, house, row, Move.HAND_OVER, expected_version=version, by=caller, name=to.full_name, changes=changes)
    return after_move(session, house, caller, row)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One dossier that is to be taken with others, and why it cannot be."""

    id: str
    version: int
    reason: str | None
    """None when nothing spoke against it while this version was looked at."""


def judge_several(house: House, caller: Caller, items: Sequence[Mapping[str, object]]) -> list[Wanted]:
    """Look at each, signatures included. Writes nothing."""
    with house.read() as session:
        return [_judged(session, house, caller, str(each["id"]), int(str(each["expected_version"]))) for each in items]


def _judged(session: Session, house: House, caller: Caller, id_: str, version: int) -> Wanted:
    try:
        row = dossier_of_office(session, caller, id_)
    except NotFound:
        return Wanted(id_, version, CHANGED_MEANWHILE)
    if row.version != version:
        return Wanted(id_, version, CHANGED_MEANWHILE)
    return Wanted(id_, version, barred(session, caller, row, worst(judge(session, house, row)).verdict))


def take_several(session: Session, house: House, caller: Caller, wanted: Sequence[Wanted]) -> dict[str, object]:
    """Take in hand (R8) what was judged free and sound, in the caller's commit; says of each what became of it."""
    free = sorted((each for each in wanted if each.reason is None), key=lambda each: each.id)
    taken = {row.id: row for row in (_take(session, house, caller, each) for each in free) if row is not None}
    for row in taken.values():
        tell_office(session, house, row)
    return {"items": [_outcome(each, taken=each.id in taken) for each in wanted]}


def _take(session: Session, house: House, caller: Caller, wanted: Wanted) -> Registration | None:
    """None when somebody was faster: that row is undone alone."""
    try:
        with session.begin_nested():
            row = dossier_of_office(session, caller, wanted.id)
            take(session, house, caller, row, wanted.version)
    except (NotFound, StaleVersion):
        return None
    return row


def _outcome(wanted: Wanted, *, taken: bool) -> dict[str, object]:
    return {"id": wanted.id, "taken": taken, "reason": None if taken else wanted.reason or CHANGED_MEANWHILE}


def let_go(session: Session, house: House, officer: User, by: str) -> int:
    """Whatever the officer has in hand waits for a colleague, from the start; how many, in the caller's commit."""
    held = select(Registration).where(
        Registration.officer_id == officer.id, Registration.stage == Stage.UNDER_REVIEW.value
    )
    rows = session.scalars(held.order_by(Registration.id).with_for_update()).all()
    for row in rows:
        changes: dict[str, object] = {"officer_id": None, "check_list": {}}
        move(session, house, row, Move.RELEASE, actor_name=by, name=officer.full_name, changes=changes)
    for row in rows:
        tell_office(session, house, row)
    return len(rows)
