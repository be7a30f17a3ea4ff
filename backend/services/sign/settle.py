"""From stored raw signatures to the settled dossier (recovery points S8–S11).

Embedding is a pure function of what is stored, so any crash here repeats it and gets the same bytes. The file is
believed only after our own check of it; the dossier moves in the same commit that closes the transaction.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.domain.errors import Fenced, NotAllowedNow, SignatureRefused, StaleVersion
from backend.domain.providers import Failure, FailureKind
from backend.domain.signing import ExpectedSignature, PreparedDocument, SignStatus, Verdict
from backend.models import Certificate, SigningDocument, SigningTransaction
from backend.services.house import House
from backend.services.sign.comparison import is_as_shown
from backend.services.sign.end import closing, end, orphan
from backend.services.sign.fence import Fence, advance_all, load, load_all
from backend.services.sign.subject import SignedFile, Subject, Subjects, difference

log = structlog.get_logger(__name__)


def finish(house: House, subjects: Subjects, fences: Sequence[Fence]) -> None:
    """S9 and S10 for one transaction, or for several of one prompt with one commit each.

    Raises Fenced when one is not ours, and of several StaleVersion or NotAllowedNow when one may not be settled. Then
    nothing is lost, and each can go on alone.
    """
    embedded = embed(house, subjects, fences)
    if embedded:
        settle(house, subjects, embedded)


def embed(house: House, subjects: Subjects, fences: Sequence[Fence]) -> Sequence[Fence]:
    """S9: build every signed file, check it, store it, commit *embedded*. Answers those that did not end instead."""
    finished: dict[Fence, Mapping[str, str]] = {}
    problems: dict[Fence, _NotFinished] = {}
    with house.read() as session:
        rows = load_all(session, fences)
        certificate = session.get_one(Certificate, rows[0].certificate_id)
        for fence, row in zip(fences, rows, strict=True):
            try:
                finished[fence] = _finish_all(session, house, subjects[row.subject_kind], row, certificate)
            except _NotFinished as why_not:
                problems[fence] = why_not
    for fence, problem in problems.items():
        _give_up(house, subjects, fence, problem)
    if finished:
        with house.begin() as session:
            advance_all(session, list(finished), SignStatus.COLLECTED, SignStatus.EMBEDDED)
            names = [{"id": id_, "signed_sha256": name} for files in finished.values() for id_, name in files.items()]
            session.execute(update(SigningDocument), names)
            house.failpoint("S9.before_commit")
        house.failpoint("S9.embedded_committed")
    return list(finished)


class _NotFinished(Exception):
    """Why there is no file that can be believed."""

    def __init__(self, reason: str, *, authority_lost: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.authority_lost = authority_lost


def _give_up(house: House, subjects: Subjects, fence: Fence, problem: _NotFinished) -> None:
    if problem.authority_lost:
        log.warning("signing.authority_lost", signing_id=fence.transaction_id, reason=problem.reason)
        signatures = _signatures(house, fence)
        orphan(house, subjects, fence, SignStatus.COLLECTED, signatures, "", release=True)
    else:
        log.error("signing.not_embedded", signing_id=fence.transaction_id, problem=problem.reason)
        failure = Failure(FailureKind.SIGNATURE_DOES_NOT_VERIFY, vendor_code=problem.reason)
        end(house, subjects, fence, SignStatus.COLLECTED, SignStatus.FAILED, failure=failure)


def _finish_all(
    session: Session, house: House, subject: Subject, row: SigningTransaction, certificate: Certificate
) -> Mapping[str, str]:
    """Embed, check and store each document: SHA-256 of the file by the document's id. The first problem stops all (all
    or nothing). Raises _NotFinished.
    """
    why_not = subject.why_not(session, house, row)
    if why_not is not None:
        raise _NotFinished(why_not, authority_lost=True)
    if not is_as_shown(session, row):
        raise _NotFinished("comparison_code")
    finished = {}
    for document in row.documents:
        stated = subject.stated(session, document)
        if stated.money != document.money:
            raise _NotFinished("money")
        try:
            signed = house.signer.embed(
                _prepared(house, document), document.signature or b"", certificate.der, _chain(certificate)
            )
        except SignatureRefused as refused:
            raise _NotFinished(refused.code) from refused
        expected = [ExpectedSignature(name, bytes.fromhex(mark)) for name, mark in document.expected]
        checked = house.checker.check(signed, expected)
        if checked.verdict is not Verdict.VALID:
            raise _NotFinished(f"verdict:{checked.verdict.value}")
        differs = difference(house, signed, stated.on_paper)
        if differs is not None:
            raise _NotFinished(f"differs:{differs}")
        house.failpoint("S9.before_blob")
        finished[document.id] = house.blobs.put(signed)
        house.failpoint("S9.blob_written")
    return finished


def _prepared(house: House, document: SigningDocument) -> PreparedDocument:
    return PreparedDocument(
        pdf=house.blobs.get(document.prepared_sha256),
        byte_range=(document.range_start, document.range_end),
        document_digest=document.document_digest,
        signed_attributes=document.signed_attributes,
        digest=document.digest,
    )


def _chain(certificate: Certificate) -> list[bytes]:
    return [base64.b64decode(item) for item in certificate.chain]


def settle(house: House, subjects: Subjects, fences: Sequence[Fence]) -> None:
    """S10: the dossiers move, the transactions close, the side effects are enqueued: one commit.

    Raises like ``finish``.
    """
    settled = SignStatus.SETTLED
    try:
        with house.begin() as session:
            rows = load_all(session, fences)
            subject = subjects[rows[0].subject_kind]
            advance_all(session, fences, SignStatus.EMBEDDED, settled, **closing(house, rows[0], settled))
            subject.hold(session, rows)
            for row in rows:
                subject.settle(session, house, row, _files(row.documents))
                subject.changed(session, house, row)
            house.failpoint("S10.before_commit")
    except (StaleVersion, NotAllowedNow):
        if len(fences) > 1:
            raise
        # The dossier left the signing state under us; the signature exists but may not be used.
        orphan(house, subjects, fences[0], SignStatus.EMBEDDED, _signatures(house, fences[0]), "")
        return
    house.failpoint("S10.settled_committed")
    for fence in fences:
        log.info("signing.settled", signing_id=fence.transaction_id)


def _files(documents: Sequence[SigningDocument]) -> list[SignedFile]:
    if any(document.signed_sha256 is None for document in documents):
        raise Fenced("a file is missing")
    return [SignedFile(document, document.signed_sha256 or "") for document in documents]


def _signatures(house: House, fence: Fence) -> list[bytes]:
    with house.read() as session:
        return [document.signature or b"" for document in load(session, fence).documents]
