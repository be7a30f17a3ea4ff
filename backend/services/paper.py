"""What is printed: the content of a voucher joined with what the registration knows, as one plain mapping.

The form catalog turns it into PDF/A. Equal mappings give equal bytes, so nothing here may depend on when it is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from backend.domain.money import amount_in_words
from backend.models import Bank, Dossier, TreasuryOffice, Unit, Voucher


def paper(session: Session, dossier: Dossier, voucher: Voucher) -> Mapping[str, object]:
    """The mapping for ``FormCatalog.render``."""
    content = voucher.content
    unit = session.get_one(Unit, dossier.unit_id)
    return {
        "form_code": voucher.form_code,
        "form_edition": voucher.form_edition,
        "dossier_code": dossier.code,
        "service_voucher_number": voucher.service_voucher_number,
        "unit_voucher_number": voucher.unit_voucher_number,
        "voucher_date": content["voucher_date"],
        "payment_method": content["payment_method"],
        "payer": {
            "unit_name": unit.name,
            "address": unit.address,
            "budget_relation_code": unit.budget_relation_code,
            "treasury_code": dossier.treasury_code,
            "treasury_name": _office(session, dossier.treasury_code),
            "debit_account": content["debit_account"],
            "program_code": content.get("program_code") or None,
        },
        "lines": [_line(line) for line in content["lines"]],
        "total_amount": voucher.amount,
        "amount_in_words": amount_in_words(voucher.amount),
        "payee": _payee(session, content["payee"]),
        "absent": [] if unit.has_second_signature else ["chief_accountant"],
    }


def _line(line: Mapping[str, Any]) -> dict[str, object]:
    codes = ("economic_item_code", "chapter_code", "sector_code", "fund_source_code")
    return {"content": line["content"], "amount": line["amount"], **{code: line.get(code) or None for code in codes}}


PAYEE_FIELDS = (
    "payee_kind",
    "payee_name",
    "payee_relation_code",
    "payee_address",
    "payee_account",
    "payee_bank_code",
    "payee_treasury_code",
    "payee_program_code",
    "receiver_name",
    "receiver_id_number",
    "receiver_id_date",
    "receiver_id_place",
)


def payee_place(session: Session, payee: Mapping[str, Any]) -> str:
    """Name of the bank or Treasury office that is paid to, its code where the lists do not know it; empty for none."""
    bank_code = payee.get("payee_bank_code") or ""
    if bank_code:
        return _bank(session, bank_code) or str(bank_code)
    office_code = payee.get("payee_treasury_code") or ""
    return _office(session, office_code) if office_code else ""


def _payee(session: Session, payee: Mapping[str, Any]) -> dict[str, object]:
    treasury_code = payee.get("payee_treasury_code") or None
    return {
        **{name: payee.get(name) or None for name in PAYEE_FIELDS},
        "payee_bank_name": _bank(session, payee.get("payee_bank_code") or ""),
        "payee_treasury_name": _office(session, treasury_code) if treasury_code else None,
    }


def _bank(session: Session, code: str) -> str | None:
    bank = session.get(Bank, code)
    return bank.name if bank else None


def _office(session: Session, code: str) -> str:
    office = session.get(TreasuryOffice, code)
    return office.name if office else code
