"""What a person writes on a payment voucher, as values, and the one JSON form in which it is stored.

Fields follow the official forms C2-02a/NS (giấy rút dự toán) and C4-02a/KB (ủy nhiệm chi). Empty text and None mean
"not filled in": drafts may be incomplete. Does not: judge the content (``payment.py``) or hold what the service
adds (names of the unit, sum in words).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from backend.domain.json_reader import ObjectReader, read_object
from backend.domain.money import total


class PaymentMethod(StrEnum):
    """How the money leaves; exactly one box is ticked."""

    TRANSFER = "transfer"
    CASH_AT_TREASURY = "cash_at_treasury"
    CASH_AT_BANK = "cash_at_bank"

    @property
    def is_cash(self) -> bool:
        """Somebody collects banknotes."""
        return self is not PaymentMethod.TRANSFER


class SpendingNature(StrEnum):
    """Thực chi, tạm ứng, ứng trước đủ / chưa đủ điều kiện thanh toán; exactly one box is ticked."""

    ACTUAL = "actual"
    ADVANCE = "advance"
    PREFINANCE_QUALIFIED = "prefinance_qualified"
    PREFINANCE_UNQUALIFIED = "prefinance_unqualified"


class PayeeKind(StrEnum):
    """Where the money goes."""

    BANK_ACCOUNT = "bank_account"
    TREASURY_ACCOUNT = "treasury_account"
    CASH_PERSON = "cash_person"


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """One row of the table."""

    content: str = ""
    """Nội dung thanh toán, at most 500 characters."""
    amount: int | None = None
    """Đồng."""
    economic_item_code: str = ""
    """Mã NDKT, four digits."""
    chapter_code: str = ""
    """Mã chương, three digits."""
    sector_code: str = ""
    """Mã ngành kinh tế, three digits."""
    fund_source_code: str = ""
    """Mã nguồn NSNN, two digits."""


@dataclass(frozen=True, slots=True)
class Payee:
    """Who receives the money; which fields are used depends on ``kind``."""

    kind: PayeeKind | None = None
    """Bank account, Treasury account or a person with cash."""
    name: str = ""
    """Đơn vị nhận tiền."""
    address: str = ""
    """Địa chỉ."""
    relation_code: str = ""
    """Mã ĐVQHNS, seven digits; Treasury account only."""
    account: str = ""
    """Number at the bank or at the Treasury."""
    bank_code: str = ""
    """Eight-digit clearing code; bank account only."""
    treasury_code: str = ""
    """Four digits; Treasury account only."""
    program_code: str = ""
    """Mã CTMT, DA và HTCT of the payee, five digits."""
    receiver_name: str = ""
    """Người nhận tiền; this and the next three for cash only."""
    receiver_id_number: str = ""
    """Số CCCD, CMND or passport."""
    receiver_id_date: date | None = None
    """Ngày cấp."""
    receiver_id_place: str = ""
    """Nơi cấp."""


@dataclass(frozen=True, slots=True)
class VoucherContent:
    """One payment voucher as its maker wrote it."""

    form_code: str
    """Ký hiệu of the form, for example ``C2-02a/NS``."""
    form_edition: str = "ND11"
    """Decree that numbers the form."""
    unit_voucher_number: str = ""
    """Số in the unit's own book."""
    voucher_date: date | None = None
    """Lập ngày."""
    budget_year: int | None = None
    """Năm ngân sách."""
    spending_nature: SpendingNature | None = None
    """The ticked box."""
    payment_method: PaymentMethod | None = None
    """The ticked box."""
    debit_account: str = ""
    """Account number of the unit."""
    program_code: str = ""
    """Mã CTMT, DA; empty is none."""
    commitment_frame_no: str = ""
    """Số CKC, HĐK."""
    commitment_execution_no: str = ""
    """Số CKC, HĐTH."""
    contract_no: str = ""
    """Hợp đồng/Quyết định số; with it date and value are required."""
    contract_date: date | None = None
    """Its date."""
    contract_value: int | None = None
    """Its value, đồng."""
    paid_before: int | None = None
    """Paid on it before this voucher, đồng; empty is nothing."""
    is_delegated_spending: bool = False
    """Kinh phí ủy quyền: the chapter may belong to another level than the account."""
    lines: tuple[VoucherLine, ...] = ()
    """At least one when submitted."""
    payee: Payee = field(default_factory=Payee)
    """Receiver of the money."""
    client_amount_in_words: str | None = None
    """Words sent by the unit's own program: compared with the sum, never printed."""

    @property
    def total_amount(self) -> int:
        """Sum of the lines, đồng."""
        return total(self.lines)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> VoucherContent:
        """Read the JSON form; texts become NFC. Raises Invalid naming every field of a wrong type or name."""
        return read_object(mapping, _read_content)

    def to_mapping(self) -> dict[str, object]:
        """The JSON form: every field present, dates ISO, amounts whole numbers."""
        return {
            "form_code": self.form_code,
            "form_edition": self.form_edition,
            "unit_voucher_number": self.unit_voucher_number,
            "voucher_date": _iso(self.voucher_date),
            "budget_year": self.budget_year,
            "spending_nature": _value(self.spending_nature),
            "payment_method": _value(self.payment_method),
            "debit_account": self.debit_account,
            "program_code": self.program_code,
            "commitment_frame_no": self.commitment_frame_no,
            "commitment_execution_no": self.commitment_execution_no,
            "contract_no": self.contract_no,
            "contract_date": _iso(self.contract_date),
            "contract_value": self.contract_value,
            "paid_before": self.paid_before,
            "is_delegated_spending": self.is_delegated_spending,
            "lines": [_line_mapping(line) for line in self.lines],
            "payee": _payee_mapping(self.payee),
            "client_amount_in_words": self.client_amount_in_words,
        }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _value(choice: StrEnum | None) -> str | None:
    return choice.value if choice else None


