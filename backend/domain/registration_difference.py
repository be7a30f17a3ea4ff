"""What a change of registration changes, field by field, and which kinds of change it holds.

For the person who signs it and for the Treasury, who both must see every difference: what is not told here would be
approved unseen. Rows that stay the same give nothing; an order of rows means nothing. Does not: judge the change
(``registration_check.py``), know names of services, offices and providers, which are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from backend.domain.people import TITLE_LABEL, ServiceTitle
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
from backend.domain.units import UNIT_KIND_LABEL
from backend.domain.workdays import vietnam_date

_Part = TypeVar("_Part")
_Texts = Sequence[tuple[str, Callable[[_Part], str]]]
"""Label and text of each field of a part."""


class ChangeKind(StrEnum):
    """What a change is about; one dossier may hold several."""

    UNIT_INFO = "unit_info"
    SERVICES = "services"
    ACCOUNTS = "accounts"
    MEMBERS = "members"
    CERTIFICATE_RENEWAL = "certificate_renewal"
    SIGNING_FORM_SWITCH = "signing_form_switch"
    TERMINATION = "termination"


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One line of "Hiện tại → Thay đổi"."""

    kind: ChangeKind
    group: str
    """Vietnamese heading; of a member, the name."""
    label: str
    before: str
    """Empty: did not exist, or nothing was filled in."""
    after: str
    """Empty: is no more."""


FORM_LABEL: Mapping[SigningForm, str] = {SigningForm.USB_TOKEN: "USB token", SigningForm.REMOTE: "Ký số từ xa"}


def difference(
    before: RegistrationContent, after: RegistrationContent, names: Mapping[str, str]
) -> tuple[DifferenceRow, ...]:
    """Every difference, in the order of the wizard. ``names``: codes of services, offices and providers to names."""
    return (
        *_termination(before, after),
        *_signing_form(before, after),
        *_fields(ChangeKind.UNIT_INFO, "Đơn vị", _unit_texts(names), before.unit, after.unit),
        *_services(before, after, names),
        *_listed(ChangeKind.ACCOUNTS, "Mã tài khoản kế toán", before.ledgers, after.ledgers, _ledger_key, _ledger),
        *_listed(ChangeKind.ACCOUNTS, "Mã ĐVQHNS/Dự án", before.relations, after.relations, _relation_key, _relation),
        *_listed(ChangeKind.ACCOUNTS, "Số tài khoản", before.accounts, after.accounts, _account_key, _account),
        *_members(before, after, names),
        *_fields(ChangeKind.MEMBERS, "Tài liệu kèm theo", _ATTACHED, before, after),
    )


def kinds_of(rows: Sequence[DifferenceRow]) -> frozenset[ChangeKind]:
    """Which kinds of change there are."""
    return frozenset(row.kind for row in rows)


def form_of(content: RegistrationContent) -> SigningForm | None:
    """How all signers sign; None when they do not agree, or nobody said."""
    forms = {member.signing_form for member in content.members if member.signs}
    return next(iter(forms)) if len(forms) == 1 else None


def switches_form(before: RegistrationContent, after: RegistrationContent) -> bool:
    """The signers who stay, or who come, sign in another way than the unit does now."""
    now = form_of(before)
    return now is not None and any(member.signs and member.signing_form not in (now, None) for member in after.members)


def _termination(before: RegistrationContent, after: RegistrationContent) -> Iterator[DifferenceRow]:
    said = [("Không", "Có")[content.terminate] for content in (before, after)]
    if said[0] != said[1]:
        yield DifferenceRow(
            ChangeKind.TERMINATION, "Ngừng sử dụng", "Ngừng sử dụng dịch vụ công trực tuyến", said[0], said[1]
        )


def _signing_form(before: RegistrationContent, after: RegistrationContent) -> Iterator[DifferenceRow]:
    if switches_form(before, after):
        now, then = form_of(before), form_of(after)
        said = FORM_LABEL[then] if then else "Chưa thống nhất"
        yield DifferenceRow(
            ChangeKind.SIGNING_FORM_SWITCH, "Hình thức ký", "Hình thức chữ ký số của đơn vị", _form(now), said
        )


