"""What an approval brings into force: the unit, its accounts, its members with user names, rights and certificates.

Everything is written in the caller's one commit. User names are ``{Mã ĐVQHNS}.{nn}`` in the order of the declaration.
Passwords are not made here: the letter makes one when it is sent, so that none rests. Does not: judge the content.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.domain.contacts import mailbox
from backend.domain.errors import UnitAlreadyActive
from backend.domain.people import ServiceTitle
from backend.domain.registration_content import DeclaredAccount, MemberPart, RegistrationContent, SigningForm
from backend.domain.units import has_second_signature
from backend.domain.workdays import vietnam_date
from backend.models import Account, AccountGrant, Certificate, Registration, Unit, User
from backend.services.house import House
from backend.services.registration.declaration_signers import certificate_row, member_row
from backend.services.return_dossier import start_over

Accounts = dict[tuple[str, str], Account]
"""Rows by number and programme."""


def activate(session: Session, house: House, row: Registration) -> list[str]:
    """Bring a new registration into force; ids of the members, who are all new. Raises UnitAlreadyActive: whoever comes
    second changes nothing.
    """
    content = RegistrationContent.from_mapping(row.content)
    today = vietnam_date(house.clock.now())
    unit = _new_unit(session, house, content)
    row.unit_id = unit.id
    accounts = open_accounts(session, house, unit, content, today)
    for member in content.members:
        admit(session, house, unit, member)
        give_rights(session, house, member, accounts, today)
        pin_certificate(session, house, member)
    session.flush()
    return [member.id for member in content.members]


def _new_unit(session: Session, house: House, content: RegistrationContent) -> Unit:
    """The unit's row; that of a unit which had left the service before is taken up again."""
    code = content.unit.budget_relation_code
    known = session.scalars(select(Unit).where(Unit.budget_relation_code == code)).one_or_none()
    if known is not None:
        return _returned(session, house, known, content)
    unit = Unit(id=house.chance.uuid(), budget_relation_code=code, unit_kind=content.unit.unit_kind.value)
    describe_unit(session, house, unit, content)
    try:
        with session.begin_nested():
            session.add(unit)
    except IntegrityError as error:
        raise UnitAlreadyActive(code=code) from error
    return unit


def _returned(session: Session, house: House, unit: Unit, content: RegistrationContent) -> Unit:
    taken = session.execute(
        update(Unit).where(Unit.id == unit.id, Unit.active.is_(False)).values(active=True).returning(Unit.id)
    ).all()
    if not taken:
        raise UnitAlreadyActive(code=unit.budget_relation_code)
    describe_unit(session, house, unit, content)
    return unit


def describe_unit(session: Session, house: House, unit: Unit, content: RegistrationContent) -> None:
    """Name, office and policies as declared. Nobody may be signing a voucher of the unit."""
    if unit.has_second_signature is not has_second_signature(content.unit.unit_kind):
        start_over(session, house, unit.id)
    unit.unit_kind = content.unit.unit_kind.value
    unit.name = content.unit.unit_name
    unit.address = content.unit.address
    unit.treasury_code = content.unit.treasury_code
    unit.single_accountant_unit = content.unit.single_accountant_unit
    unit.signing_form = signing_form_of(content).value


def signing_form_of(content: RegistrationContent) -> SigningForm:
    """The one form of all signers (``registration_check.py`` sees to it)."""
    forms = (member.signing_form for member in content.members if member.signs and member.signing_form is not None)
    return next(forms)


def open_accounts(session: Session, house: House, unit: Unit, content: RegistrationContent, today: date) -> Accounts:
    """Every declared account with its days; one without a first day begins today."""
    rows = session.scalars(select(Account).where(Account.unit_id == unit.id)).all()
    found = {(row.account_number, row.program_code): row for row in rows}
    for declared in content.accounts:
        row = found.get(declared.key) or _new_account(house, unit, declared)
        row.name, row.valid_to = declared.account_name, declared.valid_to
        row.valid_from = declared.valid_from or row.valid_from or today
        found[declared.key] = row
        session.add(row)
    session.flush()
    return found


def _new_account(house: House, unit: Unit, declared: DeclaredAccount) -> Account:
    number, program = declared.key
    return Account(id=house.chance.uuid(), unit_id=unit.id, account_number=number, program_code=program)


def admit(session: Session, house: House, unit: Unit, member: MemberPart) -> User:
    """The person is a member of the unit from now on. The row of a signer who waited for this becomes the member's."""
    user = member_row(session, house, member)
    take_names(user, member)
    user.unit_id, user.active, user.must_change_password = unit.id, True, True
    if not user.username.startswith(f"{unit.budget_relation_code}."):
        user.username = _next_username(session, unit)
    session.flush()
    return user


def take_names(user: User, member: MemberPart) -> None:
    """Name, mailbox and title as declared."""
    user.full_name, user.email, user.title = member.full_name, mailbox(member.email), title_of(member).value
    user.acting = member.service_title is ServiceTitle.ACTING_CHIEF_ACCOUNTANT


def title_of(member: MemberPart) -> ServiceTitle:
    """The title a person acts in: the one that signs, where there is one. Nobody holds two that sign."""
    return next(
        (title for title in member.permissions if title is not ServiceTitle.ACCOUNTANT), ServiceTitle.ACCOUNTANT
    )


def _next_username(session: Session, unit: Unit) -> str:
    """Two digits, three from the hundredth member on; numbers of people who left are not given again."""
    code = unit.budget_relation_code
    taken = session.scalars(select(User.username).where(User.username.startswith(f"{code}.", autoescape=True))).all()
    last = max((int(name.rpartition(".")[2]) for name in taken), default=0)
    return f"{code}.{last + 1:02d}"


def give_rights(session: Session, house: House, member: MemberPart, accounts: Accounts, today: date) -> None:
    """A right for each granted account and each title the person may use; one without a first day begins today."""
    for grant in member.grants:
        account = accounts[grant.account_number, grant.program_code or "00000"]
        for title in member.permissions:
            session.add(
                AccountGrant(
                    id=house.chance.uuid(),
                    user_id=member.id,
                    account_id=account.id,
                    title=title.value,
                    valid_from=grant.start_date or max(today, account.valid_from),
                    valid_to=grant.end_date,
                )
            )


def pin_certificate(session: Session, house: House, member: MemberPart) -> None:
    """The bound certificate is the one the person signs with; any other of theirs is not, from now on."""
    bound = certificate_row(session, house, member) if member.signs and member.certificate else None
    others = update(Certificate).where(Certificate.user_id == member.id, Certificate.active)
    if bound is not None:
        others = others.where(Certificate.id != bound.id)
    session.execute(others.values(active=False))
    if bound is not None:
        bound.active = True
        session.add(bound)
        session.flush()
