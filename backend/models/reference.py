"""Reference data with validity dates, loaded from files. A row that ends stays: old dossiers name it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, false
from sqlalchemy.orm import Mapped, mapped_column

from backend.models.base import Base


class TreasuryOffice(Base):
    """A Treasury office (kho bạc)."""

    __tablename__ = "treasury_office"

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    serves_customers: Mapped[bool]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    search_text: Mapped[str] = mapped_column(String(200))


class LedgerAccount(Base):
    """A kind of account that units may register (mã tài khoản kế toán)."""

    __tablename__ = "ledger_account"

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    name: Mapped[str] = mapped_column(String(200))
    takes_projects: Mapped[bool] = mapped_column(server_default=false())
    """Codes of investment projects (7xxxxxx, 8xxxxxx) go with it."""


class ServiceKind(Base):
    """A service a unit may subscribe to."""

    __tablename__ = "service_kind"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(200))
    at_least_one: Mapped[bool]
    needs: Mapped[str] = mapped_column(String(40))


class RoleLimit(Base):
    """How many persons of a unit may hold a title."""

    __tablename__ = "role_limit"

    title: Mapped[str] = mapped_column(String(40), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    fewest: Mapped[int]
    most: Mapped[int]


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
