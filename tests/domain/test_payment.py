"""What must stand on a voucher: each rule broken alone, on otherwise good vouchers."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.classification import (
    chapter_problem,
    economic_item_problem,
    fund_source_problem,
    parent_item,
    program_problem,
    sector_problem,
)
from backend.domain.errors import Invalid
from backend.domain.money import MAX_AMOUNT
from backend.domain.payment import (
    FormFacts,
    Payee,
    PayeeKind,
    PaymentMethod,
    SpendingNature,
    Surroundings,
    UnitAccount,
    VoucherContent,
    VoucherLine,
    check_draft,
    check_submission,
)

TODAY = date(2026, 11, 20)  # a Friday
ESTIMATE, DEPOSIT, CLOSED = "9523.2.1990001", "3713.0.1990001", "3712.0.1990001"
WORLD = Surroundings(
    today=TODAY,
    holidays=frozenset(),
    accounts=(
        UnitAccount(ESTIMATE, date(2026, 1, 1)),
        UnitAccount(DEPOSIT, date(2026, 11, 17), date(2026, 12, 31)),
        UnitAccount(CLOSED, date(2025, 1, 1), TODAY - timedelta(days=1)),
    ),
    treasury_codes=frozenset({"0064", "0062"}),
    bank_codes=frozenset({"31203001", "01310001"}),
)
AT_BANK = Payee(
    kind=PayeeKind.BANK_ACCOUNT,
    name="Công ty TNHH Điện nước Mẫu",
    account="0011002200330",
    bank_code="31203001",
)

FORMS = {
    "C2-02a/NS": FormFacts(
        "C2-02a/NS", "Giấy rút dự toán", ("95",), classification_required=True, nature_required=True
    ),
    "C4-02a/KB": FormFacts("C4-02a/KB", "Ủy nhiệm chi", ("35", "37", "39"), classification_required=False),
}
"""Two forms that differ in everything a form may differ in."""
AT_TREASURY = Payee(
    kind=PayeeKind.TREASURY_ACCOUNT,
    name="Trung tâm Y tế Sông Lấp",
    account="3713.0.1990002",
    treasury_code="0064",
    relation_code="1990002",
)
IN_CASH = Payee(
    kind=PayeeKind.CASH_PERSON,
    receiver_name="Đinh Công Sự",
    receiver_id_number="031092000099",
    receiver_id_date=date(2022, 3, 15),
    receiver_id_place="Công an thành phố Hải Phòng",
)
WITHDRAWAL = VoucherContent(
    form_code="C2-02a/NS",
    unit_voucher_number="GRDT-15",
    voucher_date=TODAY,
    budget_year=2026,
    spending_nature=SpendingNature.ACTUAL,
    payment_method=PaymentMethod.TRANSFER,
    debit_account=ESTIMATE,
    lines=(
        VoucherLine("Tiền điện tháng 10", 4_250_000, "6501", "422", "072", "13"),
        VoucherLine("Tiền nước tháng 10", 815_000, "6502", "422", "072", "13"),
    ),
    payee=AT_BANK,
)
ORDER = VoucherContent(
    form_code="C4-02a/KB",
    unit_voucher_number="UNC-7",
    voucher_date=TODAY,
    payment_method=PaymentMethod.TRANSFER,
    debit_account=DEPOSIT,
    lines=(VoucherLine("Thanh toán văn phòng phẩm", 18_690_000),),
    payee=AT_TREASURY,
)
CASH = replace(ORDER, payment_method=PaymentMethod.CASH_AT_TREASURY, payee=IN_CASH)
GOOD = {"withdrawal": WITHDRAWAL, "order": ORDER, "cash": CASH}


def found(content: VoucherContent, world: Surroundings = WORLD) -> dict[str, str]:
    return {problem.path: problem.sentence for problem in check_submission(content, FORMS[content.form_code], world)}


def with_line(content: VoucherContent, /, **changes: object) -> VoucherContent:
    return replace(content, lines=(replace(content.lines[0], **changes), *content.lines[1:]))


def with_payee(content: VoucherContent, /, **changes: object) -> VoucherContent:
    return replace(content, payee=replace(content.payee, **changes))


@pytest.mark.parametrize("name", GOOD)
def test_a_good_voucher_has_no_problem(name):
    assert found(GOOD[name]) == {}
    assert check_draft(GOOD[name]) == []


def test_an_empty_form_is_a_draft_but_names_everything_that_is_missing():
    empty = VoucherContent(form_code="C2-02a/NS")
    assert check_draft(empty) == []
    assert list(found(empty)) == [
        "unit_voucher_number",
        "voucher_date",
        "budget_year",
        "spending_nature",
        "payment_method",
        "debit_account",
        "lines",
        "payee.kind",
    ]


CONTRACT = {
    "contract_no": "HĐ-9",
    "contract_date": date(2026, 5, 1),
    "contract_value": 20_000_000,
}
HEADER = [
    ({"unit_voucher_number": ""}, "unit_voucher_number", "từ 1 đến 20 ký tự"),
    ({"unit_voucher_number": "x" * 21}, "unit_voucher_number", "Dài quá 20 ký tự"),
    ({"unit_voucher_number": "A\u202e1"}, "unit_voucher_number", "không in được"),
    ({"voucher_date": None}, "voucher_date", "Nhập ngày lập"),
    (
        {"voucher_date": TODAY + timedelta(days=1)},
        "voucher_date",
        "không được sau hôm nay, 20/11/2026",
    ),
    ({"budget_year": 2025}, "budget_year", "phải là 2026"),
    ({"budget_year": 2027}, "budget_year", "phải là 2026"),
    ({"payment_method": None}, "payment_method", "Chọn chuyển khoản hoặc tiền mặt"),
    ({"program_code": "12345"}, "program_code", "bắt đầu bằng 0 hoặc 9"),
    ({"program_code": "0123"}, "program_code", "gồm 5 chữ số"),
    ({"debit_account": ""}, "debit_account", "Chọn tài khoản trả tiền"),
    (
        {"debit_account": "3713.0.1990009"},
        "debit_account",
        "Tài khoản 3713.0.1990009 không thuộc đơn vị hoặc đã hết hiệu lực. Chọn tài khoản khác.",
    ),
    (
        {"debit_account": CLOSED},
        "debit_account",
        "không thuộc đơn vị hoặc đã hết hiệu lực",
    ),
    (
        {"debit_account": ESTIMATE},
        "debit_account",
        "Ủy nhiệm chi không dùng được tài khoản 9523.2.1990001",
    ),
    ({"voucher_date": date(2026, 11, 16)}, "debit_account", "đã hết hiệu lực"),
    ({"lines": ()}, "lines", "ít nhất một dòng"),
    ({"lines": ORDER.lines * 101}, "lines", "tối đa 100 dòng"),
    (
        {"client_amount_in_words": "Mười tám triệu đồng"},
        "client_amount_in_words",
        "tổng số tiền 18.690.000 đồng",
    ),
    ({"client_amount_in_words": ""}, "client_amount_in_words", "không khớp"),
    ({"contract_value": 5}, "contract_no", "Nhập số hợp đồng"),
    ({**CONTRACT, "contract_date": None}, "contract_date", "Nhập ngày hợp đồng"),
    (
        {**CONTRACT, "contract_date": TODAY + timedelta(days=1)},
        "contract_date",
        "không được sau hôm nay",
    ),
    ({**CONTRACT, "contract_value": None}, "contract_value", "Nhập giá trị hợp đồng"),
    (
        {**CONTRACT, "paid_before": 1_310_001},
        "contract_value",
        "chỉ còn 18.689.999 đồng",
    ),
    ({**CONTRACT, "paid_before": 30_000_000}, "contract_value", "chỉ còn 0 đồng"),
    ({**CONTRACT, "paid_before": -1}, "paid_before", "không được âm"),
]


@pytest.mark.parametrize(("changes", "path", "part"), HEADER)
def test_one_broken_rule_of_the_header_gives_one_sentence_at_its_field(changes, path, part):
    problems = found(replace(ORDER, **changes))
    assert list(problems) == [path]
    assert part in problems[path]


@pytest.mark.parametrize(
    "changes",
    [
        {"voucher_date": date(2026, 11, 17)},
        {"program_code": "91057"},
        {"program_code": "00000"},
        {"budget_year": 2026},
        {"lines": ORDER.lines * 100},
        {"client_amount_in_words": "mười tám triệu sáu trăm chín mươi ngàn đồng chẵn."},
        {**CONTRACT, "paid_before": 1_310_000},
        {"payee": AT_BANK},
    ],
)
def test_what_the_rules_allow_is_not_refused(changes):
    assert found(replace(ORDER, **changes)) == {}


def test_an_order_cannot_be_debited_from_an_estimate_nor_a_withdrawal_from_a_deposit():
    assert "Giấy rút dự toán không dùng được" in found(replace(WITHDRAWAL, debit_account=DEPOSIT))["debit_account"]


def test_a_voucher_is_not_judged_by_the_facts_of_another_form():
    problems = check_submission(WITHDRAWAL, FORMS["C4-02a/KB"], WORLD)
    assert [problem.path for problem in problems] == ["form_code", "debit_account"]


@pytest.mark.parametrize(("day", "good"), [(date(2027, 1, 29), True), (date(2027, 2, 1), False)])
def test_last_years_budget_is_spent_until_the_end_of_january(day, good):
    content = replace(WITHDRAWAL, voucher_date=day)
    assert ("budget_year" not in found(content, replace(WORLD, today=day))) is good


def test_a_holiday_moves_the_limit_of_the_voucher_date_back():
    old = replace(WITHDRAWAL, voucher_date=date(2026, 11, 12))
    assert found(old) == {"voucher_date": "Chứng từ đã quá 5 ngày làm việc. Lập lại với ngày từ 13/11/2026 trở đi."}
    assert found(old, replace(WORLD, holidays=frozenset({date(2026, 11, 18)}))) == {}


LINES = [
    ({"content": ""}, "content", "Nhập nội dung"),
    ({"content": "x" * 501}, "content", "Dài quá 500 ký tự"),
    ({"content": "tiền\nđiện"}, "content", "không in được"),
    ({"amount": None}, "amount", "lớn hơn 0"),
    ({"amount": 0}, "amount", "lớn hơn 0"),
    ({"amount": -1}, "amount", "không được âm"),
    ({"economic_item_code": ""}, "economic_item_code", "Nhập mã nội dung kinh tế"),
    ({"economic_item_code": "6500"}, "economic_item_code", "phải là tiểu mục"),
    ({"chapter_code": ""}, "chapter_code", "Nhập mã chương"),
    (
        {"chapter_code": "018"},
        "chapter_code",
        "Chương 018 không thuộc ngân sách cấp tỉnh",
    ),
    ({"sector_code": ""}, "sector_code", "Nhập mã ngành kinh tế"),
    ({"sector_code": "070"}, "sector_code", "phải là khoản"),
    ({"fund_source_code": ""}, "fund_source_code", "Nhập mã nguồn"),
    ({"fund_source_code": "00"}, "fund_source_code", "từ 01 đến 99"),
]


@pytest.mark.parametrize(("changes", "name", "part"), LINES)
def test_one_broken_rule_of_a_line_gives_one_sentence_at_that_line(changes, name, part):
    problems = found(with_line(WITHDRAWAL, **changes))
    assert list(problems) == [f"lines.0.{name}"]
    assert part in problems[f"lines.0.{name}"]


def test_a_problem_names_the_line_it_is_on():
    content = replace(WITHDRAWAL, lines=(WITHDRAWAL.lines[0], replace(WITHDRAWAL.lines[1], amount=0)))
    assert list(found(content)) == ["lines.1.amount"]


def test_deposit_payments_need_no_codes_but_given_ones_must_be_right():
    assert found(with_line(ORDER, economic_item_code="6501")) == {}
    assert list(found(with_line(ORDER, economic_item_code="65"))) == ["lines.0.economic_item_code"]


def test_delegated_spending_takes_a_chapter_of_another_level():
    assert found(with_line(replace(WITHDRAWAL, is_delegated_spending=True), chapter_code="018")) == {}


def test_a_line_and_a_total_over_fifteen_digits_fit_nowhere_not_even_in_a_draft():
    over = with_line(ORDER, amount=MAX_AMOUNT + 1)
    two = replace(ORDER, lines=(replace(ORDER.lines[0], amount=MAX_AMOUNT), ORDER.lines[0]))
    assert [problem.path for problem in check_draft(over)] == [
        "lines.0.amount",
        "total_amount",
    ]
    assert [problem.path for problem in check_draft(two)] == ["total_amount"]
    assert list(found(two)) == ["total_amount"]
    assert check_draft(with_line(ORDER, amount=MAX_AMOUNT)) == []


PAYEES = [
    (ORDER, {"kind": None}, ["payee.kind"]),
    (ORDER, {"name": "A"}, ["payee.name"]),
    (ORDER, {"name": ""}, ["payee.name"]),
    (ORDER, {"name": "x" * 201}, ["payee.name"]),
    (ORDER, {"address": "x" * 256}, ["payee.address"]),
    (ORDER, {"account": ""}, ["payee.account"]),
    (ORDER, {"account": "3713.0.199000"}, ["payee.account"]),
    (ORDER, {"account": "9523.2.1990002"}, ["payee.account"]),
    (ORDER, {"treasury_code": ""}, ["payee.treasury_code"]),
    (ORDER, {"treasury_code": "0060"}, ["payee.treasury_code"]),
    (ORDER, {"treasury_code": "0065"}, ["payee.treasury_code"]),
    (ORDER, {"relation_code": "199"}, ["payee.relation_code"]),
    (ORDER, {"program_code": "1"}, ["payee.program_code"]),
    (ORDER, {"bank_code": "31203001"}, ["payee.bank_code"]),
    (ORDER, {"receiver_name": "Đinh Công Sự"}, ["payee.receiver_name"]),
    (ORDER, {"receiver_id_date": TODAY}, ["payee.receiver_id_date"]),
    (WITHDRAWAL, {"account": "12345"}, ["payee.account"]),
    (WITHDRAWAL, {"account": "123 456"}, ["payee.account"]),
    (WITHDRAWAL, {"account": "1" * 21}, ["payee.account"]),
    (WITHDRAWAL, {"account": "12345đ"}, ["payee.account"]),
    (WITHDRAWAL, {"bank_code": "3120300"}, ["payee.bank_code"]),
    (WITHDRAWAL, {"bank_code": "31203002"}, ["payee.bank_code"]),
    (WITHDRAWAL, {"relation_code": "1990002"}, ["payee.relation_code"]),
    (WITHDRAWAL, {"treasury_code": "0064"}, ["payee.treasury_code"]),
    (CASH, {"receiver_name": ""}, ["payee.receiver_name"]),
    (CASH, {"receiver_id_number": ""}, ["payee.receiver_id_number"]),
    (CASH, {"receiver_id_number": "0310920000"}, ["payee.receiver_id_number"]),
    (CASH, {"receiver_id_date": None}, ["payee.receiver_id_date"]),
    (CASH, {"receiver_id_date": TODAY + timedelta(days=1)}, ["payee.receiver_id_date"]),
    (CASH, {"receiver_id_place": ""}, ["payee.receiver_id_place"]),
    (CASH, {"account": "0011002200330"}, ["payee.account"]),
]


@pytest.mark.parametrize(("content", "changes", "paths"), PAYEES)
def test_one_broken_rule_of_the_payee_gives_one_sentence_at_its_field(content, changes, paths):
    assert list(found(with_payee(content, **changes))) == paths


@pytest.mark.parametrize("number", ["031092000099", "012345678", "B1234567", "C12345678"])
def test_a_receiver_shows_a_card_or_a_passport(number):
    assert found(with_payee(CASH, receiver_id_number=number)) == {}


@pytest.mark.parametrize("method", PaymentMethod)
@pytest.mark.parametrize("payee", [AT_BANK, AT_TREASURY, IN_CASH])
def test_cash_goes_to_a_person_and_a_transfer_to_an_account(method, payee):
    fits = method.is_cash == (payee.kind is PayeeKind.CASH_PERSON)
    assert list(found(replace(ORDER, payment_method=method, payee=payee))) == ([] if fits else ["payee.kind"])


def test_returned_money_may_go_back_to_an_estimate_account():
    content = with_payee(ORDER, account="9523.2.1990002")
    facts = replace(FORMS["C4-02a/KB"], pays_estimate_accounts=True)
    assert check_submission(content, facts, WORLD) == []


def test_without_a_list_of_banks_only_the_shape_of_the_code_is_checked():
    content = with_payee(WITHDRAWAL, bank_code="99999999")
    assert found(content, replace(WORLD, bank_codes=None)) == {}


def test_cash_has_a_ceiling_that_is_a_setting():
    content = with_line(CASH, amount=100_000_001)
    assert "tối đa 100.000.000 đồng tiền mặt" in found(content)["payment_method"]
    assert found(with_line(CASH, amount=100_000_000)) == {}
    assert found(content, replace(WORLD, cash_ceiling=None)) == {}


def _sentences() -> list[str]:
    vouchers = [VoucherContent(form_code="C2-02a/NS")]
    vouchers += [replace(ORDER, **changes) for changes, _, _ in HEADER]
    vouchers += [with_line(WITHDRAWAL, **changes) for changes, _, _ in LINES]
    vouchers += [with_payee(content, **changes) for content, changes, _ in PAYEES]
    return [sentence for content in vouchers for sentence in found(content).values()]


def test_every_sentence_is_composed_vietnamese_ends_with_a_stop_and_shows_no_code_names():
    for sentence in _sentences():
        assert unicodedata.normalize("NFC", sentence) == sentence
        assert sentence.endswith(".") and "_" not in sentence and sentence[0].isupper()


def _accepted(check, digits: int) -> list[int]:
    return [code for code in range(10**digits) if check(f"{code:0{digits}d}") is None]


def test_an_economic_item_is_a_detail_and_never_a_group():
    assert _accepted(economic_item_problem, 4) == [code for code in range(10_000) if code % 10]


def test_a_sector_is_a_detail_inside_one_of_the_groups():
    starts = [10, 40, 70, 100, 130, 160, 190, 220, 250, 280, 340, 370, 400, 430]
    inside = [start + n for start in starts for n in range(60 if start == 280 else 30)]
    assert _accepted(sector_problem, 3) == [code for code in inside if code % 10]


@pytest.mark.parametrize(
    ("level", "first", "last"),
    [(1, 1, 399), (2, 400, 599), (3, 600, 799), (4, 800, 989)],
)
def test_a_chapter_belongs_to_the_level_of_the_account(level, first, last):
    assert _accepted(lambda code: chapter_problem(code, level, False), 3) == list(range(first, last + 1))


def test_any_chapter_fits_an_account_without_a_level_or_delegated_spending():
    assert _accepted(lambda code: chapter_problem(code, 0, False), 3) == list(range(1, 990))
    assert _accepted(lambda code: chapter_problem(code, 2, True), 3) == list(range(1, 990))


def test_a_fund_source_is_any_two_digits_but_zero():
    assert _accepted(fund_source_problem, 2) == list(range(1, 100))


def test_a_programme_starts_with_zero_or_nine():
    assert _accepted(program_problem, 5) == [*range(10_000), *range(90_000, 100_000)]


CODE_CHECKS = [
    economic_item_problem,
    sector_problem,
    fund_source_problem,
    program_problem,
    lambda code: chapter_problem(code, 0, False),
]


@pytest.mark.parametrize("check", CODE_CHECKS)
@pytest.mark.parametrize("code", ["", "1", "123456", "a1", "0a1", "６５０１", "6501\n", "4２２", "422 "])
def test_a_code_of_another_shape_is_refused(check, code):
    assert check(code) is not None


@pytest.mark.parametrize(
    ("item", "parent"),
    [("6501", "6500"), ("6549", "6500"), ("6551", "6550"), ("0099", "0050")],
)
def test_an_item_knows_its_group(item, parent):
    assert parent_item(item) == parent


TEXT = st.text(st.characters(categories=("L", "N", "P")), max_size=12).map(lambda t: unicodedata.normalize("NFC", t))
SUM = st.none() | st.integers(-(10**16), 10**16)
DAY = st.none() | st.dates()


def _build(value_type, /, **special):
    return st.builds(
        value_type,
        **{field.name: special.get(field.name, TEXT) for field in fields(value_type)},
    )


CONTENTS = _build(
    VoucherContent,
    form_edition=st.sampled_from(["ND11", "ND347"]),
    voucher_date=DAY,
    budget_year=st.none() | st.integers(0, 9999),
    spending_nature=st.none() | st.sampled_from(SpendingNature),
    payment_method=st.none() | st.sampled_from(PaymentMethod),
    contract_date=DAY,
    contract_value=SUM,
    paid_before=SUM,
    is_delegated_spending=st.booleans(),
    lines=st.lists(_build(VoucherLine, amount=SUM), max_size=3).map(tuple),
    payee=_build(Payee, kind=st.none() | st.sampled_from(PayeeKind), receiver_id_date=DAY),
    client_amount_in_words=st.none() | TEXT,
)


@given(CONTENTS)
def test_a_voucher_stored_as_json_comes_back_equal(content):
    assert VoucherContent.from_mapping(json.loads(json.dumps(content.to_mapping()))) == content


@given(CONTENTS)
def test_whatever_is_written_gets_sentences_and_never_a_crash(content):
    problems = check_submission(content, FORMS["C2-02a/NS"], WORLD)
    assert len({problem.path for problem in problems}) == len(problems)
    drafted = {problem.path for problem in check_draft(content)}
    assert drafted <= {problem.path for problem in problems}


def test_a_missing_field_is_an_empty_one():
    assert VoucherContent.from_mapping({"form_code": "C4-02a/KB"}) == VoucherContent(form_code="C4-02a/KB")


def test_texts_are_stored_in_composed_form():
    decomposed = unicodedata.normalize("NFD", "  Điện  nước ")
    content = VoucherContent.from_mapping({"form_code": "C4-02a/KB", "lines": [{"content": decomposed}]})
    assert content.lines[0].content == "Điện nước"


WRECKS = [
    ({"voucher_date": "20/11/2026"}, "voucher_date", "ngày có thật"),
    ({"voucher_date": "2026-02-30"}, "voucher_date", "ngày có thật"),
    ({"voucher_date": "20261120"}, "voucher_date", "ngày có thật"),
    ({"budget_year": "2026"}, "budget_year", "số nguyên"),
    ({"contract_value": 1.0}, "contract_value", "số nguyên"),
    ({"contract_value": True}, "contract_value", "số nguyên"),
    ({"unit_voucher_number": 15}, "unit_voucher_number", "chữ"),
    ({"client_amount_in_words": 15}, "client_amount_in_words", "chữ"),
    ({"payment_method": "cheque"}, "payment_method", "một mục trong danh sách"),
    ({"payment_method": ["transfer"]}, "payment_method", "một mục trong danh sách"),
    ({"is_delegated_spending": 1}, "is_delegated_spending", "có hoặc không"),
    ({"lines": {}}, "lines", "một danh sách"),
    ({"lines": [{}, "x"]}, "lines.1", "một nhóm thông tin"),
    ({"lines": [{"amount": "5"}]}, "lines.0.amount", "số nguyên"),
    ({"lines": [{"tip": 5}]}, "lines.0.tip", "không có trên chứng từ"),
    ({"payee": []}, "payee", "một nhóm thông tin"),
    ({"payee": {"kind": "friend"}}, "payee.kind", "một mục trong danh sách"),
    ({"payee": {"iban": "x"}}, "payee.iban", "không có trên chứng từ"),
    ({"total_amount": 5}, "total_amount", "không có trên chứng từ"),
]


@pytest.mark.parametrize(("wreck", "path", "part"), WRECKS)
def test_a_damaged_mapping_is_refused_at_the_damaged_place(wreck, path, part):
    with pytest.raises(Invalid) as refusal:
        VoucherContent.from_mapping({"form_code": "C4-02a/KB", **wreck})
    assert [problem.path for problem in refusal.value.problems] == [path]
    assert part in refusal.value.problems[0].sentence


def test_all_damage_is_named_at_once():
    with pytest.raises(Invalid) as refusal:
        VoucherContent.from_mapping({"form_code": 1, "lines": [{"amount": "x"}], "payee": {"kind": 2}})
    assert [problem.path for problem in refusal.value.problems] == [
        "form_code",
        "lines.0.amount",
        "payee.kind",
    ]
