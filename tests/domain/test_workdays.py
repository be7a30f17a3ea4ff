"""Days of work and rest in Vietnam, and the Treasury's deadlines over weekends, midnight and Tết."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.workdays import (
    VIETNAM,
    Pause,
    TreasuryCase,
    counted_from,
    days_allowed,
    deadline,
    is_working_day,
    next_working_day,
    vietnam_date,
    working_days_after,
    working_days_back,
)

TET_2027 = frozenset(date(2027, 2, 5) + timedelta(days=n) for n in range(7))  # Friday 5 to Thursday 11 February
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (date(2026, 11, 16 + n) for n in range(7))
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
HOLIDAYS = st.frozensets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=30)


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), VIETNAM)


def passed(start: date, end: date, holidays: frozenset[date]) -> int:
    """Working days after ``start`` up to ``end``, counted one by one."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(day.isoweekday() <= 5 and day not in holidays for day in days)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 21, 16, 59, 59, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 21, 17, 0, 0, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_day_changes_at_midnight_in_vietnam(moment, day):
    assert vietnam_date(moment) == day


def test_a_moment_without_a_zone_has_no_day():
    with pytest.raises(ValueError):
        vietnam_date(datetime(2026, 11, 21, 12))


def test_weekends_and_holidays_are_not_worked():
    assert [is_working_day(day, {WEDNESDAY}) for day in (TUESDAY, WEDNESDAY, FRIDAY, SATURDAY, SUNDAY)] == [
        True,
        False,
        True,
        False,
        False,
    ]


def test_the_next_working_day_jumps_over_the_weekend_and_tet():
    assert next_working_day(FRIDAY, ()) == date(2026, 11, 23)
    assert next_working_day(date(2027, 2, 4), TET_2027) == date(2027, 2, 12)


@pytest.mark.parametrize(
    ("today", "holidays", "earliest"),
    [
        (FRIDAY, (), date(2026, 11, 13)),
        (WEDNESDAY, (), date(2026, 11, 11)),
        (SATURDAY, (), date(2026, 11, 13)),
        (SUNDAY, (), date(2026, 11, 13)),
        (WEDNESDAY, (MONDAY,), date(2026, 11, 10)),
        (date(2027, 2, 15), TET_2027, date(2027, 2, 1)),
    ],
)
def test_five_working_days_back_shift_with_weekends_and_holidays(today, holidays, earliest):
    assert working_days_back(today, 5, holidays) == earliest


@given(DAYS, st.integers(0, 12), HOLIDAYS, st.integers(0, 40))
def test_a_day_is_within_the_limit_exactly_when_few_enough_working_days_have_passed(today, count, holidays, age):
    day = today - timedelta(days=age)
    assert (day >= working_days_back(today, count, holidays)) == (passed(day, today, holidays) <= count)


@given(DAYS, st.integers(1, 12), HOLIDAYS)
def test_counting_forward_ends_on_a_working_day_after_exactly_so_many(day, count, holidays):
    end = working_days_after(day, count, holidays)
    assert is_working_day(end, holidays)
    assert passed(day, end, holidays) == count


@pytest.mark.parametrize(
    ("received", "counted"),
    [
        (at(MONDAY, "00:00:00"), MONDAY),
        (at(MONDAY, "16:00:00"), MONDAY),
        (at(MONDAY, "16:00:01"), TUESDAY),
        (at(FRIDAY, "16:30:00"), date(2026, 11, 23)),
        (at(SATURDAY, "09:00:00"), date(2026, 11, 23)),
        (datetime(2026, 11, 16, 17, 0, tzinfo=UTC), TUESDAY),
    ],
)
def test_a_dossier_after_the_cut_off_counts_from_the_next_working_day(received, counted):
    assert counted_from(received, ()) == counted


def test_the_cut_off_is_a_setting():
    assert counted_from(at(MONDAY, "16:30:00"), (), cut_off=time(17, 0)) == MONDAY


@pytest.mark.parametrize(
    ("case", "sent", "days"),
    [
        (TreasuryCase.ADVANCE, MONDAY, 1),
        (TreasuryCase.RECURRENT, MONDAY, 2),
        (TreasuryCase.UNCONTROLLED_DEPOSIT, MONDAY, 1),
        (TreasuryCase.INVESTMENT, MONDAY, 3),
        (TreasuryCase.PAY_FIRST, MONDAY, 1),
        (TreasuryCase.RECURRENT_ND347, MONDAY, 1),
        (TreasuryCase.RECURRENT_ND347, date(2027, 1, 24), 1),
        (TreasuryCase.RECURRENT_ND347, date(2027, 1, 25), 2),
        (TreasuryCase.RECURRENT_ND347, date(2026, 12, 31), 2),
        (TreasuryCase.ADVANCE, date(2026, 12, 31), 1),
    ],
)
def test_each_case_has_its_term(case, sent, days):
    assert days_allowed(case, sent) == days


@pytest.mark.parametrize(
    ("received", "count", "holidays", "last"),
    [
        (at(MONDAY, "09:00:00"), 1, (), TUESDAY),
        (at(MONDAY, "16:01:00"), 1, (), WEDNESDAY),
        (at(THURSDAY, "09:00:00"), 2, (), date(2026, 11, 23)),
        (at(FRIDAY, "17:00:00"), 2, (), date(2026, 11, 25)),
        (at(date(2027, 2, 4), "15:00:00"), 1, TET_2027, date(2027, 2, 12)),
        (at(date(2027, 2, 4), "23:59:59"), 3, TET_2027, date(2027, 2, 17)),
    ],
)
def test_the_term_ends_so_many_working_days_after_the_counted_day(received, count, holidays, last):
    assert deadline(received, count, holidays) == last


def test_days_with_the_unit_do_not_count():
    pause = Pause(at(TUESDAY, "10:00:00"), at(THURSDAY, "09:00:00"))
    assert deadline(at(MONDAY, "09:00:00"), 2, (), [pause]) == FRIDAY


def test_a_dossier_that_comes_back_after_the_cut_off_does_not_use_up_that_day():
    pause = Pause(at(TUESDAY, "10:00:00"), at(WEDNESDAY, "16:30:00"))
    assert deadline(at(MONDAY, "09:00:00"), 1, (), [pause]) == THURSDAY


def test_there_is_no_deadline_while_the_unit_has_the_dossier():
    assert deadline(at(MONDAY, "09:00:00"), 2, (), [Pause(at(TUESDAY, "10:00:00"), None)]) is None


def test_a_return_after_the_term_was_over_does_not_move_it():
    pause = Pause(at(FRIDAY, "10:00:00"), None)
    assert deadline(at(MONDAY, "09:00:00"), 1, (), [pause]) == TUESDAY
