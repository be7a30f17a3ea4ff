"""Answers already given, by Idempotency-Key, stored in the commit of their effect."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from backend.models.base import Base


class IdempotencyKey(Base):
    """One logical action of one person."""

    __tablename__ = "idempotency_key"

    user_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """A member; or the registration, for whoever holds its link and is no member yet."""
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    route: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """HMAC of method, path and body without secrets."""
    status: Mapped[int]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
