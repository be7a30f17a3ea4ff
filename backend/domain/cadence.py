"""When to ask a CA again, and when to stop.

Pure: the caller draws the jitter, so that thousands of questions do not come in step.
"""

from __future__ import annotations

from datetime import datetime, timedelta

FRESH_S = 60.0
"""People decide within a minute or not for a while: so long the CA's own interval holds."""
LONGEST_GROWTH = 3.0
"""At most so many times the CA's interval, however long somebody takes."""
LONGEST_BACK_OFF_S = 15.0
"""Between two tries at a CA that does not answer."""
JITTER = (0.8, 1.2)


def pause_s(interval_s: float, waited_s: float, misses: int, jitter: float) -> float:
    """Seconds until the next question: the CA's interval, longer after the first minute and after each miss.

    ``waited_s`` since the person was asked, ``misses`` answers in a row that did not come, ``jitter`` within JITTER.
    """
    grown = interval_s * min(max(waited_s / FRESH_S, 1.0), LONGEST_GROWTH)
    if misses == 0:
        return grown * jitter
    # Never sooner than the CA allows, even where that is longer than the longest back-off.
    return max(min(interval_s * 2.0 ** min(misses, 10), LONGEST_BACK_OFF_S), grown) * jitter


def closes_at(expires_at: datetime, heard_since: datetime | None, grace: timedelta, bound: timedelta) -> datetime:
    """When a request without an outcome counts as expired.

    ``grace`` after the CA's deadline, because approval can race the clock; but a CA that could not be asked then gets
    it from the moment it answers again (``heard_since``, None while it does not), at most ``bound`` after the deadline.
    """
    if heard_since is None:
        return expires_at + bound
    return min(max(expires_at, heard_since) + grace, expires_at + bound)
