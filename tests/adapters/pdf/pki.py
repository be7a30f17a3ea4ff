"""A small licensed CA and a look-alike, made in memory for tests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from cryptography.x509.oid import NameOID

FROM, TO = datetime(2025, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Party:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def fingerprint(self) -> bytes:
        return hashlib.sha256(self.der).digest()

    def signs(self, digest: bytes) -> bytes:
        return self.key.sign(digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))


def issue(
    name: str,
    by: Party | None = None,
    *,
    authority: bool = False,
    bits: int = 2048,
    start: datetime = FROM,
    end: datetime = TO,
    usage: tuple[bool, bool] = (True, True),
    digest: hashes.HashAlgorithm | None = None,
    identity: str = "",
) -> Party:
    """A party called ``name``; of a person: ``usage`` is (digitalSignature, nonRepudiation), ``identity`` a number."""
    key = rsa.generate_private_key(65537, bits)
    numbers = [x509.NameAttribute(NameOID.USER_ID, f"CCCD:{identity}")] if identity else []
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name), *numbers])
    sign, repudiate = (False, False) if authority else usage
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(
            x509.KeyUsage(sign, repudiate, False, False, False, authority, authority, False, False), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    signing_key = by.key if by else key
    return Party(builder.sign(signing_key, digest or hashes.SHA256()), key)
