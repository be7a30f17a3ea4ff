"""The content rules of one payment voucher: what must stand on it before anybody approves it.

Follows Thông tư 77/2017/TT-BTC art. 22–23 and 39, Thông tư 19/2020/TT-BTC art. 1, Nghị định 347/2025/NĐ-CP art. 6
and Thông tư 157/2025/TT-BTC art. 9. The forms differ only by ``FormFacts``; everything else the rules must know
comes as ``Surroundings``.
Does not: know balances or estimates (the Treasury's ledger does), who may act (``people.py``), or whether a number
is taken (the database does).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from backend.domain.accounts import AccountNumber
from backend.domain.classification import (
    chapter_problem,
    economic_item_problem,
    fund_source_problem,
    program_problem,
    sector_problem,
)
from backend.domain.errors import FieldProblem, Invalid
from backend.domain.money import MAX_AMOUNT, format_vnd, reads_as
from backend.domain.payee import payee_problems
from backend.domain.payment_forms import FormFacts, Surroundings, UnitAccount
from backend.domain.text import has_refused_characters
from backend.domain.voucher_content import (
    Payee,
    PayeeKind,
    PaymentMethod,
    SpendingNature,
    VoucherContent,
    VoucherLine,
)
from backend.domain.workdays import working_days_back

__all__ = [
    "MAX_LINES",
    "VOUCHER_LIFE",
    "FormFacts",
    "Payee",
    "PayeeKind",
    "PaymentMethod",
    "SpendingNature",
    "Surroundings",
    "UnitAccount",
    "VoucherContent",
    "VoucherLine",
    "check_draft",
    "check_submission",
]

MAX_LINES = 100
VOUCHER_LIFE = 5
"""Working days in which a voucher must be submitted after the day written on it."""


def check_draft(content: VoucherContent) -> list[FieldProblem]:
    """What a draft may not hold: text too long or unprintable, sums that fit nowhere. Missing things are fine."""
    return _first_per_field([*_text_problems(content), *_size_problems(content)])


def check_submission(content: VoucherContent, facts: FormFacts, surroundings: Surroundings) -> list[FieldProblem]:
    """Everything that keeps the voucher from being submitted: one sentence per field, in the order of the form."""
    return _first_per_field(
        [
            *_text_problems(content),
            *_size_problems(content),
            *_header_problems(content, facts, surroundings),
            *_account_problems(content, facts, surroundings),
            *_contract_problems(content, surroundings.today),
            *_line_problems(content, facts),
            *_sum_problems(content, surroundings),
            *payee_problems(
                content,
                today=surroundings.today,
                treasury_codes=surroundings.treasury_codes,
                bank_codes=surroundings.bank_codes,
                pays_estimate_accounts=facts.pays_estimate_accounts,
            ),
        ]
    )


def _first_per_field(problems: Iterable[FieldProblem]) -> list[FieldProblem]:
    found: dict[str, FieldProblem] = {}
    for problem in problems:
        found.setdefault(problem.path, problem)
    return list(found.values())


def _texts(content: VoucherContent) -> Iterator[tuple[str, str, int]]:
    """Path, text and longest length of everything a person types."""
    payee = content.payee
    yield from (
        ("form_code", content.form_code, 40),
        ("form_edition", content.form_edition, 10),
        ("unit_voucher_number", content.unit_voucher_number, 20),
        ("debit_account", content.debit_account, 16),
        ("program_code", content.program_code, 5),
        ("commitment_frame_no", content.commitment_frame_no, 20),
        ("commitment_execution_no", content.commitment_execution_no, 20),
        ("contract_no", content.contract_no, 100),
        ("client_amount_in_words", content.client_amount_in_words or "", 500),
    )
    for position, line in enumerate(content.lines):
        yield f"lines.{position}.content", line.content, 500
        yield f"lines.{position}.economic_item_code", line.economic_item_code, 4
        yield f"lines.{position}.chapter_code", line.chapter_code, 3
        yield f"lines.{position}.sector_code", line.sector_code, 3
        yield f"lines.{position}.fund_source_code", line.fund_source_code, 2
    yield from (
        ("payee.name", payee.name, 200),
        ("payee.address", payee.address, 255),
        ("payee.relation_code", payee.relation_code, 7),
        ("payee.account", payee.account, 20),
        ("payee.bank_code", payee.bank_code, 8),
        ("payee.treasury_code", payee.treasury_code, 4),
        ("payee.program_code", payee.program_code, 5),
        ("payee.receiver_name", payee.receiver_name, 100),
        ("payee.receiver_id_number", payee.receiver_id_number, 12),
        ("payee.receiver_id_place", payee.receiver_id_place, 150),
    )


def _text_problems(content: VoucherContent) -> Iterator[FieldProblem]:
    for path, text, longest in _texts(content):
        if has_refused_characters(text):
            yield FieldProblem(path, "Có ký tự không in được. Xóa ký tự đó và nhập lại.")
        elif len(text) > longest:
            yield FieldProblem(path, f"Dài quá {longest} ký tự. Rút ngắn lại.")


def _size_problems(content: VoucherContent) -> Iterator[FieldProblem]:
    if len(content.lines) > MAX_LINES:
        yield FieldProblem("lines", f"Một chứng từ có tối đa {MAX_LINES} dòng. Chuyển bớt dòng sang chứng từ khác.")
    sums = [(f"lines.{position}.amount", line.amount) for position, line in enumerate(content.lines)]
    sums += [("contract_value", content.contract_value), ("paid_before", content.paid_before)]
    for path, amount in sums:
        if amount is not None and amount < 0:
            yield FieldProblem(path, "Số tiền không được âm. Nhập số lớn hơn 0.")
        elif amount is not None and amount > MAX_AMOUNT:
            yield FieldProblem(path, "Số tiền vượt quá 15 chữ số. Kiểm tra và nhập lại.")
    if content.total_amount > MAX_AMOUNT:
        yield FieldProblem("total_amount", "Tổng số tiền vượt quá 15 chữ số. Tách thành nhiều chứng từ.")


def _header_problems(content: VoucherContent, facts: FormFacts, surroundings: Surroundings) -> Iterator[FieldProblem]:
    if content.form_code != facts.form_code:
        yield FieldProblem("form_code", "Mẫu chứng từ không đúng. Chọn lại mẫu chứng từ.")
    if not content.unit_voucher_number:
        yield FieldProblem("unit_voucher_number", "Nhập số chứng từ, từ 1 đến 20 ký tự.")
    yield from _date_problems(content.voucher_date, surroundings)
    yield from _year_problems(content.budget_year, facts, surroundings.today)
    if facts.nature_required and content.spending_nature is None:
        yield FieldProblem("spending_nature", "Chọn một trong các ô thực chi, tạm ứng hoặc ứng trước.")
    if content.payment_method is None:
        yield FieldProblem("payment_method", "Chọn chuyển khoản hoặc tiền mặt.")
    if content.program_code and (sentence := program_problem(content.program_code)):
        yield FieldProblem("program_code", sentence)


def _date_problems(day: date | None, surroundings: Surroundings) -> Iterator[FieldProblem]:
    today = surroundings.today
    if day is None:
        yield FieldProblem("voucher_date", "Nhập ngày lập chứng từ.")
    elif day > today:
        yield FieldProblem(
            "voucher_date", f"Ngày lập chứng từ không được sau hôm nay, {today:%d/%m/%Y}. Nhập lại ngày."
        )
    elif day < (earliest := working_days_back(today, VOUCHER_LIFE, surroundings.holidays)):
        sentence = f"Chứng từ đã quá {VOUCHER_LIFE} ngày làm việc. Lập lại với ngày từ {earliest:%d/%m/%Y} trở đi."
        yield FieldProblem("voucher_date", sentence)


def _year_problems(year: int | None, facts: FormFacts, today: date) -> Iterator[FieldProblem]:
    """Last year's budget may be spent until 31 January (chỉnh lý quyết toán)."""
    if year is None and not facts.nature_required:
        return
    if year is None:
        yield FieldProblem("budget_year", "Nhập năm ngân sách.")
    elif year != today.year and not (year == today.year - 1 and today.month == 1):
        sentence = f"Năm ngân sách phải là {today.year}; năm trước chỉ dùng được đến hết ngày 31/01. Nhập lại năm."
        yield FieldProblem("budget_year", sentence)


