"""Files of a dossier: the PDF, pictures of its pages, and our judgement of its signatures."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.errors import NotFound
from backend.domain.signing import ExpectedSignature, Verdict
from backend.models import Document, RegistrationDocument, SigningDocument, SigningTransaction
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.scope import document_for

VERDICT_LABEL = {
    Verdict.VALID: "Chữ ký hợp lệ",
    Verdict.ALTERED: "Chữ ký không hợp lệ",
    Verdict.WRONG_SIGNER: "Sai người ký",
    Verdict.MISSING_SIGNATURE: "Thiếu chữ ký",
    Verdict.INDETERMINATE: "Chưa đủ căn cứ kết luận",
}


def document_pdf(session: Session, house: House, caller: Caller, document_id: str) -> tuple[bytes, str, str]:
    """Bytes, file name and SHA-256."""
    row = document_for(session, caller, document_id)
    return house.blobs.get(row.sha256), row.filename, row.sha256


def page_image(session: Session, house: House, caller: Caller, document_id: str, page: int, width: int) -> bytes:
    """WebP of one page, from 1, made from the very bytes of the file."""
    return page_of(house, document_for(session, caller, document_id), page, width)


def page_of(house: House, file: Document | RegistrationDocument, page: int, width: int) -> bytes:
    """WebP of one page of a stored file, from 1. Raises NotFound for a page it does not have."""
    if not 1 <= page <= file.pages:
        raise NotFound()
    return house.pages.webp(house.blobs.get(file.sha256), page - 1, width)


def check_signatures(session: Session, house: House, caller: Caller, document_id: str) -> dict[str, object]:
    """The verdict over one file against the people who must have signed it."""
    row = document_for(session, caller, document_id)
    checked = house.checker.check(house.blobs.get(row.sha256), expected_on(session, row))
    return {
        "verdict": checked.verdict.value,
        "verdict_label": VERDICT_LABEL[checked.verdict],
        "reason": checked.reason,
        "signatures": [
            {
                "field_name": finding.field_name,
                "signer": finding.signer,
                "serial_tail": finding.serial[-8:],
                "signed_at": finding.signed_at,
                "intact": finding.intact,
                "trusted": finding.trusted,
                "expected": finding.expected,
            }
            for finding in checked.signatures
        ],
    }


def expected_on(session: Session, document: Document) -> list[ExpectedSignature]:
    """Who must have signed this revision, from the transaction that made it; nobody for an unsigned form."""
    expected = session.scalars(
        select(SigningDocument.expected)
        .join(SigningTransaction, SigningTransaction.id == SigningDocument.transaction_id)
        .where(SigningDocument.signed_sha256 == document.sha256, SigningTransaction.subject_id == document.dossier_id)
    ).first()
    return [ExpectedSignature(name, bytes.fromhex(mark)) for name, mark in expected or []]
