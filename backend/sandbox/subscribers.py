"""The people a CA knows: their login, their password proof, their certificates and the keys behind them.

Stored one JSON file per person under the provider's folder, written atomically. Passwords are kept as scrypt proofs.
Does not decide what a protocol answers to a locked or unknown person; profiles do.
"""

from __future__ import annotations

import hashlib
import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from .authority import Authority
from .certify import SIGNING, certify
from .people import ACTIVE, Credential, Subscriber, password_proof


class NoSuchSubscriber(LookupError):
    """Nobody with this login at this provider. Recover: enrol them through the control API."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the control API asks for."""

    uid: str
    full_name: str
    id_number: str
    password: str | None
    valid_from: datetime
    valid_to: datetime
    status: str = ACTIVE
    second_factor: str | None = None
    """None leaves it as it is."""
    key: rsa.RSAPrivateKey | None = None
    """For the first certificate; None makes one."""


class Register:
    """All subscribers of one provider. Enrolment is idempotent by uid."""

    def __init__(self, provider: str, authority: Authority, folder: Path) -> None:
        self.provider = provider
        self.authority = authority
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._people: dict[str, Subscriber] = {}
        self._lock = threading.RLock()
        for path in sorted(folder.glob("*.json")):
            self._take_in(_from_json(json.loads(path.read_text(encoding="utf-8"))))

    def __iter__(self) -> Iterator[Subscriber]:
        return iter(list(self._people.values()))

    def find(self, uid: str) -> Subscriber | None:
        return self._people.get(uid)

    def get(self, uid: str) -> Subscriber:
        try:
            return self._people[uid]
        except KeyError:
            raise NoSuchSubscriber(uid) from None

    def enrol(self, order: Enrolment) -> Subscriber:
        """Enrol or update one person. A known person keeps the certificate; password, name and status are updated."""
        with self._lock:
            person = self._people.get(order.uid)
            if person is None:
                person = Subscriber(self.provider, order.uid, order.full_name, order.id_number)
                self._certify(person, order.valid_from, order.valid_to, key=order.key)
            person.status = order.status
            if order.second_factor is not None:
                person.second_factor = order.second_factor
            if order.password is not None:
                person.password_proof = password_proof(order.password)
            self._people[person.uid] = person
            self._save(person)
            return person

    def renew(
        self, uid: str, valid_from: datetime, valid_to: datetime, *, auto_sign: bool = False, purpose: str = SIGNING
    ) -> Subscriber:
        """A further certificate with a new key beside the old ones; ``purpose`` is one of ``certify.PURPOSES``."""
        with self._lock:
            person = self.get(uid)
            self._certify(person, valid_from, valid_to, purpose)
            person.current().auto_sign = auto_sign
            self._save(person)
            return person

    def revoke(self, uid: str, serial: int | None = None) -> Credential:
        """Revoke the newest certificate, or the one with this serial."""
        with self._lock:
            person = self.get(uid)
            chosen = next((c for c in person.credentials if serial is not None and c.serial == serial), None)
            credential = chosen or person.current()
            since = datetime.now(UTC).replace(microsecond=0)
            credential.revoked_at = credential.revoked_at or since.isoformat()
            self.authority.revoke(credential.serial, since, "key_compromise")
            self._save(person)
            return credential

    def stranger(self, uid: str) -> Credential:
        """Somebody else's key: another subscriber's, or one of nobody when there is no other."""
        # By the key, not by the name: two people may have brought the same.
        own = {credential.key_der for credential in self.get(uid).credentials}
        other = next((each.current() for each in self if each.current().key_der not in own), None)
        if other is not None:
            return other
        nobody = Subscriber(self.provider, "nobody", "Không Ai Cả", "000000000000")
        now = datetime.now(UTC)
        return certify(self.authority, nobody, 0, now, now + timedelta(days=1))

    def _certify(
        self,
        person: Subscriber,
        valid_from: datetime,
        valid_to: datetime,
        purpose: str = SIGNING,
        key: rsa.RSAPrivateKey | None = None,
    ) -> None:
        number = sum(len(p.credentials) for p in self) + 2_480_001
        credential = certify(self.authority, person, number, valid_from, valid_to, purpose, key)
        person.credentials.append(credential)
        self.authority.enrol(credential.der)

    def _take_in(self, person: Subscriber) -> None:
        self._people[person.uid] = person
        for credential in person.credentials:
            self.authority.enrol(credential.der)
            if credential.revoked_at is not None:
                since = datetime.fromisoformat(credential.revoked_at)
                self.authority.revoke(credential.serial, since, "key_compromise")

    def _save(self, person: Subscriber) -> None:
        # The uid is a stranger's text and must not choose a path.
        name = hashlib.sha256(person.uid.encode()).hexdigest()[:32]
        path = self._folder / f"{name}.json"
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(_to_json(person), ensure_ascii=False), encoding="utf-8")
        fresh.replace(path)


def _to_json(person: Subscriber) -> dict[str, object]:
    return {
        "provider": person.provider,
        "uid": person.uid,
        "full_name": person.full_name,
        "id_number": person.id_number,
        "status": person.status,
        "password_proof": person.password_proof,
        "sub": person.sub,
        "second_factor": person.second_factor,
        "credentials": [
            {
                "handle": c.handle,
                "number": c.number,
                "der": b64encode(c.der).decode(),
                "key": b64encode(c.key_der).decode(),
                "revoked_at": c.revoked_at,
                "auto_sign": c.auto_sign,
            }
            for c in person.credentials
        ],
    }


def _from_json(kept: dict[str, Any]) -> Subscriber:
    credentials = [
        Credential(
            c["handle"],
            c["number"],
            b64decode(c["der"]),
            b64decode(c["key"]),
            c["revoked_at"],
            c.get("auto_sign", False),
        )
        for c in kept.pop("credentials")
    ]
    return Subscriber(**kept, credentials=credentials)
