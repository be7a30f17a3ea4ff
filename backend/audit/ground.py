"""What an audit looks at: the tables, the bytes on disk and the Treasury's folder, each read without the
service's own adapters.

Everything is read in portions, so that memory does not grow with the installation; what has to be counted across
portions goes into ``scratch``, a private SQLite file that vanishes with the audit.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
PORTION = 200
"""Rows fetched at a time."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken promise."""

    rule: str
    """I1 … I12."""
    where: str
    """Kind and id of the row, never a name or a number of a person."""
    what: str
    """One sentence for the operator."""


Breaches = Iterator[Breach]


def _scratch() -> sqlite3.Connection:
    # The empty name is SQLite's "temporary file, deleted at the end".
    return sqlite3.connect("", isolation_level=None)


@dataclass(frozen=True, slots=True)
class Ground:
    """One installation at one moment."""

    session: Session
    blob_dir: Path
    intake_dir: Path
    ledger: dict[str, list[dict[str, Any]]] | None = None
    """The sandbox CA's own account, where there is one."""
    ledger_is_ours: bool = False
    """True when nobody else uses that CA: then every prompt must have its request here."""
    secrets: Sequence[str] = ()
    """Words that must not rest anywhere: passwords of people made for this purpose."""
    folders: Sequence[Path] = ()
    """Where files are searched for ``secrets`` besides the tables: logs, the SQLite database itself."""
    since: datetime = BEGINNING
    """Files and signatures older than this are not opened again; the tables are always read whole."""
    began: float = field(default_factory=time.time)
    looked: Counter[str] = field(default_factory=Counter)
    """How many things each rule has looked at: silence about nothing is no answer."""
    scratch: sqlite3.Connection = field(default_factory=_scratch)

    def stream(self, question: Select[*tuple[Any, ...]]) -> Iterator[Row[*tuple[Any, ...]]]:
        """Rows in portions."""
        yield from self.session.execute(question.execution_options(yield_per=PORTION))

    def blob(self, name: str) -> bytes | None:
        """The bytes, or None when they are missing or not those of their name."""
        path = self.blob_dir / name[:2] / name
        if not path.is_file():
            return None
        content = path.read_bytes()
        return content if sha256(content).hexdigest() == name else None

    def receipts(self) -> Iterable[dict[str, Any]]:
        """Every delivery the Treasury had acknowledged when the audit began."""
        for path in self.intake_dir.glob("*/*/receipt.json"):
            if path.stat().st_mtime <= self.began:
                yield json.loads(path.read_text(encoding="utf-8"))
