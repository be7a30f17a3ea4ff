"""The certificate of a USB token as people have it on disk: DER, PEM (RFC 7468) or a PKCS #7 bundle (RFC 5652 §5.1).

One person's certificate, with those of its issuers or without. Does not: judge any of them; read private keys
(``.pfx``, ``.p12``), which have no business here.
"""

from __future__ import annotations

from collections.abc import Iterator

from asn1crypto import cms, pem, x509

from backend.domain.certificates import CertificateFile

MOST = 20
"""Certificates in one file."""


def read_certificate_file(content: bytes) -> CertificateFile:
    """The person's certificate and the others of the file. Raises ValueError when it is not exactly one person's."""
    try:
        found = {one.sha256: one for one in _certificates(content)}.values()
        people = [one for one in found if not one.ca]
        issuers = [one for one in found if one.ca]
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError("not a certificate file") from error
    if len(people) != 1 or len(issuers) > MOST:
        raise ValueError(f"{len(people)} people in one file")
    return CertificateFile(people[0].dump(), tuple(one.dump() for one in issuers))


def _certificates(content: bytes) -> Iterator[x509.Certificate]:
    if not pem.detect(content):
        yield from _from_der(content)
        return
    for kind, _, der in pem.unarmor(content, multiple=True):
        if kind in ("CERTIFICATE", "X509 CERTIFICATE", "PKCS7", "CMS"):
            yield from _from_der(der)


def _from_der(der: bytes) -> Iterator[x509.Certificate]:
    try:
        bundle = cms.ContentInfo.load(der, strict=True)
        is_bundle = bundle["content_type"].native == "signed_data"
    except (ValueError, TypeError, KeyError):
        is_bundle = False
    if not is_bundle:
        yield x509.Certificate.load(der, strict=True)
        return
    for choice in bundle["content"]["certificates"]:
        if choice.name == "certificate":
            yield choice.chosen
