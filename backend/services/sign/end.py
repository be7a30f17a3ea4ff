"""Endings without a usable signature: rejected, expired, failed, cancelled, and the signature that came too late."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy.orm import Session

from backend.domain.providers import Failure
from backend.domain.signing import WATCHED, SignStatus
from backend.models import SigningTransaction
from backend.services.house import House
from backend.services.sign.chunk import SHARED, follow, stop_rest, together
from backend.services.sign.fence import Fence, advance, load
from backend.services.sign.subject import Subjects

log = structlog.get_logger(__name__)


def end(
    house: House,
    subjects: Subjects,
    fence: Fence,
    now_status: SignStatus,
    to: SignStatus,
    *,
    failure: Failure | None = None,
    raw: str = "",
) -> None:
    """Close the transaction, and those that share its prompt, and give the pens back, in one commit."""
    with house.begin() as session:
        row = load(session, fence)
        rows = together(session, row)
        answers = [*row.raw_answers, raw] if raw else row.raw_answers
        advance(session, fence, now_status, to, raw_answers=answers, **closing(house, row, to), **words(failure))
        follow(session, rows[1:], now_status, to, **closing_follower(house, row, to), **words(failure))
        session.refresh(row)
        give_back(session, house, subjects, rows, to)
        if now_status in SHARED:
            stop_rest(session, house, subjects, row)
        subjects[row.subject_kind].changed(session, house, row)
        house.failpoint("S10.before_ending_commit")
    house.failpoint("S10.ending_committed")
    log.info("signing.ended", signing_id=fence.transaction_id, status=to.value, dossiers=len(rows))


def give_back(
    session: Session, house: House, subjects: Subjects, rows: Sequence[SigningTransaction], to: SignStatus
) -> None:
    """Release what ``rows`` held, in the caller's commit."""
    if rows:
        subjects[rows[0].subject_kind].hold(session, rows)
    for row in rows:
        subjects[row.subject_kind].release(session, house, row, to.value)


def closing(house: House, row: SigningTransaction, to: SignStatus) -> dict[str, object]:
    """Columns of an ending: watched endings stay due, the others forget the CA's token at once."""
    now = house.clock.now()
    if to in WATCHED and row.sent_at is not None:
        until = max(row.expires_at or now, now) + house.policy.late_watch
        # Without the CA's id there is nothing to ask until a knock brings it; at the end the token is forgotten.
        by_reference = house.providers[row.provider].descriptor.looks_up_by_our_reference
        next_at = now if row.vendor_id or by_reference else until
        return {"ended_at": now, "owner": None, "next_at": next_at, "watch_until": until}
    return {"ended_at": now, "owner": None, "next_at": None, "sealed_session": None, "watch_until": None}


def closing_follower(house: House, leader: SigningTransaction, to: SignStatus) -> dict[str, object]:
    """The same for a row whose leader is asked in its stead."""
    return {**closing(house, leader, to), "next_at": None}


def words(failure: Failure | None) -> dict[str, object]:
    if failure is None:
        return {}
    return {"failure_kind": failure.kind.value, "vendor_code": failure.vendor_code[:100]}


def orphan(
    house: House,
    subjects: Subjects,
    fence: Fence,
    now_status: SignStatus,
    signatures: Sequence[bytes],
    raw: str,
    *,
    release: bool = False,
) -> None:
    """Valid signatures that may not be used: kept, shown, never embedded."""
    to = SignStatus.ORPHAN
    with house.begin() as session:
        row = load(session, fence)
        rows = together(session, row)
        keep(rows, signatures)
        answers = [*row.raw_answers, raw] if raw else row.raw_answers
        advance(session, fence, now_status, to, raw_answers=answers, **closing(house, row, to))
        follow(session, rows[1:], now_status, to, **closing_follower(house, row, to))
        session.refresh(row)
        subject = subjects[row.subject_kind]
        subject.hold(session, rows)
        for each in rows:
            if release:
                subject.release(session, house, each, to.value)
            subject.late(session, house, each)
        subject.changed(session, house, row)
        house.failpoint("S10.before_orphan_commit")
    house.failpoint("S10.orphan_committed")
    log.warning("signing.orphan", signing_id=fence.transaction_id, dossiers=len(rows))


def keep(rows: Sequence[SigningTransaction], signatures: Sequence[bytes | None]) -> None:
    """Write each signature to its document; ``signatures`` are in the order in which the CA was asked."""
    documents = [document for row in rows for document in row.documents]
    for document, signature in zip(documents, signatures, strict=True):
        document.signature = signature
