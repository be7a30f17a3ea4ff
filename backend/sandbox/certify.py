"""Issue one subscriber certificate under the issuing CA of an authority, or under a CA of the government.

Done with ``cryptography``, not certomancer: certomancer's list of certificates is fixed when it starts, people enrol
at run time. The profile is that of the certificates Vietnamese CAs issue for remote signing to persons.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from .authority import MARK, Authority, new_serial
from .people import Credential, Subscriber

SIGNING, ENCRYPTION, OFFICIAL_DUTY = "signing", "encryption", "official_duty"
PURPOSES = (SIGNING, ENCRYPTION, OFFICIAL_DUTY)
"""What a certificate is for. One for official duty is not this CA's: a CA of the government issued it."""


@dataclass(frozen=True)
class _Issuer:
    """Who signs a certificate."""

    name: x509.Name
    key: rsa.RSAPrivateKey
    key_identifier: x509.SubjectKeyIdentifier
    url: str | None
    """Where revocation is told; None where nobody outside is told."""


def certify(
    authority: Authority,
    person: Subscriber,
    number: int,
    valid_from: datetime,
    valid_to: datetime,
    purpose: str = SIGNING,
    key: rsa.RSAPrivateKey | None = None,
) -> Credential:
    """An RSA-2048 key, fresh unless given, and its certificate: digitalSignature + nonRepudiation, UID=CCCD:<id>,
    CN=<name>, C=VN.
    """
    key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
    issuer = _government() if purpose == OFFICIAL_DUTY else _issuing(authority)
    certificate = _build(issuer, person, key.public_key(), valid_from, valid_to, signs=purpose != ENCRYPTION)
    key_der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    return Credential(str(uuid.uuid4()), number, der, key_der, _key=key)


def _issuing(authority: Authority) -> _Issuer:
    certificate = x509.load_der_x509_certificate(authority.issuing.dump())
    identifier = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return _Issuer(certificate.subject, authority.issuing_key, identifier, authority.url)


@cache
def _government() -> _Issuer:
    """The CA for official duty. Its key lives as long as this process: nobody may trust it anyway."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Ban Cơ yếu Chính phủ"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, "Cơ quan chứng thực số chuyên dùng Chính phủ"),
        ]
    )
    return _Issuer(name, key, x509.SubjectKeyIdentifier.from_public_key(key.public_key()), None)


def government_root() -> bytes:
    """The root of the CA for official duty as PEM, for a house that trusts it: units that came with its tokens."""
    issuer, now = _government(), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(issuer.name)
        .issuer_name(issuer.name)
        .public_key(issuer.key.public_key())
        .serial_number(new_serial())
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(issuer.key_identifier, critical=False)
        .sign(issuer.key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def _build(
    issuer: _Issuer,
    person: Subscriber,
    public_key: rsa.RSAPublicKey,
    valid_from: datetime,
    valid_to: datetime,
    *,
    signs: bool,
) -> x509.Certificate:
    identifier = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer.key_identifier)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_subject(person))
        .issuer_name(issuer.name)
        .public_key(public_key)
        .serial_number(new_serial())
        .not_valid_before(valid_from)
        .not_valid_after(valid_to)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(identifier, critical=False)
    )
    if issuer.url is not None:
        builder = builder.add_extension(_authority_access(issuer.url), critical=False)
        builder = builder.add_extension(_crl_points(issuer.url), critical=False)
    return builder.sign(issuer.key, hashes.SHA256())


def _subject(person: Subscriber) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, person.full_name),
            x509.NameAttribute(NameOID.USER_ID, f"CCCD:{person.id_number}"),
        ]
    )


def _key_usage(signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=not signs,
        data_encipherment=not signs,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _authority_access(url: str) -> x509.AuthorityInformationAccess:
    def access(method: x509.ObjectIdentifier, path: str) -> x509.AccessDescription:
        return x509.AccessDescription(method, x509.UniformResourceIdentifier(f"{url}/{path}"))

    return x509.AuthorityInformationAccess(
        [
            access(AuthorityInformationAccessOID.OCSP, "ocsp/issuing"),
            access(AuthorityInformationAccessOID.CA_ISSUERS, "certs/issuing/ca.crt"),
        ]
    )


def _crl_points(url: str) -> x509.CRLDistributionPoints:
    point = x509.UniformResourceIdentifier(f"{url}/crls/issuing/latest.crl")
    return x509.CRLDistributionPoints([x509.DistributionPoint([point], None, None, None)])
