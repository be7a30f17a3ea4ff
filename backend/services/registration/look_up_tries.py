"""Looking certificates up in vain, counted: some CAs tell names and serial numbers to whoever knows a user name, and a
password field tries passwords. Counted by member, by account at the CA, by address, and for the whole house. What is
found counts as well, by address, against whoever has a list of people and wants to know who has a certificate where.

A try counts before the CA is asked, so that no crash and no parallel request makes it free; it is given back when the
member's certificate was there, when the right password led to the question for a code, and when the CA was away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import update

from backend.domain.errors import NoCertificateThere, ProviderRefusal, TooManyLookUps
from backend.domain.providers import FailureKind
from backend.models import LoginAttempts
from backend.services.house import House
from backend.services.limits import Count, Limit, count_of, one_more

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LookUpLimit(Limit):
    """How many look-ups are let through in each window of time."""

    in_vain_only: bool = True


DAY = timedelta(days=1)
LIMITS: Mapping[str, LookUpLimit] = {
    "member": LookUpLimit(5, DAY),
    "account": LookUpLimit(5, DAY),
    "address": LookUpLimit(20, DAY),
    "address_at_all": LookUpLimit(200, DAY, in_vain_only=False),
    "house": LookUpLimit(1000, timedelta(hours=1)),
}


@dataclass(frozen=True, slots=True)
class _Count:
    """One row to count on."""

    kind: str
    at: Count


@contextmanager
def counted(house: House, who: Mapping[str, str]) -> Iterator[None]:
    """What is tried inside counts against everybody in ``who`` (kind → whom), as ``LIMITS`` says.

    Raises TooManyLookUps.
    """
    counts = [_count(house, kind, whom) for kind, whom in who.items()]
    _take(house, counts)
    in_vain = False
    try:
        yield
    except (NoCertificateThere, ProviderRefusal) as error:
        in_vain = _asked_in_vain(error)
        raise
    finally:
        if not in_vain:
            _give_back(house, counts)


def _asked_in_vain(error: NoCertificateThere | ProviderRefusal) -> bool:
    return error.facts.get("kind") != FailureKind.PROVIDER_UNAVAILABLE


def _count(house: House, kind: str, whom: str) -> _Count:
    return _Count(kind, count_of(house, f"look-up:{kind}", whom, LIMITS[kind].window))


def _take(house: House, counts: Sequence[_Count]) -> None:
    """All in one commit, or none."""
    with house.begin() as session:
        for each in counts:
            if one_more(session, house, each.at) > LIMITS[each.kind].most:
                # Somebody may be going through many people: an operator wants to know.
                log.warning("look_up.too_many", by=each.kind, until=each.at.ends_at.isoformat())
                raise TooManyLookUps(until=each.at.ends_at)


def _give_back(house: House, counts: Sequence[_Count]) -> None:
    with house.begin() as session:
        for each in counts:
            if not LIMITS[each.kind].in_vain_only:
                continue
            mine = LoginAttempts.key == each.at.key
            session.execute(update(LoginAttempts).where(mine).values(failed=LoginAttempts.failed - 1))
