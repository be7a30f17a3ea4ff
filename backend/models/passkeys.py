"""Passkeys of members, and the challenges that were used up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.models.base import Amount, Base, Id


class Passkey(Base):
    """One credential of one person; the private half never leaves their device."""

    __tablename__ = "passkey"
    __table_args__ = (Index("ix_passkey_user", "user_id"),)

    id: Mapped[Id]
    user_id: Mapped[str] = mapped_column(ForeignKey("member.id"))
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    """COSE_Key."""
    sign_count: Mapped[Amount]
    """The authenticator's own counter at the last use; 0 where it does not count."""
    transports: Mapped[list[Any]]
    """How the browser reached it, in its words: ``internal``, ``hybrid``, ``usb`` …"""
    label: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UsedChallenge(Base):
    """A challenge that was answered, so that it is not answered again; forgotten when it has run out."""

    __tablename__ = "used_challenge"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256."""
    expires_at: Mapped[datetime]
