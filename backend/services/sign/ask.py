"""Sending the request to the CA, and asking it what became of it (recovery points S3–S7).

``sending`` is committed before the call leaves. When the answer is lost the transaction is *unknown*: nobody sends it
again; the clock, a look-up or a knock from the CA decides.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from backend.domain.cadence import JITTER, closes_at, pause_s
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
    PollResult,
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
from backend.services.callbacks import came_early
from backend.services.house import House
from backend.services.sign.chunk import follow, together
from backend.services.sign.collect import collect
from backend.services.sign.end import end, orphan
from backend.services.sign.fence import Fence, advance, load, write
from backend.services.sign.subject import Subjects

log = structlog.get_logger(__name__)

WATCH_EVERY = timedelta(seconds=10)
"""Cadence of asking about ended transactions."""
ANSWER_WAITS_S = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Between the tries to commit a CA's answer, on top of the database's own patience of five seconds each."""
ARRIVES_WITHIN = timedelta(minutes=1)
"""A request whose answer was lost may still be on its way to the CA so long; then "never heard of it" is believed."""


@dataclass(frozen=True, slots=True)
class Watch:
    """All that is needed to ask again without touching the database."""

    status: SignStatus
    provider: str
    session: ProviderSession
    transaction: OpenTransaction
    asked_at: datetime
    """When the request left."""
    expires_at: datetime
    watch_until: datetime | None
    misses: int = 0
    """Questions in a row that got no answer."""
    heard_since: datetime | None = None
    """Since when the CA answers without a gap; None while it does not, and after a takeover."""


def send(house: House, subjects: Subjects, fence: Fence) -> Watch | None:
    """S3–S6: commit *sending*, ask the CA, commit what it said. Returns what to watch, or None when it has ended."""
    with house.begin() as session:
        row = load(session, fence)
        rows = together(session, row)
        request, provider_session = _request(session.get_one(Certificate, row.certificate_id), house, rows)
        provider, kind = house.providers[row.provider], row.subject_kind
        sent_at = house.clock.now()
        advance(session, fence, SignStatus.PREPARED, SignStatus.SENDING, sent_at=sent_at)
        follow(session, rows[1:], SignStatus.PREPARED, SignStatus.SENDING, sent_at=sent_at)
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
    values: dict[str, object]
    if isinstance(submission, Submitted):
        to, values = SignStatus.WAITING, {"vendor_id": submission.vendor_id, "expires_at": submission.expires_at}
        answers = [submission.raw]
    else:
        to, values = SignStatus.UNKNOWN, {"vendor_code": submission.detail[:100]}
        values["expires_at"], answers = now + timedelta(seconds=life_s), []
    with house.begin() as session:
        row = load(session, fence)
        rows = together(session, row)
        knock = came_early(session, row, submission.vendor_id if isinstance(submission, Submitted) else None)
        if knock is not None and knock.vendor_id and to is SignStatus.UNKNOWN:
            to, values = SignStatus.WAITING, {**values, "vendor_id": knock.vendor_id}
        hurry = {"hurry_at": now} if knock is not None else {}
        advance(session, fence, SignStatus.SENDING, to, raw_answers=answers, **values, **hurry)
        follow(session, rows[1:], SignStatus.SENDING, to, **values)
        session.refresh(row)
        subjects[row.subject_kind].changed(session, house, row)
        watch = watch_of(house, rows, session.get_one(Certificate, row.certificate_id))
        house.failpoint("S6.before_commit")
        return replace(watch, heard_since=now) if isinstance(submission, Submitted) else watch


def lost(house: House, subjects: Subjects, fence: Fence) -> Watch:
    """Taken over in *sending*: the call may have left. Never send again; wait for the CA's clock."""
    with house.read() as session:
        row = load(session, fence)
        life_s = house.providers[row.provider].descriptor.life_s
    return _submitted(house, subjects, fence, SubmissionUnknown("taken_over"), life_s)


