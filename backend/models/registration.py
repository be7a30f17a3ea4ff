"""Registration dossiers: what a unit declares, its declarations as files, and the log that only grows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.models.base import Base, Id

_OPEN_NEW = text(
    "kind = 'new' AND budget_relation_code IS NOT NULL AND code IS NOT NULL"
    " AND stage NOT IN ('approved', 'rejected', 'cancelled')"
)
_OPEN_CHANGE = text("kind = 'change' AND stage NOT IN ('approved', 'rejected', 'cancelled')")


class Registration(Base):
    """One declaration on its way to the Treasury. Moves by compare-and-swap on ``version`` only."""

    __tablename__ = "registration"
    __table_args__ = (
        Index(
            "uq_registration_open_new",
            "budget_relation_code",
            unique=True,
            sqlite_where=_OPEN_NEW,
            postgresql_where=_OPEN_NEW,
        ),
        Index(
            "uq_registration_open_change",
            "unit_id",
            unique=True,
            sqlite_where=_OPEN_CHANGE,
            postgresql_where=_OPEN_CHANGE,
        ),
        Index("ix_registration_office", "treasury_code", "stage", "due_at"),
        Index("ix_registration_stage", "stage", "updated_at"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(10))
    """``new`` or ``change``."""
    code: Mapped[str | None] = mapped_column(String(19), unique=True)
    """Nineteen digits, given at the first "Lưu"."""
    stage: Mapped[str] = mapped_column(String(30))
    version: Mapped[int]
    """Grows with every change; what ``expected_version`` is compared with."""
    content_version: Mapped[int]
    """Grows when the content may change; declarations and signatures belong to one content version."""
    treasury_code: Mapped[str | None] = mapped_column(String(4))
    budget_relation_code: Mapped[str | None] = mapped_column(String(7))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    """The unit that changes its registration; of a new one, the unit that came of it."""
    content: Mapped[dict[str, Any]]
    """See ``domain/registration_content.py``."""
    before: Mapped[dict[str, Any] | None]
    """Of a change: what was in force when it began, in the same form."""
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret of the link that opens it without a log-in."""
    link_expires_at: Mapped[datetime | None]
    started_by: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    """The member who asks for a change."""
    signer_id: Mapped[str | None] = mapped_column(String(36))
    """The member of the content who signs the declarations."""
    returns: Mapped[int] = mapped_column(default=0)
    officer_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    approver_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    check_list: Mapped[dict[str, Any]]
    """What the officer ticked, by name."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    """When the Treasury should have answered."""


class RegistrationLog(Base):
    """Nhật ký hồ sơ: one row per change of stage, in the same commit. Triggers refuse changing or deleting rows."""

    __tablename__ = "registration_log"
    __table_args__ = (UniqueConstraint("registration_id", "seq"),)

    id: Mapped[Id]
    registration_id: Mapped[str] = mapped_column(ForeignKey("registration.id"))
    seq: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    actor_name: Mapped[str] = mapped_column(String(100))
    move: Mapped[str] = mapped_column(String(30))
    from_stage: Mapped[str | None] = mapped_column(String(30))
    to_stage: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(String(600))


class RegistrationDocument(Base):
    """One revision of a declaration: as generated, signed by the unit, countersigned by the Treasury. Never changed."""

    __tablename__ = "registration_document"
    __table_args__ = (
        UniqueConstraint(
            "registration_id", "content_version", "filename", "revision", name="uq_registration_document_revision"
        ),
    )

    id: Mapped[Id]
    registration_id: Mapped[str] = mapped_column(ForeignKey("registration.id"), index=True)
    content_version: Mapped[int]
    position: Mapped[int]
    """Order in the table of documents: the mobile declaration first."""
    form_code: Mapped[str] = mapped_column(String(40))
    filename: Mapped[str] = mapped_column(String(100))
    revision: Mapped[str] = mapped_column(String(20))
    """``declaration``, ``unit_signature``, ``treasury_signature``."""
    sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int]
    created_at: Mapped[datetime]
    seal_fingerprint: Mapped[str | None] = mapped_column(String(64))
    """Of the Treasury's certificate, on a countersigned revision."""
    void: Mapped[bool] = mapped_column(default=False)
    """The content changed afterwards: kept for reading, never continued."""
