"""One step of one transaction, whatever it needs next. The worker calls this and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.domain.signing import SignStatus
from backend.models import Certificate
from backend.services.house import House
from backend.services.sign.ask import Watch, ask, lost, send, watch_of
from backend.services.sign.chunk import together
from backend.services.sign.desk import let_go
from backend.services.sign.fence import Fence, load, status_of
from backend.services.sign.settle import finish, settle
from backend.services.sign.subject import Subjects

_ASKED_ABOUT = frozenset({SignStatus.WAITING, SignStatus.UNKNOWN, SignStatus.EXPIRED, SignStatus.CANCELLED})
GOES_ON = frozenset({SignStatus.COLLECTED, SignStatus.EMBEDDED})
"""The signatures are there: what is left needs no CA, and nobody can stop it."""


@dataclass(frozen=True, slots=True)
class Due:
    """When to call again, and what to remember until then so that a poll costs no database read."""

    at: datetime
    watch: Watch | None = None
    status: SignStatus | None = None
    """Where the transaction stood when it was looked at last; None: look again."""


def step(
    house: House, subjects: Subjects, fence: Fence, watch: Watch | None, status: SignStatus | None = None
) -> Due | None:
    """Do the next thing. None: nothing left for this owner. Raises Fenced when the transaction is not ours.

    ``status`` is believed only where nobody but the owner moves the transaction on; every write is fenced by it.
    """
    if watch is not None:
        again = ask(house, subjects, fence, watch)
        return Due(*again) if again is not None else _reload(house, fence)
    if status is not None and status in GOES_ON:
        return _by_status(house, subjects, fence, status)
    with house.read() as session:
        status = status_of(session, fence)
        if status in _ASKED_ABOUT:
            row = load(session, fence)
            certificate = session.get_one(Certificate, row.certificate_id)
            return Due(house.clock.now(), watch_of(house, together(session, row), certificate))
    return _by_status(house, subjects, fence, status)


def _by_status(house: House, subjects: Subjects, fence: Fence, status: SignStatus) -> Due | None:
    now = house.clock.now()
    match status:
        case SignStatus.PREPARED:
            sent = send(house, subjects, fence)
            return _reload(house, fence) if sent is None else Due(_first_poll(house, sent, now), sent)
        case SignStatus.SENDING:
            return Due(now, lost(house, subjects, fence))
        case SignStatus.COLLECTED:
            finish(house, subjects, [fence])
            return None
        case SignStatus.EMBEDDED:
            settle(house, subjects, [fence])
            return None
        case _:
            let_go(house, fence)
            return None


def _first_poll(house: House, watch: Watch, now: datetime) -> datetime:
    return now + timedelta(seconds=house.providers[watch.provider].descriptor.poll_interval_s)


def _reload(house: House, fence: Fence) -> Due | None:
    """After an answer that moved the transaction: go on at once if it is still ours."""
    with house.read() as session:
        status = status_of(session, fence)
    if status in GOES_ON:
        return Due(house.clock.now(), status=status)
    let_go(house, fence)
    return None
