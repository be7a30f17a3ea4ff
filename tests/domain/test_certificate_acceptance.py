"""Seven checks on a certificate before it is bound, in their order, each with its own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from backend.domain.certificates import (
    CertificateFacts,
    Refusal,
    Revocation,
    is_of_somebody_else,
    mismatch,
    why_no_more,
    why_not_accepted,
)

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


def test_a_token_of_the_cipher_committee_is_renewed_by_another_that_passes_all_other_checks() -> None:
    duty = replace(GOOD, of_government_cipher=True)

    def renewed(facts: CertificateFacts, used: frozenset[str] = frozenset()) -> Refusal | None:
        person = {"full_name": "Phạm Quốc Đỉnh", "id_number": "031085000012"}
        found = why_not_accepted(facts, **person, at=NOW, used_by_others=used, renews_official_duty=True)
        return found.why if found else None

    assert renewed(duty) is None
    wrong: list[tuple[dict[str, object], Refusal]] = [
        ({"chains_to_trusted_root": False}, Refusal.UNKNOWN_ISSUER),
        ({"valid_to": NOW}, Refusal.OUTSIDE_VALIDITY),
        ({"revocation": Revocation.REVOKED}, Refusal.REVOKED),
        ({"may_sign": False}, Refusal.KEY_USAGE),
        ({"holder_name": "Ai Khác"}, Refusal.OTHER_PERSON),
    ]
    assert [renewed(replace(duty, **changed)) for changed, _ in wrong] == [why for _, why in wrong]  # type: ignore[arg-type]
    assert renewed(duty, frozenset({GOOD.fingerprint})) is Refusal.IN_USE


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


def test_whatever_says_another_name_or_only_other_numbers_is_somebody_elses() -> None:
    def somebody_elses(**changed: object) -> bool:
        facts = replace(GOOD, **changed)  # type: ignore[arg-type]
        return is_of_somebody_else(facts, full_name="Phạm Quốc Đỉnh", id_number="031 085 000 012")

    assert somebody_elses(holder_name="Phạm Quốc Đỉnh Hai")
    assert somebody_elses(identity_numbers=frozenset({"031085000013", "0100109106"}))
    assert not somebody_elses()
    assert not somebody_elses(identity_numbers=frozenset({"031085000012", "0100109106"}))
    # It says no number: nothing contradicts, and the sixth check refuses it with words.
    assert not somebody_elses(identity_numbers=frozenset())


NAME_DIFFERS, NUMBER_DIFFERS = {"holder_name": "Phạm Quốc Định Hai"}, {"identity_numbers": frozenset({"031085000013"})}
NO_NUMBER: dict[str, object] = {"identity_numbers": frozenset()}


@pytest.mark.parametrize(
    ("changed", "told", "somebody_elses"),
    [
        ({}, (), False),
        (NAME_DIFFERS, ("Họ tên", "Phạm Quốc Định Hai"), False),
        (NUMBER_DIFFERS, ("Số giấy tờ",), False),
        (NO_NUMBER, ("không ghi số giấy tờ",), False),
        ({**NAME_DIFFERS, **NUMBER_DIFFERS}, ("Họ tên", "Số giấy tờ"), True),
        ({**NAME_DIFFERS, **NO_NUMBER}, ("Họ tên", "không ghi số giấy tờ"), True),
    ],
)
def test_a_house_that_warns_accepts_what_agrees_in_name_or_number_and_says_how_the_other_differs(
    changed: dict[str, object], told: tuple[str, ...], somebody_elses: bool
) -> None:
    facts = replace(GOOD, **changed)  # type: ignore[arg-type]
    member = {"full_name": "Phạm Quốc Đỉnh", "id_number": "031085000012"}
    refused = why_not_accepted(facts, **member, at=NOW, used_by_others=(), warns=True)
    difference = mismatch(facts, **member)

    assert (refused is not None and refused.why) is (Refusal.OTHER_PERSON if somebody_elses else False)
    assert is_of_somebody_else(facts, **member, warns=True) is somebody_elses
    assert all(word in difference for word in told)
    assert bool(difference) is bool(told)
    used = why_not_accepted(facts, **member, at=NOW, used_by_others={facts.fingerprint}, warns=True)
    assert used is not None
    assert used.why is (Refusal.OTHER_PERSON if somebody_elses else Refusal.IN_USE)


LATER_WRONG: list[tuple[dict[str, object], Refusal]] = [
    ({"at": GOOD.valid_to}, Refusal.OUTSIDE_VALIDITY),
    ({"at": GOOD.valid_from - timedelta(seconds=1)}, Refusal.OUTSIDE_VALIDITY),
    ({"revocation": Revocation.REVOKED}, Refusal.REVOKED),
    ({"in_use": True}, Refusal.IN_USE),
]


def _later(facts: CertificateFacts | None, **changed: object) -> Refusal | None:
    now = {"revocation": Revocation.UNKNOWN, "in_use": False, "at": NOW, **changed}
    found = why_no_more(facts, valid_from=GOOD.valid_from, valid_to=GOOD.valid_to, **now)  # type: ignore[arg-type]
    return found.why if found else None


@pytest.mark.parametrize("facts", [GOOD, None])
def test_of_a_bound_certificate_what_time_changes_is_judged_again(facts: CertificateFacts | None) -> None:
    assert _later(facts) is None
    assert [_later(facts, **changed) for changed, _ in LATER_WRONG] == [why for _, why in LATER_WRONG]


def test_of_one_not_yet_in_force_the_issuer_and_the_use_are_judged_again_in_the_order_of_the_binding() -> None:
    """Its CA may have lost the licence since; the person is who it was."""
    wrong = [
        ({"of_government_cipher": True}, {}, Refusal.GOVERNMENT_CIPHER),
        ({"chains_to_trusted_root": False}, {}, Refusal.UNKNOWN_ISSUER),
        ({}, {"at": GOOD.valid_to}, Refusal.OUTSIDE_VALIDITY),
        ({}, {"revocation": Revocation.REVOKED}, Refusal.REVOKED),
        ({"may_sign": False}, {}, Refusal.KEY_USAGE),
        ({}, {"in_use": True}, Refusal.IN_USE),
    ]
    facts, now, told = replace(GOOD, holder_name="Ai Khác"), {}, []
    for in_it, by_now, _ in reversed(wrong):
        facts, now = replace(facts, **in_it), {**now, **by_now}  # type: ignore[arg-type]
        told.insert(0, _later(facts, **now))
    assert told == [why for _, _, why in wrong]


def test_a_ca_that_does_not_sign_with_a_key_now_is_believed_and_revocation_is_told_first() -> None:
    assert _refusal(replace(GOOD, usable_at_provider=False)) is Refusal.REVOKED
    told = [
        why_not_accepted(
            replace(GOOD, usable_at_provider=False, revocation=revocation),
            full_name="Phạm Quốc Đỉnh",
            id_number="031085000012",
            at=NOW,
            used_by_others=(),
        )
        for revocation in (Revocation.UNKNOWN, Revocation.REVOKED)
    ]
    assert [each is not None and "thu hồi" in each.sentence for each in told] == [False, True]
