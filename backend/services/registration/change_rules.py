"""What must hold of a change beyond the rules of every declaration, with what they must know of the unit."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.domain.errors import FieldProblem, Invalid
from backend.domain.registration_change import (
    InForce,
    completion_problems,
    member_change_problems,
    open_signings_problem,
    unit_change_problems,
)
from backend.domain.registration_content import RegistrationContent
from backend.domain.registration_difference import switches_form
from backend.domain.signing import LIVE
from backend.models import Dossier, Registration, SigningTransaction, User
from backend.services.house import House
from backend.services.people import identity_key
from backend.services.registration.certificates_now import on_official_duty

Steps = dict[int, list[FieldProblem]]


def problems_of_change(
    session: Session, house: House, row: Registration, content: RegistrationContent, problems: Steps
) -> Steps:
    """``problems`` of the declaration, by step, with those of a change. A termination declares nothing anew: of its
    content nothing is asked but that it is what was in force.
    """
    now = InForce(
        content=RegistrationContent.from_mapping(row.before or {}),
        other_numbers=_other_numbers(session, house, content),
        open_signings=open_signings(session, row),
        on_official_duty=_on_official_duty(house, row, content),
    )
    found: Steps = {step: [] if content.terminate else list(told) for step, told in problems.items()}
    found[1] += unit_change_problems(now, content)
    found[3] += member_change_problems(now, content)
    found[4] += completion_problems(now, content)
    return found


def _on_official_duty(house: House, row: Registration, content: RegistrationContent) -> frozenset[str]:
    """Read from the certificates only where it matters: when the unit is to sign in another way."""
    if not switches_form(RegistrationContent.from_mapping(row.before or {}), content):
        return frozenset()
    return on_official_duty(house, row)


def open_signings(session: Session, row: Registration) -> int:
    """Payment dossiers of the changing unit that somebody is signing right now."""
    if row.kind != "change":
        return 0
    live = (
        select(func.count(Dossier.id.distinct()))
        .join(SigningTransaction, SigningTransaction.subject_id == Dossier.id)
        .where(Dossier.unit_id == row.unit_id, SigningTransaction.status.in_([status.value for status in LIVE]))
    )
    return session.execute(live).scalar_one()


def refuse_open_signings(session: Session, row: Registration) -> None:
    """Before the declarations are signed (R5). Raises Invalid when a switch of the signing form would cut off somebody
    who is signing right now; every other change passes.
    """
    now, content = (RegistrationContent.from_mapping(each or {}) for each in (row.before, row.content))
    problem = open_signings_problem(now, content, open_signings(session, row)) if row.kind == "change" else None
    if problem is not None:
        raise Invalid([problem])


def is_registered(session: Session, house: House, member_id: str, id_number: str) -> bool:
    """``id_number`` is that of the member who has the log-in."""
    user = session.get(User, member_id) if member_id else None
    return user is not None and user.identity_key == identity_key(house, id_number)


def _other_numbers(session: Session, house: House, content: RegistrationContent) -> frozenset[str]:
    keys = {
        user.id: user.identity_key
        for user in session.scalars(select(User).where(User.id.in_([member.id for member in content.members])))
    }
    return frozenset(
        member.id
        for member in content.members
        if member.id_number and keys.get(member.id, "") not in ("", identity_key(house, member.id_number))
    )
