"""Days as the Treasury counts them: Vietnam time, Monday to Friday, minus the public holidays it is given.

Vietnam keeps UTC+7 all year, so a fixed offset is exact and no time zone database is needed.
Deadlines follow Nghị định 11/2020/NĐ-CP art. 7.12 and 8.12 and Nghị định 347/2025/NĐ-CP art. 6.5. A term of n
working days ends with the n-th working day after the day the dossier counts as received: the first day is not
counted (civil-law reading).
Does not: know the holidays of any year, or what time it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum

VIETNAM = timezone(timedelta(hours=7), "+07:00")
CUT_OFF = time(16, 0)
"""A dossier that comes later in the day counts from the next working day."""

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5

Holidays = Collection[date]


class TreasuryCase(StrEnum):
    """What the Treasury is asked to do; decides how long it may take."""

    ADVANCE = "advance"
    RECURRENT = "recurrent"
    RECURRENT_ND347 = "recurrent_nd347"
    UNCONTROLLED_DEPOSIT = "uncontrolled_deposit"
    INVESTMENT = "investment"
    PAY_FIRST = "pay_first"


_DAYS_ALLOWED = {
    TreasuryCase.ADVANCE: 1,
    TreasuryCase.RECURRENT: 2,
    TreasuryCase.RECURRENT_ND347: 1,
    TreasuryCase.UNCONTROLLED_DEPOSIT: 1,
    TreasuryCase.INVESTMENT: 3,
    TreasuryCase.PAY_FIRST: 1,
}


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the deadline clock stands still, because the unit has the dossier back."""

    start: datetime
    """Aware: when the Treasury returned it."""
    end: datetime | None
    """Aware: when it came back; None while it is still with the unit."""


def vietnam_date(at: datetime) -> date:
    """The calendar day in Vietnam at this moment. Raises ValueError for a time without a zone."""
    return _vietnam_time(at).date()


def is_working_day(day: date, holidays: Holidays) -> bool:
    """Monday to Friday and no public holiday."""
    return day.weekday() < _SATURDAY and day not in holidays


def next_working_day(day: date, holidays: Holidays) -> date:
    """The first working day after ``day``."""
    return next(later for later in _days(day, _ONE_DAY) if is_working_day(later, holidays))


def working_days_after(day: date, count: int, holidays: Holidays) -> date:
    """``count`` working days later; ``day`` itself is not counted."""
    for _ in range(count):
        day = next_working_day(day, holidays)
    return day


def working_days_back(day: date, count: int, holidays: Holidays) -> date:
    """The earliest day from which at most ``count`` working days have passed by ``day``.

    A day of rest counts as the working day before it, so that waiting over a weekend does not shorten the limit.
    """
    day = day if is_working_day(day, holidays) else _working_day_before(day, holidays)
    for _ in range(count):
        day = _working_day_before(day, holidays)
    return day


def counted_from(received_at: datetime, holidays: Holidays, cut_off: time = CUT_OFF) -> date:
    """The working day on which a dossier counts as received."""
    local = _vietnam_time(received_at)
    if is_working_day(local.date(), holidays) and local.time() <= cut_off:
        return local.date()
    return next_working_day(local.date(), holidays)


def days_allowed(case: TreasuryCase, sent_on: date) -> int:
    """Working days the Treasury has; decree 347 gives one more at the end of January and of December."""
    is_rush = sent_on.month in (1, 12) and sent_on.day >= 25
    return 2 if case is TreasuryCase.RECURRENT_ND347 and is_rush else _DAYS_ALLOWED[case]


def deadline(
    received_at: datetime, count: int, holidays: Holidays, pauses: Sequence[Pause] = (), cut_off: time = CUT_OFF
) -> date | None:
    """The last day of the term, or None while the clock stands still.

    A working day is used up when the Treasury holds the dossier at that day's cut-off.
    """
    day = counted_from(received_at, holidays, cut_off)
    while count > 0:
        day = next_working_day(day, holidays)
        closing = datetime.combine(day, cut_off, VIETNAM)
        if any(pause.end is None and pause.start <= closing for pause in pauses):
            return None
        count -= not any(_stands_still(pause, closing) for pause in pauses)
    return day


def _stands_still(pause: Pause, at: datetime) -> bool:
    return pause.start <= at and (pause.end is None or at < pause.end)


def _working_day_before(day: date, holidays: Holidays) -> date:
    return next(earlier for earlier in _days(day, -_ONE_DAY) if is_working_day(earlier, holidays))


def _days(day: date, step: timedelta) -> Iterator[date]:
    while True:
        day += step
        yield day


def _vietnam_time(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(VIETNAM)
