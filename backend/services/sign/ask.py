"""Sending the request to the CA, and asking it what became of it (recovery points S3–S7).

``sending`` is committed before the call leaves. When the answer is lost the transaction is *unknown*: nobody sends it
again; the clock, a look-up or a knock from the CA decides.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from backend.domain.errors import SystemBusy
from backend.domain.providers import (
    Concluded,
    Expired,
    Failed,
    Failure,
    FailureKind,
    NotSubmitted,
    OpenTransaction,
    Outcome,
    PartlySigned,
    Pending,
    ProviderSession,
    Rejected,
    RemoteCertificate,
    Secret,
    SignatureRequest,
    Signed,
    SigningItem,
    Submission,
    SubmissionUnknown,
    Submitted,
    Unreachable,
)
from backend.domain.signing import WATCHED, SignStatus
from backend.models import Certificate, SigningTransaction
from backend.services.house import House
from backend.services.sign.end import end, orphan
from backend.services.sign.fence import Fence, advance, load, write
from backend.services.sign.subject import Subjects

log = structlog.get_logger(__name__)

WATCH_EVERY = timedelta(seconds=10)
"""Cadence of asking about ended transactions."""
ANSWER_WAITS_S = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Between the tries to commit a CA's answer, on top of the database's own patience of five seconds each."""
UNREACHABLE_GRACE = timedelta(minutes=5)
"""A CA that cannot be reached at the deadline is asked this much longer before the request counts as expired."""


@dataclass(frozen=True, slots=True)
class Watch:
    """All that is needed to ask again without touching the database."""

    status: SignStatus
    provider: str
    session: ProviderSession
    transaction: OpenTransaction
    expires_at: datetime
    watch_until: datetime | None


def send(house: House, subjects: Subjects, fence: Fence) -> Watch | None:
    """S3–S6: commit *sending*, ask the CA, commit what it said. Returns what to watch, or None when it has ended."""
    with house.begin() as session:
        row = load(session, fence)
        request, provider_session = _request(session.get_one(Certificate, row.certificate_id), house, row)
        provider, kind = house.providers[row.provider], row.subject_kind
        advance(session, fence, SignStatus.PREPARED, SignStatus.SENDING, sent_at=house.clock.now())
        house.failpoint("S3.before_commit")
    house.failpoint("S3.sending_committed")
    submission = provider.request_signature(provider_session, request)
    house.failpoint("S5.answered")
    watch = _kept(lambda: _answered(house, subjects, fence, submission, provider.descriptor.life_s))
    house.failpoint("S6.waiting_committed")
    log.info("signing.sent", signing_id=fence.transaction_id, kind=kind, outcome=type(submission).__name__)
    return watch


def _kept(commit: Callable[[], Watch | None]) -> Watch | None:
    """The CA's answer lives in memory only until it is committed: a database away for a moment must not lose it."""
    for wait_s in ANSWER_WAITS_S:
        try:
            return commit()
        except SystemBusy:
            time.sleep(wait_s)
    return commit()


def _answered(house: House, subjects: Subjects, fence: Fence, submission: Submission, life_s: int) -> Watch | None:
    if isinstance(submission, NotSubmitted):
        failure, raw = submission.failure, submission.raw
        end(house, subjects, fence, SignStatus.SENDING, SignStatus.FAILED, failure=failure, raw=raw)
        return None
    if isinstance(submission, Concluded):
        _decided(house, subjects, fence, SignStatus.SENDING, submission.outcome)
        return None
    return _submitted(house, subjects, fence, submission, life_s)


def _submitted(
    house: House, subjects: Subjects, fence: Fence, submission: Submitted | SubmissionUnknown, life_s: int
) -> Watch:
    now = house.clock.now()
    with house.begin() as session:
        if isinstance(submission, Submitted):
            advance(
                session,
                fence,
                SignStatus.SENDING,
                SignStatus.WAITING,
                vendor_id=submission.vendor_id,
                expires_at=submission.expires_at,
                raw_answers=[submission.raw],
            )
        else:
            _becomes_unknown(session, fence, now + timedelta(seconds=life_s), submission.detail)
        row = load(session, fence)
        session.refresh(row)
        subjects[row.subject_kind].changed(session, house, row)
        return watch_of(house, row, session.get_one(Certificate, row.certificate_id))


def _becomes_unknown(session: Session, fence: Fence, until: datetime, detail: str) -> None:
    advance(session, fence, SignStatus.SENDING, SignStatus.UNKNOWN, expires_at=until, vendor_code=detail[:100])


def lost(house: House, subjects: Subjects, fence: Fence) -> Watch:
    """Taken over in *sending*: the call may have left. Never send again; wait for the CA's clock."""
    with house.read() as session:
        row = load(session, fence)
        life_s = house.providers[row.provider].descriptor.life_s
    return _submitted(house, subjects, fence, SubmissionUnknown("taken_over"), life_s)


