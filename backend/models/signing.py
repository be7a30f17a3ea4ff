"""Signing transactions: state machine, legal record and work queue in one table.

A worker owns rows by ``owner`` and fences every write by ``epoch``; one heartbeat row per worker keeps its rows its
own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.domain.signing import LIVE
from backend.models.base import Amount, Base, Id

_LIVE = text("status IN ({})".format(", ".join(sorted(f"'{status}'" for status in LIVE))))

_OF_REGISTRATION = text("subject_kind = 'registration'")

_UNOWNED_DUE = text("owner IS NULL AND next_at IS NOT NULL")


class SigningBatch(Base):
    """A list of dossiers that one person confirmed as one. Never changed: what became of it stands in its rows."""

    __tablename__ = "signing_batch"
    __table_args__ = (Index("ix_signing_batch_user", "user_id", "created_at"),)

    id: Mapped[Id]
    user_id: Mapped[str] = mapped_column(ForeignKey("member.id"))
    provider: Mapped[str] = mapped_column(String(40))
    list_digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of ``frozen``, as the person confirmed it."""
    frozen: Mapped[dict[str, Any]]
    """The list as it was shown: certificate and, in order, dossiers with versions, amounts and digests of the files."""
    total_amount: Mapped[Amount]
    largest_amount: Mapped[Amount]
    chunks: Mapped[int]
    """Prompts needed: the CA's limit of documents divides the list."""
    created_at: Mapped[datetime]


class SigningTransaction(Base):
    """One dossier's request to one CA for one person, over one or more documents, all or nothing.

    In a batch the rows of a chunk share one prompt. The first of them, the leader, speaks with the CA; the others have
    nothing to do and no owner until their signatures are there.
    """

    __tablename__ = "signing_transaction"
    __table_args__ = (
        Index(
            "uq_signing_live",
            "subject_id",
            "subject_version",
            "step",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_signing_due", "next_at", sqlite_where=_UNOWNED_DUE, postgresql_where=_UNOWNED_DUE),
        Index(
            "ix_signing_owner",
            "owner",
            sqlite_where=text("owner IS NOT NULL"),
            postgresql_where=text("owner IS NOT NULL"),
        ),
        Index(
            "ix_signing_hurry",
            "hurry_at",
            sqlite_where=text("hurry_at IS NOT NULL"),
            postgresql_where=text("hurry_at IS NOT NULL"),
        ),
        Index("ix_signing_user", "user_id", "created_at"),
        Index("ix_signing_vendor", "provider", "vendor_id"),
        Index(
            "ix_signing_registration_login",
            "provider",
            "provider_login",
            "created_at",
            sqlite_where=_OF_REGISTRATION,
            postgresql_where=_OF_REGISTRATION,
        ),
        Index("ix_signing_subject", "subject_id", "created_at"),
        Index("ix_signing_batch", "batch_id", "place"),
        Index("ix_signing_leader", "leader_id"),
    )

    id: Mapped[Id]
    subject_kind: Mapped[str] = mapped_column(String(20))
    """What is signed: ``payment`` or ``registration``; the settling use case is chosen by it."""
    subject_id: Mapped[str] = mapped_column(String(36))
    subject_version: Mapped[int]
    step: Mapped[str] = mapped_column(String(30))
    user_id: Mapped[str] = mapped_column(ForeignKey("member.id"))
    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificate.id"))
    next_approver_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("signing_batch.id"))
    chunk: Mapped[int] = mapped_column(default=0)
    """Which prompt of the batch, from 0."""
    place: Mapped[int] = mapped_column(default=0)
    """In the confirmed list, from 0."""
    leader_id: Mapped[str | None] = mapped_column(String(36))
    """The row of the same chunk that speaks with the CA; NULL for a leader and for a dossier signed alone."""
    provider: Mapped[str] = mapped_column(String(40))
    provider_login: Mapped[str] = mapped_column(String(64))
    key_ref: Mapped[str] = mapped_column(String(200))
    """The CA's handle for the pinned certificate's key, learnt before freezing."""
    status: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(36), unique=True)
    """Our id at the CA: 128 random bits, never shown."""
    vendor_id: Mapped[str | None] = mapped_column(String(100))
    summary: Mapped[str] = mapped_column(String(200))
    comparison_code: Mapped[str] = mapped_column(String(8))
    """Of the whole prompt: in a batch every row of the chunk carries the same."""
    total_amount: Mapped[Amount]
    sealed_session: Mapped[bytes | None]
    """Short-lived provider token, encrypted; erased when the transaction ends."""
    session_expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    """The CA's deadline; the screen counts down to it."""
    watch_until: Mapped[datetime | None]
    """Ended transactions are asked again until then, so that a late signature is seen."""
    ended_at: Mapped[datetime | None]
    failure_kind: Mapped[str | None] = mapped_column(String(40))
    vendor_code: Mapped[str | None] = mapped_column(String(100))
    raw_answers: Mapped[list[Any]]
    """The CA's answers, secrets removed, oldest first."""
    next_at: Mapped[datetime | None]
    """When the worker has something to do; NULL when nothing is left."""
    hurry_at: Mapped[datetime | None]
    """Somebody knocked (callback, a person looking): ask now instead of at the next interval."""
    owner: Mapped[str | None] = mapped_column(String(36))
    epoch: Mapped[int] = mapped_column(default=0)
    documents: Mapped[list[SigningDocument]] = relationship(order_by="SigningDocument.position")


