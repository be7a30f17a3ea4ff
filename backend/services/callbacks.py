"""A CA knocks: keep what it said, believe none of it, ask the CA ourselves (S7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.domain.errors import NotFound
from backend.domain.providers import CallbackHint
from backend.domain.signing import LIVE, WATCHED, SignStatus
from backend.models import ProviderInbox, SigningTransaction
from backend.services.house import House
from backend.services.sign.chunk import follow, together

KEPT_BYTES = 16_384


def take_callback(
    session: Session, house: House, provider: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, dict[str, object]]:
    """Store the knock once, hurry the poller, answer as the vendor expects. Raises NotFound for an unknown provider."""
    if provider not in house.providers:
        raise NotFound()
    answer = house.providers[provider].read_callback(body, headers)
    row = _transaction(session, provider, answer.hint) if answer.hint is not None else None
    if answer.keep:
        _keep(session, house, provider, body, row)
    if row is not None:
        _hurry(session, house, row, answer.hint)
    house.failpoint("S7.before_inbox_commit")
    return answer.status, answer.body


def _transaction(session: Session, provider: str, hint: CallbackHint) -> SigningTransaction | None:
    by_reference = SigningTransaction.reference == hint.reference
    by_vendor_id = SigningTransaction.vendor_id == hint.vendor_id
    wanted = by_reference if hint.reference else by_vendor_id
    leads = SigningTransaction.leader_id.is_(None)
    return session.scalars(
        select(SigningTransaction).where(SigningTransaction.provider == provider, leads, wanted)
    ).first()


def _keep(session: Session, house: House, provider: str, body: bytes, row: SigningTransaction | None) -> None:
    mark = sha256(body).hexdigest()
    known = session.scalars(
        select(ProviderInbox).where(ProviderInbox.provider == provider, ProviderInbox.body_sha256 == mark)
    ).one_or_none()
    if known is not None:
        known.times += 1
        return
    session.add(
        ProviderInbox(
            id=house.chance.uuid(),
            provider=provider,
            body_sha256=mark,
            body=body[:KEPT_BYTES].decode("utf-8", "replace").replace("\x00", ""),
            times=1,
            received_at=house.clock.now(),
            signing_id=row.id if row else None,
        )
    )


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
