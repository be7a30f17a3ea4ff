"""Who may sign: a chain to a licensed root, valid at the time, for signing, with keys strong enough."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes

from backend.adapters.pdf.trust import FolderTrustStore
from backend.adapters.pdf.verify import StrictChecker
from backend.domain.signing import ExpectedSignature, Verdict
from tests.adapters.pdf.conftest import People, SignedForm
from tests.adapters.pdf.pki import FROM, TO, issue
from tests.support.at_once import at_once

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_a_person_of_the_licensed_ca_may_sign(trust: FolderTrustStore, people: People) -> None:
    assert trust.problem_with(people.chief.der, people.chain, NOW) is None
    assert trust.problem_with(people.chief.der, [people.ca.der], NOW) is None


@pytest.mark.parametrize(
    ("at", "reason"),
    [(datetime(2024, 12, 31, tzinfo=UTC), "not_yet_valid"), (datetime(2029, 1, 2, tzinfo=UTC), "expired")],
)
def test_outside_its_time_a_certificate_may_not_sign(
    at: datetime, reason: str, trust: FolderTrustStore, people: People
) -> None:
    assert trust.problem_with(people.chief.der, people.chain, at) == reason


def test_validity_includes_its_first_and_last_second(trust: FolderTrustStore, people: People) -> None:
    assert trust.problem_with(people.chief.der, people.chain, FROM) is None
    assert trust.problem_with(people.chief.der, people.chain, TO) is None


def test_an_expired_ca_may_not_vouch(trust: FolderTrustStore, people: People) -> None:
    old = issue("Old CA", people.root, authority=True, end=datetime(2026, 1, 1, tzinfo=UTC))

    assert trust.problem_with(issue("Người ký", old).der, [old.der], NOW) == "expired"


@pytest.mark.parametrize("usage", [(True, False), (False, True), (False, False)])
def test_a_certificate_not_meant_for_signing_is_refused(
    usage: tuple[bool, bool], trust: FolderTrustStore, people: People
) -> None:
    person = issue("Người ký", people.ca, usage=usage)

    assert trust.problem_with(person.der, people.chain, NOW) == "usage"


def test_short_keys_are_weak(trust: FolderTrustStore, people: People) -> None:
    assert trust.problem_with(issue("Người ký", people.ca, bits=1024).der, people.chain, NOW) == "weak"


def test_a_short_key_in_the_middle_is_weak(trust: FolderTrustStore, people: People) -> None:
    middle = issue("Middle", people.root, authority=True, bits=1024)

    assert trust.problem_with(issue("Người ký", middle).der, [middle.der], NOW) == "weak"


def test_digests_shorter_than_sha_256_are_weak(trust: FolderTrustStore, people: People) -> None:
    person = issue("Người ký", people.ca, digest=hashes.SHA224())

    assert trust.problem_with(person.der, people.chain, NOW) == "weak"


def test_a_look_alike_ca_with_the_same_names_is_untrusted(trust: FolderTrustStore, people: People) -> None:
    root = issue("Licensed Root", authority=True)
    ca = issue("Licensed CA", root, authority=True)
    person = issue("Nguyễn Thị Minh Phương", ca)

    assert trust.problem_with(person.der, [ca.der, root.der], NOW) == "untrusted"
    assert trust.problem_with(person.der, people.chain, NOW) == "untrusted"


def test_a_person_may_not_vouch_for_another(trust: FolderTrustStore, people: People) -> None:
    friend = issue("Bạn của Phương", people.chief)

    assert trust.problem_with(friend.der, [people.chief.der, *people.chain], NOW) == "untrusted"


def test_without_the_middle_of_the_chain_nobody_is_trusted(trust: FolderTrustStore, people: People) -> None:
    assert trust.problem_with(people.chief.der, [], NOW) == "untrusted"


@pytest.mark.parametrize("junk", [b"", b"hello", b"\x30\x03\x02\x01\x05", b"\x30\x80"])
def test_bytes_that_are_no_certificate_are_untrusted(junk: bytes, trust: FolderTrustStore, people: People) -> None:
    assert trust.problem_with(junk, people.chain, NOW) == "untrusted"
    assert trust.problem_with(people.chief.der[:-9], people.chain, NOW) == "untrusted"


def test_an_empty_folder_trusts_nobody_until_a_root_is_put_there(tmp_path: Path, people: People) -> None:
    store = FolderTrustStore(tmp_path)
    assert store.problem_with(people.chief.der, people.chain, NOW) == "untrusted"

    (tmp_path / "roots.pem").write_bytes(people.root.pem)

    assert store.problem_with(people.chief.der, people.chain, NOW) is None


def test_a_file_of_an_unknown_ca_is_not_decided_and_is_asked_again(
    tmp_path: Path, people: People, signed: SignedForm, expected: list[ExpectedSignature]
) -> None:
    checker = StrictChecker(FolderTrustStore(tmp_path))
    before = checker.check(signed.twice, expected)

    (tmp_path / "root.pem").write_bytes(people.root.pem)

    assert before.verdict is Verdict.INDETERMINATE
    assert before.reason.startswith("Chưa kết luận được – ")
    assert checker.check(signed.twice, expected).verdict is Verdict.VALID


def test_a_file_too_large_is_not_read(trust: FolderTrustStore) -> None:
    checked = StrictChecker(trust).check(b"%PDF-1.7\n" + bytes(11 * 1024 * 1024), [])

    assert (checked.verdict, checked.reason) == (Verdict.INDETERMINATE, "Tệp quá lớn (tối đa 10 MB).")


def test_the_path_to_the_root_is_told_whatever_the_certificate_is_for(trust: FolderTrustStore, people: People) -> None:
    letters = issue("Người nhận thư", people.ca, usage=(False, False))

    assert trust.path_of(letters.der, people.chain, NOW) == [people.ca.der, people.root.der]
    assert trust.path_of(issue("Người lạ").der, people.chain, NOW) is None
    assert trust.path_of(people.root.der, people.chain, NOW) is None
    assert trust.path_of(b"hello", people.chain, NOW) is None


def test_an_issuing_ca_on_the_side_shelf_completes_a_path_and_is_no_root(tmp_path: Path, people: People) -> None:
    store = FolderTrustStore(tmp_path)
    (tmp_path / "intermediates").mkdir()
    (tmp_path / "intermediates" / "ca.pem").write_bytes(people.ca.pem)
    assert store.problem_with(people.chief.der, [], NOW) == "untrusted"

    (tmp_path / "root.pem").write_bytes(people.root.pem)

    assert store.problem_with(people.chief.der, [], NOW) is None
    assert store.path_of(people.chief.der, [], NOW) == [people.ca.der, people.root.der]


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty_threads")
def test_many_who_ask_a_new_store_at_once_hear_the_same(tmp_path: Path, people: People) -> None:
    (tmp_path / "root.pem").write_bytes(people.root.pem)
    for _ in range(10):
        store = FolderTrustStore(tmp_path)

        heard, refused = at_once([lambda store=store: store.problem_with(people.chief.der, people.chain, NOW)] * 8)

        assert (heard, refused) == ([None] * 8, [])
