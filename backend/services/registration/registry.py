"""What the rules of a registration must know of the world today, read from dated reference data."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.people import ServiceTitle
from backend.domain.registration_check import LedgerAccount, Registry, RoleLimit, ServiceKind
from backend.domain.workdays import vietnam_date
from backend.models import LedgerAccount as LedgerRow
from backend.models import RoleLimit as LimitRow
from backend.models import ServiceKind as ServiceRow
from backend.models import TreasuryOffice, Unit
from backend.services.house import House
from backend.services.reference import in_force


def registry_of(session: Session, house: House, relation_code: str | None, *, changing: bool = False) -> Registry:
    """``changing``: the unit is known and declares a change, which is no reason to refuse its code."""
    today = vietnam_date(house.clock.now())
    offices = session.scalars(
        select(TreasuryOffice.code).where(TreasuryOffice.serves_customers, in_force(TreasuryOffice, today))
    ).all()
    known = session.scalars(select(Unit.id).where(Unit.budget_relation_code == relation_code, Unit.active)).first()
    return Registry(
        today=today,
        offices=frozenset(offices),
        services={row.code: row for row in services_on(session, house)},
        ledger_accounts={
            row.code: LedgerAccount(row.code, row.name, row.takes_projects)
            for row in session.scalars(select(LedgerRow).where(in_force(LedgerRow, today)))
        },
        role_limits={
            ServiceTitle(row.title): RoleLimit(row.fewest, row.most)
            for row in session.scalars(select(LimitRow).where(in_force(LimitRow, today)))
        },
        known_unit=known is not None and not changing,
    )


def without_projects(session: Session, house: House) -> frozenset[str]:
    """Ledger accounts of today that codes of projects do not go with."""
    today = vietnam_date(house.clock.now())
    found = select(LedgerRow.code).where(in_force(LedgerRow, today), LedgerRow.takes_projects.is_(False))
    return frozenset(session.scalars(found))


def services_on(session: Session, house: House) -> list[ServiceKind]:
    """Services that can be ticked today, in their order."""
    today = vietnam_date(house.clock.now())
    rows = session.scalars(select(ServiceRow).where(in_force(ServiceRow, today)).order_by(ServiceRow.position))
    return [ServiceKind(row.code, row.label, row.at_least_one, row.needs) for row in rows]


def choices(session: Session, house: House) -> dict[str, object]:
    """What the wizard offers today."""
    today = vietnam_date(house.clock.now())
    ledgers = session.scalars(select(LedgerRow).where(in_force(LedgerRow, today)).order_by(LedgerRow.code))
    return {
        "services": [
            {"code": each.code, "label": each.label, "at_least_one": each.at_least_one, "needs": each.needs or None}
            for each in services_on(session, house)
        ],
        "ledger_accounts": [{"code": row.code, "name": row.name} for row in ledgers],
    }