def _request(
    certificate: Certificate, house: House, row: SigningTransaction
) -> tuple[SignatureRequest, ProviderSession]:
    base = house.policy.callback_base
    request = SignatureRequest(
        reference=row.reference,
        login=row.provider_login,
        certificate=RemoteCertificate(
            key_ref=row.key_ref,
            der=certificate.der,
            chain=tuple(base64.b64decode(item) for item in certificate.chain),
            usable=True,
        ),
        items=tuple(SigningItem(item.doc_id, item.digest, item.title) for item in row.documents),
        summary=row.summary,
        callback_url=f"{base}/api/callbacks/{row.provider}" if base else None,
    )
    return request, _session(house, row)


def _session(house: House, row: SigningTransaction) -> ProviderSession:
    token = house.sealer.open(row.sealed_session) if row.sealed_session else Secret("")
    return ProviderSession(row.provider_login, token, row.session_expires_at or row.created_at)


def watch_of(house: House, row: SigningTransaction, certificate: Certificate) -> Watch:
    """The row as something to ask about."""
    return Watch(
        status=SignStatus(row.status),
        provider=row.provider,
        session=_session(house, row),
        transaction=OpenTransaction(
            reference=row.reference,
            vendor_id=row.vendor_id or "",
            login=row.provider_login,
            certificate_der=certificate.der,
            digests=tuple(item.digest for item in row.documents),
        ),
        expires_at=row.expires_at or row.created_at,
        watch_until=row.watch_until,
    )


def ask(house: House, subjects: Subjects, fence: Fence, watch: Watch) -> datetime | None:
    """Ask the CA once. Returns when to ask again, or None when the transaction has moved or ended."""
    now = house.clock.now()
    if not watch.transaction.vendor_id:
        return _without_id(house, subjects, fence, watch, now)
    result = house.providers[watch.provider].poll(watch.session, watch.transaction)
    if watch.status in WATCHED:
        return _watched(house, subjects, fence, watch, result, now)
    if isinstance(result, Pending | Unreachable):
        return _later(house, subjects, fence, watch, result, now)
    _decided(house, subjects, fence, watch.status, result)
    return None


def _decided(house: House, subjects: Subjects, fence: Fence, status: SignStatus, outcome: Outcome) -> None:
    match outcome:
        case Signed():
            _collect(house, subjects, fence, status, outcome)
        case PartlySigned():
            failure = Failure(FailureKind.SIGNING_FAILED, vendor_code="partly_signed")
            found = outcome.signatures
            end(house, subjects, fence, status, SignStatus.FAILED, failure=failure, raw=outcome.raw, signatures=found)
        case Rejected():
            end(house, subjects, fence, status, SignStatus.REJECTED, raw=outcome.raw)
        case Expired():
            end(house, subjects, fence, status, SignStatus.EXPIRED, raw=outcome.raw)
        case Failed():
            end(house, subjects, fence, status, SignStatus.FAILED, failure=outcome.failure, raw=outcome.raw)


def _later(
    house: House, subjects: Subjects, fence: Fence, watch: Watch, result: Pending | Unreachable, now: datetime
) -> datetime | None:
    grace = UNREACHABLE_GRACE if isinstance(result, Unreachable) else house.policy.expiry_grace
    if isinstance(result, Pending) and result.vendor_state:
        log.warning("signing.unknown_vendor_state", signing_id=fence.transaction_id, state=result.vendor_state[:40])
    if now >= watch.expires_at + grace:
        end(house, subjects, fence, watch.status, SignStatus.EXPIRED)
        return None
    interval = house.providers[watch.provider].descriptor.poll_interval_s
    return now + timedelta(seconds=interval * house.chance.uniform(0.8, 1.2))


def _without_id(house: House, subjects: Subjects, fence: Fence, watch: Watch, now: datetime) -> datetime | None:
    """The CA never told us its id, so only the clock (or a knock that brings the id) can decide."""
    if watch.status in WATCHED:
        _forget(house, fence, watch)
        return None
    closes = watch.expires_at + house.policy.expiry_grace
    if now < closes:
        return closes
    failure = Failure(FailureKind.PROVIDER_UNAVAILABLE, retryable=True, vendor_code="answer_lost")
    end(house, subjects, fence, watch.status, SignStatus.EXPIRED, failure=failure)
    return None


def _watched(
    house: House, subjects: Subjects, fence: Fence, watch: Watch, result: object, now: datetime
) -> datetime | None:
    if isinstance(result, Signed):
        orphan(house, subjects, fence, watch.status, result.signatures, result.raw)
        return None
    over = isinstance(result, Rejected | Failed | PartlySigned) or watch.watch_until is None or now >= watch.watch_until
    if over:
        _forget(house, fence, watch)
        return None
    return now + WATCH_EVERY


def _forget(house: House, fence: Fence, watch: Watch) -> None:
    with house.begin() as session:
        write(session, fence, watch.status, owner=None, next_at=None, sealed_session=None, watch_until=None)


def _collect(house: House, subjects: Subjects, fence: Fence, status: SignStatus, result: Signed) -> None:
    """S8: the raw signatures first, before anything clever is done with them."""
    with house.begin() as session:
        row = load(session, fence)
        for document, signature in zip(row.documents, result.signatures, strict=True):
            document.signature = signature
        advance(session, fence, status, SignStatus.COLLECTED, raw_answers=[*row.raw_answers, result.raw])
        subjects[row.subject_kind].changed(session, house, row)
        house.failpoint("S8.before_commit")
    house.failpoint("S8.collected_committed")
