"""Promises about bytes: I1, I3, I4, I5, I7. Signatures are read with pyHanko directly, the page's words with PDFium."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from io import BytesIO

import pypdfium2
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from sqlalchemy import select

from backend.audit.ground import Breach, Breaches, Ground
from backend.domain.money import format_vnd
from backend.models import Certificate, Document, Dossier, SigningDocument, SigningTransaction, Voucher

_SIGNATURES_OF = {"form": 0, "second_signature": 1, "both_signatures": 2}
_DELIVERED = {"received", "controlling", "awaiting_treasury_approval", "paid"}


def files_are_there(ground: Ground) -> Breaches:
    """I1: every file a person was shown or promised exists, byte for byte; every settled request has its files."""
    for document in ground.session.scalars(select(Document)):
        if ground.blob(document.sha256) is None:
            yield Breach("I1", f"document {document.id}", "the bytes are missing or damaged")
    names = set(ground.session.scalars(select(Document.sha256)))
    for row in _settled(ground):
        for signed in row.documents:
            if signed.signature is None or signed.signed_sha256 not in names:
                yield Breach("I1", f"signing {row.id}", "a settled signature has no file")


def signatures_are_the_pinned_ones(ground: Ground) -> Breaches:
    """I3 and I4: the right certificate in the right field, over the stored digest, on top of the bytes that were
    seen.
    """
    for row in _settled(ground):
        certificate = ground.session.get_one(Certificate, row.certificate_id)
        for document in row.documents:
            signed, seen = ground.blob(document.signed_sha256 or ""), ground.blob(document.seen_sha256)
            if signed is None or seen is None:
                continue
            if not signed.startswith(seen):
                yield Breach("I4", f"signing {row.id}", "the signed file does not begin with the file that was seen")
            yield from _one_file(row, document, certificate, signed)


def _one_file(row: SigningTransaction, document: SigningDocument, certificate: Certificate, signed: bytes) -> Breaches:
    where = f"signing {row.id}"
    found = {each.field_name: each for each in PdfFileReader(BytesIO(signed)).embedded_signatures}
    expected = {name: mark for name, mark in document.expected}
    if {name: sha256(each.signer_cert.dump()).hexdigest() for name, each in found.items()} != expected:
        yield Breach("I3", where, "the fields are not signed by the certificates pinned for them")
        return
    if expected[document.field_name] != certificate.fingerprint:
        yield Breach("I3", where, "the request's own field names another certificate")
    own = found[document.field_name]
    if sha256(own.signer_info["signed_attrs"].untag().dump()).digest() != document.digest:
        yield Breach("I4", where, "the signature is over another digest than the stored one")
    for each in found.values():
        each.compute_integrity_info()
        if not _intact(each):
            yield Breach("I4", where, "a signature does not fit its bytes")


def _intact(signature: EmbeddedPdfSignature) -> bool:
    attributes = signature.signer_info["signed_attrs"]
    promised = next(each["values"][0].native for each in attributes if each["type"].native == "message_digest")
    return bool(signature.compute_digest() == promised)


def one_delivery(ground: Ground) -> Breaches:
    """I5: one acknowledged delivery per final version, of exactly the files with both signatures."""
    told = [(each["dossier_code"], tuple(sorted(each["files"].values()))) for each in ground.receipts()]
    for (code, _), times in Counter(told).items():
        if times > 1:
            yield Breach("I5", f"dossier {code}", f"the same version was delivered {times} times")
    numbers = {each["number"]: each for each in ground.receipts()}
    for dossier in ground.session.scalars(select(Dossier).where(Dossier.receipt_no.is_not(None))):
        receipt = numbers.get(dossier.receipt_no or "")
        if receipt is None:
            yield Breach("I5", f"dossier {dossier.id}", "the Treasury does not know the receipt")
        elif set(receipt["files"].values()) != set(_final_files(ground, dossier)):
            yield Breach("I5", f"dossier {dossier.id}", "other files were delivered than were signed")
    for dossier in ground.session.scalars(select(Dossier).where(Dossier.status.in_(_DELIVERED))):
        if dossier.receipt_no is None:
            yield Breach("I5", f"dossier {dossier.id}", "received by an officer without a receipt")


def _final_files(ground: Ground, dossier: Dossier) -> Sequence[str]:
    return ground.session.scalars(
        select(Document.sha256).where(
            Document.dossier_id == dossier.id,
            Document.content_version == dossier.content_version,
            Document.revision == "both_signatures",
        )
    ).all()


def pages_say_what_rows_say(ground: Ground) -> Breaches:
    """I7: amount, payee account and dossier code are printed on the signed file as they stand in the row."""
    current = (
        select(Document, Voucher, Dossier)
        .join(Voucher, Voucher.id == Document.voucher_id)
        .join(Dossier, Dossier.id == Document.dossier_id)
        .where(Document.content_version == Dossier.content_version, Document.void.is_(False))
    )
    for document, voucher, dossier in ground.session.execute(current):
        pdf = ground.blob(document.sha256)
        if pdf is None:
            continue
        if len(PdfFileReader(BytesIO(pdf)).embedded_signatures) != _SIGNATURES_OF[document.revision]:
            yield Breach("I7", f"document {document.id}", "the file carries another number of signatures")
        payee: Mapping[str, str] = voucher.content.get("payee") or {}
        words = (format_vnd(voucher.amount), payee.get("payee_account") or "", dossier.code)
        text = _text_of(pdf)
        if not all(word in text for word in words):
            yield Breach("I7", f"document {document.id}", "the page says something else than the row")


def _text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    return "".join(text.split())


def _settled(ground: Ground) -> Sequence[SigningTransaction]:
    return ground.session.scalars(select(SigningTransaction).where(SigningTransaction.status == "settled")).all()
