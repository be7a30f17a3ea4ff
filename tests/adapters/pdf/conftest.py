"""A form, two persons with certificates of a licensed CA, and the file they signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.adapters.pdf.forms import TypstForms
from backend.adapters.pdf.pades import PadesSigner
from backend.adapters.pdf.trust import FolderTrustStore
from backend.adapters.pdf.verify import StrictChecker
from backend.domain.signing import ExpectedSignature, PreparedDocument, Stamp
from tests.adapters.pdf.papers import payment_order
from tests.adapters.pdf.pki import Party, issue

FORM = "c4_02a_kb"
TITLES = {"KeToanTruong": "Kế toán trưởng", "ChuTaiKhoan": "Chủ tài khoản"}
MORNING = datetime(2026, 11, 22, 2, 15, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 3, 20, 1, tzinfo=UTC)


@dataclass(frozen=True)
class People:
    """Everyone who holds a certificate in these tests."""

    root: Party
    ca: Party
    chief: Party
    holder: Party
    mallory: Party

    @property
    def chain(self) -> list[bytes]:
        return [self.ca.der, self.root.der]


@dataclass(frozen=True)
class SignedForm:
    """One form at each step of its way."""

    blank: bytes
    once: bytes
    twice: bytes
    second: PreparedDocument


@pytest.fixture(scope="session")
def people() -> People:
    root = issue("Licensed Root", authority=True)
    ca = issue("Licensed CA", root, authority=True)
    return People(
        root=root,
        ca=ca,
        chief=issue("Nguyễn Thị Minh Phương", ca),
        holder=issue("Trần Văn Bình", ca),
        mallory=issue("Trần Văn Bình", ca),
    )


@pytest.fixture(scope="session")
def forms() -> TypstForms:
    return TypstForms()


@pytest.fixture(scope="session")
def signer() -> PadesSigner:
    return PadesSigner()


@pytest.fixture(scope="session")
def sign_both(forms: TypstForms, signer: PadesSigner, people: People) -> Callable[..., SignedForm]:
    """Both persons sign ``blank`` or an ordinary form."""

    def run(blank: bytes | None = None) -> SignedForm:
        paper = blank or forms.render(FORM, payment_order())
        left, right = forms.cells(FORM, paper)
        first = signer.prepare(paper, left, chief_stamp(), people.chief.der, first=True, last=False)
        once = signer.embed(first, people.chief.signs(first.digest), people.chief.der, people.chain)
        second = signer.prepare(once, right, holder_stamp(), people.holder.der, first=False, last=True)
        twice = signer.embed(second, people.holder.signs(second.digest), people.holder.der, people.chain)
        return SignedForm(paper, once, twice, second)

    return run


@pytest.fixture(scope="session")
def signed(sign_both: Callable[..., SignedForm]) -> SignedForm:
    return sign_both()


@pytest.fixture(scope="session")
def trust(people: People, tmp_path_factory: pytest.TempPathFactory) -> FolderTrustStore:
    folder: Path = tmp_path_factory.mktemp("roots")
    (folder / "root.pem").write_bytes(people.root.pem)
    return FolderTrustStore(folder)


@pytest.fixture
def checker(trust: FolderTrustStore) -> StrictChecker:
    return StrictChecker(trust, TITLES)


@pytest.fixture(scope="session")
def expected(people: People) -> list[ExpectedSignature]:
    return [
        ExpectedSignature("KeToanTruong", people.chief.fingerprint),
        ExpectedSignature("ChuTaiKhoan", people.holder.fingerprint),
    ]


def chief_stamp() -> Stamp:
    return Stamp("Nguyễn Thị Minh Phương", "Kế toán trưởng", MORNING, "7F2A91C0")


def holder_stamp() -> Stamp:
    return Stamp("Trần Văn Bình", "TUQ. Chủ tài khoản", LATER, "1A2B3C4D")
