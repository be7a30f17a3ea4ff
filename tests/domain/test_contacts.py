"""Identity numbers, telephones, mail boxes: one form each, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from backend.domain.contacts import (
    IdKind,
    identity_of,
    is_fax,
    is_mailbox,
    is_mobile,
    is_telephone,
    issue_date_problem,
    mailbox,
    telephone,
)

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "number", "kind"),
    [
        ("031195000011", "031195000011", IdKind.CITIZEN_CARD),
        (" 031.195.000.011 ", "031195000011", IdKind.CITIZEN_CARD),
        ("012345678", "012345678", IdKind.FORMER_CARD),
        ("b1234567", "B1234567", IdKind.PASSPORT),
        ("C12345678", "C12345678", IdKind.PASSPORT),
    ],
)
def test_a_number_tells_its_document(typed: str, number: str, kind: IdKind) -> None:
    identity = identity_of(typed)
    assert identity is not None
    assert (identity.number, identity.kind) == (number, kind)


@pytest.mark.parametrize(
    "typed", ["", "000195000011", "097195000011", "03119500001", "0311950000112", "BB123456", "B123456", "0C000000"]
)
def test_what_no_document_carries_is_refused(typed: str) -> None:
    assert identity_of(typed) is None


@pytest.mark.parametrize(("number", "year"), [("031095000011", 1995), ("031195000011", 1995), ("031205000011", 2005)])
def test_a_citizen_number_knows_the_birth_year(number: str, year: int) -> None:
    identity = identity_of(number)
    assert identity is not None
    assert identity.birth_year == year


@pytest.mark.parametrize(
    ("number", "issued", "told"),
    [
        ("031195000011", date(2026, 11, 23), "sau hôm nay"),
        ("031195000011", date(2008, 12, 31), "14 năm"),
        ("012345678", date(2025, 1, 1), "không còn được cấp"),
    ],
)
def test_a_day_of_issue_that_cannot_be_is_told(number: str, issued: date, told: str) -> None:
    identity = identity_of(number)
    assert identity is not None
    assert told in (issue_date_problem(identity, issued, TODAY) or "")


def test_a_possible_day_of_issue_is_accepted() -> None:
    identity = identity_of("031195000011")
    assert identity is not None
    assert issue_date_problem(identity, TODAY, TODAY) is None


@pytest.mark.parametrize("typed", ["0912.888.601", "+84912888601", "0912 888 601", "0912-888-601"])
def test_a_mobile_number_has_one_form(typed: str) -> None:
    assert telephone(typed) == "0912888601"
    assert is_mobile(telephone(typed))


@pytest.mark.parametrize("typed", ["0212888601", "091288860", "09128886011", "0112888601", "912888601", ""])
def test_what_is_no_mobile_number(typed: str) -> None:
    assert not is_mobile(telephone(typed))


@pytest.mark.parametrize(("typed", "is_one"), [("02253888999", True), ("0225388899", True), ("01253888999", False)])
def test_a_unit_may_have_a_landline(typed: str, is_one: bool) -> None:
    assert is_telephone(telephone(typed)) is is_one


@pytest.mark.parametrize(("typed", "is_one"), [("02253888999", True), ("12345", False), ("1234567890123456", False)])
def test_a_fax_number_is_six_to_fifteen_digits(typed: str, is_one: bool) -> None:
    assert is_fax(typed) is is_one


@pytest.mark.parametrize("typed", ["a@b.vn", "mai.ngan@hoaphuong.example", "x+y@mot.hai.ba.vn"])
def test_a_mail_box(typed: str) -> None:
    assert is_mailbox(typed)


@pytest.mark.parametrize(
    "typed", ["", "a", "a@b", "a b@c.vn", "a@b..vn", "@b.vn", "a@b.vn\n", "x" * 65 + "@b.vn", "a@-.", "ữ@b.vn"]
)
def test_what_is_no_mail_box(typed: str) -> None:
    assert not is_mailbox(typed)


def test_the_domain_of_a_mail_box_is_lower_case_and_the_name_is_left_alone() -> None:
    assert mailbox(" Ke.Toan@DonVi.VN ") == "Ke.Toan@donvi.vn"
