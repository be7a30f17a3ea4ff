"""Reference data as files, and loading them: each file of a folder is one table, its columns the table's columns.

The lists are maintained outside and change by decree; a newer file is loaded over the older one. Rows that are no
longer in a file stay, since old dossiers name them: a thing that ended has its last day in ``valid_to``.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from backend.domain.text import folded
from backend.models import Bank, Base, Holiday, LedgerAccount, RoleLimit, ServiceKind, TreasuryOffice

FOLDER = Path(__file__).parent


class BadReference(ValueError):
    """A file cannot be loaded; nothing of it was. Recover: mend the line that the message names."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row that is new or says something else than before."""

    file: str
    key: str
    before: Mapping[str, str]
    """Columns that change, as they were; empty for a new row."""
    after: Mapping[str, str]

    def __str__(self) -> str:
        if not self.before:
            return f"+ {self.file} {self.key}: " + ", ".join(f"{name}={value}" for name, value in self.after.items())
        words = (f"{name}: {self.before[name] or '-'} → {value or '-'}" for name, value in self.after.items())
        return f"~ {self.file} {self.key}: " + ", ".join(words)


@dataclass(frozen=True, slots=True)
class _File:
    table: type[Base]
    searched: tuple[str, ...] = ()
    """Columns whose words ``search_text`` holds."""


_FILES: Mapping[str, _File] = {
    "treasury_offices.csv": _File(TreasuryOffice, ("code", "name")),
    "banks.csv": _File(Bank, ("code", "short_name", "name")),
    "holidays.csv": _File(Holiday),
    "ledger_accounts.csv": _File(LedgerAccount),
    "services.csv": _File(ServiceKind),
    "role_limits.csv": _File(RoleLimit),
}


def load(session: Session, folder: Path = FOLDER) -> list[Change]:
    """Merge every file of ``folder`` into the database, in the caller's commit; what changed. Raises BadReference.

    A folder may hold some of the files only.
    """
    found = [(name, path) for name in _FILES if (path := folder / name).is_file()]
    if not found:
        raise BadReference(f"none of {', '.join(_FILES)} is in the folder")
    return [change for name, path in found for change in _merge(session, name, path)]


def _merge(session: Session, name: str, path: Path) -> Iterator[Change]:
    file = _FILES[name]
    columns = {column.key: column for column in inspect(file.table).columns}
    keys = [str(column.key) for column in inspect(file.table).primary_key]
    for line, words in enumerate(_rows(path), start=2):
        missing = [column for column in columns if column not in words and column != "search_text"]
        if missing or None in words:
            raise BadReference(f"{name}, line {line}: needs the columns {', '.join(columns)}")
        try:
            values = {key: _READ[columns[key].type.python_type](words[key].strip()) for key in columns if key in words}
        except ValueError as error:
            raise BadReference(f"{name}, line {line}: {error}") from error
        if file.searched:
            values["search_text"] = folded(" ".join(values[column] for column in file.searched))
        change = _put(session, file.table, keys, values)
        if change is not None:
            yield Change(name, " ".join(str(values[key]) for key in keys), *change)


def _put(
    session: Session, table: type[Base], keys: list[str], values: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, str]] | None:
    known = session.get(table, tuple(values[key] for key in keys))
    if known is None:
        session.add(table(**values))
        session.flush()
        return {}, {key: _text(value) for key, value in values.items() if key not in keys and key != "search_text"}
    changed = {key: value for key, value in values.items() if getattr(known, key) != value}
    before = {key: _text(getattr(known, key)) for key in changed}
    for key, value in changed.items():
        setattr(known, key, value)
    return (before, {key: _text(value) for key, value in changed.items()}) if changed else None


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(f"{text!r} is neither 0 nor 1")
    return text == "1"


_READ: Mapping[type, Callable[[str], Any]] = {
    str: str,
    bool: _flag,
    int: int,
    date: lambda text: date.fromisoformat(text) if text else None,
}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
