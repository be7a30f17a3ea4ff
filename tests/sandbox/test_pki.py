"""The test PKI, judged by tools that are not ours: openssl, cryptography and certvalidator's eyes on the wire."""

from __future__ import annotations

import subprocess
import unicodedata
from base64 import b64decode
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID, NameOID

from tests.support.keys import next_key

from .conftest import SandboxProcess

MARK = "SANDBOX – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
PROVIDERS = ("viettel", "vnpt")


def chain_of(person: dict[str, Any]) -> list[x509.Certificate]:
    ders = [person["certificate_der_b64"], *person["chain_der_b64"]]
    return [x509.load_der_x509_certificate(b64decode(der)) for der in ders]


def pem(path: Path, *certificates: x509.Certificate) -> str:
    path.write_bytes(b"".join(c.public_bytes(serialization.Encoding.PEM) for c in certificates))
    return str(path)


def openssl(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *arguments], capture_output=True, text=True, timeout=60, check=False)


def ocsp_status(leaf: x509.Certificate, issuer: x509.Certificate) -> ocsp.OCSPResponse:
    asked = ocsp.OCSPRequestBuilder().add_certificate(leaf, issuer, hashes.SHA1()).build()
    answer = requests.post(ocsp_url(leaf), data=asked.public_bytes(serialization.Encoding.DER), timeout=30)
    assert answer.headers["Content-Type"] == "application/ocsp-response"
    return ocsp.load_der_ocsp_response(answer.content)


def ocsp_url(leaf: x509.Certificate) -> str:
    access: Any = leaf.extensions.get_extension_for_oid(ExtensionOID.AUTHORITY_INFORMATION_ACCESS).value
    return str(next(a.access_location.value for a in access if a.access_method == AuthorityInformationAccessOID.OCSP))


def crl_of(leaf: x509.Certificate) -> x509.CertificateRevocationList:
    points: Any = leaf.extensions.get_extension_for_oid(ExtensionOID.CRL_DISTRIBUTION_POINTS).value
    return x509.load_der_x509_crl(requests.get(points[0].full_name[0].value, timeout=30).content)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_openssl_accepts_the_chain_and_the_crls(sandbox: SandboxProcess, provider: str, tmp_path: Path) -> None:
    leaf, issuing, root = chain_of(sandbox.enrol(provider))
    for name in ("issuing", "root"):
        der = requests.get(f"{sandbox.url}/pki/{provider}/crls/{name}/latest.crl", timeout=30).content
        crl = x509.load_der_x509_crl(der)
        (tmp_path / f"{name}.crl").write_bytes(crl.public_bytes(serialization.Encoding.PEM))

    judged = openssl(
        "verify",
        "-x509_strict",
        "-crl_check_all",
        "-CAfile",
        pem(tmp_path / "root.pem", root),
        "-untrusted",
        pem(tmp_path / "issuing.pem", issuing),
        "-CRLfile",
        str(tmp_path / "issuing.crl"),
        "-CRLfile",
        str(tmp_path / "root.crl"),
        pem(tmp_path / "leaf.pem", leaf),
    )

    assert (judged.returncode, judged.stdout.strip().endswith(": OK")) == (0, True), judged.stderr


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_certificate_carries_the_mark(sandbox: SandboxProcess, provider: str) -> None:
    leaf, issuing, root = chain_of(sandbox.enrol(provider))

    assert leaf.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)[0].value == MARK
    for authority in (issuing, root):
        assert authority.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == MARK


def test_a_subscriber_looks_like_a_real_one(sandbox: SandboxProcess) -> None:
    person = sandbox.enrol("viettel", full_name=unicodedata.normalize("NFD", "Nguyễn Thị Ánh Tuyết"))
    leaf = chain_of(person)[0]
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)

    def attribute(oid: x509.ObjectIdentifier) -> str:
        return str(leaf.subject.get_attributes_for_oid(oid)[0].value)

    assert attribute(NameOID.USER_ID) == f"CCCD:{person['id_number']}"
    assert attribute(NameOID.COMMON_NAME) == unicodedata.normalize("NFC", "Nguyễn Thị Ánh Tuyết")
    assert attribute(NameOID.COUNTRY_NAME) == "VN"
    assert usage.critical and usage.value.digital_signature and usage.value.content_commitment
    assert not usage.value.key_encipherment and not usage.value.key_cert_sign
    assert leaf.public_key().key_size == 2048  # type: ignore[union-attr]
    assert leaf.serial_number.bit_length() > 112
    assert f"{leaf.serial_number:032x}" == person["serial_hex"]


