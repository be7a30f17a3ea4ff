"""Seven checks on a certificate before it is bound, in their order, each with its own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from backend.domain.certificates import CertificateFacts, Refusal, Revocation, why_not_accepted

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
GOOD = CertificateFacts(
    fingerprint="ab" * 32,
    serial_number="5404",
    issuer_name="VNPT SmartCA RS",
    chains_to_trusted_root=True,
    of_government_cipher=False,
    valid_from=NOW - timedelta(days=1),
    valid_to=NOW + timedelta(days=1),
    revocation=Revocation.GOOD,
    may_sign=True,
    holder_name="PHẠM QUỐC ĐỈNH",
    identity_numbers=frozenset({"031085000012"}),
)


def _refusal(facts: CertificateFacts, *, used: frozenset[str] = frozenset(), at: datetime = NOW) -> Refusal | None:
    found = why_not_accepted(facts, full_name="Phạm Quốc Đỉnh", id_number="031 085 000 012", at=at, used_by_others=used)
    assert found is None or found.sentence.endswith(".")
    return found.why if found else None


def test_the_members_own_good_certificate_is_accepted_whatever_the_case_and_the_marks_of_the_name() -> None:
    assert _refusal(GOOD) is None
    assert _refusal(replace(GOOD, holder_name="Pham  Quoc Dinh")) is None


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"chains_to_trusted_root": False}, Refusal.UNKNOWN_ISSUER),
        ({"of_government_cipher": True}, Refusal.GOVERNMENT_CIPHER),
        ({"valid_from": NOW + timedelta(seconds=1)}, Refusal.OUTSIDE_VALIDITY),
        ({"valid_to": NOW}, Refusal.OUTSIDE_VALIDITY),
        ({"revocation": Revocation.REVOKED}, Refusal.REVOKED),
        ({"may_sign": False}, Refusal.KEY_USAGE),
        ({"holder_name": "Phạm Quốc Định Hai"}, Refusal.OTHER_PERSON),
        ({"identity_numbers": frozenset({"031085000013"})}, Refusal.OTHER_PERSON),
        ({"identity_numbers": frozenset()}, Refusal.OTHER_PERSON),
    ],
)
def test_each_check_refuses_by_itself(changed: dict[str, object], why: Refusal) -> None:
    assert _refusal(replace(GOOD, **changed)) is why  # type: ignore[arg-type]


def test_a_certificate_of_another_identity_anywhere_is_refused() -> None:
    assert _refusal(GOOD, used=frozenset({GOOD.fingerprint})) is Refusal.IN_USE


def test_an_unreachable_revocation_list_does_not_refuse_a_registration() -> None:
    assert _refusal(replace(GOOD, revocation=Revocation.UNKNOWN)) is None


def test_the_checks_are_told_in_their_order() -> None:
    worst = replace(
        GOOD,
        chains_to_trusted_root=False,
        of_government_cipher=True,
        valid_to=NOW,
        revocation=Revocation.REVOKED,
        may_sign=False,
        holder_name="Ai Khác",
    )
    mended = [
        {"of_government_cipher": False},
        {"chains_to_trusted_root": True},
        {"valid_to": NOW + timedelta(days=1)},
        {"revocation": Revocation.GOOD},
        {"may_sign": True},
        {"holder_name": GOOD.holder_name},
    ]
    told = [_refusal(worst, used=frozenset({GOOD.fingerprint}))]
    for change in mended:
        worst = replace(worst, **change)  # type: ignore[arg-type]
        told.append(_refusal(worst, used=frozenset({GOOD.fingerprint})))
    assert told == [
        Refusal.GOVERNMENT_CIPHER,
        Refusal.UNKNOWN_ISSUER,
        Refusal.OUTSIDE_VALIDITY,
        Refusal.REVOKED,
        Refusal.KEY_USAGE,
        Refusal.OTHER_PERSON,
        Refusal.IN_USE,
    ]
