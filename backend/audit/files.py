"""Promises about bytes: I1, I3, I4, I7. Signatures are read with pyHanko directly and verified with the pinned
certificate's own key, the page's words with PDFium.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO

import pypdfium2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from backend.audit.ground import Breach, Breaches, Ground
from backend.domain.money import format_vnd
from backend.models import (
    Certificate,
    Document,
    Dossier,
    Registration,
    RegistrationDocument,
    SigningDocument,
    SigningTransaction,
    Voucher,
)

_SIGNATURES_OF = {"form": 0, "second_signature": 1, "both_signatures": 2, "first_signature": 1}


def files_are_there(ground: Ground) -> Breaches:
    """I1: every file a person was shown or promised exists, byte for byte."""
    for kind in (Document, RegistrationDocument):
        for id_, name in ground.stream(select(kind.id, kind.sha256).where(kind.created_at >= ground.since)):
            ground.looked["I1"] += 1
            if ground.blob(name) is None:
                yield Breach("I1", f"document {id_}", "its bytes are missing or damaged")
    changes = select(Registration.id, Registration.content).where(
        Registration.kind == "change", Registration.updated_at >= ground.since
    )
    for id_, content in ground.stream(changes):
        if content.get("appointment"):
            ground.looked["I1"] += 1
            if ground.blob(content["appointment"]["sha256"]) is None:
                yield Breach("I1", f"registration {id_}", "the bytes of its attached decision are missing or damaged")


def signatures_are_the_pinned_ones(ground: Ground) -> Breaches:
    """I3 and I4: the right certificate in the right field, its key over the stored digest, on top of the bytes that
    were seen.
    """
    requests = (
        select(SigningTransaction, Certificate)
        .join(Certificate, Certificate.id == SigningTransaction.certificate_id)
        .where(SigningTransaction.status == "settled", SigningTransaction.ended_at >= ground.since)
        .options(selectinload(SigningTransaction.documents))
    )
    for row, certificate in ground.stream(requests):
        where = f"signing {row.id}"
        if certificate.user_id != row.user_id or sha256(certificate.der).hexdigest() != certificate.fingerprint:
            yield Breach("I3", where, "its certificate is not the one pinned to the person who signed")
        for document in row.documents:
            ground.looked.update(("I3", "I4"))
            yield from _one_document(ground, where, document, certificate)


def _one_document(ground: Ground, where: str, document: SigningDocument, certificate: Certificate) -> Breaches:
    id_ = document.document_id
    shown = ground.session.get(Document, id_) or ground.session.get(RegistrationDocument, id_)
    if shown is None or shown.sha256 != document.seen_sha256:
        yield Breach("I4", where, "what was signed is not what the dossier showed")
    signed, seen = ground.blob(document.signed_sha256 or ""), ground.blob(document.seen_sha256)
    if signed is None or seen is None:
        return
    if not signed.startswith(seen):
        yield Breach("I4", where, "the signed file does not begin with the file that was seen")
    try:
        yield from _one_file(where, document, certificate, signed)
    except Exception as error:  # whatever is wrong with one file, the others must be judged
        yield Breach("I4", where, f"the signed file cannot be read ({type(error).__name__})")


def _one_file(where: str, document: SigningDocument, certificate: Certificate, signed: bytes) -> Breaches:
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
        if not _is_by_its_key(each):
            yield Breach("I3", where, "a signature was not made with the key of its certificate")
        if not _fits_its_bytes(each):
            yield Breach("I4", where, "a signature does not fit its bytes")


def _is_by_its_key(signature: EmbeddedPdfSignature) -> bool:
    key = load_der_x509_certificate(signature.signer_cert.dump()).public_key()
    value = signature.signer_info["signature"].native
    said = signature.signer_info["signed_attrs"].untag().dump()
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(value, said, PKCS1v15(), SHA256())
        elif isinstance(key, EllipticCurvePublicKey):
            key.verify(value, said, ECDSA(SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _fits_its_bytes(signature: EmbeddedPdfSignature) -> bool:
    signature.compute_integrity_info()  # type: ignore[no-untyped-call]
    attributes = signature.signer_info["signed_attrs"]
    promised = next(each["values"][0].native for each in attributes if each["type"].native == "message_digest")
    return bool(signature.compute_digest() == promised)


def pages_say_what_rows_say(ground: Ground) -> Breaches:
    """I7: amount, payee account and dossier code are printed on the signed file as they stand in the row."""
    current = (
        select(Document, Voucher, Dossier.code)
        .join(Voucher, Voucher.id == Document.voucher_id)
        .join(Dossier, Dossier.id == Document.dossier_id)
        .where(
            Document.content_version == Dossier.content_version,
            Document.void.is_(False),
            Document.created_at >= ground.since,
        )
    )
    for document, voucher, code in ground.stream(current):
        pdf = ground.blob(document.sha256)
        if pdf is None:
            continue
        ground.looked["I7"] += 1
        try:
            yield from _one_page(document, voucher, code, pdf)
        except Exception as error:  # as above
            yield Breach("I7", f"document {document.id}", f"the file cannot be read ({type(error).__name__})")


def _one_page(document: Document, voucher: Voucher, code: str, pdf: bytes) -> Breaches:
    where = f"document {document.id}"
    # A signature's dictionary is never compressed, and reading the whole file for it takes a tenth of a second.
    if pdf.count(b"/ByteRange") != _SIGNATURES_OF[document.revision]:
        yield Breach("I7", where, "the file carries another number of signatures than its revision says")
    payee: Mapping[str, str] = voucher.content.get("payee") or {}
    text = _text_of(pdf)
    words = {"amount": format_vnd(voucher.amount), "payee account": payee.get("payee_account") or "", "code": code}
    for name, word in words.items():
        if word not in text:
            yield Breach("I7", where, f"the page shows another {name} than the row")


def _text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    return "".join(text.split())
