"""What stands in a certificate (RFC 5280), read into the words of ``domain/certificates.py``.

Subjects of Vietnamese CAs carry the identity number as UID (``UID=CCCD:…``) or serialNumber, also in the form of ETSI
EN 319 412-1 (``PNOVN-…``). Whether somebody is licensed, and may sign, is asked of the trust store by which signed
files are judged. Does not: know a person; judge.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509

from backend.adapters.certificates.files import read_certificate_file
from backend.adapters.certificates.revocation import RevocationDesk
from backend.domain.certificates import CertificateFacts, CertificateFile, Revocation
from backend.domain.contacts import plain_number
from backend.domain.text import folded
from backend.services.ports import TrustStore

_COMMON_NAME = "2.5.4.3"
_NUMBERED = ("0.9.2342.19200300.100.1.1", "2.5.4.5")
"""userId and serialNumber."""
_PREFIX = re.compile(
    r"^\s*(?:(?:CCCD|CMTND|CMND|CMT|CC|HC|MST|MNS)\s*[:.\-_ ]\s*|(?:PNO|IDC|PAS|TIN)VN-)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class GovernmentCipher:
    """By what a certificate of the Government Cipher Committee is known."""

    names: tuple[str, ...]
    """Parts of an issuer's name; case and diacritics do not matter."""
    policies: frozenset[str] = frozenset()
    """Object identifiers of certificate policies."""

    def issued(self, chain: Sequence[x509.Certificate]) -> bool:
        """``chain`` begins with the certificate in question."""
        said = [folded(text) for one in chain for _, text in _texts(one.issuer)]
        named = any(folded(name) in text for name in self.names for text in said)
        return named or bool(self.policies & set(_policies(chain[0])))


class X509Reader:
    """Fulfils ``services.ports.CertificateReader``."""

    def __init__(self, trust: TrustStore, government_cipher: GovernmentCipher, revocation: RevocationDesk) -> None:
        self._trust = trust
        self._government_cipher = government_cipher
        self._revocation = revocation

    def read_file(self, content: bytes) -> CertificateFile:
        return read_certificate_file(content)

    def facts(self, der: bytes, issuers: Sequence[bytes], at: datetime) -> CertificateFacts:
        try:
            own = x509.Certificate.load(der, strict=True)
            others = [x509.Certificate.load(one, strict=True) for one in issuers]
            return self._facts(own, others, at)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # asn1crypto parses lazily and complains late.
            raise ValueError("not a certificate") from error

    def _facts(self, own: x509.Certificate, others: Sequence[x509.Certificate], at: datetime) -> CertificateFacts:
        der = own.dump()
        # Whether the issuer is licensed is another question than whether the certificate is in its time.
        moment = min(max(at, own.not_valid_before), own.not_valid_after)
        path = self._trust.path_of(der, [one.dump() for one in others], moment)
        return CertificateFacts(
            fingerprint=own.sha256.hex(),
            serial_number=f"{own.serial_number:X}",
            issuer_name=_first(own.issuer, _COMMON_NAME) or own.issuer.human_friendly,
            chains_to_trusted_root=path is not None,
            of_government_cipher=self._government_cipher.issued([own, *others]),
            valid_from=own.not_valid_before,
            valid_to=own.not_valid_after,
            revocation=Revocation.UNKNOWN,
            may_sign=path is not None and self._trust.problem_with(der, path, moment) is None,
            holder_name=_first(own.subject, _COMMON_NAME),
            identity_numbers=frozenset(_numbers(own.subject)),
            chain=tuple(path or ()),
        )

    def revocation(self, certificates: Sequence[tuple[bytes, Sequence[bytes]]], at: datetime) -> Sequence[Revocation]:
        return self._revocation.ask(certificates, at)


def _numbers(subject: x509.Name) -> Iterator[str]:
    for kind, text in _texts(subject):
        if kind in _NUMBERED:
            number = plain_number(_PREFIX.sub("", text))
            if number:
                yield number


def _first(name: x509.Name, kind: str) -> str:
    return next((text for each, text in _texts(name) if each == kind), "")


def _texts(name: x509.Name) -> Iterator[tuple[str, str]]:
    """Object identifier and value of every attribute, in order."""
    for relative in name.chosen:
        for attribute in relative:
            yield attribute["type"].dotted, str(attribute["value"].native)


def _policies(own: x509.Certificate) -> Collection[str]:
    found = own.certificate_policies_value
    return [] if found is None else [each["policy_identifier"].dotted for each in found]
