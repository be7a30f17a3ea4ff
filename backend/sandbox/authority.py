"""One test CA: root, issuing CA, OCSP responder and time-stamp authority, modelled with certomancer.

certomancer generates the hierarchy, the OCSP answers and the RFC 3161 time stamps. It fixes its list of certificates
when it starts, so people enrolled at run time are certified with ``cryptography`` under certomancer's issuing key, and
``LiveArchitecture`` teaches certomancer to find them: OCSP and CRL therefore show a revocation at once.

Keys and certificates are written on first start and read back afterwards; nothing is regenerated while the folder
lives. Two differences from certomancer as it comes: a CRL is made at the moment it is asked for (not on a simulated
schedule) and carries no issuing-distribution-point, so a changed public address does not spoil old certificates.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import certomancer.default_plugins  # noqa: F401 - registers the certificate profiles named below
from asn1crypto import crl, ocsp, pem, x509
from certomancer.config_utils import SearchDir
from certomancer.integrations.animator import Animator
from certomancer.registry import ArchLabel, CertLabel, EntityLabel, KeyLabel, PKIArchitecture, ServiceLabel
from certomancer.registry.entities import EntityRegistry
from certomancer.registry.issued.general import RevocationStatus
from certomancer.registry.keys import KeySet
from certomancer.registry.pki_arch import ServiceRegistry
from certomancer.services import CRLBuilder, choose_signed_digest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug.wrappers import Request

MARK = "SANDBOX – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
ROLES = ("root", "issuing", "ocsp", "tsa")
CRL_LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AuthorityNames:
    """What a CA calls itself in its certificates."""

    root: str
    """Common name of the root."""
    issuing: str
    """Common name of the issuing CA."""


class LiveArchitecture(PKIArchitecture):
    """A certomancer architecture that also answers for certificates issued after it was built."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._live: dict[int, x509.Certificate] = {}
        self._revoked: dict[int, RevocationStatus] = {}

    def enrol(self, certificate: x509.Certificate) -> None:
        self._live[certificate.serial_number] = certificate
        self._cert_cache[_live_label(certificate.serial_number)] = certificate

    def revoke(self, serial: int, since: datetime, reason: str) -> None:
        self._revoked[serial] = RevocationStatus(revoked_since=since, reason=crl.CRLReason(reason))

    def find_cert_label(
        self, cid: ocsp.CertId, issuer_label: EntityLabel | None = None, is_ac: bool = False
    ) -> CertLabel:
        serial = cid["serial_number"].native
        if serial in self._live and issuer_label == EntityLabel("issuing") and not is_ac:
            return _live_label(serial)
        return super().find_cert_label(cid, issuer_label=issuer_label, is_ac=is_ac)

    def check_revocation_status(
        self, cert_label: CertLabel, at_time: datetime, is_ac: bool = False
    ) -> RevocationStatus | None:
        if not cert_label.value.startswith("live-"):
            return super().check_revocation_status(cert_label, at_time, is_ac)
        status = self._revoked.get(int(cert_label.value[5:], 16))
        return status if status is not None and status.revoked_since <= at_time else None

    def revoked_by(self, issuer: EntityLabel, at_time: datetime) -> Iterator[crl.RevokedCertificate]:
        """CRL entries of one issuer. certomancer's own certificates are never revoked here."""
        if issuer == EntityLabel("issuing"):
            for serial, status in sorted(self._revoked.items()):
                if status.revoked_since <= at_time:
                    yield status.to_crl_entry_asn1(serial, [])


class LiveServices(ServiceRegistry):
    """certomancer's services, with CRLs made when asked for."""

    pki_arch: LiveArchitecture

    def get_crl(
        self, repo_label: ServiceLabel | str, at_time: datetime | None = None, number: int | None = None
    ) -> crl.CertificateList:
        info = self.get_crl_repo_info(ServiceLabel(str(repo_label)))
        issuer = self.pki_arch.get_cert(info.resolve_issuer_cert(self.pki_arch))
        key = self.pki_arch.key_set.get_asym_key(info.signing_key)
        moment = (at_time or datetime.now(UTC)).replace(microsecond=0)
        builder = CRLBuilder(
            issuer_name=issuer.subject,
            issuer_key=key.private,
            signature_algo=choose_signed_digest("sha256", key.public),
            authority_key_identifier=issuer.key_identifier_value,
        )
        return builder.build_crl(
            crl_number=number or int(moment.timestamp()),
            this_update=moment,
            next_update=moment + CRL_LIFE,
            revoked_certs=list(self.pki_arch.revoked_by(info.for_issuer, moment)),
        )


class PkiServices(Animator):
    """certomancer's WSGI application: OCSP, CRL, time stamps and CA certificates of every architecture."""

    def at_time(self, request: Request) -> datetime:
        # RFC 6960 has no fractions of a second, and strict readers refuse an OCSP answer that has them.
        moment: datetime = super().at_time(request)
        return moment.replace(microsecond=0)


