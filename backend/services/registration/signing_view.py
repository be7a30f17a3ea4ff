"""A request over declarations as the waiting screen of a registration sees it, and taking it back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backend.domain.errors import NotFound
from backend.models import Registration, SigningTransaction, User
from backend.services.house import House
from backend.services.registration.signing_subject import newest_signing
from backend.services.sign.cancel import take_back
from backend.services.signing_view import expires_at, phase_of, problem_of


def signing_view(session: Session, house: House, row: SigningTransaction) -> dict[str, object]:
    """The wire shape of one request."""
    descriptor = house.providers[row.provider].descriptor
    return {
        "id": row.id,
        "phase": phase_of(row, descriptor),
        "provider_name": descriptor.name,
        "app_name": descriptor.app_name,
        "deep_link": descriptor.deep_link,
        "comparison_code": row.comparison_code if descriptor.shows_description else None,
        "expires_at": expires_at(row, descriptor),
        "server_time": house.clock.now(),
        "problem": problem_of(row),
        "signer_name": session.get_one(User, row.user_id).full_name,
    }


def cancel_signing(session: Session, house: House, row: Registration) -> dict[str, object]:
    """Stop waiting; a signature that comes later is not used. Raises NotFound, NotAllowedNow when it is too late."""
    signing = newest_signing(session, row)
    if signing is None:
        raise NotFound()
    take_back(session, house, signing)
    session.refresh(signing)
    return signing_view(session, house, signing)
