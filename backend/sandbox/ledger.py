"""The ledger: what this CA was asked, whom it prompted, what it signed and whom it called back. Append-only.

It is the witness against which "signed once", "prompted once" is proved, so there is no way to clear it: every entry
is written to ledger.jsonl before the caller goes on, and read back after a restart. Requests carry no secrets and no
bodies. In memory the newest REQUESTS_KEPT requests are kept; the file has all of them.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .clock import Clock, iso

KINDS = ("requests", "prompts", "signatures", "notifies")
REQUESTS_KEPT = 20_000
REQUEST_PREFIX = '{"kind": "requests"'


class Ledger:
    """Appends entries of the four KINDS and answers questions about them."""

    def __init__(self, path: Path, clock: Clock) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: dict[str, Any] = {kind: [] for kind in KINDS}
        self._entries["requests"] = deque(maxlen=REQUESTS_KEPT)
        if path.exists():
            self._read(path)
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def write(self, kind: str, **facts: Any) -> None:
        entry = {**facts, "at": iso(self._clock.now())}
        line = json.dumps({"kind": kind, **entry}, ensure_ascii=False)
        with self._lock:
            self._file.write(line + "\n")
            self._entries[kind].append(entry)

    def tell(
        self, digest: str | None = None, uid: str | None = None, *, after: str = "", kinds: Iterable[str] = KINDS
    ) -> dict[str, list[dict[str, Any]]]:
        """Everything, or only what concerns a base64 digest and / or a login, came after a moment (RFC 3339 as in the
        entries) or is of certain kinds.
        """
        with self._lock:
            copies = {kind: list(self._entries[kind]) for kind in KINDS if kind in kinds}
        return {
            kind: [e for e in entries if e["at"] > after and _concerns(e, digest, uid)]
            for kind, entries in copies.items()
        }

    def per_digest(self) -> dict[str, dict[str, int]]:
        """How often each digest was put on a phone and signed: the one-to-one that a reconciliation wants."""
        told = self.tell()
        found: dict[str, dict[str, int]] = {}
        for kind in ("prompts", "signatures"):
            for entry in told[kind]:
                for digest in entry.get("digests") or [entry["digest"]]:
                    counts = found.setdefault(digest, {"prompts": 0, "signatures": 0})
                    counts[kind] += 1
        return found

    def _read(self, path: Path) -> None:
        # Polls outnumber everything else by far, so only the requests that will be kept are parsed.
        requests: deque[str] = deque(maxlen=REQUESTS_KEPT)
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if line.startswith(REQUEST_PREFIX):
                    requests.append(line)
                else:
                    self._take_in(line)
        for line in requests:
            self._take_in(line)

    def _take_in(self, line: str) -> None:
        entry = _parsed(line)
        if entry is not None:
            self._entries[entry.pop("kind")].append(entry)


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None  # The last line of a process that was killed while writing.
    return entry if isinstance(entry, dict) and entry.get("kind") in KINDS else None


def _concerns(entry: dict[str, Any], digest: str | None, uid: str | None) -> bool:
    if uid is not None and entry.get("uid") != uid:
        return False
    if digest is None:
        return True
    digests: Iterable[str] = entry.get("digests") or [entry.get("digest", "")]
    return digest in digests