class Authority:
    """The hierarchy of one provider and the key that certifies its subscribers."""

    def __init__(self, slug: str, names: AuthorityNames, folder: Path, pki_url: str) -> None:
        self.slug = slug
        self.url = f"{pki_url}/{slug}"
        self._lock = threading.Lock()
        _prepare(names, folder)
        self.arch = _load(slug, folder, pki_url)
        self.root = self.arch.get_cert(CertLabel("root"))
        self.issuing = self.arch.get_cert(CertLabel("issuing"))

    @cached_property
    def issuing_key(self) -> rsa.RSAPrivateKey:
        """Read once: a private key is examined for tens of milliseconds when it is loaded."""
        info = self.arch.key_set.get_private_key(KeyLabel("issuing"))
        key = serialization.load_der_private_key(info.dump(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key

    def chain_der(self) -> list[bytes]:
        """Issuing CA, then root."""
        return [self.issuing.dump(), self.root.dump()]

    def root_pem(self) -> str:
        return bytes(pem.armor("CERTIFICATE", self.root.dump())).decode()

    def enrol(self, certificate_der: bytes) -> None:
        with self._lock:
            self.arch.enrol(x509.Certificate.load(certificate_der))

    def revoke(self, serial: int, since: datetime, reason: str) -> None:
        with self._lock:
            self.arch.revoke(serial, since, reason)


def new_serial() -> int:
    """16 random bytes, positive and never short."""
    return int.from_bytes(bytes([secrets.randbelow(0x7F) + 1]) + secrets.token_bytes(15))


def _live_label(serial: int) -> CertLabel:
    return CertLabel(f"live-{serial:x}")


def _prepare(names: AuthorityNames, folder: Path) -> None:
    """First start: make the keys and the plan of the hierarchy. The plan is written last, so a crash starts anew."""
    plan = folder / "plan.json"
    if plan.exists():
        return
    (folder / "keys").mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(len(ROLES)) as makers:
        list(makers.map(lambda role: _write_key(folder / "keys" / f"{role}.pem"), ROLES))
    plan.write_text(json.dumps(_plan(names), ensure_ascii=False, indent=1), encoding="utf-8")


def _write_key(path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _plan(names: AuthorityNames) -> dict[str, Any]:
    """certomancer's own configuration, with the dates and serials of this hierarchy fixed for good."""
    # Ten years old, so that a subscriber whose certificate ran out years ago still has a sound chain.
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3650)

    def validity(days: int) -> dict[str, str]:
        return {"valid-from": start.isoformat(), "valid-to": (start + timedelta(days=days)).isoformat()}

    common = {"country-name": "VN", "organization-name": MARK}
    issuing_repos = {"crl-repo": "issuing", "ocsp-service": "issuing"}
    return {
        "entities": {
            "root": {**common, "common-name": names.root},
            "issuing": {**common, "common-name": names.issuing},
            "ocsp": {**common, "common-name": f"{names.issuing} OCSP"},
            "tsa": {**common, "common-name": f"{names.issuing} TSA"},
        },
        "certs": {
            "root": {
                "issuer": "root",
                "serial": new_serial(),
                "validity": validity(10950),
                "profiles": [{"id": "simple-ca", "params": {"crl-repo": "root"}}],
            },
            "issuing": {
                "issuer": "root",
                "serial": new_serial(),
                "validity": validity(9125),
                "profiles": [{"id": "simple-ca", "params": {"max-path-len": 0, **issuing_repos}}],
            },
            "ocsp": {
                "issuer": "issuing",
                "serial": new_serial(),
                "validity": validity(7300),
                "profiles": ["ocsp-responder"],
            },
            "tsa": {
                "issuer": "issuing",
                "serial": new_serial(),
                "validity": validity(7300),
                "extensions": [
                    {
                        "id": "key_usage",
                        "critical": True,
                        "smart-value": {"schema": "key-usage", "params": ["digital_signature"]},
                    },
                    {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
                ],
            },
        },
        "services": {
            "ocsp": {"issuing": {"for-issuer": "issuing", "responder-cert": "ocsp", "issuer-cert": "issuing"}},
            "crl-repo": {
                name: {"for-issuer": name, "issuer-cert": name, "simulated-update-schedule": "PT1H"}
                for name in ("root", "issuing")
            },
            "cert-repo": {
                name: {"for-issuer": name, "issuer-cert": name, "publish-issued-certs": True}
                for name in ("root", "issuing")
            },
            "time-stamping": {"tsa": {"signing-cert": "tsa", "certs-to-embed": ["issuing", "root"]}},
        },
    }


def _load(slug: str, folder: Path, pki_url: str) -> LiveArchitecture:
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    keys = KeySet(
        {"keys": {role: {"path": f"{role}.pem"} for role in ROLES}},
        SearchDir(str(folder / "keys")),
        lazy_load_keys=True,
    )
    known = {CertLabel(path.stem): x509.Certificate.load(path.read_bytes()) for path in folder.glob("*.cer")}
    arch = LiveArchitecture(
        ArchLabel(slug),
        key_set=keys,
        entities=EntityRegistry(plan["entities"]),
        cert_spec_config=plan["certs"],
        service_config=plan["services"],
        external_url_prefix=pki_url,
        cert_cache=known,
    )
    arch.service_registry = LiveServices(arch, pki_url, plan["services"])
    for role in ROLES:
        path = folder / f"{role}.cer"
        if not path.exists():
            path.write_bytes(arch.get_cert(CertLabel(role)).dump())
    return arch
