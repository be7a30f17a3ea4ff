"""The Treasury's own key: made once in a file for demonstrations, else in any PKCS#11 token (SoftHSM2 here)."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509.oid import NameOID
from pkcs11.util.rsa import encode_rsa_public_key

from backend.adapters.pdf.trust import FolderTrustStore
from backend.adapters.seal.file_key import FileKeySeal
from backend.adapters.seal.pkcs11 import TokenKey, TokenSeal
from backend.config import UnsafeSettings, from_env
from backend.domain.errors import SealUnavailable
from backend.domain.providers import Secret
from backend.services.ports import TreasurySeal
from tests.adapters.pdf.pki import FROM, TO, Party, issue
from tests.support.registrations import Clerk, LicensedCa, Registrant
from tests.support.servers import program
from tests.support.world import World

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
TOKEN, KEY, PIN = "kho-bac", "con-dau", "1234-5678"


@dataclasses.dataclass(frozen=True)
class Token:
    """A SoftHSM2 token with a key that nobody can take out, and the issuer of its certificate."""

    folder: Path
    certificate: x509.Certificate
    issuer: Party

    @property
    def where(self) -> TokenKey:
        return TokenKey(LIBRARY, TOKEN, KEY, Secret(PIN))

    def lay_certificate(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        own = self.certificate.public_bytes(Encoding.PEM)
        (folder / "seal.pem").write_bytes(own + self.issuer.pem)


@pytest.fixture(scope="session")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Token]:
    """One for this process: the library reads where its tokens lie once."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    made = [program("softhsm2-util"), "--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", "87654321"]
    subprocess.run(made, check=True, capture_output=True)
    with pkcs11.lib(str(LIBRARY)).get_token(token_label=TOKEN).open(user_pin=PIN, rw=True) as session:
        public, private = session.generate_keypair(pkcs11.KeyType.RSA, 2048, store=True, label=KEY)
        assert private[pkcs11.Attribute.SENSITIVE] and not private[pkcs11.Attribute.EXTRACTABLE]
        known = load_der_public_key(_public_info(encode_rsa_public_key(public)))
    assert isinstance(known, rsa.RSAPublicKey)
    issuer = issue("Cơ quan cấp chứng thư của Kho bạc", authority=True)
    yield Token(folder, _certify(known, issuer), issuer)
    del os.environ["SOFTHSM2_CONF"]


def _public_info(pkcs1: bytes) -> bytes:
    from asn1crypto.keys import PublicKeyInfo, RSAPublicKey

    info: bytes = PublicKeyInfo.wrap(RSAPublicKey.load(pkcs1), "rsa").dump()
    return info


def _certify(key: rsa.RSAPublicKey, issuer: Party) -> x509.Certificate:
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "KBNN Lê Chân")]))
        .issuer_name(issuer.certificate.subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(TO)
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer.key, SHA256())
    )


def _verifies(seal: TreasurySeal, said: bytes, signature: bytes) -> None:
    key = x509.load_der_x509_certificate(seal.certificate).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(signature, said, padding.PKCS1v15(), SHA256())


