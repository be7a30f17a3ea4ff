"""Reference data as files, and loading them: Treasury offices, bank clearing codes, public holidays.

The lists are maintained outside and change by decree; a newer file is loaded over the older one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from backend.domain.text import folded
from backend.models import Bank, Holiday, TreasuryOffice

FOLDER = Path(__file__).parent


def load(session: Session, folder: Path = FOLDER) -> None:
    """Merge every file into the database; rows that are no longer in a file stay, since old dossiers name them."""
    for row in _rows(folder / "treasury_offices.csv"):
        words = folded(f"{row['code']} {row['name']}")
        serves = row["serves_customers"] == "1"
        session.merge(TreasuryOffice(code=row["code"], name=row["name"], serves_customers=serves, search_text=words))
    for row in _rows(folder / "banks.csv"):
        words = folded(f"{row['code']} {row['short_name']} {row['name']}")
        session.merge(Bank(code=row["code"], name=row["name"], short_name=row["short_name"], search_text=words))
    for row in _rows(folder / "holidays.csv"):
        session.merge(Holiday(day=date.fromisoformat(row["day"]), name=row["name"]))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
