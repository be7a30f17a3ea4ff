"""The rows of "Hiện tại → Thay đổi" of one dossier, with the names that people know things by."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.registration_content import RegistrationContent
from backend.domain.registration_difference import difference
from backend.models import Registration, ServiceKind, TreasuryOffice
from backend.services.house import House


def difference_of(session: Session, house: House, row: Registration) -> list[dict[str, str]]:
    """The wire shape; nothing for a new registration."""
    if row.kind != "change":
        return []
    before, after = (RegistrationContent.from_mapping(each or {}) for each in (row.before, row.content))
    rows = difference(before, after, _names(session, house, {before.unit.treasury_code, after.unit.treasury_code}))
    return [{"group": each.group, "label": each.label, "before": each.before, "after": each.after} for each in rows]


def _names(session: Session, house: House, offices: set[str]) -> dict[str, str]:
    named = session.execute(select(ServiceKind.code, ServiceKind.label).order_by(ServiceKind.valid_from)).all()
    known = session.execute(
        select(TreasuryOffice.code, TreasuryOffice.name).where(TreasuryOffice.code.in_(offices))
    ).all()
    return {
        **{code: label for code, label in named},
        **{code: f"{code} {name}" for code, name in known},
        **{slug: provider.descriptor.name for slug, provider in house.providers.items()},
    }
