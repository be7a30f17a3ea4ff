"""A CA knocks: keep what it said, believe none of it, ask the CA ourselves (S7).

A knock may come in any order: before the answer to our own request, after the end, several times, for nobody. What it
names is kept beside it, so that a request which learns its names later finds the knock that came too early.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.domain.errors import NotFound
from backend.domain.providers import CallbackHint
from backend.domain.signing import LIVE, WATCHED, SignStatus
from backend.models import ProviderInbox, SigningTransaction
from backend.services.house import House
from backend.services.sign.chunk import follow, together

log = structlog.get_logger(__name__)

KEPT_BYTES = 16_384
MOST_UNMATCHED = 10_000
"""Knocks of one CA in a day that no request answers to; what comes beyond is counted in the log only."""


def take_callback(
    session: Session, house: House, provider: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, dict[str, object]]:
    """Store the knock once, hurry the poller, answer as the vendor expects. Raises NotFound for an unknown provider."""
    if provider not in house.providers:
        raise NotFound()
    answer = house.providers[provider].read_callback(body, headers)
    row = _transaction(session, provider, answer.hint) if answer.hint is not None else None
    if answer.keep:
        _keep(session, house, provider, body, row, answer.hint or CallbackHint())
    if row is not None:
        _hurry(session, house, row, answer.hint)
    house.failpoint("S7.before_inbox_commit")
    return answer.status, answer.body


def _transaction(session: Session, provider: str, hint: CallbackHint) -> SigningTransaction | None:
    by_reference = SigningTransaction.reference == hint.reference
    by_vendor_id = SigningTransaction.vendor_id == hint.vendor_id
    wanted = by_reference if hint.reference else by_vendor_id
    # In a batch the leader speaks with the CA for all rows of the prompt.
    leading = (SigningTransaction.provider == provider, SigningTransaction.leader_id.is_(None))
    return session.scalars(select(SigningTransaction).where(*leading, wanted)).first()


def _keep(
    session: Session, house: House, provider: str, body: bytes, row: SigningTransaction | None, hint: CallbackHint
) -> None:
    mark = sha256(body).hexdigest()
    if _again(session, provider, mark):
        return
    if row is None and _too_many_for_nobody(session, provider, house.clock.now()):
        log.error("callback.too_many_for_nobody", provider=provider)
        return
    if row is None:
        log.warning("callback.for_nobody", provider=provider)
    knock = ProviderInbox(
        id=house.chance.uuid(),
        provider=provider,
        body_sha256=mark,
        body=body[:KEPT_BYTES].decode("utf-8", "replace").replace("\x00", ""),
        times=1,
        received_at=house.clock.now(),
        signing_id=row.id if row else None,
        reference=hint.reference[:36] or None,
        vendor_id=hint.vendor_id[:100] or None,
    )
    try:
        with session.begin_nested():
            session.add(knock)
    except IntegrityError:
        # The same knock at the same moment, at another process.
        _again(session, provider, mark)


def _again(session: Session, provider: str, mark: str) -> bool:
    """Count a knock that is kept already."""
    counted = session.execute(
        update(ProviderInbox)
        .where(ProviderInbox.provider == provider, ProviderInbox.body_sha256 == mark)
        .values(times=ProviderInbox.times + 1)
        .execution_options(synchronize_session=False)
        .returning(ProviderInbox.id)
    ).all()
    return bool(counted)


def _too_many_for_nobody(session: Session, provider: str, now: datetime) -> bool:
    lately = (
        select(func.count())
        .select_from(ProviderInbox)
        .where(
            ProviderInbox.provider == provider,
            ProviderInbox.signing_id.is_(None),
            ProviderInbox.received_at > now - timedelta(days=1),
        )
    )
    return session.execute(lately).scalar_one() >= MOST_UNMATCHED


def _hurry(session: Session, house: House, row: SigningTransaction, hint: CallbackHint | None) -> None:
    """Ask now. When the answer to our request was lost, the knock may bring the vendor's id: it is only used to ask."""
    now, status = house.clock.now(), SignStatus(row.status)
    learnt = hint.vendor_id[:100] if hint is not None and row.vendor_id is None else ""
    if learnt and status is SignStatus.UNKNOWN:
        _ask_by(session, row, now, learnt, SignStatus.WAITING)
    elif learnt and status in WATCHED and row.watch_until is not None:
        _ask_by(session, row, now, learnt, status)
    elif status in LIVE | WATCHED:
        session.execute(update(SigningTransaction).where(SigningTransaction.id == row.id).values(hurry_at=now))


def _ask_by(session: Session, row: SigningTransaction, now: datetime, vendor_id: str, to: SignStatus) -> None:
    """From now on the CA can be asked: whoever held the row knows nothing of the id, so it is free for a new owner."""
    status = SignStatus(row.status)
    followers = together(session, row)[1:]
    learnt = session.execute(
        update(SigningTransaction)
        .where(SigningTransaction.id == row.id, SigningTransaction.status == status.value)
        .values(status=to.value, vendor_id=vendor_id, owner=None, epoch=SigningTransaction.epoch + 1, next_at=now)
        .execution_options(synchronize_session=False)
        .returning(SigningTransaction.id)
    ).all()
    if learnt and to is not status:
        follow(session, followers, status, to, vendor_id=vendor_id)


def came_early(session: Session, row: SigningTransaction, vendor_id: str | None) -> CallbackHint | None:
    """The knock for ``row`` that came before the answer to its request, now matched to it; None when none did.

    ``vendor_id`` is what the answer told, None when it was lost: then the knock may bring it.
    """
    names: list[ColumnElement[bool]] = [ProviderInbox.reference == row.reference]
    if vendor_id is not None:
        names.append(and_(ProviderInbox.vendor_id == vendor_id, ProviderInbox.reference.is_(None)))
    knocks = session.scalars(
        select(ProviderInbox)
        .where(ProviderInbox.provider == row.provider, or_(*names))
        .order_by(ProviderInbox.received_at)
    ).all()
    for knock in knocks:
        knock.signing_id = row.id
    if not knocks:
        return None
    return CallbackHint(row.reference, next((knock.vendor_id for knock in knocks if knock.vendor_id), ""))
