"""The receiver's part of a payment voucher: a bank account, a Treasury account, or a person who collects cash.

Follows Thông tư 157/2025/TT-BTC art. 9.1.d (an estimate account receives no money) and the exchange fields of the
forms: cash and the receiver's four identity fields come together or not at all. Does not: ask a bank whether the
account exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from backend.domain.accounts import (
    RELATION_CODE,
    AccountKind,
    AccountNumber,
    serves_customers,
)
from backend.domain.classification import program_problem
from backend.domain.errors import FieldProblem, Invalid
from backend.domain.voucher_content import Payee, PayeeKind, VoucherContent

_BANK_ACCOUNT = re.compile(r"[A-Za-z0-9]{6,20}")
_BANK_CODE = re.compile(r"[0-9]{8}")
_ID_NUMBER = re.compile(r"[0-9]{12}|[0-9]{9}|[A-Z][0-9]{7,8}")

_USED_BY = {
    PayeeKind.BANK_ACCOUNT: frozenset({"account", "bank_code"}),
    PayeeKind.TREASURY_ACCOUNT: frozenset({"account", "treasury_code", "relation_code"}),
    PayeeKind.CASH_PERSON: frozenset({"receiver_name", "receiver_id_number", "receiver_id_date", "receiver_id_place"}),
}
_NOT_USED = {
    PayeeKind.BANK_ACCOUNT: "Không dùng khi trả vào tài khoản ngân hàng. Để trống ô này.",
    PayeeKind.TREASURY_ACCOUNT: "Không dùng khi trả vào tài khoản Kho bạc. Để trống ô này.",
    PayeeKind.CASH_PERSON: "Không dùng khi trả tiền mặt. Để trống ô này.",
}


def payee_problems(
    content: VoucherContent,
    *,
    today: date,
    treasury_codes: frozenset[str],
    bank_codes: frozenset[str] | None,
    pays_estimate_accounts: bool,
) -> Iterator[FieldProblem]:
    """Everything wrong or missing in the payee, as it must stand when submitted."""
    payee = content.payee
    if payee.kind is None:
        yield FieldProblem("payee.kind", "Chọn nơi nhận tiền: tài khoản ngân hàng, tài khoản Kho bạc hoặc tiền mặt.")
        return
    yield from _method_problems(content, payee.kind)
    yield from _unused_problems(payee, payee.kind)
    if payee.program_code and (sentence := program_problem(payee.program_code)):
        yield FieldProblem("payee.program_code", sentence)
    if payee.kind is PayeeKind.CASH_PERSON:
        yield from _receiver_problems(payee, today)
        return
    if len(payee.name) < 2:
        yield FieldProblem("payee.name", "Nhập tên đơn vị nhận tiền, từ 2 đến 200 ký tự.")
    if payee.kind is PayeeKind.BANK_ACCOUNT:
        yield from _bank_problems(payee, bank_codes)
    else:
        yield from _treasury_problems(payee, treasury_codes, pays_estimate_accounts)


def _method_problems(content: VoucherContent, kind: PayeeKind) -> Iterator[FieldProblem]:
    if content.payment_method is None:
        return
    if content.payment_method.is_cash and kind is not PayeeKind.CASH_PERSON:
        yield FieldProblem("payee.kind", "Thanh toán tiền mặt phải trả cho người nhận tiền. Chọn người nhận tiền mặt.")
    if not content.payment_method.is_cash and kind is PayeeKind.CASH_PERSON:
        yield FieldProblem(
            "payee.kind", "Chuyển khoản phải trả vào tài khoản. Chọn tài khoản nhận tiền hoặc chọn tiền mặt."
        )


def _unused_problems(payee: Payee, kind: PayeeKind) -> Iterator[FieldProblem]:
    """A filled field that the form will not print would be approved unseen."""
    filled = {
        "relation_code": payee.relation_code,
        "account": payee.account,
        "bank_code": payee.bank_code,
        "treasury_code": payee.treasury_code,
        "receiver_name": payee.receiver_name,
        "receiver_id_number": payee.receiver_id_number,
        "receiver_id_date": payee.receiver_id_date,
        "receiver_id_place": payee.receiver_id_place,
    }
    for name, value in filled.items():
        if value and name not in _USED_BY[kind]:
            yield FieldProblem(f"payee.{name}", _NOT_USED[kind])


def _bank_problems(payee: Payee, bank_codes: frozenset[str] | None) -> Iterator[FieldProblem]:
    if not _BANK_ACCOUNT.fullmatch(payee.account):
        yield FieldProblem(
            "payee.account", "Số tài khoản ngân hàng gồm 6 đến 20 chữ cái không dấu hoặc chữ số. Nhập lại số."
        )
    if not _BANK_CODE.fullmatch(payee.bank_code):
        yield FieldProblem("payee.bank_code", "Mã ngân hàng gồm 8 chữ số. Chọn ngân hàng trong danh sách.")
    elif bank_codes is not None and payee.bank_code not in bank_codes:
        yield FieldProblem("payee.bank_code", "Ngân hàng này không có trong danh sách. Chọn ngân hàng khác.")


def _treasury_problems(
    payee: Payee, treasury_codes: frozenset[str], pays_estimate_accounts: bool
) -> Iterator[FieldProblem]:
    yield from _treasury_account_problems(payee.account, pays_estimate_accounts)
    if payee.relation_code and not RELATION_CODE.fullmatch(payee.relation_code):
        yield FieldProblem("payee.relation_code", "Mã ĐVQHNS gồm 7 chữ số. Nhập lại mã hoặc để trống.")
    if not serves_customers(payee.treasury_code):
        yield FieldProblem("payee.treasury_code", "Chọn Kho bạc nơi đơn vị nhận tiền mở tài khoản.")
    elif payee.treasury_code not in treasury_codes:
        yield FieldProblem("payee.treasury_code", "Kho bạc này không có trong danh sách. Chọn Kho bạc khác.")


def _treasury_account_problems(text: str, pays_estimate_accounts: bool) -> Iterator[FieldProblem]:
    try:
        number = AccountNumber.parse(text, "payee.account")
    except Invalid as invalid:
        yield from invalid.problems
        return
    if number.kind is AccountKind.ESTIMATE and not pays_estimate_accounts:
        yield FieldProblem("payee.account", "Tài khoản dự toán không được nhận tiền. Chọn tài khoản khác.")


def _receiver_problems(payee: Payee, today: date) -> Iterator[FieldProblem]:
    if len(payee.receiver_name) < 2:
        yield FieldProblem("payee.receiver_name", "Nhập họ tên người nhận tiền, từ 2 đến 100 ký tự.")
    if not _ID_NUMBER.fullmatch(payee.receiver_id_number):
        sentence = "Nhập số căn cước 12 chữ số, chứng minh nhân dân 9 chữ số hoặc hộ chiếu của người nhận tiền."
        yield FieldProblem("payee.receiver_id_number", sentence)
    if payee.receiver_id_date is None:
        yield FieldProblem("payee.receiver_id_date", "Nhập ngày cấp giấy tờ của người nhận tiền.")
    elif payee.receiver_id_date > today:
        yield FieldProblem("payee.receiver_id_date", "Ngày cấp giấy tờ không được sau hôm nay. Nhập lại ngày.")
    if not payee.receiver_id_place:
        yield FieldProblem("payee.receiver_id_place", "Nhập nơi cấp giấy tờ của người nhận tiền.")
