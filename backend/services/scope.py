"""Whose dossier is it: the one place where a dossier is fetched for a person. What is out of scope does not exist."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session, aliased

from backend.domain.errors import NotFound
from backend.domain.people import ServiceTitle, Side, side_of
from backend.domain.voucher import Status
from backend.models import Document, Dossier, SigningTransaction
from backend.services.caller import Caller

AT_TREASURY = tuple(
    status.value
    for status in (
        Status.SUBMITTED,
        Status.RECEIVED,
        Status.CONTROLLING,
        Status.AWAITING_TREASURY_APPROVAL,
        Status.PAID,
        Status.RETURNED_BY_TREASURY,
        Status.REJECTED_BY_TREASURY,
    )
)
"""States in which the Treasury office sees a dossier."""


def visible(caller: Caller) -> ColumnElement[bool]:
    """SQL condition on ``dossier``: an accountant sees the unit's, a signer those sent to or signed by them, an officer
    the office's.
    """
    if caller.treasury_code is not None:
        at_office = and_(Dossier.treasury_code == caller.treasury_code, Dossier.status.in_(AT_TREASURY))
        return and_(at_office, Dossier.receipt_no.is_not(None))
    if caller.unit_id is None:
        return false()
    of_unit = Dossier.unit_id == caller.unit_id
    if caller.title is ServiceTitle.ACCOUNTANT:
        return of_unit
    return and_(of_unit, _touches(caller))


def _touches(caller: Caller) -> ColumnElement[bool]:
    own = aliased(SigningTransaction)
    signed = select(own.id).where(own.subject_id == Dossier.id, own.user_id == caller.user_id).exists()
    sent = Dossier.chief_id if side_of(caller.title) is Side.SECOND_SIGNATURE else Dossier.holder_id
    return or_(sent == caller.user_id, Dossier.maker_id == caller.user_id, signed)


def dossier_for(session: Session, caller: Caller, dossier_id: str) -> Dossier:
    """The dossier, if it exists for this person. Raises NotFound."""
    row = session.scalars(select(Dossier).where(Dossier.id == dossier_id, visible(caller))).one_or_none()
    if row is None:
        raise NotFound()
    return row


def document_for(session: Session, caller: Caller, document_id: str) -> Document:
    """A file of a dossier that exists for this person. Raises NotFound."""
    row = session.scalars(
        select(Document)
        .join(Dossier, Dossier.id == Document.dossier_id)
        .where(Document.id == document_id, visible(caller))
    ).one_or_none()
    if row is None:
        raise NotFound()
    return row


def signing_for(session: Session, caller: Caller, signing_id: str) -> SigningTransaction:
    """A signing transaction of a dossier that exists for this person. Raises NotFound."""
    row = session.scalars(
        select(SigningTransaction)
        .join(Dossier, Dossier.id == SigningTransaction.subject_id)
        .where(SigningTransaction.id == signing_id, visible(caller))
    ).one_or_none()
    if row is None:
        raise NotFound()
    return row
