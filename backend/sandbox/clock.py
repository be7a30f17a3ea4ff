"""The protocol clock: real time plus an offset that tests may push forward.

Tokens, locks and the life of transactions follow it. Certificates, OCSP, CRL and time stamps follow real time,
because whoever checks those looks at their own watch.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """Seconds since the epoch, movable forward only."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def now(self) -> float:
        return time.time() + self._ahead_s

    def advance(self, seconds: float) -> float:
        """Jump forward; returns how far ahead of real time the clock now is."""
        self._ahead_s += max(0.0, seconds)
        return self._ahead_s


def iso(moment: float) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
