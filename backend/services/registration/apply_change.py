"""What the approval of a change brings into force, in the approval's one commit: the unit as declared anew, accounts
and members that come, stay or go, rights from today on, the certificates that sign from now on.

Whatever waits for a signature at a CA is taken back; vouchers signed already keep their signatures. Where the unit's
second signature comes or goes, what is not signed by all yet begins anew. Does not: judge the content, or move the
registration dossier.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from backend.domain.registration_content import MemberPart, RegistrationContent
from backend.domain.workdays import vietnam_date
from backend.models import Account, AccountGrant, Certificate, Registration, Unit, User
from backend.services.house import House
from backend.services.people import identity_key
from backend.services.registration.activate import (
    Accounts,
    admit,
    describe_unit,
    give_rights,
    open_accounts,
    pin_certificate,
    take_names,
)
from backend.services.sessions import end_sessions
from backend.services.sign.recall import recall
from backend.services.sign.subjects import SUBJECTS

log = structlog.get_logger(__name__)


def apply_change(session: Session, house: House, row: Registration) -> list[str]:
    """Bring the change into force; ids of the members whose log-in is new."""
    content = RegistrationContent.from_mapping(row.content)
    unit, today = session.get_one(Unit, row.unit_id, with_for_update=True), vietnam_date(house.clock.now())
    recall(session, house, SUBJECTS, unit.id)
    if content.terminate:
        return _terminate(session, house, unit, today)
    describe_unit(session, house, unit, content)
    accounts = open_accounts(session, house, unit, content, today)
    declared = {account.key for account in content.accounts}
    _close_accounts([account for key, account in accounts.items() if key not in declared], today)
    return _members(session, house, row, unit, content, accounts, today)


def _terminate(session: Session, house: House, unit: Unit, today: date) -> list[str]:
    """The rows stay, for the vouchers that name them; nobody can log in, and no account can be used."""
    unit.active = False
    _close_accounts(session.scalars(select(Account).where(Account.unit_id == unit.id)).all(), today)
    for user in _active(session, unit):
        _leaves(session, house, user, today)
    log.info("registration.terminated", unit_id=unit.id)
    return []


def _members(
    session: Session,
    house: House,
    row: Registration,
    unit: Unit,
    content: RegistrationContent,
    accounts: Accounts,
    today: date,
) -> list[str]:
    before = {member.id: member for member in RegistrationContent.from_mapping(row.before or {}).members}
    known = {user.id: user for user in _active(session, unit)}
    staying = {member.id for member in content.members}
    for user in known.values():
        if user.id not in staying:
            _leaves(session, house, user, today)
    for member in content.members:
        if member.id in known:
            _stays(session, house, known[member.id], member)
        else:
            admit(session, house, unit, member)
        _rights(session, house, before.get(member.id), member, accounts, today)
        pin_certificate(session, house, member)
    session.flush()
    return [member.id for member in content.members if member.id not in known]


def _active(session: Session, unit: Unit) -> Sequence[User]:
    return session.scalars(select(User).where(User.unit_id == unit.id, User.active).order_by(User.id)).all()


def _stays(session: Session, house: House, user: User, member: MemberPart) -> None:
    """The log-in stays the person's own: user name, password and passkeys are no part of a declaration."""
    take_names(user, member)
    user.identity_key = identity_key(house, member.id_number)
    session.flush()


def _rights(
    session: Session,
    house: House,
    before: MemberPart | None,
    member: MemberPart,
    accounts: Accounts,
    today: date,
) -> None:
    """Rights that do not differ are left as they are; all others end and are given anew."""
    if before is not None and (before.permissions, before.grants) == (member.permissions, member.grants):
        return
    _end_rights(session, member.id, today)
    give_rights(session, house, member, accounts, today)


def _end_rights(session: Session, user_id: str, today: date) -> None:
    """A change takes effect at once, and a right lasts through its last day: the last day was yesterday."""
    grants = update(AccountGrant).where(AccountGrant.user_id == user_id)
    still = or_(AccountGrant.valid_to.is_(None), AccountGrant.valid_to >= today)
    session.execute(grants.where(still).values(valid_to=today - timedelta(days=1)))


def _close_accounts(accounts: Sequence[Account], today: date) -> None:
    for account in accounts:
        if account.valid_to is None or account.valid_to >= today:
            account.valid_to = today - timedelta(days=1)


def _leaves(session: Session, house: House, user: User, today: date) -> None:
    """Nobody of that name logs in any more, on no device; the certificate may be registered elsewhere."""
    user.active = False
    session.flush()
    _end_rights(session, user.id, today)
    session.execute(update(Certificate).where(Certificate.user_id == user.id, Certificate.active).values(active=False))
    end_sessions(session, house, user.id)
