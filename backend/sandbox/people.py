"""A person at a CA, with the keys the CA keeps for that person.

Values and what they can do by themselves; storing and enrolling is in ``subscribers``.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

SECOND_FACTORS = ("", "authenticator", "message")
ACTIVE, INACTIVE, SUSPENDED, NO_CERTIFICATE = "active", "inactive", "suspended", "no_certificate"
STATUSES = (ACTIVE, INACTIVE, SUSPENDED, NO_CERTIFICATE)


@dataclass
class Credential:
    """One key and its certificate, as the CA's HSM holds them."""

    handle: str
    """The CA's opaque name for the key (uuid)."""
    number: int
    """Small running number, part of the handle at some providers."""
    der: bytes
    """The certificate."""
    key_der: bytes = field(repr=False)
    """PKCS#8, never leaves the process."""
    revoked_at: str | None = None
    """ISO time, or None while it is good."""
    auto_sign: bool = False
    """True for a key that signs without asking the person; only some vendors have such."""
    _key: rsa.RSAPrivateKey | None = field(default=None, repr=False)

    @property
    def certificate(self) -> x509.Certificate:
        return x509.load_der_x509_certificate(self.der)

    @property
    def serial(self) -> int:
        return self.certificate.serial_number

    def state(self) -> str:
        """valid, revoked or expired, by real time."""
        if self.revoked_at is not None:
            return "revoked"
        certificate, now = self.certificate, datetime.now(UTC)
        inside = certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
        return "valid" if inside else "expired"

    def sign(self, digest: bytes) -> bytes:
        """RSA PKCS#1 v1.5 over DigestInfo(SHA-256, digest)."""
        return self.key().sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))

    def key(self) -> rsa.RSAPrivateKey:
        """The key itself; only the HSM of this pretended CA asks for it."""
        if self._key is None:
            # Our own files: the costly primality check of a foreign key is not needed.
            key = serialization.load_der_private_key(self.key_der, None, unsafe_skip_rsa_key_validation=True)
            assert isinstance(key, rsa.RSAPrivateKey)
            self._key = key
        return self._key


@dataclass
class Subscriber:
    """One person at one provider."""

    provider: str
    uid: str
    """What the person types as user name. Opaque."""
    full_name: str
    id_number: str
    """12-digit citizen id, goes into the certificate as UID=CCCD:…"""
    status: str = ACTIVE
    password_proof: str | None = field(default=None, repr=False)
    """salt:scrypt, or None where the protocol knows no password."""
    credentials: list[Credential] = field(default_factory=list)
    sub: str = field(default_factory=lambda: str(uuid.uuid4()))
    """The provider's internal id of the person."""
    second_factor: str = ""
    """Where the code comes from that is wanted besides the password: one of SECOND_FACTORS; empty: none is wanted."""

    def knows(self, password: str) -> bool:
        if self.password_proof is None:
            return False
        salt, proof = self.password_proof.split(":")
        return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)), bytes.fromhex(proof))

    def current(self) -> Credential:
        return self.credentials[-1]

    def shown(self) -> list[Credential]:
        """The credentials the protocol lists: none for a person whose certificate was never issued."""
        return [] if self.status == NO_CERTIFICATE else self.credentials


def password_proof(password: str) -> str:
    """salt:scrypt, what is stored instead of the password."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{_scrypt(password, salt).hex()}"


def _scrypt(password: str, salt: bytes) -> bytes:
    # Light parameters: the folder holds test passwords only, and load tests log in a hundred times a second.
    return hashlib.scrypt(password.encode(), salt=salt, n=1024, r=4, p=1, dklen=32)
