"""What a client may send: known fields, of their kind and size, in NFC."""

from __future__ import annotations

import copy
import unicodedata
from typing import Any

import pytest

from shared_schemas.problems import Problem

from .conftest import People, a_voucher


def _fields(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.text
    assert not Problem().validate(response.json)
    return {field["path"]: field["sentence"] for field in response.json["fields"]}


@pytest.mark.parametrize("name", ["status", "unit_id", "signed_by", "total_amount", "__proto__"])
def test_an_unknown_field_is_refused_wherever_it_stands(signed_in: People, name: str) -> None:
    inside, deep = a_voucher(), a_voucher()
    inside[name] = 1
    deep["lines"][0][name] = 1

    top = signed_in.maker.sends("/api/dossiers", {"vouchers": [a_voucher()], name: 1})
    within = signed_in.maker.sends("/api/dossiers", {"vouchers": [inside, deep]})

    assert _fields(top) == {name: "Trường này không có trong biểu mẫu."}
    assert _fields(within).keys() == {f"vouchers.0.{name}", f"vouchers.1.lines.0.{name}"}
    assert signed_in.maker.gets("/api/dossiers").json["items"] == []


def _wrecks() -> list[tuple[str, Any, str]]:
    return [
        ("form_code", "c9_99", "vouchers.0.form_code"),
        ("form_code", None, "vouchers.0.form_code"),
        ("unit_voucher_number", "x" * 21, "vouchers.0.unit_voucher_number"),
        ("unit_voucher_number", 7, "vouchers.0.unit_voucher_number"),
        ("unit_voucher_number", "a\x00b", "vouchers.0.unit_voucher_number"),
        ("unit_voucher_number", "\ud800", "vouchers.0.unit_voucher_number"),
        ("voucher_date", "22/11/2026", "vouchers.0.voucher_date"),
        ("voucher_date", "2026-02-30", "vouchers.0.voucher_date"),
        ("voucher_date", "0001-01-01", "vouchers.0.voucher_date"),
        ("payment_method", "bitcoin", "vouchers.0.payment_method"),
        ("lines", "none", "vouchers.0.lines"),
        ("lines", [7], "vouchers.0.lines.0"),
        ("payee", None, "vouchers.0.payee"),
        ("payee", [], "vouchers.0.payee"),
    ]


@pytest.mark.parametrize(("name", "value", "path"), _wrecks())
def test_a_damaged_field_is_named_in_vietnamese(signed_in: People, name: str, value: Any, path: str) -> None:
    fields = _fields(signed_in.maker.sends("/api/dossiers", {"vouchers": [a_voucher(**{name: value})]}))

    assert list(fields) == [path]
    assert not fields[path].isascii()


@pytest.mark.parametrize("amount", [0, -1, 1.5, 1.0, "5", True, 10**15, 1e300, [], {}])
def test_money_is_a_whole_number_of_dong(signed_in: People, amount: Any) -> None:
    voucher = a_voucher()
    voucher["lines"][0]["amount"] = amount

    assert list(_fields(signed_in.maker.sends("/api/dossiers", {"vouchers": [voucher]}))) == [
        "vouchers.0.lines.0.amount"
    ]


def test_leaving_a_field_out_is_not_the_same_as_emptying_it(signed_in: People) -> None:
    voucher = a_voucher()
    del voucher["program_code"]

    fields = _fields(signed_in.maker.sends("/api/dossiers", {"vouchers": [voucher]}))

    assert fields == {"vouchers.0.program_code": "Thiếu trường này."}


def test_an_empty_draft_is_taken(signed_in: People) -> None:
    voucher = a_voucher(unit_voucher_number="", voucher_date=None, payment_method=None, debit_account="", lines=[])
    voucher["payee"] = {name: ("" if isinstance(value, str) else None) for name, value in voucher["payee"].items()}
    voucher["payee"] |= {"payee_kind": None, "payee_bank_code": None}

    response = signed_in.maker.sends("/api/dossiers", {"vouchers": [voucher]})

    assert response.status_code == 201, response.text
    assert response.json["vouchers"][0]["content"] == voucher


def test_words_are_trimmed_and_composed(signed_in: People) -> None:
    voucher = a_voucher(program_code="  ")
    voucher["payee"]["payee_name"] = unicodedata.normalize("NFD", "  Công ty Điện lực  ")

    content = signed_in.maker.sends("/api/dossiers", {"vouchers": [voucher]}).json["vouchers"][0]["content"]

    assert content["payee"]["payee_name"] == unicodedata.normalize("NFC", "Công ty Điện lực")
    assert content["program_code"] is None


def test_saving_takes_back_exactly_what_reading_gave(signed_in: People) -> None:
    dossier = signed_in.maker.begins()
    words = {
        "expected_version": dossier["version"],
        "vouchers": [voucher["content"] for voucher in dossier["vouchers"]],
    }

    saved = signed_in.maker.sends(f"/api/dossiers/{dossier['id']}", copy.deepcopy(words), method="PUT")

    assert saved.status_code == 200, saved.text
    assert [voucher["content"] for voucher in saved.json["vouchers"]] == words["vouchers"]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/inbox?filter=mine", "filter"),
        ("/api/dossiers?status=gone", "status.0"),
        ("/api/dossiers?from=yesterday", "from"),
        ("/api/dossiers?from=0001-01-01", "from"),
        ("/api/dossiers?to=9999-12-31", "to"),
        ("/api/dossiers?min_amount=-1", "min_amount"),
        ("/api/dossiers?max_amount=" + "9" * 400, "max_amount"),
        ("/api/events?after=99999999999999999999", "after"),
        ("/api/events?after=x", "after"),
        ("/api/banks?q=%00", "q"),
        ("/api/documents/00000000-0000-4000-8000-000000000000/pages/1.webp?w=721", "w"),
    ],
)
def test_a_damaged_query_is_named_in_vietnamese(signed_in: People, path: str, field: str) -> None:
    fields = _fields(signed_in.chief.gets(path))

    assert list(fields) == [field]
    assert not fields[field].isascii()


@pytest.mark.parametrize(
    "path", ["/api/dossiers/1", "/api/dossiers/%00", "/api/amount-in-words/0", "/api/amount-in-words/-5"]
)
def test_an_address_that_names_nothing_is_not_found(signed_in: People, path: str) -> None:
    assert signed_in.maker.gets(path).status_code == 404


def test_a_password_that_no_text_can_be_is_just_refused(people: People) -> None:
    response = people.maker.logs_in("\ud800")

    assert response.status_code == 422
    assert response.json["fields"] == [{"path": "password", "sentence": "Đoạn chữ bị hỏng."}]
