"""Challenges for passkeys (WebAuthn §13.4.3): ours, for one purpose and person, five minutes, one use.

A challenge carries its own end and an HMAC, so any process can judge it and asking for one writes nothing; only a
used one leaves a row. Does not: know credentials.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from sqlalchemy.exc import IntegrityError

from backend.domain.errors import PasskeyRefused
from backend.models import UsedChallenge
from backend.services.house import House

LIVES = timedelta(minutes=5)


class Purpose(StrEnum):
    """What an answer to the challenge is for; an answer for one is none for another."""

    LOG_IN = "log-in"
    PROOF = "proof"
    ENROL = "enrol"


def new_challenge(house: House, purpose: Purpose, user_id: str = "") -> bytes:
    """``user_id`` is empty where nobody is logged in yet."""
    words = f"{house.chance.token(18)}.{int((house.clock.now() + LIVES).timestamp())}"
    return f"{words}.{_seal(house, purpose, user_id, words)}".encode()


def use_up(house: House, challenge: bytes, purpose: Purpose, user_id: str = "") -> None:
    """In a commit of its own, so that a wrong answer uses it up as well. Raises PasskeyRefused."""
    until = _end_of(house, challenge, purpose, user_id)
    if until <= house.clock.now():
        raise PasskeyRefused("too late")
    try:
        with house.begin() as session:
            session.add(UsedChallenge(digest=sha256(challenge).hexdigest(), expires_at=until))
            session.flush()
    except IntegrityError as error:
        raise PasskeyRefused("used before") from error


def _end_of(house: House, challenge: bytes, purpose: Purpose, user_id: str) -> datetime:
    words, _, seal = challenge.decode("ascii", "replace").rpartition(".")
    if not hmac.compare_digest(seal.encode(), _seal(house, purpose, user_id, words).encode()):
        raise PasskeyRefused("not ours")
    return datetime.fromtimestamp(int(words.rpartition(".")[2]), UTC)


def _seal(house: House, purpose: Purpose, user_id: str, words: str) -> str:
    return hmac.new(house.hmac_key, f"passkey:{purpose}:{user_id}:{words}".encode(), sha256).hexdigest()
