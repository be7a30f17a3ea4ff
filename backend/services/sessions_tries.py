"""Wrong tries, counted by user name and by address; enough of them lock for a while, and each round for longer.

Counting is its own commit, because a refusal must be remembered. Does not: know what was tried, but for the two kinds
of refusal that count.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.errors import LoginLocked, LoginRefused, PasskeyRefused
from backend.models import LoginAttempts
from backend.models.upsert import insert_on
from backend.services.house import House


def attempt_key(house: House, kind: str, text: str) -> str:
    """Under what tries are counted; tells nothing about ``text``."""
    return hmac.new(house.hmac_key, f"login:{kind}:{text}".encode(), sha256).hexdigest()


def refuse_locked(
    session: Session, now: datetime, keys: tuple[str, ...], refusal: type[LoginLocked] = LoginLocked
) -> None:
    """Raise ``refusal`` while any of these is locked."""
    rows = session.scalars(select(LoginAttempts).where(LoginAttempts.key.in_(keys))).all()
    for row in rows:
        if row.locked_until is not None and row.locked_until > now:
            raise refusal(row.locked_until)


def count_failure(house: House, keys: tuple[str, str], refusal: type[LoginRefused]) -> NoReturn:
    """Count for both, user name and address, lock when it is enough, and raise ``refusal`` or LoginLocked."""
    now = house.clock.now()
    policy = house.policy
    with house.begin() as session:
        by_user = count_one(session, keys[0], now, policy.login_tries, policy.login_lock)
        by_address = count_one(session, keys[1], now, policy.address_tries, policy.login_lock)
        locked = max(filter(None, (by_user.locked_until, by_address.locked_until)), default=None)
        left = policy.login_tries - by_user.failed % policy.login_tries
    if locked is not None and locked > now:
        raise LoginLocked(locked)
    raise refusal(attempts_left=left)


def count_one(session: Session, key: str, now: datetime, tries: int, lock: timedelta) -> LoginAttempts:
    """One more try under ``key``; every ``tries`` of them lock it for ``lock`` and longer."""
    row = count_row(session, key, now)
    row.failed += 1
    row.last_at = now
    if row.failed % tries == 0:
        # Each further round of wrong tries doubles the wait, up to a day: guessing for ever is no way in.
        row.locked_until = now + min(lock * 2 ** (row.failed // tries - 1), timedelta(days=1))
    session.flush()
    return row


def count_row(session: Session, key: str, now: datetime) -> LoginAttempts:
    """The row on which tries under ``key`` are counted, held until the commit."""
    row = session.get(LoginAttempts, key, with_for_update=True)
    if row is None:
        # Two first tries at once: whoever comes second counts on the row of the first.
        session.execute(
            insert_on(session, LoginAttempts).values(key=key, failed=0, last_at=now).on_conflict_do_nothing()
        )
        row = session.get_one(LoginAttempts, key, with_for_update=True)
    return row


@contextmanager
def counted_by_address(house: House, address: str) -> Iterator[None]:
    """Passkeys refused inside count against the address. Raises LoginLocked when there were too many."""
    key = attempt_key(house, "address", address)
    with house.read() as session:
        refuse_locked(session, house.clock.now(), (key,))
    try:
        yield
    except PasskeyRefused:
        with house.begin() as session:
            count_one(session, key, house.clock.now(), house.policy.address_tries, house.policy.login_lock)
        raise
