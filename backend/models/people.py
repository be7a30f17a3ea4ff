"""Units, their accounts and members, the rights of members, their certificates, log-in sessions and log."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.domain.units import UnitKind, has_second_signature
from backend.models.base import Base, Id


class Unit(Base):
    """A budget unit (đơn vị sử dụng ngân sách)."""

    __tablename__ = "unit"

    id: Mapped[Id]
    budget_relation_code: Mapped[str] = mapped_column(String(7), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    address: Mapped[str] = mapped_column(String(255))
    treasury_code: Mapped[str] = mapped_column(String(4))
    signing_form: Mapped[str] = mapped_column(String(16))
    single_accountant_unit: Mapped[bool]
    unit_kind: Mapped[str] = mapped_column(
        String(20), default=UnitKind.BUDGET_UNIT.value, server_default=UnitKind.BUDGET_UNIT.value
    )
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def has_second_signature(self) -> bool:
        """False: the account holder's side signs its vouchers alone."""
        return has_second_signature(UnitKind(self.unit_kind))


class Account(Base):
    """An account of the unit at the Treasury."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("unit_id", "account_number", "program_code"),)

    id: Mapped[Id]
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    account_number: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    program_code: Mapped[str] = mapped_column(String(5), default="00000")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class User(Base):
    """A person with a log-in: a member of one unit, or an officer of one Treasury office, never both."""

    __tablename__ = "member"

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(String(40), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The password was given, not chosen: it opens nothing but the change of itself."""
    password_expires_at: Mapped[datetime | None]
    """End of a one-time password; None for a chosen one."""
    email: Mapped[str | None] = mapped_column(String(254))
    full_name: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(40))
    """The permission the person acts in."""
    acting: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Phụ trách kế toán: shown and printed instead of the chief accountant's title."""
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    treasury_code: Mapped[str | None] = mapped_column(String(4))
    identity_key: Mapped[str] = mapped_column(String(64))
    """HMAC of the identity number: tells two rows of one person apart from two persons without keeping the number."""
    active: Mapped[bool] = mapped_column(default=True)
    event_seq: Mapped[int] = mapped_column(default=0)
    unit: Mapped[Unit | None] = relationship()


class UserLog(Base):
    """What an operator did to somebody's log-in, in the same commit. Triggers refuse changing or deleting rows."""

    __tablename__ = "member_log"
    __table_args__ = (Index("ix_member_log_user", "user_id"),)

    id: Mapped[Id]
    user_id: Mapped[str] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(30))
    by: Mapped[str] = mapped_column(String(100))
    """The operator, as the machine knows them."""


class AccountGrant(Base):
    """A member's right on one account, from day to day inclusive."""

    __tablename__ = "account_grant"
    __table_args__ = (Index("ix_account_grant_user", "user_id"),)

    id: Mapped[Id]
    user_id: Mapped[str] = mapped_column(ForeignKey("member.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    title: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    account: Mapped[Account] = relationship()


class Certificate(Base):
    """The one certificate by which a member signs, pinned byte for byte."""

    __tablename__ = "certificate"
    __table_args__ = (
        Index(
            "uq_certificate_active",
            "user_id",
            unique=True,
            sqlite_where=text("active"),
            postgresql_where=text("active"),
        ),
    )

    id: Mapped[Id]
    user_id: Mapped[str] = mapped_column(ForeignKey("member.id"))
    provider: Mapped[str] = mapped_column(String(40))
    provider_login: Mapped[str] = mapped_column(String(64))
    der: Mapped[bytes]
    chain: Mapped[list[Any]]
    """Base64 DER of the issuing certificates, nearest first."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    serial_number: Mapped[str] = mapped_column(String(64))
    subject_name: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]
    active: Mapped[bool] = mapped_column(default=True)


class LoginAttempts(Base):
    """Wrong passwords in a row, by user name or by address, known or not: both get the same treatment. Also codes of a
    CA sent again to one person.
    """

    __tablename__ = "login_attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """HMAC of the user name, of the address, or of person and CA."""
    failed: Mapped[int]
    last_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]


class LoginSession(Base):
    """One log-in on one device; the cookie holds the secret, this row only its hash."""

    __tablename__ = "login_session"
    __table_args__ = (
        Index("ix_login_session_user", "user_id"),
        Index(
            "ix_login_session_ended",
            "ended_at",
            sqlite_where=text("ended_at IS NOT NULL"),
            postgresql_where=text("ended_at IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("member.id"))
    csrf_token: Mapped[str] = mapped_column(String(64))
    shared_device: Mapped[bool]
    agent: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    proven_at: Mapped[datetime | None]
    """When the person proved themself once more after the log-in."""
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
