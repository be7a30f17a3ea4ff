"""The secret link of a registration dossier: who holds it may go on with the dossier, on any device.

Only the hash of the secret rests. A wrong or expired secret says nothing about whether a dossier exists.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.errors import NotFound
from backend.models import Registration
from backend.services.house import House

LINK_LIFE = timedelta(days=30)
"""From the last change on; the same time after which an unfinished dossier is given up."""


def new_link(house: House, row: Registration) -> str:
    """Give ``row`` a new secret; the former one is worth nothing from this commit on."""
    secret = house.chance.token(32)
    row.link_hash = sha256(secret.encode()).hexdigest()
    row.link_expires_at = house.clock.now() + LINK_LIFE
    return secret


def held_by(session: Session, house: House, secret: str) -> Registration:
    """The dossier that ``secret`` opens. Raises NotFound."""
    row = session.scalars(
        select(Registration).where(Registration.link_hash == sha256(secret.encode()).hexdigest())
    ).one_or_none()
    if row is None or row.link_expires_at is None or row.link_expires_at <= house.clock.now():
        raise NotFound()
    return row
