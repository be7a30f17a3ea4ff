"""Before anyone is asked: prove the person to the CA, find the pinned certificate there, prepare the bytes, freeze
them.

Nothing here holds a database transaction while the network speaks. ``freeze`` writes it all in the caller's commit
(S2).
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.domain.errors import AlreadySigning, CertificateExpired, SignatureRefused, WrongCertificate
from backend.domain.providers import Failure, FailureKind, ProviderSession
from backend.domain.signing import PreparedDocument, SignatureCell, SignStatus, Stamp
from backend.models import Certificate, SigningDocument, SigningTransaction
from backend.services.house import House
from backend.services.provider_login import Account, Proof, look_up, refusal


@dataclass(frozen=True, slots=True)
class ToSign:
    """One document as the person saw it."""

    document_id: str
    sha256: str
    doc_id: str
    title: str
    money: str
    """The money fields as the person saw them; see ``comparison.money_fields``."""
    cell: SignatureCell
    expected: tuple[tuple[str, str], ...]
    """Field name and certificate fingerprint of every signature the finished file must carry."""
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Frozen:
    """One document with room for the signature, its prepared bytes in the blob store."""

    source: ToSign
    prepared: PreparedDocument
    prepared_sha256: str


@dataclass(frozen=True, slots=True)
class AtProvider:
    """The person is proven to the CA and the CA holds the pinned certificate."""

    session: ProviderSession
    key_ref: str


def open_at_provider(house: House, certificate: Certificate, proof: Proof) -> AtProvider:
    """Sign in at the CA once and find the pinned certificate. Raises WrongCertificate and what ``look_up`` raises."""
    found = look_up(house, Account(certificate.user_id, certificate.provider, certificate.provider_login), proof)
    pinned = [remote for remote in found.certificates if sha256(remote.der).hexdigest() == certificate.fingerprint]
    if not pinned:
        raise WrongCertificate(provider=house.providers[certificate.provider].descriptor.name)
    if not pinned[0].usable:
        raise refusal(certificate.provider, Failure(FailureKind.CERTIFICATE_INVALID, vendor_code=pinned[0].why_not))
    return AtProvider(found.session, pinned[0].key_ref)


def check_certificate(house: House, certificate: Certificate, at: datetime) -> None:
    """Raises CertificateExpired or SignatureRefused unless the pinned certificate may sign at ``at``."""
    chain = [base64.b64decode(item) for item in certificate.chain]
    problem = house.trust.problem_with(certificate.der, chain, at)
    if problem == "expired":
        raise CertificateExpired(until=certificate.valid_to)
    if problem is not None:
        raise SignatureRefused(problem)


def prepare_documents(
    house: House, sources: Sequence[ToSign], stamp: Stamp, certificate: Certificate, again: SigningTransaction | None
) -> list[Frozen]:
    """Room for one signature in each document.

    ``again`` is an earlier request over the same bytes whose answer was lost: its digests are asked for once more, so
    that two confirmations on the phone can only ever sign one document.
    """
    if again is not None:
        return [_reused(house, source, row) for source, row in zip(sources, again.documents, strict=True)]
    frozen = []
    for source in sources:
        prepared = house.signer.prepare(
            house.blobs.get(source.sha256), source.cell, stamp, certificate.der, first=source.first, last=source.last
        )
        frozen.append(Frozen(source, prepared, house.blobs.put(prepared.pdf)))
    return frozen


def _reused(house: House, source: ToSign, row: SigningDocument) -> Frozen:
    prepared = PreparedDocument(
        pdf=house.blobs.get(row.prepared_sha256),
        byte_range=(row.range_start, row.range_end),
        document_digest=row.document_digest,
        signed_attributes=row.signed_attributes,
        digest=row.digest,
    )
    return Frozen(source, prepared, row.prepared_sha256)


def lost_before(
    session: Session,
    subject_id: str,
    subject_version: int,
    step: str,
    certificate_id: str,
    seen: Sequence[str],
    since: datetime,
) -> SigningTransaction | None:
    """The last request over these very bytes by this certificate that left and was never answered, not before
    ``since``.

    An older prompt is dead on every phone; its bytes would only carry a signing time long past.
    """
    row = session.scalars(
        select(SigningTransaction)
        .where(
            SigningTransaction.subject_id == subject_id,
            SigningTransaction.subject_version == subject_version,
            SigningTransaction.step == step,
            SigningTransaction.certificate_id == certificate_id,
            SigningTransaction.status.in_([SignStatus.EXPIRED.value, SignStatus.CANCELLED.value]),
            SigningTransaction.sent_at > since,
            # A knock may have brought the id of a lost request after its end; its prompt may still be on the phone.
            or_(SigningTransaction.vendor_id.is_(None), SigningTransaction.vendor_code.is_not(None)),
        )
        .order_by(SigningTransaction.created_at.desc())
        .limit(1)
    ).first()
    if row is None or [item.seen_sha256 for item in row.documents] != list(seen):
        return None
    return row


def freeze(session: Session, house: House, row: SigningTransaction, documents: Sequence[Frozen]) -> None:
    """S2: everything that will be signed, written before anyone is asked. Raises AlreadySigning."""
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise AlreadySigning(signing_id=None) from error
    for position, item in enumerate(documents):
        session.add(_document_row(house, row.id, position, item))
    session.flush()


def _document_row(house: House, transaction_id: str, position: int, item: Frozen) -> SigningDocument:
    return SigningDocument(
        id=house.chance.uuid(),
        transaction_id=transaction_id,
        position=position,
        document_id=item.source.document_id,
        doc_id=item.source.doc_id,
        title=item.source.title,
        field_name=item.source.cell.field_name,
        seen_sha256=item.source.sha256,
        prepared_sha256=item.prepared_sha256,
        range_start=item.prepared.byte_range[0],
        range_end=item.prepared.byte_range[1],
        document_digest=item.prepared.document_digest,
        signed_attributes=item.prepared.signed_attributes,
        digest=item.prepared.digest,
        money=item.source.money,
        expected=[list(pair) for pair in item.source.expected],
    )
