"""Certificates read: whose, from which file, of which issuer, and whether they are revoked, whoever answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID, ObjectIdentifier

from backend.adapters.certificates.reader import GovernmentCipher, X509Reader
from backend.adapters.certificates.revocation import RevocationDesk
from backend.adapters.pdf.trust import FolderTrustStore
from backend.domain.certificates import Revocation
from tests.adapters.pdf.pki import Party, issue
from tests.adapters.providers.liar import Liar

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHA256 = hashes.SHA256()
_KEY = rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def ca() -> Party:
    return issue("Licensed CA", authority=True)


@pytest.fixture(scope="module")
def stranger() -> Party:
    """Another CA that calls itself the same."""
    return issue("Licensed CA", authority=True)


@pytest.fixture
def reader(tmp_path: Path, ca: Party) -> X509Reader:
    (tmp_path / "root.pem").write_bytes(ca.pem)
    marks = GovernmentCipher(("Ban Cơ yếu Chính phủ",), frozenset({"1.2.3.4"}))
    return X509Reader(FolderTrustStore(tmp_path), marks, RevocationDesk(30))


@pytest.fixture
def liar() -> Iterator[Liar]:
    server = Liar()
    yield server
    server.close()


def a_person(by: Party, *subject: tuple[ObjectIdentifier, str], **said: Any) -> x509.Certificate:
    """A person's certificate; ``said`` may name ``policy``, ``ocsp`` and ``crl``."""
    names = [x509.NameAttribute(kind, value) for kind, value in subject or ((NameOID.COMMON_NAME, "Lê Thị Ngọc"),)]
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(names))
        .issuer_name(by.certificate.subject)
        .public_key(_KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 24 * HOUR)
        .not_valid_after(NOW + 24 * HOUR)
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
    )
    if "policy" in said:
        policy = x509.PolicyInformation(ObjectIdentifier(said["policy"]), None)
        builder = builder.add_extension(x509.CertificatePolicies([policy]), critical=False)
    if "ocsp" in said:
        at = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(said["ocsp"]))
        builder = builder.add_extension(x509.AuthorityInformationAccess([at]), critical=False)
    if "crl" in said:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(said["crl"])], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return builder.sign(by.key, SHA256)


def der_of(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def an_answer(of: x509.Certificate, ca: Party, by: Party, *, revoked: bool = False, at: datetime = NOW) -> bytes:
    """What an OCSP responder says, signed by ``by``."""
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=of,
            issuer=ca.certificate,
            algorithm=hashes.SHA1(),
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=at - HOUR,
            next_update=at + HOUR,
            revocation_time=at - 2 * HOUR if revoked else None,
            revocation_reason=x509.ReasonFlags.key_compromise if revoked else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
    )
    return builder.sign(by.key, SHA256).public_bytes(serialization.Encoding.DER)


def a_list(by: Party, *revoked: x509.Certificate, at: datetime = NOW, armoured: bool = False) -> bytes:
    builder = x509.CertificateRevocationListBuilder().issuer_name(by.certificate.subject)
    builder = builder.last_update(at - HOUR).next_update(at + HOUR)
    for one in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(one.serial_number).revocation_date(at - 2 * HOUR).build()
        builder = builder.add_revoked_certificate(entry)
    encoding = serialization.Encoding.PEM if armoured else serialization.Encoding.DER
    return builder.sign(by.key, SHA256).public_bytes(encoding)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ((NameOID.USER_ID, "CCCD:031085000092"), "031085000092"),
        ((NameOID.USER_ID, "CMND: 031 234 567"), "031234567"),
        ((NameOID.USER_ID, "MST:0100109106-001"), "0100109106001"),
        ((NameOID.USER_ID, "HC:b1234567"), "B1234567"),
        ((NameOID.USER_ID, "031085000092"), "031085000092"),
        ((NameOID.SERIAL_NUMBER, "PNOVN-031085000092"), "031085000092"),
        ((NameOID.SERIAL_NUMBER, "CMTND-031234567"), "031234567"),
        ((NameOID.TITLE, "CCCD:031085000092"), None),
    ],
)
def test_identity_numbers_lose_their_prefixes(
    said: tuple[ObjectIdentifier, str], number: str | None, reader: X509Reader, ca: Party
) -> None:
    der = der_of(a_person(ca, (NameOID.COMMON_NAME, "Lê Thị Ngọc"), said))
    assert reader.facts(der, [], NOW).identity_numbers == (frozenset() if number is None else {number})


def test_a_certificate_says_who_issued_it_to_whom_and_for_how_long(reader: X509Reader, ca: Party) -> None:
    made = a_person(ca)
    facts = reader.facts(der_of(made), [], NOW)
    assert (facts.holder_name, facts.issuer_name) == ("Lê Thị Ngọc", "Licensed CA")
    assert facts.serial_number == f"{made.serial_number:X}"
    assert (facts.valid_from, facts.valid_to) == (made.not_valid_before_utc, made.not_valid_after_utc)
    assert facts.fingerprint == made.fingerprint(SHA256).hex()
    assert facts.chains_to_trusted_root and facts.may_sign
    assert facts.chain == (ca.der,)
    assert facts.revocation is Revocation.UNKNOWN


