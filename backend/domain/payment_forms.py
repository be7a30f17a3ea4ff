"""In what the payment forms differ, and what the rules must be told about the world: data for ``payment.py``.

The facts of each form lie with its template (``form.toml``); this is their shape. Does not: know any form by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backend.domain.workdays import Holidays


@dataclass(frozen=True, slots=True)
class FormFacts:
    """In what one form differs from the others."""

    form_code: str
    """Ký hiệu, for example ``C4-02a/KB``."""
    name: str
    """Vietnamese, starts a sentence: ``Ủy nhiệm chi``."""
    debit_prefixes: tuple[str, ...]
    """First digits of the ledger accounts it may debit."""
    classification_required: bool
    """True when every line needs item, chapter, sector and fund source."""
    nature_required: bool = False
    """True when thực chi / tạm ứng / ứng trước must be ticked and the budget year given."""
    pays_estimate_accounts: bool = False
    """True for returned payments and recoveries only."""


@dataclass(frozen=True, slots=True)
class UnitAccount:
    """An account of the unit and the days on which it is open."""

    number: str
    """For example ``9523.2.1990001``."""
    valid_from: date
    """First day."""
    valid_to: date | None = None
    """Last day; None is open-ended."""

    def is_open(self, on: date) -> bool:
        """True when payments may be made from it on this day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The world at the moment of submission."""

    today: date
    """In Vietnam."""
    holidays: Holidays
    """Public days off."""
    accounts: tuple[UnitAccount, ...]
    """Of the unit that submits."""
    treasury_codes: frozenset[str]
    """Offices that exist and serve customers."""
    bank_codes: frozenset[str] | None = None
    """Clearing codes that exist; None when the list is not held, then only the shape is checked."""
    cash_ceiling: int | None = 100_000_000
    """Most that one voucher may pay in cash, đồng; None is no limit."""