def _services(
    before: RegistrationContent, after: RegistrationContent, names: Mapping[str, str]
) -> Iterator[DifferenceRow]:
    for code in dict.fromkeys((*before.services, *after.services)):
        said = ["Sử dụng" if code in content.services else "" for content in (before, after)]
        if said[0] != said[1]:
            yield DifferenceRow(ChangeKind.SERVICES, "Dịch vụ", names.get(code, code), said[0], said[1])


def _members(
    before: RegistrationContent, after: RegistrationContent, names: Mapping[str, str]
) -> Iterator[DifferenceRow]:
    for old, new in _pairs(before.members, after.members, lambda member: member.id):
        known = new or old
        assert known is not None
        group = f"Thành viên {known.full_name}".rstrip()
        if new is None:
            yield DifferenceRow(ChangeKind.MEMBERS, group, "Thành viên", "Đang sử dụng", "")
            continue
        if old is None:
            yield DifferenceRow(ChangeKind.MEMBERS, group, "Thành viên", "", "Thêm mới")
        yield from _member(group, old, new, names)


def _member(group: str, old: MemberPart | None, new: MemberPart, names: Mapping[str, str]) -> Iterator[DifferenceRow]:
    then = old or MemberPart()
    switched = None not in (then.signing_form, new.signing_form) and then.signing_form is not new.signing_form
    form_kind = ChangeKind.SIGNING_FORM_SWITCH if switched else ChangeKind.MEMBERS
    renewed = then.certificate and new.certificate and not switched
    mark_kind = ChangeKind.CERTIFICATE_RENEWAL if renewed else form_kind
    yield from _fields(ChangeKind.MEMBERS, group, _MEMBER, then, new)
    yield from _fields(form_kind, group, _FORM, then, new)
    yield from _certificates(mark_kind, group, then.certificate, new.certificate, names)
    yield from _listed(ChangeKind.MEMBERS, group, then.grants, new.grants, _grant_key, _grant)


def _certificates(
    kind: ChangeKind,
    group: str,
    old: BoundCertificate | None,
    new: BoundCertificate | None,
    names: Mapping[str, str],
) -> Iterator[DifferenceRow]:
    if old == new:
        return
    nothing = BoundCertificate()
    rows = list(_fields(kind, group, _certificate_texts(names), old or nothing, new or nothing))
    if not rows:
        # Two certificates may say the same of themselves; the bytes are what counts.
        rows = [DifferenceRow(kind, group, "Chứng thư số", "Như đã đăng ký" if old else "", "Khác" if new else "")]
    yield from rows


def _fields(kind: ChangeKind, group: str, texts: _Texts[_Part], before: _Part, after: _Part) -> Iterator[DifferenceRow]:
    for label, text in texts:
        if text(before) != text(after):
            yield DifferenceRow(kind, group, label, text(before), text(after))


def _listed(
    kind: ChangeKind,
    group: str,
    before: Sequence[_Part],
    after: Sequence[_Part],
    key: Callable[[_Part], str],
    text: Callable[[_Part], str],
) -> Iterator[DifferenceRow]:
    """One line for each row of a table that came, went, or says something else."""
    for old, new in _pairs(before, after, key):
        said = (text(old) if old is not None else "", text(new) if new is not None else "")
        known = new if new is not None else old
        if said[0] != said[1] and known is not None:
            yield DifferenceRow(kind, group, key(known), *said)


def _pairs(
    before: Sequence[_Part], after: Sequence[_Part], key: Callable[[_Part], str]
) -> Iterator[tuple[_Part | None, _Part | None]]:
    """What belongs together by key, first those that were; a key that stands twice is matched in order."""
    old, new = _numbered(before, key), _numbered(after, key)
    for each in dict.fromkeys((*old, *new)):
        yield old.get(each), new.get(each)


def _numbered(rows: Sequence[_Part], key: Callable[[_Part], str]) -> dict[tuple[str, int], _Part]:
    found: dict[tuple[str, int], _Part] = {}
    for row in rows:
        times = sum(1 for seen, _ in found if seen == key(row))
        found[key(row), times] = row
    return found


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _moment(text: str) -> str:
    return _day(vietnam_date(datetime.fromisoformat(text))) if text else ""


