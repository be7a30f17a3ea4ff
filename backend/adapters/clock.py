"""Real time and real chance."""

from __future__ import annotations

import random
import secrets
from datetime import UTC, datetime
from uuid import uuid4


class SystemClock:
    """The machine's clock, UTC."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)


class SystemChance:
    """The operating system's randomness; jitter needs none of it."""

    def token(self, size: int = 32) -> str:
        """URL-safe text of ``size`` random bytes."""
        return secrets.token_urlsafe(size)

    def uuid(self) -> str:
        """A random UUID (RFC 9562 version 4)."""
        return str(uuid4())

    def uniform(self, low: float, high: float) -> float:
        """For jitter only."""
        return random.uniform(low, high)  # noqa: S311
