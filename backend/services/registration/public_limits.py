"""What strangers may begin and save at the public door. A saved dossier sends letters to mailboxes somebody typed: the
door must not become a way to flood them, nor to fill the house with drafts.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from backend.domain.contacts import mailbox
from backend.domain.errors import TooManyRegistrations
from backend.models import Registration
from backend.services.house import House
from backend.services.limits import Limit, count_of, one_more

log = structlog.get_logger(__name__)

BEGUN_AT_ADDRESS = Limit(60, timedelta(hours=1))
"""A whole province may sit behind one address."""
SAVED_AT_ADDRESS = Limit(40, timedelta(days=1))
SAVED_FOR_MAILBOX = Limit(5, timedelta(days=1))


def count_beginning(house: House, address: str) -> None:
    """One more draft begun. Raises TooManyRegistrations."""
    with house.begin() as session:
        _count(session, house, "registration-begun:address", address, BEGUN_AT_ADDRESS)


def count_saving(session: Session, house: House, row: Registration, address: str) -> None:
    """One more dossier saved, in the caller's commit. Raises TooManyRegistrations."""
    _count(session, house, "registration-saved:address", address, SAVED_AT_ADDRESS)
    unit = mailbox(str((row.content.get("unit") or {}).get("email", "")))
    _count(session, house, "registration-saved:mailbox", unit, SAVED_FOR_MAILBOX)


def _count(session: Session, house: House, purpose: str, whom: str, limit: Limit) -> None:
    count = count_of(house, purpose, whom, limit.window)
    if one_more(session, house, count) > limit.most:
        log.warning("registration.too_many", by=purpose, until=count.ends_at.isoformat())
        raise TooManyRegistrations(until=count.ends_at)
