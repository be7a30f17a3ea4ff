"""The circuit breaker as a table, and over every order of calls: it opens, tries alone, closes, and hides no CA for
good.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.breaker import Breaker, Gate, Heard, Limits, after, let_through

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LIMITS = Limits()
SOON, PAST = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)

CLOSED = Breaker()
NEARLY = Breaker(misses=LIMITS.misses - 1)
OPEN = Breaker(Gate.OPEN, SOON, LIMITS.first_pause, slow=True)
TRYING = Breaker(Gate.HALF_OPEN, SOON, LIMITS.first_pause, slow=True)

TABLE = {
    "an answer leaves it closed": (CLOSED, Heard.ANSWERED, False, Gate.CLOSED),
    "a slow answer leaves it closed": (CLOSED, Heard.SLOWLY, False, Gate.CLOSED),
    "one miss leaves it closed": (CLOSED, Heard.NOTHING, False, Gate.CLOSED),
    "one miss too many opens it": (NEARLY, Heard.NOTHING, False, Gate.OPEN),
    "an answer before that starts the count again": (NEARLY, Heard.ANSWERED, False, Gate.CLOSED),
    "an answer to a call that left before it opened does not close it": (OPEN, Heard.ANSWERED, False, Gate.OPEN),
    "a miss of a call that left before it opened does nothing": (OPEN, Heard.NOTHING, False, Gate.OPEN),
    "a try that was given up does not decide": (OPEN, Heard.ANSWERED, True, Gate.OPEN),
    "the try's answer closes it": (TRYING, Heard.ANSWERED, True, Gate.CLOSED),
    "the try's slow answer closes it": (TRYING, Heard.SLOWLY, True, Gate.CLOSED),
    "the try's miss opens it again": (TRYING, Heard.NOTHING, True, Gate.OPEN),
    "another's answer does not close it while one tries": (TRYING, Heard.ANSWERED, False, Gate.HALF_OPEN),
    "another's miss does not open it while one tries": (TRYING, Heard.NOTHING, False, Gate.HALF_OPEN),
}


@pytest.mark.parametrize("rule", TABLE)
def test_the_table_of_transitions(rule: str) -> None:
    before, heard, probe, gate = TABLE[rule]
    assert after(before, heard, NOW, LIMITS, probe=probe).gate is gate


@pytest.mark.parametrize(
    ("before", "goes", "is_probe"),
    [
        (CLOSED, True, False),
        (NEARLY, True, False),
        (OPEN, False, False),
        (Breaker(Gate.OPEN, PAST, LIMITS.first_pause), True, True),
        (TRYING, False, False),
        (Breaker(Gate.HALF_OPEN, PAST, LIMITS.first_pause), True, True),
    ],
    ids=["closed", "nearly", "open", "open and due", "half-open", "half-open and given up"],
)
def test_who_is_let_through(before: Breaker, goes: bool, is_probe: bool) -> None:
    passed = let_through(before, NOW, LIMITS)

    assert (passed is not None) is goes
    assert (passed is not None and passed.probe) is is_probe


def test_each_try_in_vain_doubles_the_pause_up_to_the_longest() -> None:
    breaker, now, pauses = NEARLY, NOW, []
    breaker = after(breaker, Heard.NOTHING, now, LIMITS, probe=False)
    for _ in range(5):
        assert breaker.retry_at is not None
        pauses.append((breaker.retry_at - now).total_seconds())
        now = breaker.retry_at
        passed = let_through(breaker, now, LIMITS)
        assert passed is not None
        breaker = after(passed.breaker, Heard.NOTHING, now, LIMITS, probe=True)

    assert pauses == [5, 10, 20, 30, 30]


def test_slow_needs_several_slow_calls_and_quick_as_many_quick_ones() -> None:
    breaker, shown = CLOSED, []
    for heard in [Heard.SLOWLY] * 3 + [Heard.ANSWERED] * 3:
        breaker = after(breaker, heard, NOW, LIMITS, probe=False)
        shown.append(breaker.slow)

    assert shown == [False, False, True, True, True, False]


CALLS = st.lists(st.tuples(st.sampled_from(Heard), st.integers(0, 40)), max_size=60)


def _run(calls: list[tuple[Heard, int]]) -> list[tuple[Breaker, Breaker, bool, Heard, datetime]]:
    """Before, after, let through, heard and moment of each call, one after the other."""
    breaker, now, history = CLOSED, NOW, []
    for heard, wait_s in calls:
        now += timedelta(seconds=wait_s)
        passed = let_through(breaker, now, LIMITS)
        moved = after(passed.breaker, heard, now, LIMITS, probe=passed.probe) if passed else breaker
        history.append((breaker, moved, passed is not None, heard, now))
        breaker = moved
    return history


@given(CALLS)
def test_it_only_refuses_while_open_and_before_the_next_try(calls: list[tuple[Heard, int]]) -> None:
    for before, _, went, _, now in _run(calls):
        due = before.retry_at is None or now >= before.retry_at
        assert went is (before.gate is Gate.CLOSED or due)


@given(CALLS)
def test_an_open_one_has_a_next_try_within_the_longest_pause(calls: list[tuple[Heard, int]]) -> None:
    for _, moved, _, _, now in _run(calls):
        assert (moved.gate is Gate.CLOSED) is (moved.retry_at is None)
        if moved.gate is Gate.OPEN and moved.retry_at is not None:
            assert moved.retry_at <= now + LIMITS.longest_pause


@given(CALLS)
def test_whatever_happened_one_answer_when_due_closes_it(calls: list[tuple[Heard, int]]) -> None:
    history = _run(calls)
    last, now = (history[-1][1], history[-1][4]) if history else (CLOSED, NOW)

    passed = let_through(last, now + LIMITS.patience + LIMITS.longest_pause, LIMITS)

    assert passed is not None
    assert after(passed.breaker, Heard.ANSWERED, now, LIMITS, probe=passed.probe).gate is Gate.CLOSED


@given(CALLS)
def test_it_opens_only_after_enough_misses_in_a_row(calls: list[tuple[Heard, int]]) -> None:
    in_a_row = 0
    for before, moved, went, heard, _ in _run(calls):
        if went:
            in_a_row = in_a_row + 1 if heard is Heard.NOTHING else 0
        if before.gate is Gate.CLOSED and moved.gate is Gate.OPEN:
            assert in_a_row >= LIMITS.misses
