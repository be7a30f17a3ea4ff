"""What of a unit is in force now, as a declaration: what was approved last, or, of a unit that came here without the
wizard, what the rows say. Such rows know neither identity numbers nor telephone numbers; those have to be typed once.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.accounts import AccountNumber
from backend.domain.people import ServiceTitle, shown_title, side_of
from backend.domain.registration import Stage
from backend.domain.registration_content import (
    BoundCertificate,
    DeclaredAccount,
    GrantRow,
    LedgerRow,
    MemberPart,
    RegistrationContent,
    RelationRow,
    SigningForm,
    UnitPart,
)
from backend.domain.units import UnitKind
from backend.domain.workdays import vietnam_date
from backend.models import Account, AccountGrant, Certificate, Registration, Unit, User
from backend.services.house import House
from backend.services.people import active_certificate


def content_in_force(session: Session, house: House, unit: Unit) -> Mapping[str, Any]:
    """The JSON form of ``RegistrationContent``."""
    approved = (
        select(Registration.content)
        .where(Registration.unit_id == unit.id, Registration.stage == Stage.APPROVED.value)
        .order_by(Registration.updated_at.desc(), Registration.id.desc())
        .limit(1)
    )
    found: Mapping[str, Any] | None = session.scalars(approved).one_or_none()
    if found is None:
        return _from_rows(session, house, unit).to_mapping()
    # What was attached belongs to the change that brought it.
    return {name: value for name, value in found.items() if name != "appointment"}


def _from_rows(session: Session, house: House, unit: Unit) -> RegistrationContent:
    today = vietnam_date(house.clock.now())
    accounts = session.scalars(
        select(Account)
        .where(Account.unit_id == unit.id, (Account.valid_to.is_(None)) | (Account.valid_to >= today))
        .order_by(Account.account_number, Account.program_code)
    ).all()
    members = session.scalars(select(User).where(User.unit_id == unit.id, User.active).order_by(User.username)).all()
    return RegistrationContent(
        unit=UnitPart(
            treasury_code=unit.treasury_code,
            budget_relation_code=unit.budget_relation_code,
            unit_name=unit.name,
            address=unit.address,
            single_accountant_unit=unit.single_accountant_unit,
            unit_kind=UnitKind(unit.unit_kind),
        ),
        ledgers=_ledgers(accounts),
        relations=_relations(unit, accounts),
        accounts=tuple(
            DeclaredAccount(each.account_number, each.name, each.program_code, each.valid_from, each.valid_to)
            for each in accounts
        ),
        members=tuple(_member(session, house, unit, user, today) for user in members if _of_unit(user)),
    )


def _of_unit(user: User) -> bool:
    return side_of(ServiceTitle(user.title)) is not None


def _ledgers(accounts: Sequence[Account]) -> tuple[LedgerRow, ...]:
    found: dict[tuple[str, int, str], LedgerRow] = {}
    for each in accounts:
        number = AccountNumber.parse(each.account_number)
        key = (number.ledger_account, number.budget_level, each.program_code)
        found.setdefault(key, LedgerRow(key[0], each.name, key[1], each.program_code, each.valid_from, each.valid_to))
    return tuple(found.values())


def _relations(unit: Unit, accounts: Sequence[Account]) -> tuple[RelationRow, ...]:
    codes = dict.fromkeys(AccountNumber.parse(each.account_number).relation_code for each in accounts)
    return tuple(RelationRow(code, unit.name if code == unit.budget_relation_code else "") for code in codes)


def _member(session: Session, house: House, unit: Unit, user: User, today: date) -> MemberPart:
    rights = session.execute(
        select(AccountGrant, Account)
        .join(Account, Account.id == AccountGrant.account_id)
        .where(AccountGrant.user_id == user.id, (AccountGrant.valid_to.is_(None)) | (AccountGrant.valid_to >= today))
        .order_by(Account.account_number, Account.program_code, AccountGrant.valid_from)
    ).all()
    own = ServiceTitle(user.title)
    held = {own, *(ServiceTitle(grant.title) for grant, _ in rights)}
    permissions = tuple(title for title in ServiceTitle if title in held)
    grants = {
        (account.account_number, account.program_code): GrantRow(
            account.account_number, account.program_code, grant.valid_from, grant.valid_to
        )
        for grant, account in rights
    }
    member = MemberPart(
        id=user.id,
        full_name=user.full_name,
        email=user.email or "",
        service_title=shown_title(own, acting=user.acting),
        permissions=permissions,
        grants=tuple(grants.values()),
    )
    if not member.signs:
        return member
    mark = active_certificate(session, user.id)
    certificate = _bound(house, mark) if mark is not None else None
    return replace(member, signing_form=SigningForm(unit.signing_form), certificate=certificate)


def _bound(house: House, row: Certificate) -> BoundCertificate:
    chain = tuple(str(each) for each in row.chain)
    return BoundCertificate(
        provider=row.provider,
        provider_login=row.provider_login,
        der=base64.b64encode(row.der).decode(),
        chain=chain,
        fingerprint=row.fingerprint,
        serial_number=row.serial_number,
        subject_name=row.subject_name,
        issuer_name=_issuer(house, row.der, chain),
        valid_from=row.valid_from.isoformat(),
        valid_to=row.valid_to.isoformat(),
    )


def _issuer(house: House, der: bytes, chain: Sequence[str]) -> str:
    """Empty for a certificate that cannot be read: it must not keep its unit from registering another."""
    try:
        return house.certificates.facts(der, [base64.b64decode(each) for each in chain], house.clock.now()).issuer_name
    except ValueError:
        return ""