def _account_problems(content: VoucherContent, facts: FormFacts, surroundings: Surroundings) -> Iterator[FieldProblem]:
    number = content.debit_account
    days = {surroundings.today, content.voucher_date or surroundings.today}
    rows = [row for row in surroundings.accounts if row.number == number]
    if not number:
        yield FieldProblem("debit_account", "Chọn tài khoản trả tiền.")
    elif not any(all(row.is_open(day) for day in days) for row in rows):
        sentence = f"Tài khoản {number} không thuộc đơn vị hoặc đã hết hiệu lực. Chọn tài khoản khác."
        yield FieldProblem("debit_account", sentence)
    elif not number.startswith(facts.debit_prefixes):
        yield FieldProblem("debit_account", f"{facts.name} không dùng được tài khoản {number}. Chọn tài khoản khác.")


def _contract_problems(content: VoucherContent, today: date) -> Iterator[FieldProblem]:
    if not content.contract_no:
        if content.contract_date or content.contract_value is not None or content.paid_before is not None:
            yield FieldProblem("contract_no", "Nhập số hợp đồng hoặc quyết định, hoặc xóa các thông tin hợp đồng khác.")
        return
    if content.contract_date is None:
        yield FieldProblem("contract_date", "Nhập ngày hợp đồng hoặc quyết định.")
    elif content.contract_date > today:
        yield FieldProblem("contract_date", "Ngày hợp đồng không được sau hôm nay. Nhập lại ngày.")
    if not content.contract_value:
        yield FieldProblem("contract_value", "Nhập giá trị hợp đồng, lớn hơn 0.")
    elif (left := content.contract_value - (content.paid_before or 0)) < content.total_amount:
        sentence = f"Giá trị hợp đồng chỉ còn {format_vnd(max(left, 0))} đồng chưa thanh toán. Giảm số tiền."
        yield FieldProblem("contract_value", sentence)