def _span(start: date | None, end: date | None) -> str:
    first = f"từ {_day(start)}" if start else "từ ngày phê duyệt"
    return f"{first} đến {_day(end)}" if end else f"{first}, không thời hạn"


def _form(form: SigningForm | None) -> str:
    return FORM_LABEL[form] if form else ""


def _title(title: ServiceTitle | None) -> str:
    return TITLE_LABEL[title] if title else ""


def _unit_texts(names: Mapping[str, str]) -> _Texts[UnitPart]:
    return (
        ("Kính gửi KBNN", lambda unit: names.get(unit.treasury_code, unit.treasury_code)),
        ("Mã ĐVQHNS", lambda unit: unit.budget_relation_code),
        ("Tên đơn vị", lambda unit: unit.unit_name),
        ("Loại đơn vị", lambda unit: UNIT_KIND_LABEL[unit.unit_kind]),
        ("Cơ quan cấp trên", lambda unit: unit.superior_body),
        ("Số điện thoại", lambda unit: unit.phone),
        ("Email", lambda unit: unit.email),
        ("Fax", lambda unit: unit.fax),
        ("Địa chỉ", lambda unit: unit.address),
        ("Đơn vị có một kế toán", lambda unit: ("Không", "Có")[unit.single_accountant_unit]),
    )


_MEMBER: _Texts[MemberPart] = (
    ("Dự án", lambda member: member.project_code or "Không tham gia dự án"),
    ("Họ tên", lambda member: member.full_name),
    ("Số giấy tờ", lambda member: member.id_number),
    ("Ngày cấp", lambda member: _day(member.id_issue_date)),
    ("Nơi cấp", lambda member: member.id_issue_place),
    ("Email", lambda member: member.email),
    ("Điện thoại", lambda member: member.mobile_phone),
    ("Chức danh", lambda member: _title(member.service_title)),
    ("Quyền", lambda member: ", ".join(TITLE_LABEL[title] for title in ServiceTitle if title in member.permissions)),
)
_ATTACHED: _Texts[RegistrationContent] = (
    (
        "Quyết định bổ nhiệm Chủ tài khoản",
        lambda all_: f"{each.pages} trang, SHA-256 {each.sha256}" if (each := all_.appointment) else "",
    ),
)
_FORM: _Texts[MemberPart] = (("Hình thức chữ ký số", lambda member: _form(member.signing_form)),)


def _certificate_texts(names: Mapping[str, str]) -> _Texts[BoundCertificate]:
    return (
        ("Nhà cung cấp chứng thư số", lambda mark: names.get(mark.provider, mark.provider)),
        ("Tên đăng nhập tại nhà cung cấp", lambda mark: mark.provider_login),
        ("Serial chứng thư số", lambda mark: mark.serial_number),
        ("Chủ thể chứng thư số", lambda mark: mark.subject_name),
        ("Nơi cấp chứng thư số", lambda mark: mark.issuer_name),
        ("Chứng thư số có hiệu lực từ", lambda mark: _moment(mark.valid_from)),
        ("Chứng thư số hết hạn", lambda mark: _moment(mark.valid_to)),
        ("Chứng thư số khác với kê khai", lambda mark: mark.mismatch),
    )


def _with_program(text: str, program: str) -> str:
    return text if program in ("", "00000") else f"{text}, CTMT {program}"


def _ledger_key(row: LedgerRow) -> str:
    level = "" if row.budget_level is None else f", cấp {row.budget_level}"
    return _with_program(f"{row.ledger_account}{level}", row.program_code)


def _ledger(row: LedgerRow) -> str:
    return f"{row.account_name}, {_span(row.valid_from, row.valid_to)}"


def _relation_key(row: RelationRow) -> str:
    return row.relation_or_project_code


def _relation(row: RelationRow) -> str:
    return row.name or "Chưa có tên"


def _account_key(row: DeclaredAccount) -> str:
    return _with_program(row.account_number, row.program_code)


def _account(row: DeclaredAccount) -> str:
    return f"{row.account_name}, {_span(row.valid_from, row.valid_to)}"


def _grant_key(row: GrantRow) -> str:
    return _with_program(f"Tài khoản {row.account_number}", row.program_code)


def _grant(row: GrantRow) -> str:
    return _span(row.start_date, row.end_date)
