"""Between the voucher as it travels and rests (JSON, names of the wire) and the voucher as the rules read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.errors import FieldProblem, Invalid
from backend.domain.payment import FormFacts, Surroundings, UnitAccount, VoucherContent, check_draft, check_submission
from backend.domain.workdays import vietnam_date
from backend.models import Account, Bank, Holiday, TreasuryOffice
from backend.services.forms import FormRules
from backend.services.house import House

_PAYEE_PREFIX = "payee_"
_RENAMED = {"amount_in_words": "client_amount_in_words"}


def at_rest(voucher: Mapping[str, Any]) -> dict[str, Any]:
    """The wire's mapping with dates as ISO text, as it is stored."""
    return {key: _plain(value) for key, value in voucher.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return at_rest(value)
    return [_plain(item) for item in value] if isinstance(value, list) else value


def content_of(stored: Mapping[str, Any]) -> VoucherContent:
    """What the rules read. Raises Invalid with the wire's paths."""
    renamed = {_RENAMED.get(key, key): value for key, value in stored.items()}
    payee = stored.get("payee") or {}
    renamed["payee"] = {key.removeprefix(_PAYEE_PREFIX): value for key, value in payee.items()}
    try:
        return VoucherContent.from_mapping(renamed)
    except Invalid as error:
        raise Invalid(_wire_paths(error.problems)) from error


def draft_problems(stored: Mapping[str, Any]) -> list[FieldProblem]:
    """What even a draft may not hold."""
    return _wire_paths(check_draft(content_of(stored)))


def problems_of(stored: Mapping[str, Any], rules: FormRules, surroundings: Surroundings) -> list[FieldProblem]:
    """Everything to mend before the voucher may be sent to the chief accountant."""
    facts = FormFacts(
        form_code=rules.form_code,
        name=rules.name,
        debit_prefixes=rules.debit_prefixes,
        classification_required=rules.classification_required,
        nature_required=rules.nature_required,
    )
    return _wire_paths(check_submission(content_of(stored), facts, surroundings))


def _wire_paths(problems: list[FieldProblem]) -> list[FieldProblem]:
    return [FieldProblem(_wire_path(problem.path), problem.sentence) for problem in problems]


def _wire_path(path: str) -> str:
    if path.startswith("payee.") and not path.startswith("payee.receiver_"):
        return f"payee.{_PAYEE_PREFIX}{path.removeprefix('payee.')}"
    return next((wire for wire, rule in _RENAMED.items() if rule == path), path)


def surroundings_of(session: Session, house: House, unit_id: str) -> Surroundings:
    """What the rules must know of the world today."""
    accounts = session.scalars(select(Account).where(Account.unit_id == unit_id)).all()
    return Surroundings(
        today=vietnam_date(house.clock.now()),
        holidays=holidays(session),
        accounts=tuple(UnitAccount(row.account_number, row.valid_from, row.valid_to) for row in accounts),
        treasury_codes=frozenset(session.scalars(select(TreasuryOffice.code)).all()),
        bank_codes=frozenset(session.scalars(select(Bank.code)).all()),
    )


def holidays(session: Session) -> frozenset[date]:
    """Public holidays on record."""
    return frozenset(session.scalars(select(Holiday.day)).all())