def test_two_providers_have_two_roots(sandbox: SandboxProcess) -> None:
    roots = {chain_of(sandbox.enrol(provider))[2].fingerprint(hashes.SHA256()) for provider in PROVIDERS}

    assert len(roots) == 2


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_revocation_is_seen_by_ocsp_and_crl_at_once(sandbox: SandboxProcess, provider: str) -> None:
    person = sandbox.enrol(provider)
    leaf, issuing, _ = chain_of(person)
    assert ocsp_status(leaf, issuing).certificate_status is ocsp.OCSPCertStatus.GOOD
    assert crl_of(leaf).get_revoked_certificate_by_serial_number(leaf.serial_number) is None

    sandbox.control(f"/_control/subscribers/{provider}/{person['uid']}/revoke", {})

    answer, crl = ocsp_status(leaf, issuing), crl_of(leaf)
    assert answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert crl.get_revoked_certificate_by_serial_number(leaf.serial_number) is not None
    assert crl.is_signature_valid(issuing.public_key())  # type: ignore[arg-type]


def test_openssl_accepts_the_ocsp_answer(sandbox: SandboxProcess, tmp_path: Path) -> None:
    leaf, issuing, root = chain_of(sandbox.enrol("viettel"))

    judged = openssl(
        "ocsp",
        "-issuer",
        pem(tmp_path / "issuing.pem", issuing),
        "-cert",
        pem(tmp_path / "leaf.pem", leaf),
        "-url",
        ocsp_url(leaf),
        "-CAfile",
        pem(tmp_path / "root.pem", root, issuing),
    )

    assert "Response verify OK" in judged.stderr
    assert "leaf.pem: good" in judged.stdout


def test_ocsp_knows_nothing_of_a_certificate_that_was_never_issued(sandbox: SandboxProcess) -> None:
    leaf, _, _ = chain_of(sandbox.enrol("viettel"))
    builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
        issuer_name_hash=b"\x01" * 20, issuer_key_hash=b"\x02" * 20, serial_number=1, algorithm=hashes.SHA1()
    )

    asked = builder.build().public_bytes(serialization.Encoding.DER)
    answer = ocsp.load_der_ocsp_response(requests.post(ocsp_url(leaf), data=asked, timeout=30).content)

    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


@pytest.mark.parametrize("provider", PROVIDERS)
def test_openssl_accepts_a_time_stamp(sandbox: SandboxProcess, provider: str, tmp_path: Path) -> None:
    _, issuing, root = chain_of(sandbox.enrol(provider))
    (tmp_path / "data").write_bytes(b"KBNN voucher 0001")
    query, reply = tmp_path / "query.tsq", tmp_path / "reply.tsr"
    openssl("ts", "-query", "-data", str(tmp_path / "data"), "-sha256", "-cert", "-out", str(query))

    answer = requests.post(f"{sandbox.url}/pki/{provider}/tsa/tsa", data=query.read_bytes(), timeout=30)
    reply.write_bytes(answer.content)

    judged = openssl(
        "ts",
        "-verify",
        "-queryfile",
        str(query),
        "-in",
        str(reply),
        "-CAfile",
        pem(tmp_path / "root.pem", root),
        "-untrusted",
        pem(tmp_path / "issuing.pem", issuing),
    )
    assert "Verification: OK" in judged.stdout, judged.stderr


def test_the_issuing_certificate_can_be_fetched(sandbox: SandboxProcess) -> None:
    leaf, issuing, _ = chain_of(sandbox.enrol("vnpt"))
    access: Any = leaf.extensions.get_extension_for_oid(ExtensionOID.AUTHORITY_INFORMATION_ACCESS).value
    address = next(
        a.access_location.value for a in access if a.access_method == AuthorityInformationAccessOID.CA_ISSUERS
    )

    assert x509.load_der_x509_certificate(requests.get(address, timeout=30).content) == issuing


def test_a_person_may_bring_a_key_and_everybody_else_gets_one_of_their_own(sandbox: SandboxProcess) -> None:
    theirs = next_key()
    people = [sandbox.enrol("vnpt", key_pem=brought) for brought in (theirs, None, None)]
    keys = [x509.load_der_x509_certificate(b64decode(person["certificate_der_b64"])).public_key() for person in people]

    assert keys[0] == serialization.load_pem_private_key(theirs.encode(), None).public_key()
    assert all(one != other for one, other in combinations(keys, 2))


def test_certificates_for_other_purposes_stand_beside_and_do_not_sign(sandbox: SandboxProcess) -> None:
    person = sandbox.enrol("vnpt")
    path = f"/_control/subscribers/vnpt/{person['uid']}/credentials"
    letters, duty = (
        x509.load_der_x509_certificate(b64decode(sandbox.control(path, {"purpose": wish})["certificate_der_b64"]))
        for wish in ("encryption", "official_duty")
    )
    usage = letters.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.key_encipherment and not usage.digital_signature and not usage.content_commitment
    organisations = duty.issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    assert [each.value for each in organisations] == ["Ban Cơ yếu Chính phủ"]
    assert duty.issuer not in {each.subject for each in chain_of(person)}