def _line_problems(content: VoucherContent, facts: FormFacts) -> Iterator[FieldProblem]:
    if not content.lines:
        yield FieldProblem("lines", "Nhập ít nhất một dòng nội dung thanh toán.")
    level = _level_of(content.debit_account)
    for position, line in enumerate(content.lines):
        path = f"lines.{position}"
        if not line.content:
            yield FieldProblem(f"{path}.content", "Nhập nội dung thanh toán.")
        if not line.amount:
            yield FieldProblem(f"{path}.amount", "Nhập số tiền lớn hơn 0.")
        yield from _code_problems(path, line, level, content.is_delegated_spending, facts.classification_required)


def _code_problems(
    path: str, line: VoucherLine, level: int, is_delegated_spending: bool, required: bool
) -> Iterator[FieldProblem]:
    chapter = line.chapter_code
    codes = (
        (
            "economic_item_code",
            line.economic_item_code,
            economic_item_problem(line.economic_item_code),
            "mã nội dung kinh tế",
        ),
        ("chapter_code", chapter, chapter_problem(chapter, level, is_delegated_spending), "mã chương"),
        ("sector_code", line.sector_code, sector_problem(line.sector_code), "mã ngành kinh tế"),
        ("fund_source_code", line.fund_source_code, fund_source_problem(line.fund_source_code), "mã nguồn ngân sách"),
    )
    for name, code, sentence, label in codes:
        if code and sentence:
            yield FieldProblem(f"{path}.{name}", sentence)
        elif required and not code:
            yield FieldProblem(f"{path}.{name}", f"Nhập {label}.")


def _level_of(debit_account: str) -> int:
    """0, "any level", while the account itself is unreadable: that is its own problem."""
    try:
        return AccountNumber.parse(debit_account).budget_level
    except Invalid:
        return 0


def _sum_problems(content: VoucherContent, surroundings: Surroundings) -> Iterator[FieldProblem]:
    words, amount, ceiling = content.client_amount_in_words, content.total_amount, surroundings.cash_ceiling
    if words is not None and not reads_as(words, amount):
        sentence = f"Số tiền bằng chữ không khớp với tổng số tiền {format_vnd(amount)} đồng. Sửa lại một trong hai."
        yield FieldProblem("client_amount_in_words", sentence)
    is_cash = content.payment_method is not None and content.payment_method.is_cash
    if is_cash and ceiling is not None and amount > ceiling:
        sentence = f"Một chứng từ rút tối đa {format_vnd(ceiling)} đồng tiền mặt. Giảm số tiền hoặc chọn chuyển khoản."
        yield FieldProblem("payment_method", sentence)
