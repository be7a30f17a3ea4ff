"""An authenticator in software: makes passkeys and uses them as W3C Web Authentication Level 2 says, and can be told
to do one thing wrong.
"""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_PRESENT, _VERIFIED, _HAS_CREDENTIAL = 0x01, 0x04, 0x40


def text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def octets(written: str) -> bytes:
    return urlsafe_b64decode(written + "=" * (-len(written) % 4))


@dataclass
class Authenticator:
    """Holds one resident credential."""

    origin: str
    """Of the page that asks."""
    counts: bool = True
    """False: the counter stays at 0, as of passkeys that are synchronised."""
    sign_count: int = 0
    user_handle: str | None = None
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def makes(self, offer: dict[str, Any], **wrong: Any) -> dict[str, Any]:
        """Enrolment: the body for the server."""
        self.user_handle = offer["user_handle"]
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        cose = {part: value for part, value in cose.items() if part not in wrong.get("without", ())}
        cose |= wrong.get("cose", {})
        credential = bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + cbor2.dumps(cose)
        data = self._data(offer, _HAS_CREDENTIAL, **wrong) + credential
        return {
            "challenge": offer["challenge"],
            "attestation": {
                "credential_id": text(self.credential_id),
                "client_data": self._client_data("webauthn.create", offer, **wrong),
                "attestation": text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
            },
            "transports": ["internal"],
        }

    def answers(self, question: dict[str, Any], **wrong: Any) -> dict[str, Any]:
        """One use: the body for the server, but for what depends on the purpose."""
        data = self._data(question, 0, **wrong)
        client_data = self._client_data("webauthn.get", question, **wrong)
        key = wrong.get("key", self.key)
        signature = key.sign(data + sha256(octets(client_data)).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "challenge": question["challenge"],
            "assertion": {
                "credential_id": text(wrong.get("credential_id", self.credential_id)),
                "client_data": client_data,
                "authenticator_data": text(data),
                "signature": text(signature),
                "user_handle": wrong.get("user_handle", self.user_handle),
            },
        }

    def _data(self, asked: dict[str, Any], flags: int, **wrong: Any) -> bytes:
        if self.counts:
            self.sign_count += 1
        rp = sha256(wrong.get("rp_id", asked["rp_id"]).encode()).digest()
        flags |= _PRESENT | (_VERIFIED if wrong.get("verified", True) else 0)
        return rp + bytes([flags]) + wrong.get("sign_count", self.sign_count).to_bytes(4)

    def _client_data(self, type_: str, asked: dict[str, Any], **wrong: Any) -> str:
        said = {
            "type": wrong.get("type", type_),
            "challenge": wrong.get("challenge", asked["challenge"]),
            "origin": wrong.get("origin", self.origin),
            "crossOrigin": False,
        }
        return text(json.dumps(said).encode())
