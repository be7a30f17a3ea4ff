"""Somebody looks at a request that has waited for a while: the CA is asked now and not at the next, longer interval."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update

from backend.domain.cadence import FRESH_S
from backend.domain.errors import SystemBusy
from backend.domain.signing import SignStatus
from backend.models import SigningTransaction
from backend.services.house import House


def hurry_for(house: House, seen: Mapping[str, object]) -> None:
    """``seen`` is the view just read. A hint: a busy database is no reason to show nothing."""
    created_at, now = seen["created_at"], house.clock.now()
    assert isinstance(created_at, datetime)
    # In the first minute the CA is asked at its own interval anyway: no write for every look of every screen.
    if seen["status"] != SignStatus.WAITING.value or (now - created_at).total_seconds() < FRESH_S:
        return
    try:
        with house.begin() as session:
            session.execute(
                update(SigningTransaction)
                .where(
                    SigningTransaction.id == seen["id"],
                    SigningTransaction.status == SignStatus.WAITING.value,
                    SigningTransaction.hurry_at.is_(None),
                )
                .values(hurry_at=now)
                .execution_options(synchronize_session=False)
            )
    except SystemBusy:
        return
