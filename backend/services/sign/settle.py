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
from backend.services.sign.fence import Fence, advance, load
from backend.services.sign.subject import SignedFile, Subject, Subjects, difference

log = structlog.get_logger(__name__)


def embed(house: House, subjects: Subjects, fence: Fence) -> bool:
    """S9: build every signed file, check it, store it, commit *embedded*. False when the transaction ended instead."""
    with house.read() as session:
        row = load(session, fence)
        subject = subjects[row.subject_kind]
        certificate = session.get_one(Certificate, row.certificate_id)
        why_not = subject.why_not(session, house, row)
        signatures = [document.signature or b"" for document in row.documents]
        finished = {} if why_not else _finish_all(session, house, subject, row, certificate)
    if why_not is not None:
        log.warning("signing.authority_lost", signing_id=fence.transaction_id, reason=why_not)
        orphan(house, subjects, fence, SignStatus.COLLECTED, signatures, "", release=True)
        return False
    if isinstance(finished, str):
        log.error("signing.not_embedded", signing_id=fence.transaction_id, problem=finished)
        failure = Failure(FailureKind.SIGNATURE_DOES_NOT_VERIFY, vendor_code=finished)
        end(house, subjects, fence, SignStatus.COLLECTED, SignStatus.FAILED, failure=failure)
        return False
    with house.begin() as session:
        advance(session, fence, SignStatus.COLLECTED, SignStatus.EMBEDDED)
        names = [{"id": id_, "signed_sha256": name} for id_, name in finished.items()]
        session.execute(update(SigningDocument), names)
        house.failpoint("S9.before_commit")
    house.failpoint("S9.embedded_committed")
    return True


def _finish_all(
    session: Session, house: House, subject: Subject, row: SigningTransaction, certificate: Certificate
) -> Mapping[str, str] | str:
    """Embed, check and store each document: SHA-256 of the file by the document's id. The first problem stops all (all
    or nothing) and is returned instead.
    """
    if not is_as_shown(session, row):
        return "comparison_code"
    finished = {}
    for document in row.documents:
        stated = subject.stated(session, document)
        if stated.money != document.money:
            return "money"
        try:
            signed = house.signer.embed(
                _prepared(house, document), document.signature or b"", certificate.der, _chain(certificate)
            )
        except SignatureRefused as refused:
            return refused.code
        expected = [ExpectedSignature(name, bytes.fromhex(mark)) for name, mark in document.expected]
        checked = house.checker.check(signed, expected)
        if checked.verdict is not Verdict.VALID:
            return f"verdict:{checked.verdict.value}"
        differs = difference(house, signed, stated.on_paper)
        if differs is not None:
            return f"differs:{differs}"
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


def settle(house: House, subjects: Subjects, fence: Fence) -> None:
    """S10: the dossier moves, the transaction closes, the side effects are enqueued: one commit."""
    try:
        with house.begin() as session:
            row = load(session, fence)
            subject = subjects[row.subject_kind]
            files = _files(row.documents)
            advance(session, fence, SignStatus.EMBEDDED, SignStatus.SETTLED, **closing(house, row, SignStatus.SETTLED))
            subject.settle(session, house, row, files)
            subject.changed(session, house, row)
            house.failpoint("S10.before_commit")
    except (StaleVersion, NotAllowedNow):
        # The dossier left the signing state under us; the signature exists but may not be used.
        orphan(house, subjects, fence, SignStatus.EMBEDDED, _signatures(house, fence), "")
        return
    house.failpoint("S10.settled_committed")
    log.info("signing.settled", signing_id=fence.transaction_id)


def _files(documents: Sequence[SigningDocument]) -> list[SignedFile]:
    if any(document.signed_sha256 is None for document in documents):
        raise Fenced("a file is missing")
    return [SignedFile(document, document.signed_sha256 or "") for document in documents]


def _signatures(house: House, fence: Fence) -> list[bytes]:
    with house.read() as session:
        return [document.signature or b"" for document in load(session, fence).documents]