def _request(
    certificate: Certificate, house: House, rows: Sequence[SigningTransaction]
) -> tuple[SignatureRequest, ProviderSession]:
    row = rows[0]
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
        items=tuple(SigningItem(item.doc_id, item.digest, item.title) for each in rows for item in each.documents),
        summary=row.summary,
        callback_url=f"{base}/api/callbacks/{row.provider}" if base else None,
    )
    return request, _session(house, row)


def _session(house: House, row: SigningTransaction) -> ProviderSession:
    token = house.sealer.open(row.sealed_session) if row.sealed_session else Secret("")
    return ProviderSession(row.provider_login, token, row.session_expires_at or row.created_at)


def watch_of(house: House, rows: Sequence[SigningTransaction], certificate: Certificate) -> Watch:
    """The rows of one prompt, leader first, as something to ask about."""
    row = rows[0]
    return Watch(
        status=SignStatus(row.status),
        provider=row.provider,
        session=_session(house, row),
        transaction=OpenTransaction(
            reference=row.reference,
            vendor_id=row.vendor_id or "",
            login=row.provider_login,
            certificate_der=certificate.der,
            digests=tuple(item.digest for each in rows for item in each.documents),
        ),
        asked_at=row.sent_at or row.created_at,
        expires_at=row.expires_at or row.created_at,
        watch_until=row.watch_until,
    )


def ask(house: House, subjects: Subjects, fence: Fence, watch: Watch) -> tuple[datetime, Watch] | None:
    """Ask the CA once. When to ask again and what to remember until then, or None when it has moved on or ended."""
    provider = house.providers[watch.provider]
    if not watch.transaction.vendor_id and not provider.descriptor.looks_up_by_our_reference:
        return _without_id(house, subjects, fence, watch, house.clock.now())
    result = provider.poll(watch.session, watch.transaction)
    now = house.clock.now()
    watch = _noted(watch, result, now)
    renewed = result.renewed if isinstance(result, Pending | Unreachable) else None
    if renewed is not None and renewed != watch.session:
        watch = _renewed(house, fence, watch, renewed)
    if watch.status in WATCHED:
        return _watched(house, subjects, fence, watch, result, now)
    if isinstance(result, Pending | Unreachable) or _may_be_on_its_way(watch, result, now):
        return _later(house, subjects, fence, watch, result, now)
    if _never_arrived(watch, result):
        _lost_for_good(house, subjects, fence, watch)
    else:
        _decided(house, subjects, fence, watch.status, result)
    return None


def _noted(watch: Watch, result: PollResult, now: datetime) -> Watch:
    if isinstance(result, Unreachable):
        return replace(watch, misses=watch.misses + 1, heard_since=None)
    if watch.misses == 0 and watch.heard_since is not None:
        return watch
    return replace(watch, misses=0, heard_since=watch.heard_since or now)


def _renewed(house: House, fence: Fence, watch: Watch, renewed: ProviderSession) -> Watch:
    """The CA exchanged the session and the old one is spent: whoever takes over must find the new one."""
    with house.begin() as session:
        sealed = house.sealer.seal(renewed.token)
        write(session, fence, watch.status, sealed_session=sealed, session_expires_at=renewed.expires_at)
    return replace(watch, session=renewed)


def _never_arrived(watch: Watch, result: PollResult) -> bool:
    """Asked by our reference, the CA knows of no such request."""
    unheard_of = isinstance(result, Failed) and result.failure.kind is FailureKind.TRANSACTION_NOT_FOUND
    return watch.status is SignStatus.UNKNOWN and unheard_of


def _may_be_on_its_way(watch: Watch, result: PollResult, now: datetime) -> bool:
    return _never_arrived(watch, result) and now < watch.asked_at + ARRIVES_WITHIN


def _decided(house: House, subjects: Subjects, fence: Fence, status: SignStatus, outcome: Outcome) -> None:
    match outcome:
        case Signed():
            collect(house, subjects, fence, status, outcome.signatures, outcome.raw)
        case PartlySigned():
            collect(house, subjects, fence, status, outcome.signatures, outcome.raw)
        case Rejected():
            end(house, subjects, fence, status, SignStatus.REJECTED, raw=outcome.raw)
        case Expired():
            end(house, subjects, fence, status, SignStatus.EXPIRED, raw=outcome.raw)
        case Failed():
            end(house, subjects, fence, status, SignStatus.FAILED, failure=outcome.failure, raw=outcome.raw)


