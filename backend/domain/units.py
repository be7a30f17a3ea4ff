"""Kinds of units, and which of them have a second signature.

Follows Thông tư 157/2025/TT-BTC art. 7 and Nghị định 11/2020/NĐ-CP art. 17.5: a body that collects revenue and an
individual sign with the first signature alone. Does not: judge people (``people.py``) or move dossiers
(``voucher.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class UnitKind(StrEnum):
    """What a unit is."""

    BUDGET_UNIT = "budget_unit"
    FINANCE_AGENCY = "finance_agency"
    REVENUE_AGENCY = "revenue_agency"
    INSPECTION = "inspection"
    ENTERPRISE = "enterprise"
    INDIVIDUAL = "individual"


UNIT_KIND_LABEL: Mapping[UnitKind, str] = {
    UnitKind.BUDGET_UNIT: "Đơn vị sử dụng ngân sách",
    UnitKind.FINANCE_AGENCY: "Cơ quan tài chính",
    UnitKind.REVENUE_AGENCY: "Cơ quan thu",
    UnitKind.INSPECTION: "Cơ quan thanh tra",
    UnitKind.ENTERPRISE: "Doanh nghiệp",
    UnitKind.INDIVIDUAL: "Cá nhân",
}

_ONE_SIGNATURE = frozenset({UnitKind.REVENUE_AGENCY, UnitKind.INDIVIDUAL})


def has_second_signature(kind: UnitKind) -> bool:
    """False where the account holder's side signs alone: there is no chief accountant, nor a delegate of one."""
    return kind not in _ONE_SIGNATURE
