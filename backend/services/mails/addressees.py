"""To whom the letters of a registration dossier go: the unit, its members, and whoever was reached before a change.

A change may be somebody's attempt to take an account over by its mailbox, so the mailbox that was approved before is
told as well. Addresses are looked up when a letter is sent and rest in no queue.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from backend.domain.contacts import is_mailbox, mailbox
from backend.domain.letters import TO_ACCOUNT_HOLDERS, TO_EACH_MEMBER, RegistrationLetter
from backend.domain.people import ServiceTitle
from backend.domain.registration_content import RegistrationContent
from backend.models import Registration

_HOLDERS = frozenset({ServiceTitle.ACCOUNT_HOLDER, ServiceTitle.DELEGATED_ACCOUNT_HOLDER})


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets a letter, without an address."""

    member_id: str | None = None
    """None: the unit."""
    former: bool = False
    """True: at the mailbox that was approved before this change."""


def addressees_of(
    row: Registration, letter: RegistrationLetter, member_ids: Collection[str] | None = None
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
    return found + [Addressee(each.member_id, former=True) for each in found if _moved(row, each)]


def _moved(row: Registration, to: Addressee) -> bool:
    before = mailbox_of(row, Addressee(to.member_id, former=True))
    return before is not None and before != mailbox_of(row, to)


def mailbox_of(row: Registration, to: Addressee) -> str | None:
    """Where a letter to ``to`` goes now; None when there is no such mailbox."""
    if not to.former:
        found = _written(RegistrationContent.from_mapping(row.content), to.member_id)
    else:
        found = _written(RegistrationContent.from_mapping(row.before), to.member_id) if row.before else None
    found = mailbox(found or "")
    return found if is_mailbox(found) else None


def _written(content: RegistrationContent, member_id: str | None) -> str | None:
    if member_id is None:
        return content.unit.email
    return next((member.email for member in content.members if member.id == member_id), None)