class SigningDocument(Base):
    """One document of a transaction: what was prepared, what came back, what became of it."""

    __tablename__ = "signing_document"
    __table_args__ = (UniqueConstraint("transaction_id", "position"),)

    id: Mapped[Id]
    transaction_id: Mapped[str] = mapped_column(ForeignKey("signing_transaction.id"), index=True)
    position: Mapped[int]
    document_id: Mapped[str] = mapped_column(String(36))
    """The revision that was seen."""
    doc_id: Mapped[str] = mapped_column(String(36))
    """What the CA is told: ASCII, short, meaningful."""
    title: Mapped[str] = mapped_column(String(200))
    field_name: Mapped[str] = mapped_column(String(60))
    seen_sha256: Mapped[str] = mapped_column(String(64))
    prepared_sha256: Mapped[str] = mapped_column(String(64))
    range_start: Mapped[int]
    range_end: Mapped[int]
    document_digest: Mapped[bytes]
    signed_attributes: Mapped[bytes]
    digest: Mapped[bytes]
    money: Mapped[str] = mapped_column(String(80))
    """The money fields as they were shown, which the comparison code covers besides the digest."""
    expected: Mapped[list[Any]]
    """The signatures the finished file must carry: [field name, certificate fingerprint] pairs."""
    signature: Mapped[bytes | None]
    signed_sha256: Mapped[str | None] = mapped_column(String(64))


class Worker(Base):
    """A living worker. New id at each boot, so a restart never keeps its predecessor's rows alive."""

    __tablename__ = "worker"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]


class ProviderInbox(Base):
    """Callbacks as they came: stored raw, deduplicated, never believed."""

    __tablename__ = "provider_inbox"
    __table_args__ = (
        UniqueConstraint("provider", "body_sha256"),
        Index(
            "ix_provider_inbox_unmatched",
            "provider",
            "received_at",
            sqlite_where=text("signing_id IS NULL"),
            postgresql_where=text("signing_id IS NULL"),
        ),
        Index("ix_provider_inbox_reference", "provider", "reference"),
        Index("ix_provider_inbox_vendor", "provider", "vendor_id"),
    )

    id: Mapped[Id]
    provider: Mapped[str] = mapped_column(String(40))
    body_sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    times: Mapped[int]
    received_at: Mapped[datetime]
    signing_id: Mapped[str | None] = mapped_column(String(36))
    """The request it speaks of; NULL while none is known by its names."""
    reference: Mapped[str | None] = mapped_column(String(36))
    """Our id, where it names one."""
    vendor_id: Mapped[str | None] = mapped_column(String(100))
    """The CA's id, where it names one; the request may learn it only afterwards."""


class ProviderHealth(Base):
    """One CA's breaker, as every process sees it; written on change only. No row: it has always answered."""

    __tablename__ = "provider_health"

    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    gate: Mapped[str] = mapped_column(String(10))
    retry_at: Mapped[datetime | None]
    pause_s: Mapped[float]
    slow: Mapped[bool]
    turn: Mapped[int]
    """Grows with every change, for compare and swap."""
    changed_at: Mapped[datetime]


class SigningBlock(Base):
    """A person said "I did not ask for this": no new request of theirs until it is lifted. Ended ones are kept."""

    __tablename__ = "signing_block"
    __table_args__ = (
        Index(
            "ix_signing_block_active",
            "user_id",
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    user_id: Mapped[str] = mapped_column(ForeignKey("member.id"))
    signing_id: Mapped[str] = mapped_column(ForeignKey("signing_transaction.id"), unique=True)
    """The request they did not ask for. Its signature is never used, lifted or not."""
    at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(String(100))
    """Who lifted it: the member's id, or the operator's name."""
