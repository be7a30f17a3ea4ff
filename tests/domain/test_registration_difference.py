"""A change is told field by field: nothing that differs stays unsaid, nothing that is the same is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import pytest

from backend.domain.people import ServiceTitle
from backend.domain.registration_content import (
    BoundCertificate,
    DeclaredAccount,
    GrantRow,
    LedgerRow,
    MemberPart,
    RegistrationContent,
    RelationRow,
    SigningForm,
    UnitPart,
)
from backend.domain.registration_difference import ChangeKind, difference, form_of, kinds_of

NAMES = {"mobile_use": "Sử dụng trên thiết bị di động", "vnpt": "VNPT SMART CA", "0064": "0064 KBNN Lê Chân"}
_T = ServiceTitle


def a_signer(id_: str, name: str, title: ServiceTitle, provider: str = "vnpt", **changed: Any) -> MemberPart:
    form = SigningForm.REMOTE if provider else SigningForm.USB_TOKEN
    mark = BoundCertificate(
        provider=provider,
        provider_login=f"login-{id_}" if provider else "",
        der="MIIF",
        chain=("MIIG",),
        fingerprint="ab" * 32,
        serial_number=f"5404{id_}",
        subject_name=name,
        issuer_name="VNPT-CA",
        valid_from="2026-01-01T00:00:00+00:00",
        valid_to="2029-01-01T00:00:00+00:00",
    )
    whole = MemberPart(
        id=id_,
        full_name=name,
        id_number="031085000092",
        id_issue_date=date(2021, 5, 1),
        id_issue_place="Bộ Công an",
        email=f"{id_}@saomai.example",
        mobile_phone="0900000091",
        service_title=title,
        permissions=(title,),
        signing_form=form,
        certificate=mark,
        grants=(GrantRow("3713.0.1990009", "00000", date(2026, 1, 1), date(2027, 1, 1)),),
    )
    return replace(whole, **changed)


CONTENT = RegistrationContent(
    unit=UnitPart("0064", "1990009", "Trường Mầm non Sao Mai", "02253888999", "ketoan@saomai.example", "0225", "HN"),
    services=("balance_reconciliation", "mobile_use"),
    ledgers=(LedgerRow("3713", "Tiền gửi khác", 0, "", date(2026, 1, 1), date(2029, 1, 1)),),
    relations=(RelationRow("1990009", "Trường Mầm non Sao Mai"),),
    accounts=(DeclaredAccount("3713.0.1990009", "Tiền gửi khác", "00000", date(2026, 1, 1), date(2029, 1, 1)),),
    members=(
        MemberPart(id="m1", full_name="Lê Thị Ngọc", service_title=_T.ACCOUNTANT, permissions=(_T.ACCOUNTANT,)),
        a_signer("m2", "Phạm Văn Đạt", _T.CHIEF_ACCOUNTANT),
        a_signer("m3", "Nguyễn Thị Hà", _T.ACCOUNT_HOLDER),
    ),
)


def _others(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Every value that differs from ``value`` in one place, with the place."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            for where, other in _others(getattr(value, field.name), f"{place}.{field.name}"):
                yield where, replace(value, **{field.name: other})
    elif isinstance(value, tuple):
        for at, each in enumerate(value):
            yield f"{place}.{at} gone", value[:at] + value[at + 1 :]
            for where, other in _others(each, f"{place}.{at}"):
                yield where, (*value[:at], other, *value[at + 1 :])
    elif isinstance(value, Enum):
        yield place, next(other for other in type(value) if other is not value)
    elif isinstance(value, bool):
        yield place, not value
    elif isinstance(value, int):
        yield place, value + 1
    elif isinstance(value, date):
        yield place, value + timedelta(days=1)
        yield f"{place} gone", None
    elif isinstance(value, str) and "T00:00" in value:
        yield place, (datetime.fromisoformat(value) + timedelta(days=1)).isoformat()
    elif isinstance(value, str):
        yield place, f"{value}7"


EVERY_CHANGE = dict(_others(CONTENT, "content"))


def test_every_field_of_a_declaration_is_tried() -> None:
    places = {place.rpartition(".")[2].split(" ")[0] for place in EVERY_CHANGE}
    parts = (UnitPart, LedgerRow, RelationRow, DeclaredAccount, GrantRow, MemberPart, BoundCertificate)
    lists = {"chain", "permissions", "grants", "certificate"}
    assert {field.name for part in parts for field in fields(part)} - lists <= places


@pytest.mark.parametrize("changed", EVERY_CHANGE.values(), ids=EVERY_CHANGE.keys())
def test_no_single_difference_stays_unsaid(changed: RegistrationContent) -> None:
    rows = difference(CONTENT, changed, NAMES)

    assert rows
    assert all(row.before != row.after and row.group and row.label for row in rows)
    assert difference(changed, CONTENT, NAMES)


def test_what_is_the_same_is_not_told_and_an_order_means_nothing() -> None:
    turned = replace(CONTENT, members=CONTENT.members[::-1], services=CONTENT.services[::-1])

    assert difference(CONTENT, CONTENT, NAMES) == ()
    assert difference(CONTENT, turned, NAMES) == ()


def test_a_row_that_stands_twice_is_told_when_one_of_the_two_goes() -> None:
    twice = replace(CONTENT, relations=CONTENT.relations * 2)

    (row,) = difference(twice, CONTENT, NAMES)

    assert (row.label, row.before, row.after) == ("1990009", "Trường Mầm non Sao Mai", "")


def test_rows_speak_as_people_do() -> None:
    holder = CONTENT.members[2]
    changed = replace(
        CONTENT,
        services=("balance_reconciliation",),
        members=(
            *CONTENT.members[:2],
            replace(holder, email="moi@saomai.example", grants=(GrantRow("3713.0.1990009", "", date(2026, 1, 1)),)),
        ),
    )

    told = [(row.group, row.label, row.before, row.after) for row in difference(CONTENT, changed, NAMES)]

    assert told == [
        ("Dịch vụ", "Sử dụng trên thiết bị di động", "Sử dụng", ""),
        ("Thành viên Nguyễn Thị Hà", "Email", "m3@saomai.example", "moi@saomai.example"),
        (
            "Thành viên Nguyễn Thị Hà",
            "Tài khoản 3713.0.1990009",
            "từ 01/01/2026 đến 01/01/2027",
            "từ 01/01/2026, không thời hạn",
        ),
    ]


def on_tokens(content: RegistrationContent) -> RegistrationContent:
    members = [
        a_signer(each.id, each.full_name, each.permissions[0], provider="") if each.signs else each
        for each in content.members
    ]
    return replace(content, members=tuple(members))


def test_a_switch_of_the_signing_form_is_told_for_the_unit_and_for_each_signer() -> None:
    tokens = on_tokens(CONTENT)

    rows = difference(tokens, CONTENT, NAMES)

    assert form_of(tokens) is SigningForm.USB_TOKEN
    assert kinds_of(rows) == {ChangeKind.SIGNING_FORM_SWITCH}
    assert [(row.group, row.before, row.after) for row in rows if "ình thức" in row.label] == [
        ("Hình thức ký", "USB token", "Ký số từ xa"),
        ("Thành viên Phạm Văn Đạt", "USB token", "Ký số từ xa"),
        ("Thành viên Nguyễn Thị Hà", "USB token", "Ký số từ xa"),
    ]
    assert kinds_of(difference(CONTENT, tokens, NAMES)) == {ChangeKind.SIGNING_FORM_SWITCH}


_CHIEF, _HOLDER = CONTENT.members[1:]
assert _HOLDER.certificate is not None
KINDS = {
    "unit_info": replace(CONTENT, unit=replace(CONTENT.unit, phone="0225999999")),
    "services": replace(CONTENT, services=()),
    "accounts": replace(CONTENT, accounts=()),
    "members": replace(CONTENT, members=CONTENT.members[:2]),
    "certificate_renewal": replace(
        CONTENT,
        members=(
            *CONTENT.members[:2],
            replace(_HOLDER, certificate=replace(_HOLDER.certificate, serial_number="77", fingerprint="cd" * 32)),
        ),
    ),
    "termination": replace(CONTENT, terminate=True),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_of_a_change_follows_from_what_differs(kind: str) -> None:
    assert kinds_of(difference(CONTENT, KINDS[kind], NAMES)) == {ChangeKind(kind)}


def test_a_new_member_with_a_certificate_is_no_renewal() -> None:
    deputy = a_signer("m4", "Vũ Thị Ánh", _T.DELEGATED_ACCOUNT_HOLDER)

    rows = difference(CONTENT, replace(CONTENT, members=(*CONTENT.members, deputy)), NAMES)

    assert kinds_of(rows) == {ChangeKind.MEMBERS}
    assert ("Thành viên", "", "Thêm mới") in [(row.label, row.before, row.after) for row in rows]


def test_several_kinds_may_stand_in_one_dossier() -> None:
    changed = replace(KINDS["unit_info"], members=KINDS["certificate_renewal"].members)

    assert kinds_of(difference(CONTENT, changed, NAMES)) == {ChangeKind.UNIT_INFO, ChangeKind.CERTIFICATE_RENEWAL}
