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

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.domain.errors import (
    AlreadySigning,
    CertificateExpired,
    FieldProblem,
    Invalid,
    ProviderRefusal,
    SignatureRefused,
    WrongCertificate,
)
from backend.domain.providers import Failure, FailureKind, ProviderSession, Secret
from backend.domain.signing import PreparedDocument, SignatureCell, SignStatus, Stamp
from backend.models import Certificate, SigningDocument, SigningTransaction
from backend.services.house import House


@dataclass(frozen=True, slots=True)
class ToSign:
    """One document as the person saw it."""

    document_id: str
    sha256: str
    doc_id: str
    title: str
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


def open_at_provider(house: House, certificate: Certificate, password: Secret | None) -> AtProvider:
    """Sign in at the CA once and find the pinned certificate. Raises ProviderRefusal, WrongCertificate, Invalid."""
    provider = house.providers[certificate.provider]
    if provider.descriptor.needs_password and password is None:
        raise Invalid([FieldProblem("provider_password", "Nhập mật khẩu chứng thư số.")])
    opened = provider.open_session(certificate.provider_login, password if provider.descriptor.needs_password else None)
    if isinstance(opened, Failure):
        raise refusal(certificate.provider, opened)
    offered = provider.list_certificates(opened)
    if isinstance(offered, Failure):
        raise refusal(certificate.provider, offered)
    pinned = [remote for remote in offered if sha256(remote.der).hexdigest() == certificate.fingerprint]
    if not pinned:
        raise WrongCertificate(provider=provider.descriptor.name)
    if not pinned[0].usable:
        raise refusal(certificate.provider, Failure(FailureKind.CERTIFICATE_INVALID, vendor_code=pinned[0].why_not))
    return AtProvider(opened, pinned[0].key_ref)


def refusal(provider: str, failure: Failure) -> ProviderRefusal:
    """A CA's refusal before anyone was asked, as an error of ours."""
    return ProviderRefusal(
        provider=provider,
        kind=failure.kind.value,
        attempts_left=failure.attempts_left,
        locked_until=failure.locked_until,
    )


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
            SigningTransaction.vendor_id.is_(None),
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
        expected=[list(pair) for pair in item.source.expected],
    )
