"""To whom the letters of a registration dossier go: the unit, its members, and whoever was reached before a change.

A change may be somebody's attempt to take an account over by its mailbox, so the mailbox that was approved before is
told as well. Addresses are looked up when a letter is sent and rest in no queue.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.contacts import is_mailbox, mailbox
from backend.domain.letters import TO_ACCOUNT_HOLDERS, TO_EACH_MEMBER, RegistrationLetter
from backend.domain.people import ServiceTitle
from backend.domain.registration import Stage
from backend.domain.registration_content import MemberPart, RegistrationContent
from backend.models import Registration, User

_HOLDERS = frozenset({ServiceTitle.ACCOUNT_HOLDER, ServiceTitle.DELEGATED_ACCOUNT_HOLDER})


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets a letter, without an address."""

    member_id: str | None = None
    """None: the unit."""
    former: bool = False
    """True: at the mailbox that was approved before this change."""


def addressees_of(
    session: Session, row: Registration, letter: RegistrationLetter, member_ids: Collection[str] | None = None
) -> list[Addressee]:
    """Everybody the letter goes to; ``member_ids`` narrows a letter to members down to these."""
    members = RegistrationContent.from_mapping(row.content).members
    if letter in TO_ACCOUNT_HOLDERS:
        members = tuple(member for member in members if _HOLDERS & set(member.permissions))
    if letter in TO_EACH_MEMBER | TO_ACCOUNT_HOLDERS:
        found = [Addressee(each.id) for each in members if member_ids is None or each.id in member_ids]
    else:
        found = [Addressee()]
    # A password is for the person who registers now, never for whoever read the mailbox before.
    if letter is RegistrationLetter.FIRST_PASSWORD:
        return found
    return found + [Addressee(each.member_id, former=True) for each in found if _moved(session, row, each)]


def _moved(session: Session, row: Registration, to: Addressee) -> bool:
    before = mailbox_of(session, row, Addressee(to.member_id, former=True))
    return before is not None and before != mailbox_of(session, row, to)


def mailbox_of(session: Session, row: Registration, to: Addressee) -> str | None:
    """Where a letter to ``to`` goes now; None when there is no such mailbox."""
    if not to.former:
        found = _written(RegistrationContent.from_mapping(row.content), to.member_id)
    else:
        approved = approved_before(session, row)
        found = _written(approved, to.member_id) if approved else _of_member(session, to.member_id)
    found = mailbox(found or "")
    return found if is_mailbox(found) else None


def member_of(row: Registration, member_id: str) -> MemberPart | None:
    """The person as declared now."""
    members = RegistrationContent.from_mapping(row.content).members
    return next((member for member in members if member.id == member_id), None)


def approved_before(session: Session, row: Registration) -> RegistrationContent | None:
    """What was in force when this change began; None for a new registration, and for a unit of before the wizard."""
    if row.kind != "change":
        return None
    content = session.scalars(
        select(Registration.content)
        .where(
            Registration.unit_id == row.unit_id,
            Registration.id != row.id,
            Registration.stage == Stage.APPROVED.value,
            Registration.created_at <= row.created_at,
        )
        .order_by(Registration.created_at.desc(), Registration.id.desc())
        .limit(1)
    ).one_or_none()
    return None if content is None else RegistrationContent.from_mapping(content)


def _written(content: RegistrationContent, member_id: str | None) -> str | None:
    if member_id is None:
        return content.unit.email
    return next((member.email for member in content.members if member.id == member_id), None)


def _of_member(session: Session, member_id: str | None) -> str | None:
    user = session.get(User, member_id) if member_id else None
    return user.email if user is not None else None
