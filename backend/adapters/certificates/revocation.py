"""Whether a certificate is revoked: its OCSP responder is asked (RFC 6960), else its list is read (RFC 5280 §5).

The answers are judged by pyhanko-certvalidator: signed by the issuer or by whom the issuer made responder, for this
very certificate, in their time. All questions of one call share a total deadline, so nobody's silence holds a person
up; what was not answered is unknown. Does not: ask about issuers, nor know who is licensed: only certificates of
licensed issuers may be handed in.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import algos, core, crl, ocsp, pem, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, RevokedError, ValidationError
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule

from backend.adapters.certificates.fetch import fetch
from backend.domain.certificates import Revocation

MOST_ADDRESSES = 2
"""Of each kind; a certificate that names more is odd."""
_POLICY = CertRevTrustPolicy(
    RevocationCheckingPolicy(
        ee_certificate_rule=RevocationCheckingRule.CRL_OR_OCSP_REQUIRED,
        intermediate_ca_cert_rule=RevocationCheckingRule.NO_CHECK,
    )
)
_CLOCKS_DIFFER = timedelta(minutes=5)


class RevocationDesk:
    """Asks with patience for ``total_s`` seconds a call."""

    def __init__(self, total_s: float) -> None:
        self._total_s = total_s

    def ask(self, certificates: Sequence[tuple[bytes, Sequence[bytes]]], at: datetime) -> list[Revocation]:
        """One answer for each; a certificate comes with its issuers, nearest first."""
        deadline = time.monotonic() + self._total_s
        return [_asked(der, issuers, at, deadline) for der, issuers in certificates]


def _asked(der: bytes, issuers: Sequence[bytes], at: datetime, deadline: float) -> Revocation:
    own, issuer = x509.Certificate.load(der), x509.Certificate.load(issuers[0])
    for told in _answers(own, issuer, deadline):
        judged = _judged(own, issuer, told, at)
        if judged is not Revocation.UNKNOWN:
            return judged
    return Revocation.UNKNOWN


@dataclass(frozen=True, slots=True)
class _Told:
    """What somebody answered, before we believed it: of a responder, or a list."""

    response: bytes | None = None
    list_: bytes | None = None


def _answers(own: x509.Certificate, issuer: x509.Certificate, deadline: float) -> Iterator[_Told]:
    """The responders' answers one by one, then the lists: each is fetched only when the ones before did not do."""
    question = _question(own, issuer)
    for url in own.ocsp_urls[:MOST_ADDRESSES]:
        answer = fetch(url, deadline, question, "application/ocsp-request")
        if answer is not None:
            yield _Told(response=answer)
    for point in own.crl_distribution_points[:MOST_ADDRESSES]:
        answer = fetch(point.url, deadline) if point.url else None
        if answer is not None:
            yield _Told(list_=answer)


def _judged(own: x509.Certificate, issuer: x509.Certificate, told: _Told, at: datetime) -> Revocation:
    try:
        context = ValidationContext(
            # The issuer's own licence was judged before; here it is the one who answers.
            trust_roots=[issuer],
            moment=at,
            ocsps=[] if told.response is None else [ocsp.OCSPResponse.load(told.response, strict=True)],
            crls=[] if told.list_ is None else [crl.CertificateList.load(_unarmoured(told.list_), strict=True)],
            revinfo_policy=_POLICY,
            time_tolerance=_CLOCKS_DIFFER,
        )
        validator = CertificateValidator(own, validation_context=context)
        asyncio.run(validator.async_validate_usage(set()))  # type: ignore[no-untyped-call]
    except RevokedError:
        return Revocation.REVOKED
    except (ValidationError, PathBuildingError, ValueError, TypeError, KeyError):
        # Also what asn1crypto finds late: an answer that cannot be read is none.
        return Revocation.UNKNOWN
    return Revocation.GOOD


def _unarmoured(list_: bytes) -> bytes:
    return bytes(pem.unarmor(list_)[2]) if pem.detect(list_) else list_


def _question(own: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """RFC 6960 §4.1 for one certificate. SHA-1 names the issuer here, as every responder understands; it proves
    nothing.
    """
    identifier = ocsp.CertId(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha1"}),
            "issuer_name_hash": core.OctetString(issuer.subject.sha1),
            "issuer_key_hash": core.OctetString(issuer.public_key.sha1),
            "serial_number": own.serial_number,
        }
    )
    requests = ocsp.Requests([ocsp.Request({"req_cert": identifier})])
    found: bytes = ocsp.OCSPRequest({"tbs_request": ocsp.TBSRequest({"request_list": requests})}).dump()
    return found
