"""The licensed CAs: a folder of root certificates in PEM.

A certificate may sign when it chains to one of the roots (RFC 5280, by pyhanko-certvalidator), is valid then, has both
digitalSignature and nonRepudiation, and no key or digest on its path is weak. The operating system's own store is
never used. A changed folder is noticed at the next question. Issuing CAs may lie in ``intermediates/``: trusted for
nothing by themselves, they complete the path of a certificate that came without its issuers. Does not: fetch anything;
revocation is another question.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    ValidationError,
)

MIN_RSA_BITS = 2048
USAGES = frozenset({"digital_signature", "non_repudiation"})
_STRONG = frozenset({"sha256", "sha384", "sha512"})
_WEAK = {"md2", "md5", "sha1"}


class FolderTrustStore:
    """``TrustStore`` over ``folder``: every ``*.pem`` may hold several roots. An empty folder trusts nobody.

    ``pinned`` is a folder of certificates that are trusted as well, each by itself.
    """

    def __init__(self, folder: Path, pinned: Path | None = None) -> None:
        self._roots = _Shelf(folder)
        self._intermediates = _Shelf(folder / "intermediates")
        self._pinned = _Shelf(pinned) if pinned else None

    def roots(self) -> tuple[x509.Certificate, ...]:
        """The roots and pinned certificates as they lie in the folders now."""
        return self._roots.certificates() + (self._pinned.certificates() if self._pinned else ())

    def context(self, chain: Sequence[x509.Certificate], at: datetime) -> ValidationContext:
        """What pyHanko needs to judge a path at ``at`` without asking any network."""
        return ValidationContext(
            trust_roots=list(self.roots()),
            other_certs=[*chain, *self._intermediates.certificates()],
            moment=at,
            allow_fetching=False,
            revocation_mode="soft-fail",
            weak_hash_algos=_WEAK,
        )

    def problem_with(self, certificate: bytes, chain: Sequence[bytes], at: datetime) -> str | None:
        """None, or ``expired``, ``not_yet_valid``, ``usage``, ``weak`` or ``untrusted``."""
        try:
            own = x509.Certificate.load(certificate, strict=True)
            others = [x509.Certificate.load(one, strict=True) for one in chain]
            return _own_problem(own, at) or self._path_problem(own, others, at)
        except (ValueError, TypeError, KeyError):
            # asn1crypto parses lazily and complains late: bytes that cannot be read are nobody's certificate
            return "untrusted"

    def path_of(self, certificate: bytes, chain: Sequence[bytes], at: datetime) -> Sequence[bytes] | None:
        """The issuing certificates, nearest first and the root last; None when the path is weak or not valid then, and
        of a root itself.
        """
        try:
            own = x509.Certificate.load(certificate, strict=True)
            others = [x509.Certificate.load(one, strict=True) for one in chain]
            _, *issuers = self._path(own, others, at, set())
        except (ValueError, TypeError, KeyError, ValidationError, PathBuildingError):
            return None
        return None if not issuers or any(map(_is_weak, issuers)) else [one.dump() for one in issuers]

    def _path(
        self, own: x509.Certificate, others: Sequence[x509.Certificate], at: datetime, usages: set[str]
    ) -> list[x509.Certificate]:
        validator = CertificateValidator(own, intermediate_certs=others, validation_context=self.context(others, at))
        path = asyncio.run(validator.async_validate_usage(usages))  # type: ignore[no-untyped-call]
        return [one for one in path if isinstance(one, x509.Certificate)][::-1]

    def _path_problem(self, own: x509.Certificate, others: Sequence[x509.Certificate], at: datetime) -> str | None:
        try:
            path = self._path(own, others, at, set(USAGES))
        except ExpiredError:
            return "expired"
        except NotYetValidError:
            return "not_yet_valid"
        except DisallowedAlgorithmError:
            return "weak"
        except InvalidCertificateError:
            return "usage"
        except (ValidationError, PathBuildingError):
            return "untrusted"
        return "weak" if any(map(_is_weak, path)) else None


class _Shelf(threading.local):
    """The certificates of one folder, read again when a file has changed.

    Each thread has its own: asn1crypto takes a certificate apart only when somebody looks, and of two threads that look
    at one for the first time, one finds it half taken apart.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: tuple[tuple[str, int, int], ...] = ()
        self._certificates: tuple[x509.Certificate, ...] = ()

    def certificates(self) -> tuple[x509.Certificate, ...]:
        seen = tuple((p.name, (s := p.stat()).st_mtime_ns, s.st_size) for p in sorted(self._folder.glob("*.pem")))
        if seen != self._seen:
            self._certificates = tuple(one for name, *_ in seen for one in _read(self._folder / name))
            self._seen = seen
        return self._certificates


def _own_problem(own: x509.Certificate, at: datetime) -> str | None:
    if at < own.not_valid_before:
        return "not_yet_valid"
    if at > own.not_valid_after:
        return "expired"
    usage = own.key_usage_value
    if usage is None or not usage.native >= USAGES:
        return "usage"
    return "weak" if _is_weak(own) else None


def _is_weak(one: x509.Certificate) -> bool:
    key = one.public_key
    short = key.algorithm != "rsa" or key.bit_size < MIN_RSA_BITS
    # a root's own signature proves nothing and may be old; what it is trusted for is its key
    return short or (one.self_signed == "no" and one["signature_algorithm"].hash_algo not in _STRONG)


def _read(path: Path) -> list[x509.Certificate]:
    found = pem.unarmor(path.read_bytes(), multiple=True)
    return [x509.Certificate.load(der) for kind, _, der in found if kind == "CERTIFICATE"]
