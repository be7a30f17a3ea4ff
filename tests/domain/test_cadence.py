"""When a CA is asked again and when a request counts as expired."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.cadence import LONGEST_BACK_OFF_S, LONGEST_GROWTH, closes_at, pause_s

DEADLINE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GRACE, BOUND = timedelta(seconds=30), timedelta(minutes=30)


@pytest.mark.parametrize(
    ("waited_s", "misses", "expected_s"),
    [(0, 0, 3), (60, 0, 3), (90, 0, 4.5), (120, 0, 6), (300, 0, 9), (0, 1, 6), (0, 2, 12), (0, 3, 15), (300, 9, 15)],
)
def test_the_interval_holds_for_a_minute_and_grows_with_waiting_and_misses(
    waited_s: float, misses: int, expected_s: float
) -> None:
    assert pause_s(3.0, waited_s, misses, 1.0) == expected_s


@given(st.floats(0.5, 10), st.floats(0, 600), st.integers(0, 1000), st.floats(0.8, 1.2))
def test_a_pause_is_never_shorter_than_the_cas_interval_and_never_out_of_bounds(
    interval_s: float, waited_s: float, misses: int, jitter: float
) -> None:
    longest = max(interval_s * LONGEST_GROWTH, LONGEST_BACK_OFF_S)
    assert interval_s * jitter <= pause_s(interval_s, waited_s, misses, jitter) <= longest * jitter


@pytest.mark.parametrize(
    ("heard_since", "closes"),
    [
        (DEADLINE - timedelta(minutes=4), DEADLINE + GRACE),
        (DEADLINE, DEADLINE + GRACE),
        (DEADLINE + timedelta(minutes=10), DEADLINE + timedelta(minutes=10) + GRACE),
        (DEADLINE + timedelta(minutes=29, seconds=50), DEADLINE + BOUND),
        (DEADLINE + timedelta(hours=2), DEADLINE + BOUND),
        (None, DEADLINE + BOUND),
    ],
    ids=["always", "at the deadline", "back later", "back near the bound", "back too late", "still away"],
)
def test_the_grace_counts_from_when_the_ca_is_back_within_the_bound(
    heard_since: datetime | None, closes: datetime
) -> None:
    assert closes_at(DEADLINE, heard_since, GRACE, BOUND) == closes
