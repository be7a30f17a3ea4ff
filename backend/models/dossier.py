"""Payment dossiers: the case, its vouchers, the revisions of their files and the log that only grows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.models.base import Amount, Base, Id
from backend.models.people import Unit


class Dossier(Base):
    """A payment dossier (hồ sơ thanh toán). Moves by compare-and-swap on ``version`` only."""

    __tablename__ = "dossier"
    __table_args__ = (
        Index("ix_dossier_unit_updated", "unit_id", "updated_at", "id"),
        Index("ix_dossier_chief", "chief_id", "status", "waiting_since"),
        Index("ix_dossier_holder", "holder_id", "status", "waiting_since"),
        Index("ix_dossier_office", "treasury_code", "status", "waiting_since"),
        Index("ix_dossier_maker", "maker_id", "status", "waiting_since"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(19), unique=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    treasury_code: Mapped[str] = mapped_column(String(4))
    status: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    """Grows with every change; what ``expected_version`` is compared with."""
    content_version: Mapped[int]
    """Grows when the content may change; signatures belong to one content version."""
    maker_id: Mapped[str] = mapped_column(ForeignKey("member.id"))
    chief_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    holder_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    waiting_since: Mapped[datetime]
    payee_name: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(String(500))
    voucher_no: Mapped[str] = mapped_column(String(20))
    form_code: Mapped[str] = mapped_column(String(40))
    total_amount: Mapped[Amount]
    search_text: Mapped[str] = mapped_column(String(1500))
    """Lower case without diacritics: what the search looks into."""
    due_at: Mapped[datetime | None]
    """Last moment at which the oldest voucher may still be sent to the Treasury."""
    receipt_no: Mapped[str | None] = mapped_column(String(60))
    received_by: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    received_at: Mapped[datetime | None]
    unit: Mapped[Unit] = relationship(viewonly=True)
    vouchers: Mapped[list[Voucher]] = relationship(
        primaryjoin="and_(Voucher.dossier_id == Dossier.id, Voucher.removed.is_(False))",
        order_by="Voucher.position",
        viewonly=True,
    )


class Voucher(Base):
    """One official form of a dossier."""

    __tablename__ = "voucher"
    __table_args__ = (
        UniqueConstraint("dossier_id", "position"),
        Index(
            "uq_voucher_unit_number",
            "unit_id",
            "form_code",
            "budget_year",
            "unit_voucher_number",
            unique=True,
            sqlite_where=text("unit_voucher_number <> '' AND NOT retired"),
            postgresql_where=text("unit_voucher_number <> '' AND NOT retired"),
        ),
    )

    id: Mapped[Id]
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    position: Mapped[int]
    form_code: Mapped[str] = mapped_column(String(40))
    form_edition: Mapped[str] = mapped_column(String(10))
    service_voucher_number: Mapped[str] = mapped_column(String(60), unique=True)
    unit_voucher_number: Mapped[str] = mapped_column(String(20))
    budget_year: Mapped[int]
    voucher_date: Mapped[date | None]
    amount: Mapped[Amount]
    content: Mapped[dict[str, Any]]
    removed: Mapped[bool] = mapped_column(default=False)
    """Taken out of the draft. The row stays, since an earlier version of it may have been signed."""
    retired: Mapped[bool] = mapped_column(default=False)
    """True once its dossier is cancelled: the number may be used again."""


class Document(Base):
    """One revision of a voucher's file: the form, then with the second signature, then with both; or, of a unit without
    a second signature, the form, then with the first. Never changed.
    """

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("voucher_id", "content_version", "revision"),)

    id: Mapped[Id]
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    voucher_id: Mapped[str] = mapped_column(ForeignKey("voucher.id"))
    content_version: Mapped[int]
    revision: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int]
    filename: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]
    void: Mapped[bool] = mapped_column(default=False)
    """A signature on it was discarded (recall, return); kept for reading, never continued."""


class DossierLog(Base):
    """Nhật ký: one row per change of state, in the same commit. Triggers refuse changing or deleting rows."""

    __tablename__ = "dossier_log"
    __table_args__ = (UniqueConstraint("dossier_id", "seq"),)

    id: Mapped[Id]
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    seq: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    actor_name: Mapped[str] = mapped_column(String(100))
    actor_title: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(40))
    from_status: Mapped[str | None] = mapped_column(String(40))
    to_status: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(600))
    signing_id: Mapped[str | None] = mapped_column(String(36))


class Opened(Base):
    """Which content version of a dossier a person last opened: tells 'changed since you looked'."""

    __tablename__ = "opened"

    user_id: Mapped[str] = mapped_column(ForeignKey("member.id"), primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    content_version: Mapped[int]
