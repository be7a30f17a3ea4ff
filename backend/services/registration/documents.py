"""Files of a registration: the PDF and pictures of its pages. Void ones can still be read."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.errors import NotFound
from backend.models import Registration, RegistrationDocument
from backend.services.documents import page_of
from backend.services.house import House


def document_for(session: Session, row: Registration, document_id: str) -> RegistrationDocument:
    """A file of this very dossier. Raises NotFound."""
    found = session.scalars(
        select(RegistrationDocument).where(
            RegistrationDocument.id == document_id, RegistrationDocument.registration_id == row.id
        )
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def document_pdf(session: Session, house: House, row: Registration, document_id: str) -> tuple[bytes, str, str]:
    """Bytes, file name and SHA-256."""
    document = document_for(session, row, document_id)
    return house.blobs.get(document.sha256), document.filename, document.sha256


def page_image(session: Session, house: House, row: Registration, document_id: str, page: int, width: int) -> bytes:
    """WebP of one page, from 1, made from the very bytes of the file."""
    return page_of(house, document_for(session, row, document_id), page, width)
