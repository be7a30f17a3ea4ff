"""Signatures first: while more of them wait than there are hands, side effects stand aside for a moment.

All threads of a worker share one interpreter. A person watches how a list is finished; the Treasury's intake and a
letter can wait some seconds. Does not: hold anything up for long, however long the rush lasts.
"""

from __future__ import annotations

import threading
import time

LONGEST_S = 10.0
"""So long a rush is let pass; in one that lasts longer side effects take their share."""


class Rush:
    """Counts the signatures that wait for ``hands`` or are in them."""

    def __init__(self, hands: int, longest_s: float = LONGEST_S) -> None:
        self._hands = hands
        self._longest_s = longest_s
        self._come = 0
        self._since: float | None = None
        self._over = threading.Condition()

    def come(self) -> None:
        """One more."""
        with self._over:
            self._come += 1
            if self._come > self._hands and self._since is None:
                self._since = time.monotonic()

    def gone(self) -> None:
        """One is done."""
        with self._over:
            self._come -= 1
            if self._come <= self._hands:
                self._end()

    def end(self) -> None:
        """The worker goes home: nobody waits any more."""
        with self._over:
            self._end()

    def _end(self) -> None:
        self._since = None
        self._over.notify_all()

    def let_pass(self) -> None:
        """Wait until it is over, or has lasted long enough."""
        with self._over:
            if self._since is not None:
                self._over.wait_for(lambda: self._since is None, self._since + self._longest_s - time.monotonic())