@pytest.mark.parametrize("at", [NOW - 48 * HOUR, NOW + 48 * HOUR])
def test_the_issuer_of_a_certificate_out_of_its_time_is_as_licensed_as_before(
    at: datetime, reader: X509Reader, ca: Party
) -> None:
    facts = reader.facts(der_of(a_person(ca)), [], at)
    assert facts.chains_to_trusted_root and facts.may_sign


def test_a_look_alike_issuer_is_not_licensed(reader: X509Reader, stranger: Party) -> None:
    facts = reader.facts(der_of(a_person(stranger)), [stranger.der], NOW)
    assert not facts.chains_to_trusted_root
    assert facts.chain == ()


def test_the_government_cipher_committee_is_known_by_any_issuer_above_or_by_its_policy(
    reader: X509Reader, ca: Party
) -> None:
    root = issue("CƠ QUAN CHỨNG THỰC SỐ - BAN CƠ YẾU CHÍNH PHỦ", authority=True)
    ministry = issue("Cơ quan chứng thực số Bộ Mẫu", root, authority=True)
    for der, issuers in (
        (der_of(a_person(root)), []),
        (der_of(a_person(ministry)), [ministry.der]),
        (der_of(a_person(ca, policy="1.2.3.4")), []),
    ):
        assert reader.facts(der, issuers, NOW).of_government_cipher
    assert not reader.facts(der_of(a_person(ca, policy="1.2.3.5")), [], NOW).of_government_cipher


@pytest.mark.parametrize("junk", [b"", b"hello", b"\x30\x03\x02\x01\x05", b"\x30\x80"])
def test_what_is_no_certificate_has_no_facts(junk: bytes, reader: X509Reader) -> None:
    with pytest.raises(ValueError):
        reader.facts(junk, [], NOW)
    with pytest.raises(ValueError):
        reader.read_file(junk)


def test_a_file_is_of_exactly_one_person(reader: X509Reader, ca: Party) -> None:
    one, other = issue("Một", ca), issue("Hai", ca)
    assert reader.read_file(ca.pem + one.pem).der == one.der
    assert reader.read_file(one.pem + one.pem).issuers == ()
    for content in (one.pem + other.pem, ca.pem, b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"):
        with pytest.raises(ValueError):
            reader.read_file(content)


@pytest.fixture
def told(liar: Liar, ca: Party, reader: X509Reader) -> SimpleNamespace:
    """A person's certificate whose responder and list are the liar, and what is made of the answers."""
    person = a_person(ca, ocsp=f"{liar.url}/ocsp", crl=f"{liar.url}/list.crl")

    def judged() -> Revocation:
        (answer,) = reader.revocation([(der_of(person), [ca.der])], NOW)
        return answer

    return SimpleNamespace(person=person, judged=judged)


@pytest.mark.parametrize(("revoked", "status"), [(False, Revocation.GOOD), (True, Revocation.REVOKED)])
def test_the_responder_is_asked_first_and_its_word_is_enough(
    revoked: bool, status: Revocation, liar: Liar, ca: Party, told: SimpleNamespace
) -> None:
    liar.will_say(an_answer(told.person, ca, ca, revoked=revoked))
    assert told.judged() is status
    assert [heard.split(b" ")[:2] for heard in liar.heard] == [[b"POST", b"/ocsp"]]


@pytest.mark.parametrize("revoked", [False, True])
@pytest.mark.parametrize("armoured", [False, True])
def test_without_a_responder_the_list_is_read(
    revoked: bool, armoured: bool, liar: Liar, ca: Party, told: SimpleNamespace
) -> None:
    liar.will_say("", status=503)
    liar.will_say(a_list(ca, *[told.person] * revoked, armoured=armoured))
    assert told.judged() is (Revocation.REVOKED if revoked else Revocation.GOOD)


def test_what_others_say_or_say_too_late_or_of_others_is_not_believed(
    liar: Liar, ca: Party, stranger: Party, told: SimpleNamespace
) -> None:
    old = NOW - 30 * HOUR
    liar_says = [
        (an_answer(told.person, ca, stranger, revoked=True), a_list(stranger, told.person)),
        (an_answer(told.person, ca, stranger), a_list(stranger)),
        (an_answer(told.person, ca, ca, at=old), a_list(ca, at=old)),
        (an_answer(a_person(ca), ca, ca), b"hello"),
        (b"", b""),
        (b"\x30\x03\x0a\x01\x06", b"\x30\x80"),
    ]
    for answer, crl in liar_says:
        liar.will_say(answer)
        liar.will_say(crl)
        assert told.judged() is Revocation.UNKNOWN
    assert len(liar.heard) == 2 * len(liar_says)


def test_silence_and_drips_are_unknown_and_cost_one_deadline_for_all(
    liar: Liar, ca: Party, told: SimpleNamespace
) -> None:
    liar.will_drip(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b" " * 900, pause_s=0.05)
    asked = [(der_of(told.person), [ca.der])] * 3
    assert RevocationDesk(0.4).ask(asked, NOW) == [Revocation.UNKNOWN] * 3
    # Nobody was asked after the one who dripped.
    assert len(liar.heard) == 1


def test_a_certificate_that_names_nobody_to_ask_is_unknown(reader: X509Reader, ca: Party) -> None:
    for said in ({}, {"ocsp": "ldap://ca.example/x"}, {"ocsp": "http://"}, {"crl": "file:///etc/passwd"}):
        assert reader.revocation([(der_of(a_person(ca, **said)), [ca.der])], NOW) == [Revocation.UNKNOWN]
