"""Account numbers and Treasury codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.accounts import (
    ACCOUNT_NUMBER,
    AccountKind,
    AccountNumber,
    is_treasury_code,
    serves_customers,
    why_not_served,
)
from backend.domain.errors import Invalid


@pytest.mark.parametrize("text", ["3511.0.9091378", "3741.0.1044548", "3713.0.1990001", "9523.2.1990001"])
def test_an_account_number_is_read_and_written_back_unchanged(text):
    assert str(AccountNumber.parse(text)) == text


def test_the_three_parts_of_an_account_number_are_told_apart():
    assert AccountNumber.parse("9523.2.1990001") == AccountNumber("9523", 2, "1990001")


@given(st.from_regex(ACCOUNT_NUMBER, fullmatch=True))
def test_every_number_of_the_right_shape_survives_reading(text):
    assert str(AccountNumber.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3713",
        "3713.0",
        "3713-0-1990001",
        "4713.0.1990001",
        "6713.0.1990001",
        "0713.0.1990001",
        "3713.5.1990001",
        "3713.0.4990001",
        "3713.0.199000",
        "3713.0.19900012",
        " 3713.0.1990001",
        "3713.0.1990001\n",
        "3713.0.199000１",
        "٣713.0.1990001",
    ],
)
def test_anything_else_is_refused_with_a_sentence_at_its_field(text):
    with pytest.raises(Invalid) as refusal:
        AccountNumber.parse(text, "payee.account")
    assert [problem.path for problem in refusal.value.problems] == ["payee.account"]
    assert "Nhập theo mẫu 3713.0.1990001" in refusal.value.problems[0].sentence


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("9523.2.1990001", AccountKind.ESTIMATE),
        ("3713.0.1990001", AccountKind.DEPOSIT),
        ("3511.0.9091378", AccountKind.DEPOSIT_LIKE),
        ("3911.0.1990001", AccountKind.DEPOSIT_LIKE),
        ("3611.0.1990001", None),
        ("1111.1.1990001", None),
    ],
)
def test_the_first_two_digits_tell_what_an_account_is_for(text, kind):
    assert AccountNumber.parse(text).kind is kind


@pytest.mark.parametrize("text", ["9523.2.1990001", "9552.2.7990001", "9552.1.8990001", "3511.0.9990004"])
def test_these_accounts_can_be_registered(text):
    assert why_not_served(AccountNumber.parse(text), takes_projects=True) is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("9523.0.1990001", "mã cấp ngân sách từ 1 đến 4"),
        ("9523.2.9990001", "không dùng được với tài khoản dự toán"),
        ("9523.2.3990001", "không dùng được với tài khoản dự toán"),
        ("9523.2.7990001", "Mã dự án 7990001 không dùng được với tài khoản 9523"),
        ("3713.0.8990001", "Mã dự án 8990001 không dùng được với tài khoản 3713"),
        ("1111.1.1990001", "không thuộc loại được giao dịch"),
    ],
)
def test_these_accounts_cannot_be_registered(text, part):
    assert part in (why_not_served(AccountNumber.parse(text), takes_projects=False) or "")


@pytest.mark.parametrize("code", ["0003", "0011", "0064", "0111", "2069"])
def test_an_office_that_serves_customers_is_known_by_its_code(code):
    assert serves_customers(code)


@pytest.mark.parametrize(
    "code",
    ["0001", "0010", "0060", "2060", "2010", "", "64", "00640", "00a4", "００６４"],
)
def test_totals_and_non_codes_serve_nobody(code):
    assert not serves_customers(code)


def test_a_province_total_is_still_a_code():
    assert is_treasury_code("2060") and not is_treasury_code("206")
