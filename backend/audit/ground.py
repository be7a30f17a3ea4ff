"""What an audit looks at: the tables, the bytes on disk and the Treasury's folder, each read without the
service's own adapters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session


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


@dataclass(frozen=True, slots=True)
class Ground:
    """One installation at rest."""

    session: Session
    blob_dir: Path
    intake_dir: Path
    ledger: dict[str, list[dict[str, Any]]] | None = None
    """The sandbox CA's own account, where there is one."""

    def blob(self, name: str) -> bytes | None:
        """The bytes, or None when they are missing or not those of their name."""
        path = self.blob_dir / name[:2] / name
        if not path.is_file():
            return None
        content = path.read_bytes()
        return content if sha256(content).hexdigest() == name else None

    def receipts(self) -> Iterable[dict[str, Any]]:
        """Every delivery the Treasury has acknowledged."""
        for path in sorted(self.intake_dir.glob("*/*/receipt.json")):
            yield json.loads(path.read_text(encoding="utf-8"))
