"""The CMS of a PAdES baseline signature: the attributes that are signed, and the container that is embedded.

Follows RFC 5652 (CMS), RFC 5035 (signing-certificate-v2), RFC 6211 (algorithm protection) and ETSI EN 319 142-1 §6: no
signing-time attribute, the time stands in the PDF's ``/M``. SHA-256 with RSA PKCS#1 v1.5 only.

The DER of the signed attributes is stored after ``signed_attributes`` and put back byte for byte by ``container``; the
two halves may run months apart in different processes. A signature timestamp (level B-T) is an unsigned attribute and
can be added to the same container without touching anything signed. Does not: verify.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509

from backend.adapters.pdf.der import NULL, integer, octets, oid, sequence, set_of, tagged

_DATA = oid("1.2.840.113549.1.7.1")
_SIGNED_DATA = oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
_ALGORITHM_PROTECTION = oid("1.2.840.113549.1.9.52")
_SIGNING_CERTIFICATE_V2 = oid("1.2.840.113549.1.9.16.2.47")
_SIGNATURE_TIMESTAMP = oid("1.2.840.113549.1.9.16.2.14")
_SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"), NULL)
_RSA_SHA256 = sequence(oid("1.2.840.113549.1.1.11"), NULL)


@dataclass(frozen=True, slots=True)
class _Issued:
    issuer: bytes
    """DER of the issuer's name as it stands in the certificate."""
    serial: bytes
    """DER of the serial number."""


def signed_attributes(document_digest: bytes, certificate: bytes) -> bytes:
    """DER (SET OF) of what the signer signs. ``document_digest``: SHA-256 of the file outside ``/Contents``."""
    return set_of(
        _attribute(_CONTENT_TYPE, _DATA),
        _attribute(_MESSAGE_DIGEST, octets(document_digest)),
        _attribute(_SIGNING_CERTIFICATE_V2, _certificate_reference(certificate)),
        _attribute(_ALGORITHM_PROTECTION, sequence(_SHA256, tagged(0xA1, _RSA_SHA256[2:]))),
    )


def container(
    attributes: bytes, signature: bytes, certificate: bytes, chain: Sequence[bytes], timestamp: bytes | None = None
) -> bytes:
    """DER of the whole ContentInfo. ``attributes`` is the stored DER; ``timestamp`` an RFC 3161 token."""
    issued = _issued(certificate)
    unsigned = tagged(0xA1, _attribute(_SIGNATURE_TIMESTAMP, timestamp)) if timestamp else b""
    signer = sequence(
        integer(1),
        sequence(issued.issuer, issued.serial),
        _SHA256,
        b"\xa0" + attributes[1:],  # [0] IMPLICIT instead of SET OF: the only byte that differs from what was signed
        _RSA_SHA256,
        octets(signature),
        unsigned,
    )
    certificates = tagged(0xA0, *sorted({certificate, *chain}))
    signed_data = sequence(integer(1), set_of(_SHA256), sequence(_DATA), certificates, set_of(signer))
    return sequence(_SIGNED_DATA, tagged(0xA0, signed_data))


def _attribute(kind: bytes, value: bytes) -> bytes:
    return sequence(kind, set_of(value))


def _certificate_reference(certificate: bytes) -> bytes:
    """SigningCertificateV2 with one ESSCertIDv2; its hash is SHA-256, which DER leaves unsaid."""
    issued = _issued(certificate)
    directory_name = tagged(0xA4, issued.issuer)
    one = sequence(octets(hashlib.sha256(certificate).digest()), sequence(sequence(directory_name), issued.serial))
    return sequence(sequence(one))


@lru_cache(maxsize=512)
def _issued(certificate: bytes) -> _Issued:
    read = x509.load_der_x509_certificate(certificate)
    return _Issued(read.issuer.public_bytes(), integer(read.serial_number))
