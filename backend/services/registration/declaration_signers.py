"""Who may sign the declarations, and the rows under which the signing machine knows them.

The signer of a new registration is nobody's member yet: an inactive row with the id of the content's member stands for
the person until the Treasury approves, and the certificate beside it is not active either. Nobody can log in to it.
"""

from __future__ import annotations

import base64
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.people import TITLE_LABEL, ServiceTitle, permission_of
from backend.domain.registration_content import MemberPart, RegistrationContent
from backend.domain.workdays import vietnam_date
from backend.models import Certificate, Registration, User
from backend.services.house import House
from backend.services.people import identity_key
from backend.services.registration.appointment import why_not_of_change
from backend.services.registration.view import documents_of

TITLES = (ServiceTitle.ACCOUNT_HOLDER, ServiceTitle.DELEGATED_ACCOUNT_HOLDER)
"""Titles that sign a declaration."""


def title_of_signer(member: MemberPart) -> ServiceTitle | None:
    """In which title the person signs; None for everybody else."""
    return next((title for title in TITLES if title in member.permissions), None)


def member_of_content(row: Registration, member_id: str) -> MemberPart | None:
    """The person as declared."""
    members = RegistrationContent.from_mapping(row.content).members
    return next((member for member in members if member.id == member_id), None)


def signer_of(row: Registration) -> MemberPart | None:
    """Whoever signs or signed the declarations, as declared; None while nobody was chosen."""
    return member_of_content(row, row.signer_id) if row.signer_id else None


def signers(session: Session, house: House, row: Registration) -> dict[str, object]:
    """Everybody who holds the account holder's side, with the reason where the person cannot sign remotely now."""
    members = RegistrationContent.from_mapping(row.content).members
    files = len(documents_of(session, row))
    return {"items": [_item(house, row, member, files) for member in members if title_of_signer(member) is not None]}


def _item(house: House, row: Registration, member: MemberPart, files: int) -> dict[str, object]:
    title, certificate = title_of_signer(member), member.certificate
    provider = house.providers.get(certificate.provider) if certificate else None
    return {
        "member_id": member.id,
        "full_name": member.full_name,
        "title_label": TITLE_LABEL[title] if title else "",
        "provider": certificate.provider if certificate else "",
        "provider_name": provider.descriptor.name if provider else "USB token",
        "app_name": provider.descriptor.app_name if provider else "",
        "needs_password": bool(provider and provider.descriptor.needs_password),
        "provider_login_masked": _masked(certificate.provider_login) if certificate else "",
        "subject_name": certificate.subject_name if certificate else "",
        "serial_tail": certificate.serial_number[-8:] if certificate else "",
        "valid_to": certificate.valid_to if certificate else None,
        "reason": why_not_remote(house, row, member, files),
    }


def _masked(login: str) -> str:
    return f"{login[:2]}…{login[-3:]}" if len(login) > 5 else "…"


def why_not_remote(house: House, row: Registration, member: MemberPart, files: int) -> str | None:
    """Why the person cannot sign ``files`` declarations in one remote request, and what to do; None when all is well.

    Both declarations are one act: a CA that takes one file in a request cannot do it.
    """
    refused = why_not_signer(house, row, member)
    if refused is not None or member.certificate is None:
        return refused
    if not member.certificate.provider:
        return (
            "Người này ký bằng USB token: tải các tờ khai về, ký bằng phần mềm của token trên máy tính, "
            "rồi tải lên các bản đã ký."
        )
    provider = house.providers.get(member.certificate.provider)
    if provider is None:
        return "Nhà cung cấp chứng thư số của người này không còn được dùng. Chọn người duyệt khác."
    if files > provider.descriptor.max_batch:
        return (
            f"{provider.descriptor.name} chỉ nhận {provider.descriptor.max_batch} tệp trong một lần ký, mà hồ sơ có "
            f"{files} tờ khai. Chọn người duyệt dùng nhà cung cấp khác."
        )
    return None


def why_not_signer(house: House, row: Registration, member: MemberPart) -> str | None:
    """Why the person cannot sign at all: another title, another's change, or no certificate valid now."""
    if title_of_signer(member) is None:
        return "Chỉ Chủ tài khoản hoặc người được ủy quyền Chủ tài khoản ký được tờ khai. Chọn người khác."
    if refused := why_not_of_change(row, member):
        return refused
    if member.certificate is None:
        return "Người này chưa có chứng thư số. Quay lại bước 3 để lấy thông tin chứng thư số."
    until = datetime.fromisoformat(member.certificate.valid_to)
    if not datetime.fromisoformat(member.certificate.valid_from) <= house.clock.now() < until:
        return (
            f"Chứng thư số của người này không còn hiệu lực (đến {vietnam_date(until):%d/%m/%Y}). "
            "Chọn người khác, hoặc gia hạn rồi lấy lại thông tin chứng thư số."
        )
    return None


def certificate_row(session: Session, house: House, member: MemberPart) -> Certificate:
    """The row of the member's bound certificate; a new one is not in the session and not active."""
    bound = member.certificate
    assert bound is not None
    known = session.scalars(
        select(Certificate)
        .where(
            Certificate.user_id == member.id,
            Certificate.fingerprint == bound.fingerprint,
            Certificate.provider == bound.provider,
            Certificate.provider_login == bound.provider_login,
        )
        .order_by(Certificate.active.desc(), Certificate.id)
    ).first()
    return known or Certificate(
        id=house.chance.uuid(),
        user_id=member.id,
        provider=bound.provider,
        provider_login=bound.provider_login,
        der=base64.b64decode(bound.der),
        chain=list(bound.chain),
        fingerprint=bound.fingerprint,
        serial_number=bound.serial_number,
        subject_name=bound.subject_name[:200],
        valid_from=datetime.fromisoformat(bound.valid_from),
        valid_to=datetime.fromisoformat(bound.valid_to),
        active=False,
    )


def member_row(session: Session, house: House, member: MemberPart) -> User:
    """The row of the person, made or brought up to date while nobody can log in to it; an active member's stays."""
    row = session.get(User, member.id)
    if row is not None and row.active:
        return row
    title = title_of_signer(member) or member.service_title
    assert title is not None
    if row is None:
        row = User(id=member.id, username=f"pending:{UUID(member.id).hex}", password_hash="", active=False)
        session.add(row)
    row.full_name, row.title, row.email = member.full_name, permission_of(title).value, member.email
    row.identity_key = identity_key(house, member.id_number)
    session.flush()
    return row
