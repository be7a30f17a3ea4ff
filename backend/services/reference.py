"""Lists that forms are filled from: the caller's accounts, forms, Treasury offices, banks, earlier payees."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from backend.domain.workdays import vietnam_date
from backend.models import (
    Account,
    AccountGrant,
    Bank,
    Dossier,
    LedgerAccount,
    RoleLimit,
    ServiceKind,
    TreasuryOffice,
    Voucher,
)
from backend.services.caller import Caller
from backend.services.forms import all_rules
from backend.services.house import House
from backend.services.search import has_words

FOUND_AT_MOST = 20
PAYEES_AT_MOST = 10


def accounts(session: Session, house: House, caller: Caller) -> dict[str, object]:
    """Accounts the caller may act on today, with the forms that may debit them."""
    today = vietnam_date(house.clock.now())
    rows = session.scalars(
        select(Account)
        .join(AccountGrant, AccountGrant.account_id == Account.id)
        .where(
            AccountGrant.user_id == caller.user_id,
            AccountGrant.valid_from <= today,
            (AccountGrant.valid_to.is_(None)) | (AccountGrant.valid_to >= today),
            Account.valid_from <= today,
            (Account.valid_to.is_(None)) | (Account.valid_to >= today),
        )
        .order_by(Account.account_number)
    ).all()
    return {"items": [_account(house, row) for row in rows]}


def _account(house: House, row: Account) -> dict[str, object]:
    return {
        "account_number": row.account_number,
        "name": row.name,
        "program_code": None if row.program_code == "00000" else row.program_code,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "form_codes": [
            rules.form_code for rules in all_rules(house.forms) if row.account_number.startswith(rules.debit_prefixes)
        ],
    }


def forms(house: House) -> dict[str, object]:
    """Forms in the edition used for new vouchers."""
    edition = house.policy.form_edition
    return {
        "items": [
            {
                "form_code": rules.form_code,
                "name": rules.name,
                "symbol": rules.symbol,
                "number": rules.numbers[edition],
                "edition": edition,
            }
            for rules in all_rules(house.forms)
        ]
    }


def treasury_offices(session: Session, house: House, q: str) -> dict[str, object]:
    """Offices that serve customers today, by code or name."""
    today = vietnam_date(house.clock.now())
    rows = session.scalars(
        select(TreasuryOffice)
        .where(
            TreasuryOffice.serves_customers,
            in_force(TreasuryOffice, today),
            has_words(TreasuryOffice.search_text, q),
        )
        .order_by(TreasuryOffice.code)
        .limit(FOUND_AT_MOST)
    ).all()
    return {"items": [{"code": row.code, "name": row.name} for row in rows]}


def in_force(table: type[TreasuryOffice | LedgerAccount | ServiceKind | RoleLimit], on: date) -> ColumnElement[bool]:
    """SQL condition: the dated row holds on this day."""
    return and_(table.valid_from <= on, or_(table.valid_to.is_(None), table.valid_to >= on))


def banks(session: Session, q: str) -> dict[str, object]:
    """Bank branches, by code or name."""
    rows = session.scalars(
        select(Bank).where(has_words(Bank.search_text, q)).order_by(Bank.name).limit(FOUND_AT_MOST)
    ).all()
    return {"items": [{"code": row.code, "name": row.name, "short_name": row.short_name} for row in rows]}


def payees(session: Session, caller: Caller, q: str) -> dict[str, object]:
    """Receivers the unit has paid before, newest first, each once."""
    contents = session.scalars(
        select(Voucher.content)
        .join(Dossier, Dossier.id == Voucher.dossier_id)
        .where(Dossier.unit_id == caller.unit_id, has_words(Dossier.search_text, q))
        .order_by(Dossier.updated_at.desc())
        .limit(PAYEES_AT_MOST * 5)
    ).all()
    seen: dict[tuple[object, object], dict[str, object]] = {}
    for content in contents:
        payee = content.get("payee") or {}
        if payee.get("payee_name"):
            seen.setdefault((payee.get("payee_name"), payee.get("payee_account")), payee)
    return {"items": list(seen.values())[:PAYEES_AT_MOST]}
