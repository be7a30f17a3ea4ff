"""The Treasury's intake as a folder per office: the signed files and one receipt per delivery key.

Stands where the core ledger's own intake will be connected; the contract is the same: the same key always gives the
same receipt, however often and from however many places it is sent. Does not: check signatures (the service does,
before and after).
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from uuid import uuid4


class IntakeFolder:
    """``TreasuryOffice`` over ``folder/<office>/<key>/``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, key: str, office: str, dossier_code: str, documents: Sequence[tuple[str, bytes]]) -> str:
        """Store the files, then the receipt by exclusive creation; returns the receipt number ``TN-<office>-<12
        digits>``.
        """
        place = self._folder / office / key
        place.mkdir(parents=True, exist_ok=True)
        for name, content in documents:
            _write(place / name, content)
        number = f"TN-{office}-{int(key[:10], 16) % 10**12:012d}"
        receipt = {
            "number": number,
            "dossier_code": dossier_code,
            "files": {name: sha256(content).hexdigest() for name, content in documents},
        }
        _write(place / "receipt.json", json.dumps(receipt, sort_keys=True).encode())
        return number


def _write(path: Path, content: bytes) -> None:
    """All or nothing, and durable; writing the same bytes again changes nothing."""
    if path.exists() and path.read_bytes() == content:
        return
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
