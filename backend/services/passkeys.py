"""Passkeys of a person: enrolling, using one to log in or to prove it is still them, naming and removing.

A passkey used with user verification is both factors at once (NIST SP 800-63B-4 §3.1.7), so an account that has one
is entered by it alone and no password stands in for it (``sessions.log_in``). Does not: verify signatures (a port
does).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from backend.domain.errors import PasskeyGone, PasskeyRefused, TooManyPasskeys
from backend.domain.passkeys import Assertion, Attestation, VerifiedPasskey
from backend.models import Passkey, User
from backend.services import sessions
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.passkeys_challenge import Purpose, new_challenge, use_up
from backend.services.sessions_tries import counted_by_address

MOST = 10
"""Of one person."""


def question(session: Session, house: House, purpose: Purpose, caller: Caller | None = None) -> dict[str, object]:
    """What the browser asks an authenticator: to log in (nobody is named), or to prove it is still this person."""
    user_id = caller.user_id if caller else ""
    return {
        "challenge": _text(new_challenge(house, purpose, user_id)),
        "rp_id": house.passkeys.rp_id,
        "credentials": _known(session, user_id),
    }


def offer(session: Session, house: House, caller: Caller) -> dict[str, object]:
    """What the browser enrols by. Raises ProofNeeded."""
    sessions.require_fresh(session, house, caller)
    user = session.get_one(User, caller.user_id)
    return {
        **question(session, house, Purpose.ENROL, caller),
        "user_handle": _text(UUID(user.id).bytes),
        "username": user.username,
        "full_name": user.full_name,
        "algorithms": list(house.passkeys.algorithms),
    }


def _text(content: bytes) -> str:
    """As WebAuthn writes bytes in JSON: base64url without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _known(session: Session, user_id: str) -> list[dict[str, object]]:
    rows = session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.created_at))
    return [{"id": _text(row.credential_id), "transports": row.transports} for row in rows]


def enrol(
    house: House, caller: Caller, challenge: bytes, attestation: Attestation, transports: Sequence[str], label: str
) -> dict[str, object]:
    """Keep a new passkey. Raises ProofNeeded, PasskeyRefused, TooManyPasskeys."""
    with house.read() as session:
        sessions.require_fresh(session, house, caller)
    use_up(house, challenge, Purpose.ENROL, caller.user_id)
    verified = house.passkeys.verify_new(attestation, challenge)
    with house.begin() as session:
        session.get_one(User, caller.user_id, with_for_update=True)
        count = session.scalar(select(func.count()).where(Passkey.user_id == caller.user_id)) or 0
        if count >= MOST:
            raise TooManyPasskeys()
        if session.scalar(select(Passkey.id).where(Passkey.credential_id == attestation.credential_id)):
            raise PasskeyRefused("enrolled before")
        row = Passkey(
            user_id=caller.user_id,
            credential_id=attestation.credential_id,
            public_key=verified.public_key,
            sign_count=verified.sign_count,
            transports=list(transports),
            label=label,
            created_at=house.clock.now(),
        )
        session.add(row)
        session.flush()
        return _view(row)


def log_in(
    house: House, challenge: bytes, assertion: Assertion, *, shared_device: bool, agent: str, address: str
) -> sessions.LoginResult:
    """Open a session by passkey alone. Raises PasskeyRefused, LoginLocked; refusals count against the address."""
    with counted_by_address(house, address):
        use_up(house, challenge, Purpose.LOG_IN)
        with house.begin() as session:
            user = session.get_one(User, _used(session, house, challenge, assertion).user_id)
            if not user.active:
                raise PasskeyRefused("no longer a member")
            return sessions.open_session(session, house, user, shared_device=shared_device, agent=agent)


def prove(house: House, caller: Caller, challenge: bytes, assertion: Assertion, address: str) -> sessions.LoginResult:
    """The person at this screen holds a passkey of this account. Raises PasskeyRefused, LoginLocked."""
    with counted_by_address(house, address):
        use_up(house, challenge, Purpose.PROOF, caller.user_id)
        with house.begin() as session:
            if _used(session, house, challenge, assertion).user_id != caller.user_id:
                raise PasskeyRefused("somebody else's")
            return sessions.proven(session, house, caller)


def _used(session: Session, house: House, challenge: bytes, assertion: Assertion) -> Passkey:
    """The passkey that made this assertion, its counter moved on. Raises PasskeyRefused."""
    found = select(Passkey).where(Passkey.credential_id == assertion.credential_id).with_for_update()
    row = session.scalars(found).one_or_none()
    if row is None:
        raise PasskeyRefused("unknown")
    if assertion.user_handle not in (None, UUID(row.user_id).bytes):
        raise PasskeyRefused("another person's handle")
    known = VerifiedPasskey(row.public_key, row.sign_count)
    row.sign_count = house.passkeys.verify_use(assertion, challenge, known)
    row.used_at = house.clock.now()
    return row


def own_passkeys(session: Session, house: House, caller: Caller) -> dict[str, object]:
    """The caller's passkeys, oldest first."""
    rows = session.scalars(select(Passkey).where(Passkey.user_id == caller.user_id).order_by(Passkey.created_at))
    return {"items": [_view(row) for row in rows]}


def rename(session: Session, house: House, caller: Caller, passkey_id: str, label: str) -> dict[str, object]:
    """Raises PasskeyGone."""
    row = session.scalars(select(Passkey).where(*_mine(caller, passkey_id))).one_or_none()
    if row is None:
        raise PasskeyGone()
    row.label = label
    return _view(row)


def remove(session: Session, house: House, caller: Caller, passkey_id: str) -> None:
    """It opens nothing from now on. Harmless to repeat. Raises ProofNeeded."""
    sessions.require_fresh(session, house, caller)
    session.execute(delete(Passkey).where(*_mine(caller, passkey_id)))


def _mine(caller: Caller, passkey_id: str) -> tuple[ColumnElement[bool], ...]:
    return Passkey.id == passkey_id, Passkey.user_id == caller.user_id


def _view(row: Passkey) -> dict[str, object]:
    return {"id": row.id, "label": row.label, "created_at": row.created_at, "used_at": row.used_at}
