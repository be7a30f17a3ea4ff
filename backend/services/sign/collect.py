"""Storing the raw signatures (recovery point S8), before anything clever is done with them.

A dossier goes on when all its documents are signed. One that lacks a signature, because its CA answers item by item,
ends here; what was signed of it is kept as evidence of consent and never embedded.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy.orm import Session

from backend.domain.providers import Failure, FailureKind
from backend.domain.signing import SignStatus
from backend.models import SigningTransaction
from backend.services.house import House
from backend.services.sign.chunk import follow, next_chunk, stop_rest, together
from backend.services.sign.end import closing, closing_follower, give_back, keep, words
from backend.services.sign.fence import Fence, advance, load
from backend.services.sign.subject import Subjects

log = structlog.get_logger(__name__)

PARTLY = Failure(FailureKind.SIGNING_FAILED, vendor_code="partly_signed")


def collect(
    house: House,
    subjects: Subjects,
    fence: Fence,
    now_status: SignStatus,
    signatures: Sequence[bytes | None],
    raw: str,
) -> None:
    """Keep the signatures of one prompt, in the order of the request, and let every dossier go its own way."""
    with house.begin() as session:
        leader = load(session, fence)
        rows = together(session, leader)
        keep(rows, signatures)
        short = [row for row in rows if not all(document.signature for document in row.documents)]
        _part(session, house, fence, now_status, rows, short, [*leader.raw_answers, raw])
        session.refresh(leader)
        give_back(session, house, subjects, short, SignStatus.FAILED)
        if short:
            stop_rest(session, house, subjects, leader)
        else:
            next_chunk(session, house, leader)
        subjects[leader.subject_kind].changed(session, house, leader)
        house.failpoint("S8.before_commit")
    house.failpoint("S8.collected_committed")
    log.info("signing.collected", signing_id=fence.transaction_id, dossiers=len(rows), unsigned=len(short))


def _part(
    session: Session,
    house: House,
    fence: Fence,
    now_status: SignStatus,
    rows: Sequence[SigningTransaction],
    short: Sequence[SigningTransaction],
    answers: list[str],
) -> None:
    """The leader first, under its fence; the others are free for any worker from now on."""
    leader, followers = rows[0], rows[1:]
    collected, failed = SignStatus.COLLECTED, SignStatus.FAILED
    if leader in short:
        ending = closing(house, leader, failed)
        advance(session, fence, now_status, failed, raw_answers=answers, **ending, **words(PARTLY))
    else:
        advance(session, fence, now_status, collected, raw_answers=answers)
    whole = [row for row in followers if row not in short]
    follow(session, whole, now_status, collected, next_at=house.clock.now())
    ended = [row for row in followers if row in short]
    follow(session, ended, now_status, failed, **closing_follower(house, leader, failed), **words(PARTLY))
