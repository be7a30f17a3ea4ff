"""Reference data with validity dates, loaded from files: Treasury offices, banks, public holidays."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from backend.models.base import Base


class TreasuryOffice(Base):
    """A Treasury office (kho bạc)."""

    __tablename__ = "treasury_office"

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    serves_customers: Mapped[bool]
    search_text: Mapped[str] = mapped_column(String(200))


class Bank(Base):
    """A bank branch that payments go to, by its eight-digit clearing code."""

    __tablename__ = "bank"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(40))
    search_text: Mapped[str] = mapped_column(String(250))


class Holiday(Base):
    """A day off by public decision."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
