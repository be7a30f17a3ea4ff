"""What is printed on the two declarations, as plain mappings, and who must have signed them.

Made from the content alone, with names from reference data; equal mappings give equal bytes. The mobile declaration
holds signers only and exists only for units that ask for the mobile services.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy.orm import Session

from backend.domain.contacts import IdKind, identity_of
from backend.domain.people import TITLE_LABEL
from backend.domain.registration_check import ServiceKind
from backend.domain.registration_content import (
    BoundCertificate,
    DeclaredAccount,
    GrantRow,
    MemberPart,
    RegistrationContent,
    SigningForm,
)
from backend.domain.signing import ExpectedSignature
from backend.domain.units import UNIT_KIND_LABEL
from backend.domain.workdays import vietnam_date
from backend.models import Registration, TreasuryOffice
from backend.services.house import House
from backend.services.registration.registry import services_on

ONLINE, MOBILE = "to_khai_dvc", "to_khai_di_dong"
MOBILE_USE = "mobile_use"
"""The service whose subscribers also get the mobile declaration."""

UNIT_ROLE, TREASURY_ROLE = "account_holder", "treasury"
"""Roles of the cells of a declaration: the unit certifies, the Treasury locks."""

MANY_ACCOUNTS = 40
"""A person with more may fill a page."""

_TERMINATION = (
    "Đơn vị đề nghị ngừng sử dụng toàn bộ các dịch vụ đã đăng ký dưới đây kể từ ngày Kho bạc Nhà nước phê duyệt."
)

_FORM_WORDS = {SigningForm.USB_TOKEN: "chữ ký số bằng USB token", SigningForm.REMOTE: "chữ ký số từ xa"}
_ID_WORDS = {
    IdKind.CITIZEN_CARD: "Thẻ căn cước",
    IdKind.FORMER_CARD: "Chứng minh nhân dân",
    IdKind.PASSPORT: "Hộ chiếu",
}


@dataclass(frozen=True, slots=True)
class DeclarationForm:
    """The facts of one declaration's form."""

    code: str
    name: str
    filename: str
    mark: str
    """ASCII, short: tells the files of one dossier apart on a phone."""
    field_names: Mapping[str, str]
    """Signature field by role."""


def form_of(house: House, form_code: str) -> DeclarationForm:
    """The facts of one declaration."""
    facts = house.forms.rules(form_code)
    cells = facts["cells"]
    assert isinstance(cells, list)
    return DeclarationForm(
        code=form_code,
        name=str(facts["name"]),
        filename=str(facts["filename"]),
        mark=str(facts["mark"]),
        field_names={cell["role"]: cell["field_name"] for cell in cells},
    )


def expected_of_unit(house: House, signer: MemberPart | None, form_code: str) -> list[ExpectedSignature]:
    """Who must have signed a declaration for the unit: the chosen signer, by the certificate of this very content."""
    if signer is None or signer.certificate is None:
        return []
    return [expected_by(house, signer.certificate, form_code)]


def expected_by(house: House, certificate: BoundCertificate, form_code: str) -> ExpectedSignature:
    """The unit's signature by ``certificate``; one of a USB token was made by the unit's own software."""
    field_name = form_of(house, form_code).field_names[UNIT_ROLE]
    return ExpectedSignature(field_name, bytes.fromhex(certificate.fingerprint), outside=not certificate.provider)


def papers(session: Session, house: House, row: Registration) -> list[tuple[str, Mapping[str, object]]]:
    """Form code and mapping for ``FormCatalog.render`` of each declaration, the mobile one first."""
    content = RegistrationContent.from_mapping(row.content)
    paper = _paper(session, house, row, content)
    codes = [MOBILE, ONLINE] if MOBILE_USE in content.services else [ONLINE]
    return [(code, {"form_code": code, **paper}) for code in codes]