def test_the_first_to_ask_makes_the_key_and_everybody_else_gets_the_same(tmp_path: Path) -> None:
    seals, gate, found = [FileKeySeal(tmp_path / "seal") for _ in range(4)], threading.Barrier(4), set()

    def ask(seal: FileKeySeal) -> None:
        gate.wait()
        found.add(seal.certificate)

    threads = [threading.Thread(target=ask, args=(seal,)) for seal in seals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 1
    assert [path.name for path in (tmp_path / "seal").iterdir()] == ["seal.pem"]
    assert stat.S_IMODE((tmp_path / "seal" / "seal.pem").stat().st_mode) == 0o600
    _verifies(seals[0], b"signed attributes", seals[1].sign(b"signed attributes"))


def test_the_check_of_files_believes_the_treasurys_certificate_and_nobody_may_register_with_it(tmp_path: Path) -> None:
    seal = FileKeySeal(tmp_path / "seal")
    at = x509.load_der_x509_certificate(seal.certificate).not_valid_before_utc.replace(microsecond=0)
    for_files = FolderTrustStore(tmp_path / "trust", tmp_path / "seal")
    for_people = FolderTrustStore(tmp_path / "trust")

    assert [hashlib.sha256(root.dump()).digest() for root in for_files.roots()] == [
        hashlib.sha256(seal.certificate).digest()
    ]
    assert for_files.problem_with(seal.certificate, [], at) is None
    assert for_people.problem_with(seal.certificate, [], at) is not None


def test_a_token_signs_and_its_key_stays_in_it(token: Token, tmp_path: Path) -> None:
    token.lay_certificate(tmp_path)
    seal = TokenSeal(tmp_path, token.where)
    signatures = [b""] * 6

    def sign(number: int) -> None:
        signatures[number] = seal.sign(b"attributes %d" % number)

    threads = [threading.Thread(target=sign, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for number, signature in enumerate(signatures):
        _verifies(seal, b"attributes %d" % number, signature)
    assert seal.chain == [token.issuer.der]
    assert seal.serial_number == f"{token.certificate.serial_number:x}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "another"},
        {"key": "another"},
        {"pin": Secret("0000-canary")},
        {"module": Path("/nowhere/libpkcs11.so")},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_token_that_cannot_sign_says_so_and_never_repeats_the_pin(
    token: Token, tmp_path: Path, wrong: dict[str, object]
) -> None:
    token.lay_certificate(tmp_path)
    seal = TokenSeal(tmp_path, dataclasses.replace(token.where, **wrong))  # type: ignore[arg-type]

    with pytest.raises(SealUnavailable) as refused:
        seal.sign(b"attributes")

    assert "canary" not in repr(refused.value) and refused.value.__suppress_context__


def test_a_token_without_its_certificate_is_no_seal(token: Token, tmp_path: Path) -> None:
    with pytest.raises(SealUnavailable):
        _ = TokenSeal(tmp_path, token.where).certificate


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_token_countersigns_an_approval_and_files_of_the_former_key_still_hold(
    world: World, token: Token, database: str
) -> None:
    ca, seal_dir = LicensedCa(world), world.folder / "seal"
    before = _approved(world, ca, "1990009")
    (seal_dir / "seal.pem").rename(seal_dir / "former.pem")
    token.lay_certificate(seal_dir)
    world.house = dataclasses.replace(world.house, seal=TokenSeal(seal_dir, token.where))
    after = _approved(world, ca, "1990010")

    lines = [Clerk(world, world.officer).sees(id_)["signatures"] for id_ in (before, after)]
    assert {line["verdict"] for each in lines for line in each} == {"valid"}
    assert {line["signer"] for line in lines[1] if line["title_label"] == "Kho bạc Nhà nước"} == {"KBNN Lê Chân"}


def _approved(world: World, ca: LicensedCa, code: str) -> str:
    unit, officer, head = Registrant(world), Clerk(world, world.officer), Clerk(world, world.head)
    unit.submits(ca, code)
    officer.checks(unit.id)
    assert head.approves(unit.id)["registration"]["stage"] == "approved"
    return unit.id


def test_production_wants_a_token_and_all_that_belongs_to_it(token: Token, tmp_path: Path) -> None:
    def problems(**settings: str) -> set[str]:
        with pytest.raises(UnsafeSettings) as refused:
            from_env({"APP_ENV": "production", "DATA_DIR": str(tmp_path), **settings})
        return {each for each in refused.value.problems if each.startswith("SEAL_")}

    whole = {"MODULE": str(LIBRARY), "TOKEN": TOKEN, "KEY": KEY, "PIN": PIN}
    settings = {f"SEAL_PKCS11_{name}": value for name, value in whole.items()}
    (in_a_file,) = problems()
    assert in_a_file.startswith("SEAL_PKCS11_MODULE")
    _ = FileKeySeal(tmp_path / "seal").certificate
    (key_in_reach,) = problems(**settings)
    assert key_in_reach.startswith("SEAL_DIR")
    shutil.rmtree(tmp_path / "seal")
    missing = problems(SEAL_PKCS11_MODULE="/nowhere/libpkcs11.so")
    named = ["SEAL_DIR", "SEAL_PKCS11_KEY", "SEAL_PKCS11_MODULE", "SEAL_PKCS11_PIN", "SEAL_PKCS11_TOKEN"]
    assert sorted(each.partition(":")[0] for each in missing) == named
    token.lay_certificate(tmp_path / "seal")
    assert problems(**settings) == set()
