"""The secret links of a registration dossier: one to go on with it on any device, one for each person's own data.

Only the hash of the secret rests. What a letter carries is not the secret but a word derived from its hash under the
house's key: it rests nowhere, is the same each time the letter is sent, and ends with the link. The link to a person's
own data is bound to the mailbox it was sent to. A wrong or expired secret says nothing about whether a dossier exists.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.errors import NotFound
from backend.domain.registration import FINAL, Stage
from backend.domain.registration_content import MemberPart, RegistrationContent
from backend.models import Registration
from backend.services.house import House


def link_end(house: House) -> datetime:
    """When a link that is used now ends: at the time at which an unfinished dossier is given up."""
    return house.clock.now() + house.policy.registration_life


def new_link(house: House, row: Registration) -> str:
    """Give ``row`` a new secret; the former one is worth nothing from this commit on."""
    secret = house.chance.token(32)
    row.link_hash = sha256(secret.encode()).hexdigest()
    row.link_expires_at = link_end(house)
    return secret


def letter_secret(house: House, row: Registration) -> str:
    """What the link in a letter to the unit carries: opens the dossier as long as the present link does."""
    return f"{row.id}.{_seal(house, 'continue', row.id, row.link_hash or '')}"


def held_by(session: Session, house: House, secret: str) -> Registration:
    """The dossier that ``secret`` opens. A change has no link: it is its unit's. Raises NotFound."""
    row = _by_letter(session, house, secret) if "." in secret else _by_hash(session, secret)
    if row is None or row.link_hash is None:
        raise NotFound()
    if row.link_expires_at is None or row.link_expires_at <= house.clock.now():
        raise NotFound()
    return row


def _by_hash(session: Session, secret: str) -> Registration | None:
    hashed = sha256(secret.encode()).hexdigest()
    return session.scalars(select(Registration).where(Registration.link_hash == hashed)).one_or_none()


def _by_letter(session: Session, house: House, secret: str) -> Registration | None:
    row = session.get(Registration, secret.partition(".")[0])
    return row if row is not None and _same(letter_secret(house, row), secret) else None


def personal_secret(house: House, row: Registration, member: MemberPart) -> str:
    """What the link to one person's own data carries."""
    return f"{row.id}.{member.id}.{_seal(house, 'mine', row.id, member.id, member.email)}"


def mine_by(session: Session, house: House, secret: str) -> tuple[Registration, MemberPart]:
    """The dossier and the person that a personal link is for. Raises NotFound, also once the dossier has ended."""
    registration_id, _, rest = secret.partition(".")
    row = session.get(Registration, registration_id)
    if row is None or Stage(row.stage) in FINAL or row.updated_at + house.policy.registration_life <= house.clock.now():
        raise NotFound()
    members = {each.id: each for each in RegistrationContent.from_mapping(row.content).members}
    member = members.get(rest.partition(".")[0])
    if member is None or not _same(personal_secret(house, row, member), secret):
        raise NotFound()
    return row, member


def _seal(house: House, *words: str) -> str:
    digest = hmac.digest(house.hmac_key, "\n".join(("registration link", *words)).encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _same(ours: str, theirs: str) -> bool:
    return hmac.compare_digest(ours.encode(), theirs.encode())