def _paper(session: Session, house: House, row: Registration, content: RegistrationContent) -> dict[str, object]:
    unit, office = content.unit, session.get_one(TreasuryOffice, content.unit.treasury_code)
    services = services_on(session, house)
    people = [_person(house, member) for member in content.members]
    signs = [member.signs for member in content.members]
    form = next((member.signing_form for member in content.members if member.signs), None)
    return {
        "dossier_code": row.code,
        "declared_on": vietnam_date(house.clock.now()).isoformat(),
        "change": _change(row, content),
        "request": _TERMINATION if content.terminate else "",
        "attached": _attached(content),
        "place": _place(office.name),
        "signing_form": _FORM_WORDS[form] if form else "",
        "unit": {
            "unit_name": unit.unit_name,
            "superior_body": unit.superior_body,
            "budget_relation_code": unit.budget_relation_code,
            "address": unit.address,
            "phone": unit.phone,
            "email": unit.email,
            "fax": unit.fax,
            "kind": UNIT_KIND_LABEL[unit.unit_kind],
        },
        "treasury": {"code": office.code, "name": _full_name(office.name)},
        "services": [_service(each, content.services, under=bool(each.needs)) for each in services],
        "mobile_services": [_service(each, content.services) for each in services if each.needs == MOBILE_USE],
        "accounts": [_account(account) for account in content.accounts],
        "members": people,
        "signers": [person for person, signer in zip(people, signs, strict=True) if signer],
    }


def _change(row: Registration, content: RegistrationContent) -> str:
    """The second line of the title; empty on a new registration."""
    if content.terminate:
        return "THAY ĐỔI: NGỪNG SỬ DỤNG DỊCH VỤ"
    return "THAY ĐỔI" if row.kind == "change" else ""


def _attached(content: RegistrationContent) -> str:
    """What comes with the declaration, by its hash; empty when nothing does."""
    file = content.appointment
    return f"Quyết định bổ nhiệm Chủ tài khoản ({file.pages} trang, SHA-256 {file.sha256})" if file else ""


def _place(office: str) -> str:
    """``KBNN Lê Chân - Hải Phòng`` and ``VP KBNN Hải Phòng`` lie in Hải Phòng; empty where the name does not say."""
    _, dash, after = office.rpartition(" - ")
    if dash:
        return after
    _, short, place = office.partition("KBNN ")
    return place if short else ""


def _full_name(office: str) -> str:
    return office.replace("VP KBNN", "Văn phòng Kho bạc Nhà nước").replace("KBNN", "Kho bạc Nhà nước")


def _service(service: ServiceKind, ticked: Sequence[str], *, under: bool = False) -> dict[str, object]:
    return {"label": service.label, "ticked": service.code in ticked, "under": under}


def _account(account: DeclaredAccount) -> dict[str, object]:
    return {
        "account_number": account.account_number,
        "account_name": account.account_name,
        "program_code": account.program_code,
        "valid_from": _iso(account.valid_from),
        "valid_to": _iso(account.valid_to),
    }


def _person(house: House, member: MemberPart) -> dict[str, object]:
    identity = identity_of(member.id_number)
    certificate = member.certificate if member.signs else None
    return {
        "full_name": member.full_name,
        "title": TITLE_LABEL[member.service_title] if member.service_title else "",
        "id_label": _ID_WORDS[identity.kind] if identity else "Số giấy tờ",
        "id_number": member.id_number,
        "id_issue_date": _iso(member.id_issue_date),
        "id_issue_place": member.id_issue_place,
        "email": member.email,
        "mobile_phone": member.mobile_phone,
        "project_code": member.project_code,
        "permissions": [TITLE_LABEL[title] for title in member.permissions],
        "certificate": _certificate(house, certificate) if certificate else None,
        "grants": _grants(member.grants),
        "many_accounts": len(member.grants) > MANY_ACCOUNTS,
    }


def _certificate(house: House, certificate: BoundCertificate) -> dict[str, object]:
    provider = house.providers.get(certificate.provider)
    form = f"Từ xa, nhà cung cấp {provider.descriptor.name}" if provider else "USB token"
    return {
        "form": form,
        "serial_number": certificate.serial_number,
        "issuer_name": certificate.issuer_name,
        "valid_from": _day_of(certificate.valid_from),
        "valid_to": _day_of(certificate.valid_to),
    }


def _grants(rows: Sequence[GrantRow]) -> list[dict[str, object]]:
    """Accounts with the same days together, by their days."""

    def days(row: GrantRow) -> tuple[str, str]:
        return _iso(row.start_date) or "", _iso(row.end_date) or ""

    return [
        {"start_date": start or None, "end_date": end or None, "accounts": ", ".join(_numbered(row) for row in same)}
        for (start, end), same in groupby(sorted(rows, key=days), key=days)
    ]


def _numbered(row: GrantRow) -> str:
    """The programme is told where the number alone could mean two accounts."""
    plain = row.program_code in {"", "00000"}
    return row.account_number if plain else f"{row.account_number} (CTMT {row.program_code})"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day_of(moment: str) -> str:
    return vietnam_date(datetime.fromisoformat(moment)).isoformat()