def _line_mapping(line: VoucherLine) -> dict[str, object]:
    return {
        "content": line.content,
        "amount": line.amount,
        "economic_item_code": line.economic_item_code,
        "chapter_code": line.chapter_code,
        "sector_code": line.sector_code,
        "fund_source_code": line.fund_source_code,
    }


def _payee_mapping(payee: Payee) -> dict[str, object]:
    return {
        "kind": _value(payee.kind),
        "name": payee.name,
        "address": payee.address,
        "relation_code": payee.relation_code,
        "account": payee.account,
        "bank_code": payee.bank_code,
        "treasury_code": payee.treasury_code,
        "program_code": payee.program_code,
        "receiver_name": payee.receiver_name,
        "receiver_id_number": payee.receiver_id_number,
        "receiver_id_date": _iso(payee.receiver_id_date),
        "receiver_id_place": payee.receiver_id_place,
    }


def _read_content(reader: ObjectReader) -> VoucherContent:
    return VoucherContent(
        form_code=reader.text("form_code"),
        form_edition=reader.text("form_edition") or "ND11",
        unit_voucher_number=reader.text("unit_voucher_number"),
        voucher_date=reader.day("voucher_date"),
        budget_year=reader.whole("budget_year"),
        spending_nature=reader.choice("spending_nature", SpendingNature),
        payment_method=reader.choice("payment_method", PaymentMethod),
        debit_account=reader.text("debit_account"),
        program_code=reader.text("program_code"),
        commitment_frame_no=reader.text("commitment_frame_no"),
        commitment_execution_no=reader.text("commitment_execution_no"),
        contract_no=reader.text("contract_no"),
        contract_date=reader.day("contract_date"),
        contract_value=reader.whole("contract_value"),
        paid_before=reader.whole("paid_before"),
        is_delegated_spending=reader.flag("is_delegated_spending"),
        lines=reader.parts("lines", _read_line),
        payee=reader.part("payee", _read_payee) or Payee(),
        client_amount_in_words=reader.text_or_none("client_amount_in_words"),
    )


def _read_line(reader: ObjectReader) -> VoucherLine:
    return VoucherLine(
        content=reader.text("content"),
        amount=reader.whole("amount"),
        economic_item_code=reader.text("economic_item_code"),
        chapter_code=reader.text("chapter_code"),
        sector_code=reader.text("sector_code"),
        fund_source_code=reader.text("fund_source_code"),
    )


def _read_payee(reader: ObjectReader) -> Payee:
    return Payee(
        kind=reader.choice("kind", PayeeKind),
        name=reader.text("name"),
        address=reader.text("address"),
        relation_code=reader.text("relation_code"),
        account=reader.text("account"),
        bank_code=reader.text("bank_code"),
        treasury_code=reader.text("treasury_code"),
        program_code=reader.text("program_code"),
        receiver_name=reader.text("receiver_name"),
        receiver_id_number=reader.text("receiver_id_number"),
        receiver_id_date=reader.day("receiver_id_date"),
        receiver_id_place=reader.text("receiver_id_place"),
    )
