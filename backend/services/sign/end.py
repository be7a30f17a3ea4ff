"""Endings without a usable signature: rejected, expired, failed, cancelled, and the signature that came too late."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from backend.domain.providers import Failure
from backend.domain.signing import WATCHED, SignStatus
from backend.models import SigningTransaction
from backend.services.house import House
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
    signatures: Sequence[bytes | None] = (),
) -> None:
    """Close the transaction and give the pen back, in one commit.

    ``signatures`` are those of a batch the CA signed only in part: evidence of consent, kept and never embedded.
    """
    with house.begin() as session:
        row = load(session, fence)
        for document, signature in zip(row.documents, signatures, strict=False):
            document.signature = signature
        answers = [*row.raw_answers, raw] if raw else row.raw_answers
        advance(session, fence, now_status, to, raw_answers=answers, **closing(house, row, to), **_words(failure))
        session.refresh(row)
        subjects[row.subject_kind].release(session, house, row, to.value)
        subjects[row.subject_kind].changed(session, house, row)
    log.info("signing.ended", signing_id=fence.transaction_id, status=to.value)


def closing(house: House, row: SigningTransaction, to: SignStatus) -> dict[str, object]:
    """Columns of an ending: watched endings stay due, the others forget the CA's token at once."""
    now = house.clock.now()
    if to in WATCHED and row.vendor_id:
        deadline = max(row.expires_at or now, now)
        return {"ended_at": now, "owner": None, "next_at": now, "watch_until": deadline + house.policy.late_watch}
    return {"ended_at": now, "owner": None, "next_at": None, "sealed_session": None, "watch_until": None}


def _words(failure: Failure | None) -> dict[str, object]:
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
    """A valid signature that may not be used: kept, shown, never embedded."""
    with house.begin() as session:
        row = load(session, fence)
        for document, signature in zip(row.documents, signatures, strict=True):
            document.signature = signature
        answers = [*row.raw_answers, raw] if raw else row.raw_answers
        advance(
            session, fence, now_status, SignStatus.ORPHAN, raw_answers=answers, **closing(house, row, SignStatus.ORPHAN)
        )
        session.refresh(row)
        subject = subjects[row.subject_kind]
        if release:
            subject.release(session, house, row, SignStatus.ORPHAN.value)
        subject.late(session, house, row)
        subject.changed(session, house, row)
    log.warning("signing.orphan", signing_id=fence.transaction_id)