def _later(
    house: House, subjects: Subjects, fence: Fence, watch: Watch, result: PollResult, now: datetime
) -> tuple[datetime, Watch] | None:
    if isinstance(result, Pending) and result.vendor_state:
        log.warning("signing.unknown_vendor_state", signing_id=fence.transaction_id, state=result.vendor_state[:40])
    if isinstance(result, Pending) and watch.status is SignStatus.UNKNOWN:
        watch = _found(house, subjects, fence, watch)
    policy = house.policy
    if now >= closes_at(watch.expires_at, watch.heard_since, policy.expiry_grace, policy.unreachable_bound):
        end(house, subjects, fence, watch.status, SignStatus.EXPIRED)
        return None
    return _next(house, watch, now), watch


def _next(house: House, watch: Watch, now: datetime) -> datetime:
    interval_s = house.providers[watch.provider].descriptor.poll_interval_s
    waited_s = (now - watch.asked_at).total_seconds()
    return now + timedelta(seconds=pause_s(interval_s, waited_s, watch.misses, house.chance.uniform(*JITTER)))


def _found(house: House, subjects: Subjects, fence: Fence, watch: Watch) -> Watch:
    """The CA has the request whose answer was lost: the person is being asked after all."""
    with house.begin() as session:
        row = load(session, fence)
        rows = together(session, row)
        advance(session, fence, SignStatus.UNKNOWN, SignStatus.WAITING)
        follow(session, rows[1:], SignStatus.UNKNOWN, SignStatus.WAITING)
        session.refresh(row)
        subjects[row.subject_kind].changed(session, house, row)
    return replace(watch, status=SignStatus.WAITING)


def _without_id(
    house: House, subjects: Subjects, fence: Fence, watch: Watch, now: datetime
) -> tuple[datetime, Watch] | None:
    """The CA never told us its id, so only the clock (or a knock that brings the id) can decide."""
    if watch.status in WATCHED:
        if watch.watch_until is not None and now < watch.watch_until:
            return watch.watch_until, watch
        _forget(house, fence, watch)
        return None
    closes = watch.expires_at + house.policy.expiry_grace
    if now < closes:
        return closes, watch
    _lost_for_good(house, subjects, fence, watch)
    return None


def _lost_for_good(house: House, subjects: Subjects, fence: Fence, watch: Watch) -> None:
    """The pen goes back; the same bytes are asked for next time, because the old prompt may still be on a phone."""
    failure = Failure(FailureKind.PROVIDER_UNAVAILABLE, retryable=True, vendor_code="answer_lost")
    end(house, subjects, fence, watch.status, SignStatus.EXPIRED, failure=failure)


def _watched(
    house: House, subjects: Subjects, fence: Fence, watch: Watch, result: PollResult, now: datetime
) -> tuple[datetime, Watch] | None:
    if isinstance(result, Signed):
        orphan(house, subjects, fence, watch.status, result.signatures, result.raw)
        return None
    if isinstance(result, Rejected | Failed | PartlySigned) or _watched_long_enough(house, watch, result, now):
        _forget(house, fence, watch)
        return None
    return now + WATCH_EVERY * house.chance.uniform(*JITTER), watch


def _watched_long_enough(house: House, watch: Watch, result: PollResult, now: datetime) -> bool:
    """A CA that cannot be asked at the end of the watch is asked once more when it is back, within the bound."""
    until = watch.watch_until or now
    return now >= until + house.policy.unreachable_bound or (now >= until and not isinstance(result, Unreachable))


def _forget(house: House, fence: Fence, watch: Watch) -> None:
    with house.begin() as session:
        write(session, fence, watch.status, owner=None, next_at=None, sealed_session=None, watch_until=None)
