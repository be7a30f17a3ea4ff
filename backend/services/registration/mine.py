"""What one person sees of a registration dossier by the link in their letter: their own data and nobody else's."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from backend.domain.people import TITLE_LABEL
from backend.domain.registration import STAGE_LABEL, Stage
from backend.domain.registration_content import BoundCertificate, RegistrationContent, SigningForm
from backend.models import TreasuryOffice
from backend.services.house import House
from backend.services.registration.links import mine_by

FORM_LABEL: Mapping[SigningForm, str] = {
    SigningForm.USB_TOKEN: "Chứng thư số token",
    SigningForm.REMOTE: "Chứng thư số từ xa",
}


def mine(session: Session, house: House, secret: str) -> dict[str, object]:
    """The wire shape. The identity number is masked: the link may have reached a wrong mailbox. Raises NotFound."""
    row, member = mine_by(session, house, secret)
    unit = RegistrationContent.from_mapping(row.content).unit
    office = session.get(TreasuryOffice, row.treasury_code) if row.treasury_code else None
    return {
        "code": row.code,
        "kind": row.kind,
        "stage_label": STAGE_LABEL[Stage(row.stage)],
        "unit_name": unit.unit_name,
        "unit_phone": unit.phone,
        "treasury_name": office.name if office else None,
        "full_name": member.full_name,
        "id_number_masked": _tail(member.id_number),
        "id_issue_date": member.id_issue_date,
        "id_issue_place": member.id_issue_place,
        "email": member.email,
        "mobile_phone": member.mobile_phone,
        "title_label": TITLE_LABEL[member.service_title] if member.service_title else None,
        "permission_labels": [TITLE_LABEL[title] for title in member.permissions],
        "signing_form_label": FORM_LABEL[member.signing_form] if member.signing_form else None,
        "certificate": _certificate(house, member.certificate) if member.certificate else None,
        "grants": [
            {"account_number": each.account_number, "start_date": each.start_date, "end_date": each.end_date}
            for each in member.grants
        ],
    }


def _tail(number: str) -> str:
    """The last four characters, enough for whoever knows the number."""
    return "•" * max(len(number) - 4, 0) + number[-4:]


def _certificate(house: House, bound: BoundCertificate) -> dict[str, object]:
    provider = house.providers.get(bound.provider)
    return {
        "provider_name": provider.descriptor.name if provider else None,
        "subject_name": bound.subject_name,
        "valid_from": bound.valid_from,
        "valid_to": bound.valid_to,
    }
